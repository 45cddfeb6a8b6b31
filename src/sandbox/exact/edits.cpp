#include "sandbox/exact/edits.h"

#include "sandbox/exact/invoice_printing.h"
#include "sandbox/exact/sales_documents.h"
#include "sandbox/exact/sales_invoices.h"
#include "sandbox/exact/sales_orders.h"
#include "sandbox/exact/seed.h"

namespace connector::sandbox::exact {
namespace {

using domain::Cause;
using domain::fail;
using domain::Result;

class Edit {
 public:
  Edit(Administration& books, const json::Value& request, domain::UtcTime now)
      : books_(books), request_(request), now_(now) {}

  Result<json::Value> run() {
    const std::string action = request_["action"].text_or("");
    if (action == "block_item") return set_flag(TableId::items, "IsSalesItem", Value::boolean(false));
    if (action == "unblock_item") return set_flag(TableId::items, "IsSalesItem", Value::boolean(true));
    if (action == "block_gl_account") return set_flag(TableId::gl_accounts, "IsBlocked", Value::boolean(true));
    if (action == "unblock_gl_account") return set_flag(TableId::gl_accounts, "IsBlocked", Value::boolean(false));
    if (action == "block_account") return set_flag(TableId::accounts, "Blocked", Value::boolean(true));
    if (action == "unblock_account") return set_flag(TableId::accounts, "Blocked", Value::boolean(false));
    if (action == "use_cost_center") {
      return set_flag(TableId::gl_accounts, "UseCostcenter", Value::integer(request_["use"].integer().value_or(0)));
    }
    if (action == "add_item") return add_new_item();
    if (action == "delete_item") return delete_item();
    if (action == "close_period" || action == "open_period") return period(action == "close_period");
    if (action == "set_stock") return set_stock();
    if (action == "set_price") return set_price();
    if (action == "set_rate") return set_rate();
    if (action == "delete_order" || action == "cancel_order") return order(action == "delete_order");
    if (action == "delete_invoice" || action == "print_invoice" || action == "change_invoice") return invoice(action);
    if (action == "change_invoice_line") return invoice_line();
    return fail(Cause::bad_input, "unknown action " + action);
  }

 private:
  json::Value named(TableId table, RowNumber row) const {
    json::Value answer{json::Object{}};
    answer.set("id", to_string(books_.guid(Reference{table, row})));
    return answer;
  }

  Result<RowNumber> by_code(TableId table) const {
    const std::string code = request_["code"].text_or("");
    const RowNumber row = books_.find_code(table, code);
    if (row == no_row) return fail(Cause::not_found, "no record with code " + code);
    return row;
  }

  Result<RowNumber> by_id(TableId table) const {
    const auto guid = parse_guid(request_["id"].string());
    const RowNumber row = guid ? books_.find(table, Value::guid(*guid)) : no_row;
    if (row == no_row) return fail(Cause::not_found, "no record with this id");
    return row;
  }

  Result<json::Value> set_flag(TableId table, std::string_view property, Value value) {
    const auto row = by_code(table);
    if (!row) return fail(row.error());
    Draft draft = books_.table(table).draft(*row);
    draft.set(property, value);
    books_.update(table, *row, draft, now_);
    return named(table, *row);
  }

  Result<json::Value> add_new_item() {
    Seed::Item item;
    item.code = request_["code"].text_or("");
    if (item.code.empty()) return fail(Cause::bad_input, "add_item needs a code");
    item.description = request_["description"].text_or(item.code);
    item.price = request_["price"].decimal().value_or(domain::Decimal{});
    item.stock = request_["stock"].decimal().value_or(domain::Decimal{});
    item.stock_item = request_["stock_item"].boolean().value_or(true);
    item.revenue_account = request_["revenue_account"].text_or("8000");
    return named(TableId::items, add_item(books_, item, now_));
  }

  Result<json::Value> delete_item() {
    const auto row = by_code(TableId::items);
    if (!row) return fail(row.error());
    const json::Value answer = named(TableId::items, *row);
    books_.erase(TableId::items, *row, now_);
    return answer;
  }

  Result<json::Value> period(bool closed) {
    const auto year = request_["year"].integer();
    const auto number = request_["period"].integer();
    if (!year || !number || !books_.has_period(static_cast<int>(*year), static_cast<int>(*number))) {
      return fail(Cause::not_found, "no such period");
    }
    books_.set_closed(static_cast<int>(*year), static_cast<int>(*number), closed);
    return json::Value{json::Object{}};
  }

  Result<json::Value> set_stock() {
    const auto item = by_code(TableId::items);
    if (!item) return fail(item.error());
    RowNumber warehouse = books_.main_warehouse();
    if (request_.contains("warehouse")) {
      warehouse = books_.find_code(TableId::warehouses, request_["warehouse"].text_or(""));
    }
    const auto quantity = request_["quantity"].decimal();
    if (warehouse == no_row || !quantity) return fail(Cause::bad_input, "set_stock needs a warehouse and a quantity");
    const RowNumber row = books_.stock_row(*item, warehouse, now_);
    const domain::Decimal current = books_.table(TableId::item_warehouses).get(row, "CurrentStock").as_decimal();
    books_.move_stock(*item, warehouse, *quantity - current, now_);
    return named(TableId::item_warehouses, row);
  }

  /// The item's first row of that currency in the price list is changed, or one made.
  Result<json::Value> set_price() {
    const auto item = by_code(TableId::items);
    if (!item) return fail(item.error());
    const auto price = request_["price"].decimal();
    const std::string currency = request_["currency"].text_or("USD");
    if (!price || !books_.rate(currency)) return fail(Cause::bad_input, "set_price needs a price and a known currency");
    Table& prices = books_.table(TableId::sales_item_prices);
    for (RowNumber row = 0; row < prices.size(); ++row) {
      if (!prices.is_live(row) || books_.find(TableId::items, prices.get(row, "Item")) != *item) continue;
      if (prices.get(row, "Currency").as_text() != currency) continue;
      Draft draft = prices.draft(row);
      draft.set_amount("Price", *price);
      books_.update(TableId::sales_item_prices, row, draft, now_);
      return named(TableId::sales_item_prices, row);
    }
    const domain::Decimal one = domain::Decimal::from_integer(1);
    Draft draft(table_definition(TableId::sales_item_prices).type);
    draft.set("Item", Value::reference(TableId::items, *item));
    draft.set_amount("Price", *price);
    draft.set("Currency", draft.own_text(currency));
    draft.set_amount("Quantity", one);
    draft.set_amount("NumberOfItemsPerUnit", one);
    draft.set("StartDate", Value::instant(std::chrono::floor<std::chrono::days>(now_)));
    return named(TableId::sales_item_prices, books_.insert(TableId::sales_item_prices, draft, now_));
  }

  Result<json::Value> set_rate() {
    const auto rate = request_["rate"].decimal();
    const std::string currency = request_["currency"].text_or("");
    if (!rate || currency.size() != 3) return fail(Cause::bad_input, "set_rate needs a currency and a rate");
    books_.set_rate(currency, *rate);
    return json::Value{json::Object{}};
  }

  Result<json::Value> order(bool remove) {
    const auto row = by_id(TableId::sales_orders);
    if (!row) return fail(row.error());
    const json::Value answer = named(TableId::sales_orders, *row);
    if (books_.table(TableId::sales_orders).get(*row, "Status").as_integer() != order_cancelled) {
      cancel_order(books_, *row, now_);
    }
    if (remove) books_.erase(TableId::sales_orders, *row, now_);
    return answer;
  }

  Result<json::Value> invoice(std::string_view action) {
    const auto row = by_id(TableId::sales_invoices);
    if (!row) return fail(row.error());
    const json::Value answer = named(TableId::sales_invoices, *row);
    if (action == "delete_invoice") {
      remove_invoice(books_, *row, now_);
    } else if (action == "print_invoice") {
      Problems problems(books_.switches().language);
      if (!print_invoice(books_, problems, *row, {}, now_)) return fail(Cause::bad_input, problems.joined());
    } else {
      Draft draft = books_.table(TableId::sales_invoices).draft(*row);
      if (request_.contains("your_ref")) draft.set("YourRef", text("your_ref"));
      if (request_.contains("description")) draft.set("Description", text("description"));
      books_.update(TableId::sales_invoices, *row, draft, now_);
      books_.touch_lines(TableId::sales_invoices, *row, now_);
    }
    return answer;
  }

  Value text(std::string_view member) const {
    const json::Value& value = request_[member];
    return value.is_string() ? Value::text(value.string()) : Value{};
  }

  Result<json::Value> invoice_line() {
    const auto row = by_id(TableId::sales_invoice_lines);
    if (!row) return fail(row.error());
    const RowNumber invoice = books_.table(TableId::sales_invoice_lines).parent(*row);
    Draft line = books_.table(TableId::sales_invoice_lines).draft(*row);
    if (const auto quantity = request_["quantity"].decimal()) line.set_amount("Quantity", *quantity);
    if (const auto price = request_["net_price"].decimal()) {
      line.set_amount("NetPrice", *price);
      line.set("UnitPrice", {});
    }
    line.set("VATAmountFC", {});
    Draft header = books_.table(TableId::sales_invoices).draft(invoice);
    Problems problems(books_.switches().language);
    complete_line(books_, problems, header, line, SalesDocument::invoice);
    if (problems.any()) return fail(Cause::bad_input, problems.joined());
    books_.update(TableId::sales_invoice_lines, *row, line, now_);
    complete_totals(header, stored_lines(books_, TableId::sales_invoices, invoice), "VATAmountFC");
    books_.update(TableId::sales_invoices, invoice, header, now_);
    return named(TableId::sales_invoices, invoice);
  }

  Administration& books_;
  const json::Value& request_;
  domain::UtcTime now_;
};

}  // namespace

Result<json::Value> edit(Administration& books, const json::Value& request, domain::UtcTime now) {
  return Edit(books, request, now).run();
}

}  // namespace connector::sandbox::exact
