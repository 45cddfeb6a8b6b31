#include "flows/freezing/processing_body.h"

#include "domain/mutation.h"
#include "domain/period_calendar.h"
#include "flows/freezing/exact_date.h"

namespace connector::flows {

using domain::Cause;
using domain::Document;
using domain::Result;
using json::Value;
using store::PostingRow;
using store::Reader;

Result<Value> processing_body(Reader& reader, KnownCodes& codes, const PostingRow& row, const Document& document) {
  auto invoice = reader.posting(row.connection, row.depends_on);
  if (!invoice) return domain::fail(invoice.error());
  if (!*invoice || (*invoice)->target_id.empty()) {
    return domain::fail(Cause::waiting_for_dependency, "the invoice to be processed is not posted yet");
  }
  Value body{json::Object{}};
  body.set("InvoiceID", (*invoice)->target_id);
  const auto date = domain::date_in_exact(document);
  if (date && !domain::mutated(domain::Mutation::processed_without_date)) {
    const auto calendar = codes.calendar();
    if (!calendar) return domain::fail(calendar.error());
    const domain::FinancialPeriod* period = (*calendar)->period_of(*date);
    body.set("InvoiceDate", exact_date(*date));
    body.set("ReportingPeriod", period != nullptr ? period->number : static_cast<int>(unsigned{date->month()}));
    body.set("ReportingYear", period != nullptr ? period->year : int{date->year()});
  }
  body.set("SendEmailToCustomer", false);
  body.set("SendInvoiceToCustomerPostbox", false);
  body.set("SendOutputBasedOnAccount", false);
  return body;
}

}  // namespace connector::flows
