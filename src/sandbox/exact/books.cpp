#include "sandbox/exact/books.h"

#include <map>

#include "sandbox/exact/sales_invoices.h"

namespace connector::sandbox::exact {
namespace {

using domain::Decimal;

/// A value as people and tests want it: amounts as decimal text, dates as ISO text, GUIDs as text.
json::Value plain_value(const Administration& books, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null:
      return {};
    case Value::Kind::boolean:
      return value.as_boolean();
    case Value::Kind::integer:
      return value.as_integer();
    case Value::Kind::decimal:
      return value.as_decimal().to_string();
    case Value::Kind::instant: {
      const std::string text = domain::to_iso8601(value.as_instant());
      return text.find("T00:00:00.000Z") != std::string::npos ? text.substr(0, 10) : text;
    }
    case Value::Kind::reference:
      return to_string(books.guid(value.as_reference()));
    case Value::Kind::guid:
      return to_string(value.as_guid());
    case Value::Kind::text:
      return trimmed(value.as_text());
  }
  return {};
}

struct Column {
  const char* name;
  const char* property;
};

json::Value record(const Administration& books, TableId table, RowNumber row, const std::vector<Column>& columns) {
  json::Object members;
  members.reserve(columns.size() + 4);
  for (const Column& column : columns) {
    members.emplace_back(column.name, plain_value(books, books.read(table, row, column.property)));
  }
  return members;
}

json::Value lines_of(const Administration& books, TableId document, RowNumber row, const std::vector<Column>& columns) {
  const TableId lines = table_definition(document).lines;
  json::Array result;
  for (RowNumber line = books.table(document).first_child(row); line != no_row;
       line = books.table(lines).next_sibling(line)) {
    result.push_back(record(books, lines, line, columns));
  }
  return result;
}

const std::vector<Column> order_columns = {{"id", "OrderID"},
                                           {"order_number", "OrderNumber"},
                                           {"your_ref", "YourRef"},
                                           {"description", "Description"},
                                           {"status", "Status"},
                                           {"delivery_status", "DeliveryStatus"},
                                           {"invoice_status", "InvoiceStatus"},
                                           {"customer", "OrderedByName"},
                                           {"currency", "Currency"},
                                           {"order_date", "OrderDate"},
                                           {"warehouse", "WarehouseCode"},
                                           {"amount", "AmountFC"},
                                           {"amount_without_vat", "AmountFCExclVat"}};
const std::vector<Column> order_line_columns = {{"id", "ID"},
                                                {"line_number", "LineNumber"},
                                                {"item", "ItemCode"},
                                                {"description", "Description"},
                                                {"quantity", "Quantity"},
                                                {"net_price", "NetPrice"},
                                                {"amount", "AmountFC"},
                                                {"vat_amount", "VATAmount"},
                                                {"vat_code", "VATCode"},
                                                {"cost_center", "CostCenter"},
                                                {"cost_unit", "CostUnit"},
                                                {"notes", "Notes"},
                                                {"quantity_delivered", "QuantityDelivered"},
                                                {"quantity_invoiced", "QuantityInvoiced"}};
const std::vector<Column> delivery_columns = {{"id", "EntryID"},
                                              {"delivery_number", "DeliveryNumber"},
                                              {"delivery_date", "DeliveryDate"},
                                              {"description", "Description"},
                                              {"remarks", "Remarks"},
                                              {"tracking_number", "TrackingNumber"},
                                              {"warehouse", "WarehouseCode"}};
const std::vector<Column> delivery_line_columns = {{"id", "ID"},
                                                   {"line_number", "LineNumber"},
                                                   {"item", "ItemCode"},
                                                   {"quantity", "QuantityDelivered"},
                                                   {"sales_order_number", "SalesOrderNumber"},
                                                   {"sales_order_line", "SalesOrderLineID"},
                                                   {"tracking_number", "TrackingNumber"}};
const std::vector<Column> invoice_columns = {{"id", "InvoiceID"},
                                             {"type", "Type"},
                                             {"status", "Status"},
                                             {"invoice_number", "InvoiceNumber"},
                                             {"order_number", "OrderNumber"},
                                             {"your_ref", "YourRef"},
                                             {"description", "Description"},
                                             {"journal", "Journal"},
                                             {"customer", "InvoiceToName"},
                                             {"currency", "Currency"},
                                             {"order_date", "OrderDate"},
                                             {"invoice_date", "InvoiceDate"},
                                             {"due_date", "DueDate"},
                                             {"warehouse", "Warehouse"},
                                             {"remarks", "Remarks"},
                                             {"amount", "AmountFC"},
                                             {"amount_without_vat", "AmountFCExclVat"},
                                             {"vat_amount", "VATAmountFC"}};
const std::vector<Column> invoice_line_columns = {{"id", "ID"},
                                                  {"line_number", "LineNumber"},
                                                  {"item", "ItemCode"},
                                                  {"description", "Description"},
                                                  {"quantity", "Quantity"},
                                                  {"net_price", "NetPrice"},
                                                  {"amount", "AmountFC"},
                                                  {"vat_amount", "VATAmountFC"},
                                                  {"vat_code", "VATCode"},
                                                  {"gl_account_id", "GLAccount"},
                                                  {"cost_center", "CostCenter"},
                                                  {"cost_unit", "CostUnit"},
                                                  {"notes", "Notes"},
                                                  {"sales_order_number", "SalesOrderNumber"},
                                                  {"sales_order_line", "SalesOrderLine"}};
const std::vector<Column> entry_columns = {{"id", "EntryID"},
                                           {"type", "Type"},
                                           {"status", "Status"},
                                           {"entry_number", "EntryNumber"},
                                           {"invoice_number", "InvoiceNumber"},
                                           {"your_ref", "YourRef"},
                                           {"description", "Description"},
                                           {"journal", "Journal"},
                                           {"currency", "Currency"},
                                           {"entry_date", "EntryDate"},
                                           {"year", "ReportingYear"},
                                           {"period", "ReportingPeriod"},
                                           {"amount", "AmountFC"},
                                           {"vat_amount", "VATAmountFC"}};
const std::vector<Column> stock_columns = {{"item", "ItemCode"},
                                           {"warehouse", "WarehouseCode"},
                                           {"current", "CurrentStock"},
                                           {"planned_out", "PlannedStockOut"}};

const std::vector<Column> count_columns = {{"id", "StockCountID"},         {"number", "StockCountNumber"},
                                           {"description", "Description"}, {"status", "Status"},
                                           {"date", "StockCountDate"},     {"warehouse", "WarehouseCode"}};
const std::vector<Column> count_line_columns = {
    {"item", "ItemCode"}, {"quantity_new", "QuantityNew"}, {"quantity_in_stock", "QuantityInStock"}};
const std::vector<Column> price_columns = {{"id", "ID"},
                                           {"item", "ItemCode"},
                                           {"price", "Price"},
                                           {"currency", "Currency"},
                                           {"quantity", "Quantity"},
                                           {"start_date", "StartDate"},
                                           {"end_date", "EndDate"}};

const std::vector<Column> journal_entry_columns = {{"id", "EntryID"},          {"entry_number", "EntryNumber"},
                                                   {"journal", "JournalCode"}, {"currency", "Currency"},
                                                   {"year", "FinancialYear"},  {"period", "FinancialPeriod"}};
const std::vector<Column> journal_entry_line_columns = {
    {"gl_account", "GLAccountCode"}, {"account", "AccountName"},    {"amount", "AmountFC"},   {"date", "Date"},
    {"description", "Description"},  {"cost_center", "CostCenter"}, {"cost_unit", "CostUnit"}};

json::Value documents(const Administration& books, TableId table, const std::vector<Column>& columns,
                      const std::vector<Column>& line_columns) {
  json::Array result;
  for (RowNumber row = 0; row < books.table(table).size(); ++row) {
    if (!books.table(table).is_live(row)) continue;
    json::Value document = record(books, table, row, columns);
    if (!line_columns.empty()) document.set("lines", lines_of(books, table, row, line_columns));
    result.push_back(std::move(document));
  }
  return result;
}

/// Per journal and currency: how many documents and what they book.
struct Total {
  std::int64_t documents = 0;
  std::int64_t credit_notes = 0;
  Decimal amount;
  Decimal without_vat;
};
using Totals = std::map<std::pair<std::string, std::string>, Total>;

void add_invoices(json::Value& body, const Administration& books, bool summary, Totals& totals) {
  json::Array invoices;
  json::Array credit_notes;
  const Table& table = books.table(TableId::sales_invoices);
  for (RowNumber row = 0; row < table.size(); ++row) {
    if (!table.is_live(row)) continue;
    const bool credit = is_credit_note(table.get(row, "Type").as_integer());
    const Decimal amount = booked(books, row, table.get(row, "AmountFC").as_decimal());
    const Decimal without_vat = booked(books, row, table.get(row, "AmountFCExclVat").as_decimal());
    Total& total =
        totals[{std::string(table.get(row, "Journal").as_text()), std::string(table.get(row, "Currency").as_text())}];
    ++total.documents;
    total.credit_notes += credit ? 1 : 0;
    total.amount += amount;
    total.without_vat += without_vat;
    if (summary) continue;
    json::Value document = record(books, TableId::sales_invoices, row, invoice_columns);
    const RowNumber warehouse = books.find(TableId::warehouses, table.get(row, "Warehouse"));
    document.set("warehouse", warehouse == no_row
                                  ? json::Value{}
                                  : plain_value(books, books.read(TableId::warehouses, warehouse, "Code")));
    document.set("booked_amount", amount.to_string());
    document.set("booked_amount_without_vat", without_vat.to_string());
    json::Value lines = lines_of(books, TableId::sales_invoices, row, invoice_line_columns);
    RowNumber line = table.first_child(row);
    for (json::Value& shown : *lines.mutable_array()) {
      const Table& line_table = books.table(TableId::sales_invoice_lines);
      const RowNumber account = books.find(TableId::gl_accounts, line_table.get(line, "GLAccount"));
      shown.set("gl_account", account == no_row
                                  ? json::Value{}
                                  : plain_value(books, books.read(TableId::gl_accounts, account, "Code")));
      line = line_table.next_sibling(line);
    }
    document.set("lines", std::move(lines));
    (credit ? credit_notes : invoices).push_back(std::move(document));
  }
  if (summary) return;
  body.set("invoices", std::move(invoices));
  body.set("credit_notes", std::move(credit_notes));
}

}  // namespace

json::Value books_of(const Administration& books, bool summary) {
  json::Value body{json::Object{}};
  body.set("division", books.code());
  body.set("name", books.name());
  body.set("currency", books.currency());
  json::Value counts{json::Object{}};
  for (const TableId table :
       {TableId::sales_orders, TableId::goods_deliveries, TableId::sales_invoices, TableId::sales_entries,
        TableId::receivables, TableId::stock_counts, TableId::items, TableId::accounts}) {
    counts.set(resource_of(table).path, books.table(table).live());
  }
  body.set("counts", std::move(counts));
  Totals totals;
  add_invoices(body, books, summary, totals);
  json::Array journals;
  for (const auto& [key, total] : totals) {
    json::Value journal{json::Object{}};
    journal.set("journal", key.first);
    journal.set("currency", key.second);
    journal.set("documents", total.documents);
    journal.set("credit_notes", total.credit_notes);
    journal.set("booked_amount", total.amount.to_string());
    journal.set("booked_amount_without_vat", total.without_vat.to_string());
    journals.push_back(std::move(journal));
  }
  body.set("journals", std::move(journals));
  if (!summary) {
    body.set("sales_orders", documents(books, TableId::sales_orders, order_columns, order_line_columns));
    body.set("deliveries", documents(books, TableId::goods_deliveries, delivery_columns, delivery_line_columns));
    body.set("sales_entries", documents(books, TableId::sales_entries, entry_columns, {}));
    body.set("journal_entries",
             documents(books, TableId::general_journal_entries, journal_entry_columns, journal_entry_line_columns));
    body.set("stock", documents(books, TableId::item_warehouses, stock_columns, {}));
    body.set("stock_counts", documents(books, TableId::stock_counts, count_columns, count_line_columns));
    body.set("item_prices", documents(books, TableId::sales_item_prices, price_columns, {}));
  }
  return body;
}

json::Value counters_of(const ExactService& service) {
  json::Value requests{json::Object{}};
  for (const auto& [endpoint, statuses] : service.requests()) {
    json::Value counts{json::Object{}};
    for (const auto& [status, count] : statuses) counts.set(std::to_string(status), count);
    requests.set(endpoint, std::move(counts));
  }
  json::Value counters{json::Object{}};
  counters.set("requests", std::move(requests));
  const RateLimits::Counters& limits = service.rate_limits().counters();
  counters.set("rate_limited_by_minute", limits.minute);
  counters.set("rate_limited_by_day", limits.day);
  counters.set("rate_limited_by_errors", limits.errors);
  counters.set("endpoint_blocks", limits.blocks);
  const OAuth::Counters& oauth = service.oauth().counters();
  counters.set("codes_issued", oauth.codes_issued);
  counters.set("token_pairs_issued", oauth.pairs_issued);
  counters.set("old_refresh_tokens_used", oauth.old_refresh_tokens);
  counters.set("refresh_tokens_used_again", oauth.refresh_tokens_used_again);
  counters.set("token_calls_too_early", oauth.too_early);
  counters.set("token_calls_refused", oauth.refused);
  return counters;
}

}  // namespace connector::sandbox::exact
