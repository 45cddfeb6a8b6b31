#include "exact/sales_invoices.h"

#include "exact/entity_text.h"

namespace connector::exact {

namespace {

json::Value line_of(const SalesInvoiceLine& line) {
  EntityText text;
  text.text("Item", line.item).text("Description", line.description).amount("Quantity", line.quantity);
  text.amount("UnitPrice", line.unit_price).amount("NetPrice", line.net_price).text("VATCode", line.vat_code);
  text.text("GLAccount", line.gl_account).text("CostCenter", line.cost_center).text("CostUnit", line.cost_unit);
  return text.value();
}

ODataQuery selected() {
  ODataQuery query(sales_invoices_resource);
  query.select({"InvoiceID", "InvoiceNumber", "OrderNumber", "YourRef", "Type", "Status", "InvoiceDate", "Currency",
                "AmountFC", "AmountFCExclVat"});
  return query;
}

/// Exact says 0 where no number is assigned yet.
std::string number_of(const json::Value& value) {
  const std::string number = read_code(value);
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
  record.currency = read_code(row["Currency"]);
  record.type = row["Type"].integer().value_or(0);
  record.status = row["Status"].integer().value_or(0);
  record.invoice_date = read_date(row["InvoiceDate"]);
  record.amount = row["AmountFC"].decimal();
  record.amount_excluding_vat = row["AmountFCExclVat"].decimal();
  return record;
}

ODataQuery sales_invoices_by_reference(std::string_view your_ref) {
  ODataQuery query = selected();
  return query.filter(ODataFilter::equals("YourRef", your_ref));
}

ODataQuery sales_invoices_of_order(std::int64_t order_number) {
  ODataQuery query = selected();
  return query.filter(ODataFilter::equals_number("OrderNumber", order_number));
}

}  // namespace connector::exact
