#include "sales_invoices.h"

#include "entity_text.h"
#include "exact/answers.h"
#include "exact/resources.h"

namespace connector::contract {

namespace {

json::Value line_of(const SalesInvoiceLine& line) {
  EntityText text;
  text.text("Item", line.item).text("Description", line.description).amount("Quantity", line.quantity);
  text.amount("UnitPrice", line.unit_price).amount("NetPrice", line.net_price).text("VATCode", line.vat_code);
  text.text("GLAccount", line.gl_account).text("CostCenter", line.cost_center).text("CostUnit", line.cost_unit);
  return text.value();
}

exact::ODataQuery selected() {
  exact::ODataQuery query(exact::resources::sales_invoices);
  query.select({"InvoiceID", "InvoiceNumber", "OrderNumber", "YourRef", "Type", "Status", "InvoiceDate", "Currency",
                "AmountFC", "AmountFCExclVat"});
  return query;
}

/// Exact says 0 where no number is assigned yet.
std::string number_of(const json::Value& value) {
  const std::string number = exact::read_code(value);
  return number == "0" ? std::string() : number;
}

}  // namespace

std::string sales_invoice_body(const SalesInvoice& invoice) {
  EntityText text;
  text.number("Type", static_cast<std::int64_t>(invoice.type)).text("Journal", invoice.journal);
  text.text("OrderedBy", invoice.ordered_by).text("InvoiceTo", invoice.invoice_to).text("YourRef", invoice.your_ref);
  text.text("Description", invoice.description).date("OrderDate", invoice.order_date);
  text.text("Currency", invoice.currency).text("Warehouse", invoice.warehouse);
  json::Array lines;
  for (const SalesInvoiceLine& line : invoice.lines) lines.push_back(line_of(line));
  return text.list("SalesInvoiceLines", std::move(lines)).body();
}

domain::Result<SalesInvoiceRecord> read_sales_invoice(const json::Value& row) {
  SalesInvoiceRecord record;
  record.id = row["InvoiceID"].text_or("");
  if (record.id.empty()) return domain::fail(domain::Cause::malformed_response, "an invoice of Exact's has no id");
  record.number = number_of(row["InvoiceNumber"]);
  record.order_number = number_of(row["OrderNumber"]);
  record.your_ref = row["YourRef"].text_or("");
  record.currency = exact::read_code(row["Currency"]);
  record.type = row["Type"].integer().value_or(0);
  record.status = row["Status"].integer().value_or(0);
  record.invoice_date = exact::read_date(row["InvoiceDate"]);
  record.amount = row["AmountFC"].decimal();
  record.amount_excluding_vat = row["AmountFCExclVat"].decimal();
  return record;
}

exact::ODataQuery sales_invoices_by_reference(std::string_view your_ref) {
  exact::ODataQuery query = selected();
  return query.filter(exact::ODataFilter::equals("YourRef", your_ref));
}

}  // namespace connector::contract
