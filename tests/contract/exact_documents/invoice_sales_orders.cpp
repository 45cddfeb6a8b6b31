#include "invoice_sales_orders.h"

#include "entity_text.h"
#include "exact/answers.h"
#include "exact/resources.h"
#include "ports/call_failure.h"

namespace connector::contract {

std::string invoice_sales_orders_body(const SalesOrderInvoicing& invoicing) {
  EntityText text;
  text.number("CreateMode", invoicing.one_per_customer ? 0 : 1);
  text.number("InvoiceMode", invoicing.by_quantity_ordered ? 1 : 0);
  text.text("JournalCode", invoicing.journal).number("Mode", 1);
  if (invoicing.delivery_number) text.number("DeliveryNumber", *invoicing.delivery_number);
  json::Array ids;
  for (const std::string& id : invoicing.order_ids) ids.push_back(EntityText().text("ID", id).value());
  return text.list("SalesOrderIDs", std::move(ids)).body();
}

domain::Result<std::string> read_invoicing_process(const json::Value& entity) {
  std::string process = entity["ProcessID"].text_or("");
  if (process.empty()) {
    return domain::fail(domain::Cause::malformed_response, "Exact names no process for the invoices it should make");
  }
  return process;
}

exact::ODataQuery invoicing_result(std::string_view process_id) {
  exact::ODataQuery query("read/salesinvoice/InvoiceSalesOrderResult");
  return query.guid_parameter("ProcessID", process_id);
}

SalesOrderInvoicingResult read_invoicing_result(const json::Value& row) {
  return {row["Status"].text_or(""), row["NumberOfCreatedInvoices"].integer().value_or(0),
          row["NumberOfFailedInvoices"].integer().value_or(0), ports::remote_words(row["Errors"].text_or(""))};
}

}  // namespace connector::contract
