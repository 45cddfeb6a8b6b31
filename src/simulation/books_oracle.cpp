#include "simulation/books_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "sandbox/exact/sales_invoices.h"
#include "sandbox/walmart/books.h"
#include "sandbox/walmart/seller.h"
#include "simulation/charges_to_book.h"
#include "simulation/exact_documents.h"
#include "simulation/wire_oracles.h"

namespace connector::simulation {

using domain::Decimal;
using sandbox::exact::Administration;
using sandbox::exact::no_row;
using sandbox::exact::RowNumber;
using sandbox::exact::TableId;

namespace {

using Amounts = std::map<std::string, Decimal>;

/// What Exact has of one order.
struct Booked {
  Amounts invoiced;  ///< by currency: invoice lines, or what a day's invoice lists, less credit lines
  Amounts units;     ///< by item, of products; those of days' invoices belong to no order
  Amounts credited;  ///< units on credit notes, less those of invoices that take a credit note back
  Amounts delivered;
  Amounts ordered;
  std::optional<domain::UtcTime> first_ordered_at;
  int documents = 0;
};

struct Finding {
  const char* invariant;
  std::string message;
};

/// What Exact has in all.
struct Books {
  std::map<std::string, Booked> orders;
  Amounts units_of_days;  ///< on days' invoices
  std::optional<Finding> finding;
};

void add_invoice(const Administration& books, RowNumber row, Booked& order) {
  const auto& invoices = books.table(TableId::sales_invoices);
  const auto& lines = books.table(TableId::sales_invoice_lines);
  const bool credit = sandbox::exact::is_credit_note(invoices.get(row, "Type").as_integer());
  const bool of_credits = credit || takes_a_credit_back(text_of(invoices.get(row, "YourRef")));
  const std::string currency = text_of(invoices.get(row, "Currency"));
  for (RowNumber line = invoices.first_child(row); line != no_row; line = lines.next_sibling(line)) {
    // Which sign a credit note carries is the remote's choice.
    order.invoiced[currency] += sandbox::exact::booked(books, row, lines.get(line, "AmountFC").as_decimal());
    const std::string item = item_of(books, lines, line);
    const Decimal quantity = sandbox::exact::booked(books, row, lines.get(line, "Quantity").as_decimal());
    if (is_product(item)) (of_credits ? order.credited : order.units)[item] += of_credits ? -quantity : quantity;
  }
}

/// A day's invoice: the amounts that it lists by order are its own to the cent.
void add_day(const Administration& books, RowNumber row, Books& result) {
  const auto& invoices = books.table(TableId::sales_invoices);
  const std::string currency = text_of(invoices.get(row, "Currency"));
  Booked day;
  add_invoice(books, row, day);
  for (const auto& [item, quantity] : day.units) result.units_of_days[item] += quantity;
  Decimal listed;
  for (const auto& [number, amount] : listed_orders(text_of(invoices.get(row, "Remarks")))) {
    Booked& order = result.orders[number];
    ++order.documents;
    order.invoiced[currency] += amount;
    listed += amount;
  }
  if (listed == day.invoiced[currency] || result.finding) return;
  result.finding =
      Finding{"to the cent",
              fmt::format("invoice {} is over {} {} but lists orders of {}", text_of(invoices.get(row, "YourRef")),
                          day.invoiced[currency].to_string(), currency, listed.to_string())};
}

Books booked_in_exact(const Administration& books) {
  Books all;
  std::map<std::string, Booked>& result = all.orders;
  const auto& invoices = books.table(TableId::sales_invoices);
  for (RowNumber row = 0; row < invoices.size(); ++row) {
    if (!invoices.is_live(row)) continue;
    if (!listed_orders(text_of(invoices.get(row, "Remarks"))).empty()) {
      add_day(books, row, all);
      continue;
    }
    Booked& order = result[order_number_in(text_of(invoices.get(row, "YourRef")))];
    ++order.documents;
    add_invoice(books, row, order);
  }
  const auto& orders = books.table(TableId::sales_orders);
  const auto& order_lines = books.table(TableId::sales_order_lines);
  for (RowNumber row = 0; row < orders.size(); ++row) {
    if (!orders.is_live(row)) continue;
    Booked& order = result[order_number_in(text_of(orders.get(row, "YourRef")))];
    ++order.documents;
    order.first_ordered_at = std::min(order.first_ordered_at.value_or(orders.created(row)), orders.created(row));
    for (RowNumber line = orders.first_child(row); line != no_row; line = order_lines.next_sibling(line)) {
      const std::string item = item_of(books, order_lines, line);
      if (!is_product(item)) continue;
      order.ordered[item] += order_lines.get(line, "Quantity").as_decimal();
      order.delivered[item] += books.read(TableId::sales_order_lines, line, "QuantityDelivered").as_decimal();
    }
  }
  return all;
}

/// What Walmart says of one order.
struct Expected {
  Amounts charged;   ///< by currency, for what shipped
  Amounts refunded;  ///< by currency, less what was kept back
  Amounts shipped;
  Amounts open;
  Amounts returned;               ///< units whose money went back because of a return
  std::set<std::string> refunds;  ///< items whose money went back without a return: a credit note may count those units
  bool is_confirmed = false;      ///< units are acknowledged or have left: they are to be on a sales order
  bool has_open_return = false;   ///< it may still tell more of what the order tells of its refund
  bool is_excessive = false;      ///< more went back of a line than was charged
};

Expected expected_of(const sandbox::walmart::Order& order, const domain::ConnectionSettings& settings) {
  const bool with_tax = settings.tax_policy != domain::TaxPolicy::exclude;
  Expected result;
  for (const auto& line : order.lines) {
    result.open[line.sku] += Decimal::from_integer(line.open());
    result.is_confirmed = result.is_confirmed || line.in(sandbox::walmart::Status::acknowledged) + line.shipped() > 0;
    if (line.shipped() == 0) continue;
    const auto sum = [with_tax](const sandbox::walmart::MoneyByKind& money) {
      return with_tax ? money.without_tax() + money.tax : money.without_tax();
    };
    const Decimal charged = sum(charges_to_book(order, line, settings));
    const Decimal refunded = sum(sandbox::walmart::refunded_on(line));
    result.charged[line.currency] += charged;
    result.refunded[line.currency] += refunded;
    result.is_excessive = result.is_excessive || charged < refunded;
    result.shipped[line.sku] += Decimal::from_integer(line.shipped());
    for (const auto& refund : line.refunds) {
      if (!refund.is_of_return) result.refunds.insert(line.sku);
    }
  }
  return result;
}

/// Adds the returns of the order, also of what was free; returns when the last of them changed.
domain::UtcTime add_returns(const sandbox::walmart::Seller& seller, sandbox::walmart::OrderNumber number,
                            const sandbox::walmart::Order& order, Expected& expected) {
  domain::UtcTime changed{};
  for (const std::size_t index : seller.returns.of_order(number)) {
    const auto& returned = seller.returns.at(index);
    changed = std::max(changed, returned.modified);
    const bool is_open = sandbox::walmart::status_word(returned) != "COMPLETED";
    expected.has_open_return = expected.has_open_return || is_open;
    for (const auto& line : returned.lines) {
      expected.returned[order.lines[line.line].sku] += Decimal::from_integer(line.refunded);
    }
  }
  return changed;
}

Amounts less(Amounts amounts, const Amounts& others) {
  for (const auto& [name, amount] : others) amounts[name] -= amount;
  return amounts;
}

bool equal(const Amounts& left, const Amounts& right) {
  const auto covers = [](const auto& one, const auto& other) {
    return std::all_of(one.begin(), one.end(), [&other](const auto& entry) {
      const auto found = other.find(entry.first);
      return (found == other.end() ? Decimal() : found->second) == entry.second;
    });
  };
  return covers(left, right) && covers(right, left);
}

bool at_most(const Amounts& left, const Amounts& right) {
  return std::all_of(left.begin(), left.end(), [&right](const auto& entry) {
    const auto found = right.find(entry.first);
    return entry.second <= (found == right.end() ? Decimal() : found->second);
  });
}

std::string show(const Amounts& amounts) {
  std::string text;
  for (const auto& [name, amount] : amounts) {
    if (!amount.is_zero()) text += (text.empty() ? "" : ", ") + amount.to_string() + " " + name;
  }
  return text.empty() ? "nothing" : text;
}

/// What shipped in a month that was closed goes on the invoice of the next month's first day, which may be weeks away.
bool waits_for_open_day(const sandbox::walmart::Order& order, const BooksPolicy& policy) {
  if (policy.settings.document_mode != domain::DocumentMode::daily_summary) return false;
  if (policy.settings.closed_period != domain::ClosedPeriodPolicy::first_open_day) return false;
  for (const auto& line : order.lines) {
    for (const auto& portion : line.portions) {
      if (!portion.tracking) continue;
      const auto day = domain::date_in_zone(portion.tracking->ship_time, policy.settings.booking_zone);
      if (day && policy.closed_months.contains(domain::to_iso8601(*day).substr(0, 7))) return true;
    }
  }
  return false;
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

/// One order on both sides.
struct Sides {
  Booked has;
  Expected wanted;
  bool by_sales_order = false;
  bool by_day = false;
};

bool credits_agree(const Sides& sides) {
  const auto missing = less(sides.wanted.returned, sides.has.credited);
  return std::all_of(missing.begin(), missing.end(), [&sides](const auto& entry) {
    return entry.second.is_zero() || sides.wanted.refunds.contains(entry.first);
  });
}

/// What may not be at any time, however much is still on its way.
std::optional<Finding> never_allowed(const Sides& sides) {
  const auto& [has, wanted, by_sales_order, by_day] = sides;
  // Where more went back than the books hold, a person has the rest: what was kept back of it stands there alone.
  if (by_day && !wanted.is_excessive && !at_most(has.invoiced, wanted.charged)) {
    return Finding{"once", fmt::format("{} invoiced, but {} charged", show(has.invoiced), show(wanted.charged))};
  }
  if (!at_most(has.units, wanted.shipped)) {
    return Finding{"once", fmt::format("{} invoiced, but {} shipped", show(has.units), show(wanted.shipped))};
  }
  if (by_sales_order && !at_most(has.delivered, wanted.shipped)) {
    return Finding{"once", fmt::format("{} delivered, but {} shipped", show(has.delivered), show(wanted.shipped))};
  }
  for (const auto& [currency, amount] : has.invoiced) {
    if (!amount.is_negative()) continue;
    return Finding{"to the cent", fmt::format("more is credited than was invoiced: {}", show(has.invoiced))};
  }
  const bool refunded = !equal(wanted.refunded, {});
  if (!refunded && equal(has.units, wanted.shipped) && !equal(has.invoiced, wanted.charged)) {
    return Finding{"to the cent", fmt::format("{} invoiced, but {} charged", show(has.invoiced), show(wanted.charged))};
  }
  return std::nullopt;
}

/// What must be once nothing is on its way any more.
std::optional<Finding> not_booked(const Sides& sides) {
  const auto& [has, wanted, by_sales_order, by_day] = sides;
  if (by_day && has.documents == 0 && !equal(wanted.charged, {})) {
    return Finding{"nothing lost", fmt::format("{} charged, but no invoice of a day lists it", show(wanted.charged))};
  }
  if (!by_day && !equal(has.units, wanted.shipped)) {
    return Finding{"nothing lost", fmt::format("{} shipped, but {} invoiced", show(wanted.shipped), show(has.units))};
  }
  if (by_sales_order && !equal(has.delivered, wanted.shipped)) {
    return Finding{"nothing lost",
                   fmt::format("{} shipped, but {} delivered", show(wanted.shipped), show(has.delivered))};
  }
  Amounts should_be_ordered = wanted.shipped;
  for (const auto& [sku, quantity] : wanted.open) should_be_ordered[sku] += quantity;
  if (by_sales_order && (wanted.is_confirmed || !has.ordered.empty()) && !equal(has.ordered, should_be_ordered)) {
    return Finding{"nothing lost", fmt::format("sales orders hold {}, but {} shipped or open", show(has.ordered),
                                               show(should_be_ordered))};
  }
  if (wanted.has_open_return) return std::nullopt;
  if (!equal(has.invoiced, less(wanted.charged, wanted.refunded))) {
    return Finding{"to the cent", fmt::format("invoices less credit notes are {}, but {} was charged and {} refunded",
                                              show(has.invoiced), show(wanted.charged), show(wanted.refunded))};
  }
  if (!credits_agree(sides)) {
    return Finding{"nothing lost",
                   fmt::format("{} returned, but {} credited", show(wanted.returned), show(has.credited))};
  }
  return std::nullopt;
}

/// The least time between acknowledgement and shipment in which nothing excuses that no sales order was made.
constexpr domain::Milliseconds kTimeToOrder = std::chrono::hours(5);

/// A sales order reserves what was acknowledged: it must be there before that ships, unless something hindered.
std::optional<Finding> ordered_too_late(const sandbox::walmart::Orders& orders, sandbox::walmart::OrderNumber number,
                                        const Booked& has, const BooksPolicy& policy) {
  const auto script = orders.source_of(number).script(orders.sketch(number));
  std::optional<domain::UtcTime> acknowledged, shipped;
  for (std::size_t index = 0; index < script.count; ++index) {
    const auto& event = script.events[index];
    if (event.kind == sandbox::walmart::EventKind::acknowledge && !acknowledged) acknowledged = event.time;
    if (event.kind == sandbox::walmart::EventKind::ship && !shipped) shipped = event.time;
  }
  if (!acknowledged || !shipped || *acknowledged < policy.calm_since) return std::nullopt;
  if (*shipped - *acknowledged < kTimeToOrder || !has.first_ordered_at || *has.first_ordered_at <= *shipped) {
    return std::nullopt;
  }
  return Finding{"nothing lost",
                 fmt::format("acknowledged at {} and shipped at {}, but its sales order was made at {}",
                             domain::to_iso8601_seconds(*acknowledged), domain::to_iso8601_seconds(*shipped),
                             domain::to_iso8601_seconds(*has.first_ordered_at))};
}

/// The units of days' invoices against what left: never more than that, and of what has settled no less.
std::optional<Finding> units_of_days(const Amounts& invoiced, const Amounts& shipped, const Amounts& settled) {
  if (!at_most(invoiced, shipped)) {
    return Finding{"once", fmt::format("days' invoices hold {}, but {} shipped", show(invoiced), show(shipped))};
  }
  if (at_most(settled, invoiced)) return std::nullopt;
  return Finding{"nothing lost",
                 fmt::format("days' invoices hold {}, but {} shipped by then", show(invoiced), show(settled))};
}

}  // namespace

void compare_books(sandbox::walmart::Marketplace& walmart, const Administration& exact, store::Store& store,
                   const BooksPolicy& policy, domain::UtcTime now, Verdicts& verdicts) {
  auto books = booked_in_exact(exact);
  auto& booked = books.orders;
  auto& seller = walmart.seller();
  Sides sides;
  sides.by_sales_order = policy.settings.document_mode == domain::DocumentMode::sales_order_and_invoice;
  sides.by_day = policy.settings.document_mode == domain::DocumentMode::daily_summary;
  Amounts shipped, settled;
  for (std::size_t number = 0; number < seller.orders.size(); ++number) {
    const auto index = static_cast<sandbox::walmart::OrderNumber>(number);
    const auto& record = seller.orders.record(index);
    if (record.node_type != sandbox::walmart::NodeType::seller) continue;
    const auto order = seller.orders.order(index, seller.catalogue);
    const auto found = booked.extract(order.purchase_order_id);
    sides.has = found.empty() ? Booked{} : found.mapped();
    sides.wanted = expected_of(order, policy.settings);
    const auto changed = std::max(record.modified, add_returns(seller, index, order, sides.wanted));
    const bool has_settled = changed < policy.settled_before && !waits_for_open_day(order, policy);
    for (const auto& [sku, units] : sides.wanted.shipped) {
      shipped[sku] += units;
      if (has_settled) settled[sku] += units;
    }
    if (policy.edited_by_person.contains(order.purchase_order_id)) continue;
    auto finding = never_allowed(sides);
    bool is_held = false;
    if (!finding && has_settled && !policy.taken_over.contains(order.purchase_order_id)) {
      finding = not_booked(sides);
      if (!finding && sides.by_sales_order) finding = ordered_too_late(seller.orders, index, sides.has, policy);
      // What goes beyond the order's charges is a person's to decide.
      if (finding && sides.wanted.is_excessive) {
        (void)standing_of(store, order.purchase_order_id, is_held);
        if (is_held) continue;
      }
    }
    if (!finding) continue;
    const std::string standing = standing_of(store, order.purchase_order_id, is_held);
    verdicts.complain(
        is_held && finding->invariant == std::string_view("nothing lost") ? "liveness" : finding->invariant,
        fmt::format("order {}, last changed at {}: {}; {}", order.purchase_order_id,
                    domain::to_iso8601_seconds(changed), finding->message, standing),
        order.purchase_order_id, now);
    return;
  }
  for (const auto& [order, has] : booked) {
    if (has.documents == 0 || policy.is_a_persons(order)) continue;
    verdicts.complain("nothing lost",
                      "Exact holds documents of \"" + order + "\", which is no order that the connector has to book",
                      order, now);
    return;
  }
  if (!sides.by_day) return;
  auto finding = std::move(books.finding);
  // A day's invoice that a person deleted took its units along.
  const bool is_all_ours = policy.edited_by_person.empty() && policy.taken_over.empty();
  if (!finding) finding = units_of_days(books.units_of_days, shipped, is_all_ours ? settled : Amounts{});
  if (finding) verdicts.complain(finding->invariant, finding->message, "daily", now);
}

}  // namespace connector::simulation
