#include "printed_sales_invoices.h"

#include "entity_text.h"
#include "ports/call_failure.h"

namespace connector::contract {

std::string printed_sales_invoice_body(const SalesInvoicePrinting& printing) {
  EntityText text;
  text.text("InvoiceID", printing.invoice_id).date("InvoiceDate", printing.invoice_date);
  if (printing.reporting_period) text.number("ReportingPeriod", *printing.reporting_period);
  if (printing.reporting_year) text.number("ReportingYear", *printing.reporting_year);
  text.text("DocumentLayout", printing.document_layout).flag("SendEmailToCustomer", false);
  text.flag("SendInvoiceToCustomerPostbox", false).flag("SendOutputBasedOnAccount", false);
  return text.body();
}

}  // namespace connector::contract
