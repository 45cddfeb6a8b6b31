#include "flows/settled_orders.h"

#include "domain/credit_planning.h"
#include "flows/posting_states.h"

namespace connector::flows {

using domain::Decimal;
using domain::PostingKind;
using domain::Result;
using json::Value;
using store::PostingState;
using Verdict = SettledComparison::Verdict;

namespace {

constexpr const char* kSettledOrder = "settled_order";

Result<SettledOrder> settled_order(store::Reader& reader, store::ConnectionId connection, const std::string& order) {
  auto row = reader.reference(connection, kSettledOrder, order);
  if (!row) return domain::fail(row.error());
  if (!*row) return SettledOrder{};
  auto data = json::parse((*row)->data);
  if (!data) return domain::fail(data.error());
  return settled_order_from_json(*data);
}

/// What stands in Exact of an order and what is to be sent; what a person skipped was booked by hand as it was planned.
void add_booked(const std::vector<store::PostingRow>& rows, SettledComparison& comparison) {
  for (const store::PostingRow& row : rows) {
    if (row.state == PostingState::withdrawn) continue;
    const bool is_booked = row.state == PostingState::posted || row.state == PostingState::skipped;
    Decimal& credits = is_booked ? comparison.credited : comparison.to_credit;
    if (row.kind == PostingKind::credit_memo) {
      credits += row.total;
    } else if (row.kind == PostingKind::sales_invoice && domain::is_reversal_key(row.key)) {
      credits -= row.total;
    } else if (row.kind == PostingKind::sales_invoice) {
      (is_booked ? comparison.invoiced : comparison.to_invoice) += row.total;
    }
  }
}

Verdict verdict_of(const SettledComparison& comparison) {
  const Decimal sales = comparison.settled.sales;
  const Decimal given_back = -comparison.settled.refunds;
  if (sales > comparison.invoiced + comparison.to_invoice || given_back > comparison.credited + comparison.to_credit) {
    return Verdict::settled_more;
  }
  if (sales > comparison.invoiced || given_back > comparison.credited) return Verdict::not_booked_yet;
  return sales == comparison.invoiced && given_back == comparison.credited ? Verdict::agrees : Verdict::settled_less;
}

/// Whether the order's documents are the connector's.
bool is_booked_here(const std::optional<store::OrderRow>& order, const std::vector<store::PostingRow>& rows) {
  return order && (order->state != "before_go_live" || has_begun(rows));
}

/// What can be part of a customer's account; the rest says nothing of invoices.
domain::SettledItems of_customers(domain::SettledItems items) {
  std::erase_if(items,
                [](const auto& entry) { return !domain::is_receivable(entry.first, domain::TaxPolicy::include); });
  return items;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::agrees:
      return "agrees";
    case Verdict::not_booked_yet:
      return "not_booked_yet";
    case Verdict::settled_less:
      return "settled_less";
    case Verdict::settled_more:
      return "settled_more";
    case Verdict::unknown_order:
      return "unknown_order";
  }
  return "";
}

Value to_json(const SettledComparison& comparison) {
  Value object{json::Object{}};
  object.set("purchase_order_id", comparison.purchase_order_id);
  object.set("verdict", to_string(comparison.verdict));
  object.set("settled_sales", comparison.settled.sales);
  object.set("invoiced", comparison.invoiced);
  object.set("settled_refunds", -comparison.settled.refunds);
  object.set("credited", comparison.credited);
  return object;
}

Result<void> remember_settled_orders(store::Transaction& transaction, store::ConnectionId connection,
                                     domain::Date payout_date,
                                     const std::vector<std::pair<std::string, domain::SettledItems>>& orders) {
  for (const auto& [id, items] : orders) {
    auto known = settled_order(transaction, connection, id);
    if (!known) return domain::fail(known.error());
    (*known)[payout_date] = of_customers(items);
    auto put = transaction.put_reference(connection, {kSettledOrder, id, id, json::write(to_json(*known))});
    if (!put) return put;
  }
  return {};
}

Result<std::vector<SettledComparison>> compare_settled_orders(store::Reader& reader, const PlanningContext& context,
                                                              const std::vector<std::string>& orders) {
  std::vector<SettledComparison> comparisons;
  for (const std::string& id : orders) {
    auto settled = settled_order(reader, context.connection, id);
    if (!settled) return domain::fail(settled.error());
    SettledComparison comparison;
    comparison.purchase_order_id = id;
    for (const auto& [payout_date, items] : *settled) {
      const auto part = domain::receivable_of(items, context.mapping, context.settings.tax_policy);
      comparison.settled.sales += part.sales;
      comparison.settled.refunds += part.refunds;
    }
    auto order = reader.order(context.connection, id);
    if (!order) return domain::fail(order.error());
    auto rows = reader.postings_of(context.connection, id);
    if (!rows) return domain::fail(rows.error());
    add_booked(*rows, comparison);
    comparison.verdict = is_booked_here(*order, *rows) ? verdict_of(comparison) : Verdict::unknown_order;
    comparisons.push_back(std::move(comparison));
  }
  return comparisons;
}

}  // namespace connector::flows
