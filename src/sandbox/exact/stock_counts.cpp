#include "sandbox/exact/stock_counts.h"

#include "sandbox/exact/sales_documents.h"

namespace connector::sandbox::exact {
namespace {

using domain::Decimal;

constexpr std::int64_t count_draft = 12;
constexpr std::int64_t count_processed = 21;

bool refuse_processed_count(Call& call, RowNumber count) {
  if (call.books.table(TableId::stock_counts).get(count, "Status").as_integer() != count_processed) return false;
  call.problems.add(already_processed(call.problems.language()));
  return true;
}

Decimal current_stock(const Administration& books, RowNumber item, RowNumber warehouse) {
  const RowNumber row = books.find_stock_row(item, warehouse);
  return row == no_row ? Decimal{} : books.table(TableId::item_warehouses).get(row, "CurrentStock").as_decimal();
}

void complete_line(const Administration& books, Problems& problems, RowNumber warehouse, Draft& line) {
  const RowNumber item = books.find(TableId::items, line.get("Item"));
  if (item == no_row) {
    return problems.add(line.has("Item") ? Complaint::invalid_reference : Complaint::mandatory, Term::item);
  }
  if (!books.table(TableId::items).get(item, "IsStockItem").as_boolean()) {
    return problems.add(Complaint::not_allowed, Term::stock_item);
  }
  if (!line.has("QuantityNew")) return problems.add(Complaint::mandatory, Term::quantity);
  if (warehouse == no_row) return;
  line.set_amount("QuantityInStock", current_stock(books, item, warehouse));
  line.set("Warehouse", Value::reference(TableId::warehouses, warehouse));
}

void process(Administration& books, RowNumber count, domain::UtcTime now) {
  const RowNumber warehouse =
      books.find(TableId::warehouses, books.table(TableId::stock_counts).get(count, "Warehouse"));
  Table& lines = books.table(TableId::stock_count_lines);
  for (RowNumber row = books.table(TableId::stock_counts).first_child(count); row != no_row;
       row = lines.next_sibling(row)) {
    Draft line = lines.draft(row);
    const RowNumber item = books.find(TableId::items, line.get("Item"));
    if (item == no_row) continue;
    const Decimal current = current_stock(books, item, warehouse);
    line.set_amount("QuantityInStock", current);
    books.update(TableId::stock_count_lines, row, line, now);
    books.move_stock(item, warehouse, line.get("QuantityNew").as_decimal() - current, now);
  }
  Draft header = books.table(TableId::stock_counts).draft(count);
  header.set("Status", Value::integer(count_processed));
  books.update(TableId::stock_counts, count, header, now);
}

}  // namespace

Outcome create_stock_count(Call& call) {
  Administration& books = call.books;
  Draft& header = call.draft;
  if (!header.has("StockCountDate")) call.problems.add(Complaint::mandatory, Term::stock_count_date);
  const RowNumber warehouse = books.find(TableId::warehouses, header.get("Warehouse"));
  if (warehouse == no_row) {
    call.problems.add(header.has("Warehouse") ? Complaint::invalid_reference : Complaint::mandatory, Term::warehouse);
  }
  if (call.lines.empty()) call.problems.add(Complaint::mandatory, Term::lines);
  for (Draft& line : call.lines) complete_line(books, call.problems, warehouse, line);
  if (call.problems.any()) return {};
  const bool process_now = header.get("Status").as_integer() == count_processed;
  const std::int64_t number = books.next_number("stock count", 1);
  header.set("Status", Value::integer(count_draft));
  header.set("StockCountNumber", Value::integer(number));
  header.set("EntryNumber", Value::integer(number));
  header.set("Source", Value::integer(2));
  const RowNumber count = books.insert(TableId::stock_counts, header, call.now);
  std::int64_t line_number = 0;
  for (Draft& line : call.lines) {
    line.set("LineNumber", Value::integer(++line_number));
    books.insert(TableId::stock_count_lines, line, call.now, count);
  }
  if (process_now) process(books, count, call.now);
  return Outcome{Outcome::Kind::created, count, {}};
}

Outcome update_stock_count(Call& call) {
  if (refuse_processed_count(call, call.row)) return {};
  call.books.update(TableId::stock_counts, call.row, call.draft, call.now);
  return {};
}

Outcome delete_stock_count(Call& call) {
  if (refuse_processed_count(call, call.row)) return {};
  call.books.erase(TableId::stock_counts, call.row, call.now);
  return {};
}

Outcome create_stock_count_line(Call& call) {
  Administration& books = call.books;
  const RowNumber count = books.find(TableId::stock_counts, call.draft.get("StockCountID"));
  if (count == no_row) {
    call.problems.add(call.draft.has("StockCountID") ? Complaint::invalid_reference : Complaint::mandatory,
                      Term::stock_count);
    return {};
  }
  if (refuse_processed_count(call, count)) return {};
  const RowNumber warehouse =
      books.find(TableId::warehouses, books.table(TableId::stock_counts).get(count, "Warehouse"));
  complete_line(books, call.problems, warehouse, call.draft);
  if (call.problems.any()) return {};
  std::int64_t number = 1;
  for (const Draft& line : stored_lines(books, TableId::stock_counts, count)) {
    number = std::max(number, line.get("LineNumber").as_integer() + 1);
  }
  call.draft.set("LineNumber", Value::integer(number));
  return Outcome{Outcome::Kind::created, books.insert(TableId::stock_count_lines, call.draft, call.now, count), {}};
}

Outcome update_stock_count_line(Call& call) {
  if (refuse_processed_count(call, call.books.table(TableId::stock_count_lines).parent(call.row))) return {};
  call.books.update(TableId::stock_count_lines, call.row, call.draft, call.now);
  return {};
}

Outcome delete_stock_count_line(Call& call) {
  if (refuse_processed_count(call, call.books.table(TableId::stock_count_lines).parent(call.row))) return {};
  call.books.erase(TableId::stock_count_lines, call.row, call.now);
  return {};
}

Outcome process_stock_count(Call& call) {
  const RowNumber count = call.books.find(TableId::stock_counts, call.draft.get("StockCountID"));
  if (count == no_row) {
    call.problems.add(call.draft.has("StockCountID") ? Complaint::invalid_reference : Complaint::mandatory,
                      Term::stock_count);
    return {};
  }
  if (refuse_processed_count(call, count)) return {};
  process(call.books, count, call.now);
  const bool dutch = call.problems.language() == Language::dutch;
  Outcome outcome{Outcome::Kind::created_elsewhere, no_row, json::Value{json::Object{}}};
  outcome.answer.set("StockCountID", to_string(call.books.guid(Reference{TableId::stock_counts, count})));
  outcome.answer.set("Division", call.books.code());
  outcome.answer.set("ErrorMessage", nullptr);
  outcome.answer.set("SuccessMessage", dutch ? "Voorraadtelling is verwerkt" : "Stock count is processed");
  return outcome;
}

}  // namespace connector::sandbox::exact
