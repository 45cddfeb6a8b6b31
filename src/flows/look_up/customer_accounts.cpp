#include "flows/look_up/customer_accounts.h"

#include "exact/resources.h"
#include "flows/call_outcomes.h"

namespace connector::flows {

using engine::LookUpOutcome;
using exact::ODataFilter;
using exact::ODataQuery;
using ports::CallPriority;
using ports::Task;

Task<void> look_up_accounts(LookUpSources sources, LookUpBatch batch) {
  for (const std::size_t index : batch.indices) {
    ODataQuery query(exact::resources::accounts);
    query.select({"ID", "Code", "Name", "Status"})
        .filter(ODataFilter::equals("Name", body_text(batch.row(index), "Name")));
    auto found = co_await sources.client->get_all(query, CallPriority::orders);
    if (!found) {
      batch.outcome(index) = look_up_failure(found.error());
    } else if (found->value.empty()) {
      batch.outcome(index) = look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
    } else {
      const auto& account = found->value.front();
      batch.outcome(index) = found_in_exact(account["ID"].text_or(""), account["Code"], found->correlation_id);
    }
  }
}

}  // namespace connector::flows
