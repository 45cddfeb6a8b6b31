#include "flows/look_up/customer_accounts.h"

#include <algorithm>

#include "exact/accounts.h"
#include "flows/call_outcomes.h"

namespace connector::flows {

using engine::LookUpOutcome;
using exact::ODataQuery;
using ports::CallPriority;
using ports::Task;

Task<void> look_up_accounts(LookUpSources sources, LookUpBatch batch) {
  for (const std::size_t index : batch.indices) {
    const ODataQuery query = exact::accounts_by_name(body_text(batch.row(index), "Name"));
    auto found = co_await sources.client->get_all(query, CallPriority::orders);
    if (!found) {
      batch.outcome(index) = look_up_failure(found.error());
      continue;
    }
    // One that is called the same and is no customer, a supplier say, is not what was sent.
    const auto account = std::find_if(found->value.begin(), found->value.end(), exact::is_customer);
    if (account == found->value.end()) {
      batch.outcome(index) = look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
    } else {
      batch.outcome(index) = found_in_exact((*account)["ID"].text_or(""), (*account)["Code"], found->correlation_id);
    }
  }
}

}  // namespace connector::flows
