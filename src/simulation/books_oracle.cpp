#include "simulation/books_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sandbox/exact/sales_invoices.h"
#include "sandbox/walmart/books.h"
#include "simulation/wire_oracles.h"

namespace connector::simulation {

using domain::Decimal;
using sandbox::exact::Administration;
using sandbox::exact::no_row;
using sandbox::exact::RowNumber;
using sandbox::exact::TableId;

namespace {

/// What one order has on either side.
struct Booked {
  std::map<std::string, Decimal> invoiced;  ///< by currency: invoice lines less credit lines
  std::map<std::string, Decimal> units;     ///< by item, of products
  std::map<std::string, Decimal> delivered;
  std::map<std::string, Decimal> ordered;
  int documents = 0;
};

bool is_product(const std::string& item) {
  return item != "SHIPPING" && item != "DISCOUNT" && item != "FEE" && item != "TAX";
}

std::string text_of(const sandbox::exact::Value& value) {
  return std::string(sandbox::exact::trimmed(value.as_text()));
}

std::string item_of(const Administration& books, const sandbox::exact::Table& lines, RowNumber line) {
  const RowNumber item = books.find(TableId::items, lines.get(line, "Item"));
  return item == no_row ? "?" : text_of(books.table(TableId::items).get(item, "Code"));
}

std::map<std::string, Booked> booked_in_exact(const Administration& books) {
  std::map<std::string, Booked> result;
  const auto& invoices = books.table(TableId::sales_invoices);
  const auto& invoice_lines = books.table(TableId::sales_invoice_lines);
  for (RowNumber row = 0; row < invoices.size(); ++row) {
    if (!invoices.is_live(row)) continue;
    Booked& order = result[order_number_in(text_of(invoices.get(row, "YourRef")))];
    ++order.documents;
    const bool credit = sandbox::exact::is_credit_note(invoices.get(row, "Type").as_integer());
    const std::string currency = text_of(invoices.get(row, "Currency"));
    for (RowNumber line = invoices.first_child(row); line != no_row; line = invoice_lines.next_sibling(line)) {
      const Decimal amount = invoice_lines.get(line, "AmountFC").as_decimal().abs();
      const bool negative = invoice_lines.get(line, "AmountFC").as_decimal().is_negative();
      // A credit note's sign is the remote's choice; a discount line of an invoice is negative on its own.
      order.invoiced[currency] += credit || negative ? -amount : amount;
      const std::string item = item_of(books, invoice_lines, line);
      const Decimal quantity = invoice_lines.get(line, "Quantity").as_decimal();
      if (is_product(item)) order.units[item] += credit ? -quantity.abs() : quantity;
    }
  }
  std::map<std::string, std::string> order_of_number;
  const auto& orders = books.table(TableId::sales_orders);
  const auto& order_lines = books.table(TableId::sales_order_lines);
  for (RowNumber row = 0; row < orders.size(); ++row) {
    if (!orders.is_live(row)) continue;
    Booked& order = result[order_number_in(text_of(orders.get(row, "YourRef")))];
    ++order.documents;
    for (RowNumber line = orders.first_child(row); line != no_row; line = order_lines.next_sibling(line)) {
      const std::string item = item_of(books, order_lines, line);
      if (!is_product(item)) continue;
      order.ordered[item] += order_lines.get(line, "Quantity").as_decimal();
      order.delivered[item] += books.read(TableId::sales_order_lines, line, "QuantityDelivered").as_decimal();
    }
  }
  return result;
}

struct Expected {
  std::map<std::string, Decimal> charged;
  std::map<std::string, Decimal> shipped;
  std::map<std::string, Decimal> open;
};

Expected expected_of(const sandbox::walmart::Order& order, const domain::ConnectionSettings& settings) {
  Expected result;
  for (const auto& line : order.lines) {
    result.open[line.sku] += Decimal::from_integer(line.open());
    if (line.shipped() == 0) continue;
    const auto money = sandbox::walmart::charged_for_shipped(line);
    Decimal charged = money.without_tax();
    if (settings.tax_policy != domain::TaxPolicy::exclude) charged += money.tax;
    result.charged[line.currency] += charged;
    result.shipped[line.sku] += Decimal::from_integer(line.shipped());
  }
  return result;
}

bool equal(const std::map<std::string, Decimal>& left, const std::map<std::string, Decimal>& right) {
  const auto covers = [](const auto& one, const auto& other) {
    return std::all_of(one.begin(), one.end(), [&other](const auto& entry) {
      const auto found = other.find(entry.first);
      return (found == other.end() ? Decimal() : found->second) == entry.second;
    });
  };
  return covers(left, right) && covers(right, left);
}

bool at_most(const std::map<std::string, Decimal>& left, const std::map<std::string, Decimal>& right) {
  return std::all_of(left.begin(), left.end(), [&right](const auto& entry) {
    const auto found = right.find(entry.first);
    return entry.second <= (found == right.end() ? Decimal() : found->second);
  });
}

std::string show(const std::map<std::string, Decimal>& amounts) {
  std::string text;
  for (const auto& [name, amount] : amounts) {
    if (!amount.is_zero()) text += (text.empty() ? "" : ", ") + amount.to_string() + " " + name;
  }
  return text.empty() ? "nothing" : text;
}

/// What a person sees of an order that is not booked.
std::string standing_of(store::Store& store, const std::string& purchase_order, bool& is_held) {
  auto query = [purchase_order](store::Reader& reader) { return reader.postings_of(1, purchase_order); };
  auto task = store.read(std::move(query));
  task.start();
  const auto rows = task.take();
  if (!rows) return "the store cannot be read";
  std::string text;
  for (const auto& row : *rows) {
    is_held = is_held || row.state == store::PostingState::held;
    text += fmt::format("{}{} is {}{}{}{}{}", text.empty() ? "" : "; ", row.key, store::to_string(row.state),
                        row.in_doubt ? " in doubt" : "", row.cause ? " for " : "",
                        row.cause ? domain::to_string(*row.cause) : "",
                        row.cause_detail.empty() ? "" : " (" + row.cause_detail + ")");
  }
  return text.empty() ? "it has no posting at all" : text;
}

}  // namespace

void compare_books(sandbox::walmart::Marketplace& walmart, const Administration& exact, store::Store& store,
                   const BooksPolicy& policy, domain::UtcTime now, Verdicts& verdicts) {
  auto booked = booked_in_exact(exact);
  const auto& settings = policy.settings;
  const bool by_sales_order = settings.document_mode == domain::DocumentMode::sales_order_and_invoice;
  auto& seller = walmart.seller();
  for (std::size_t number = 0; number < seller.orders.size(); ++number) {
    const auto index = static_cast<sandbox::walmart::OrderNumber>(number);
    const auto& record = seller.orders.record(index);
    if (record.node_type != sandbox::walmart::NodeType::seller) continue;
    const auto order = seller.orders.order(index, seller.catalogue);
    const auto found = booked.find(order.purchase_order_id);
    const Booked has = found == booked.end() ? Booked{} : found->second;
    if (found != booked.end()) booked.erase(found);
    if (policy.edited_by_person.contains(order.purchase_order_id)) continue;
    const Expected wanted = expected_of(order, settings);
    const std::string name = "order " + order.purchase_order_id;
    const auto complain = [&](const char* invariant, const std::string& message) {
      bool held = false;
      verdicts.complain(invariant, name + ": " + message + "; " + standing_of(store, order.purchase_order_id, held),
                        order.purchase_order_id, now);
    };
    if (!at_most(has.units, wanted.shipped)) {
      complain("once", fmt::format("{} invoiced, but {} shipped", show(has.units), show(wanted.shipped)));
      return;
    }
    if (by_sales_order && !at_most(has.delivered, wanted.shipped)) {
      complain("once", fmt::format("{} delivered, but {} shipped", show(has.delivered), show(wanted.shipped)));
      return;
    }
    const bool units_agree = equal(has.units, wanted.shipped);
    if (units_agree && !equal(has.invoiced, wanted.charged)) {
      complain("to the cent", fmt::format("{} invoiced, but {} charged", show(has.invoiced), show(wanted.charged)));
      return;
    }
    if (record.modified >= policy.settled_before) continue;
    std::map<std::string, Decimal> should_be_ordered = wanted.shipped;
    for (const auto& [sku, quantity] : wanted.open) should_be_ordered[sku] += quantity;
    const bool deliveries_agree = !by_sales_order || equal(has.delivered, wanted.shipped);
    if (units_agree && deliveries_agree) {
      if (by_sales_order && !has.ordered.empty() && !equal(has.ordered, should_be_ordered)) {
        complain("nothing lost", fmt::format("sales orders hold {}, but {} shipped or open", show(has.ordered),
                                             show(should_be_ordered)));
        return;
      }
      continue;
    }
    bool held = false;
    const std::string standing = standing_of(store, order.purchase_order_id, held);
    if (held && !policy.everything_mended) continue;
    verdicts.complain(
        held ? "liveness" : "nothing lost",
        fmt::format("{}, last changed at {}: {} shipped, but {} invoiced; {}", name,
                    domain::to_iso8601_seconds(record.modified), show(wanted.shipped), show(has.units), standing),
        order.purchase_order_id, now);
    return;
  }
  for (const auto& [order, has] : booked) {
    if (has.documents == 0 || policy.edited_by_person.contains(order)) continue;
    verdicts.complain("nothing lost",
                      "Exact holds documents of \"" + order + "\", which is no order that the connector has to book",
                      order, now);
    return;
  }
}

}  // namespace connector::simulation
