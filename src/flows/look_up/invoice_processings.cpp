#include "flows/look_up/invoice_processings.h"

#include <algorithm>

#include "exact/resources.h"
#include "flows/call_outcomes.h"
#include "flows/look_up/exact_rows.h"

namespace connector::flows {

using engine::LookUpOutcome;
using exact::ODataFilter;
using exact::ODataQuery;
using json::Value;
using ports::Task;

Task<void> look_up_processings(LookUpSources sources, LookUpBatch batch) {
  const auto filter = batch.any_of([&batch](std::size_t index) {
    return ODataFilter::equals_guid("InvoiceID", body_text(batch.row(index), "InvoiceID"));
  });
  ODataQuery query(exact::resources::sales_invoices);
  query.select({"InvoiceID", "InvoiceNumber", "Status"}).filter(filter);
  const auto found = co_await read_for(&batch, sources.client, &query);
  if (!found) co_return;
  for (const std::size_t index : batch.indices) {
    const std::string invoice = body_text(batch.row(index), "InvoiceID");
    const auto standing = std::find_if(found->value.begin(), found->value.end(), [&invoice](const Value& candidate) {
      return candidate["InvoiceID"].text_or("") == invoice;
    });
    if (standing == found->value.end()) {
      batch.outcome(index) =
          no_longer_there("the invoice to be processed no longer exists in Exact", found->correlation_id);
    } else if ((*standing)["Status"].integer() != static_cast<std::int64_t>(exact::SalesInvoiceStatus::processed)) {
      batch.outcome(index) = look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
    } else {
      batch.outcome(index) = found_in_exact(invoice, (*standing)["InvoiceNumber"], found->correlation_id);
    }
  }
}

}  // namespace connector::flows
