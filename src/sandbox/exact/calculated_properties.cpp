#include "sandbox/exact/calculated_properties.h"

#include "sandbox/exact/administration.h"

namespace connector::sandbox::exact {
namespace {

using domain::Decimal;

Decimal in_division_currency(const Administration& books, std::string_view currency, Decimal amount) {
  return (amount * books.rate(currency).value_or(Decimal::from_integer(1))).rounded(2);
}

/// `property` of a document, converted from its currency.
template <TableId table>
Value converted(const Administration& books, RowNumber row, std::string_view property) {
  const Table& records = books.table(table);
  const Value amount = records.get(row, property);
  if (amount.is_null()) return {};
  return Value::decimal(in_division_currency(books, records.get(row, "Currency").as_text(), amount.as_decimal()));
}

template <TableId lines>
Value converted_line(const Administration& books, RowNumber row, std::string_view property) {
  const TableId documents = table_definition(lines).parent;
  const Value amount = books.table(lines).get(row, property);
  if (amount.is_null()) return {};
  const RowNumber document = books.table(lines).parent(row);
  const std::string_view currency = books.table(documents).get(document, "Currency").as_text();
  return Value::decimal(in_division_currency(books, currency, amount.as_decimal()));
}

template <TableId table>
Value amount_dc(const Administration& books, RowNumber row) {
  return converted<table>(books, row, "AmountFC");
}
template <TableId table>
Value vat_amount_dc(const Administration& books, RowNumber row) {
  return converted<table>(books, row, "VATAmountFC");
}
template <TableId lines>
Value line_amount_dc(const Administration& books, RowNumber row) {
  return converted_line<lines>(books, row, "AmountFC");
}
template <TableId lines>
Value line_vat_amount_dc(const Administration& books, RowNumber row) {
  return converted_line<lines>(books, row, "VATAmountFC");
}

std::string_view status_text(const Administration& books, std::int64_t status) {
  const bool dutch = books.switches().language == Language::dutch;
  switch (status) {
    case 10:
      return dutch ? "Concept" : "Draft";
    case 12:
    case 20:
      return "Open";
    case 21:
      return dutch ? "Compleet" : "Complete";
    case 45:
      return dutch ? "Geannuleerd" : "Cancelled";
    case 50:
      return dutch ? "Verwerkt" : "Processed";
    default:
      return {};
  }
}

Value document_status(const Administration& books, RowNumber row, TableId table, std::string_view property) {
  return Value::text(status_text(books, books.table(table).get(row, property).as_integer()));
}

Value invoice_status(const Administration& books, RowNumber row) {
  return document_status(books, row, TableId::sales_invoices, "Status");
}
Value entry_status(const Administration& books, RowNumber row) {
  return document_status(books, row, TableId::sales_entries, "Status");
}

/// A sales order knows 20 as partial, an invoice as open.
Value order_status(const Administration& books, RowNumber row, std::string_view property) {
  const std::int64_t status = books.table(TableId::sales_orders).get(row, property).as_integer();
  if (status == 20) return Value::text(books.switches().language == Language::dutch ? "Gedeeltelijk" : "Partial");
  return Value::text(status_text(books, status));
}
Value order_status_text(const Administration& books, RowNumber row) { return order_status(books, row, "Status"); }
Value order_delivery_text(const Administration& books, RowNumber row) {
  return order_status(books, row, "DeliveryStatus");
}
Value order_invoice_text(const Administration& books, RowNumber row) {
  return order_status(books, row, "InvoiceStatus");
}

Value invoice_type(const Administration& books, RowNumber row) {
  const bool dutch = books.switches().language == Language::dutch;
  switch (books.table(TableId::sales_invoices).get(row, "Type").as_integer()) {
    case 8021:
      return Value::text(dutch ? "Verkoopcreditnota" : "Sales credit note");
    case 8023:
      return Value::text(dutch ? "Directe verkoopfactuur" : "Direct sales invoice");
    case 8024:
      return Value::text(dutch ? "Directe verkoopcreditnota" : "Direct sales credit note");
    default:
      return Value::text(dutch ? "Verkoopfactuur" : "Sales invoice");
  }
}

Value entry_type(const Administration& books, RowNumber row) {
  const bool dutch = books.switches().language == Language::dutch;
  const bool credit = books.table(TableId::sales_entries).get(row, "Type").as_integer() == 21;
  if (credit) return Value::text(dutch ? "Verkoopcreditnota" : "Sales credit note");
  return Value::text(dutch ? "Verkoopboeking" : "Sales entry");
}

Value entry_line_type(const Administration& books, RowNumber row) {
  const RowNumber entry = books.table(TableId::sales_entry_lines).parent(row);
  return books.table(TableId::sales_entries).get(entry, "Type");
}

std::int64_t progress(Decimal done, Decimal all) {
  if (done.is_zero() && !all.is_zero()) return 12;
  return done.abs() >= all.abs() ? 21 : 20;
}

Value line_progress(const Administration& books, RowNumber row, std::string_view property) {
  const Table& lines = books.table(TableId::sales_order_lines);
  if (books.table(TableId::sales_orders).get(lines.parent(row), "Status").as_integer() == 45) return Value::integer(45);
  return Value::integer(progress(lines.get(row, property).as_decimal(), lines.get(row, "Quantity").as_decimal()));
}
Value line_delivery_status(const Administration& books, RowNumber row) {
  return line_progress(books, row, "QuantityDelivered");
}
Value line_invoice_status(const Administration& books, RowNumber row) {
  return line_progress(books, row, "QuantityInvoiced");
}
Value line_order_number(const Administration& books, RowNumber row) {
  return books.table(TableId::sales_orders).get(books.table(TableId::sales_order_lines).parent(row), "OrderNumber");
}

Value item_stock(const Administration& books, RowNumber row) {
  if (!books.table(TableId::items).get(row, "IsStockItem").as_boolean()) return {};
  const Table& stock = books.table(TableId::item_warehouses);
  std::vector<RowNumber> rows;
  stock.candidates(stock.type().index("Item"), Value::reference(TableId::items, row), rows);
  Decimal total;
  for (const RowNumber candidate : rows) {
    if (stock.get(candidate, "Item").as_reference().row == row) {
      total += stock.get(candidate, "CurrentStock").as_decimal();
    }
  }
  return Value::decimal(total);
}

Value projected_stock(const Administration& books, RowNumber row) {
  const Table& stock = books.table(TableId::item_warehouses);
  return Value::decimal(stock.get(row, "CurrentStock").as_decimal() + stock.get(row, "PlannedStockIn").as_decimal() -
                        stock.get(row, "PlannedStockOut").as_decimal());
}

Value free_stock(const Administration& books, RowNumber row) {
  const Table& stock = books.table(TableId::item_warehouses);
  return Value::decimal(stock.get(row, "CurrentStock").as_decimal() - stock.get(row, "PlannedStockOut").as_decimal());
}

Value quantity_difference(const Administration& books, RowNumber row) {
  const Table& lines = books.table(TableId::stock_count_lines);
  return Value::decimal(lines.get(row, "QuantityNew").as_decimal() - lines.get(row, "QuantityInStock").as_decimal());
}

Value stock_count_line_status(const Administration& books, RowNumber row) {
  return books.table(TableId::stock_counts).get(books.table(TableId::stock_count_lines).parent(row), "Status");
}

struct Calculation {
  TableId table;
  std::string_view property;
  Value (*function)(const Administration&, RowNumber);
};

constexpr Calculation calculations[] = {
    {TableId::sales_invoices, "AmountDC", amount_dc<TableId::sales_invoices>},
    {TableId::sales_invoices, "VATAmountDC", vat_amount_dc<TableId::sales_invoices>},
    {TableId::sales_invoices, "StatusDescription", invoice_status},
    {TableId::sales_invoices, "TypeDescription", invoice_type},
    {TableId::sales_invoice_lines, "AmountDC", line_amount_dc<TableId::sales_invoice_lines>},
    {TableId::sales_invoice_lines, "VATAmountDC", line_vat_amount_dc<TableId::sales_invoice_lines>},
    {TableId::sales_orders, "AmountDC", amount_dc<TableId::sales_orders>},
    {TableId::sales_orders, "StatusDescription", order_status_text},
    {TableId::sales_orders, "DeliveryStatusDescription", order_delivery_text},
    {TableId::sales_orders, "InvoiceStatusDescription", order_invoice_text},
    {TableId::sales_order_lines, "AmountDC", line_amount_dc<TableId::sales_order_lines>},
    {TableId::sales_order_lines, "DeliveryStatus", line_delivery_status},
    {TableId::sales_order_lines, "InvoiceStatus", line_invoice_status},
    {TableId::sales_order_lines, "OrderStatus", line_delivery_status},
    {TableId::sales_order_lines, "OrderNumber", line_order_number},
    {TableId::sales_entries, "AmountDC", amount_dc<TableId::sales_entries>},
    {TableId::sales_entries, "VATAmountDC", vat_amount_dc<TableId::sales_entries>},
    {TableId::sales_entries, "StatusDescription", entry_status},
    {TableId::sales_entries, "TypeDescription", entry_type},
    {TableId::sales_entry_lines, "AmountDC", line_amount_dc<TableId::sales_entry_lines>},
    {TableId::sales_entry_lines, "VATAmountDC", line_vat_amount_dc<TableId::sales_entry_lines>},
    {TableId::sales_entry_lines, "Type", entry_line_type},
    {TableId::receivables, "AmountDC", amount_dc<TableId::receivables>},
    {TableId::items, "Stock", item_stock},
    {TableId::item_warehouses, "ProjectedStock", projected_stock},
    {TableId::item_warehouses, "FreeStock", free_stock},
    {TableId::stock_count_lines, "QuantityDifference", quantity_difference},
    {TableId::stock_count_lines, "Status", stock_count_line_status},
};

}  // namespace

Value (*calculation(TableId table, std::string_view property))(const Administration&, RowNumber) {
  for (const Calculation& entry : calculations) {
    if (entry.table == table && entry.property == property) return entry.function;
  }
  return nullptr;
}

}  // namespace connector::sandbox::exact
