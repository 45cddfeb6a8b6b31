// Random lives of random orders: whatever is shipped, cancelled, frozen and planned again in whatever sequence, the
// invoices add up to the charges of what left, and planning twice plans nothing.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>

#include "domain/planning.h"

namespace connector::domain {
namespace planning_property_test {

Decimal cents(std::int64_t count) { return Decimal::from_units(count * 10'000); }
Decimal units(int count) { return Decimal::from_integer(count); }

constexpr std::int64_t day = 86'400'000;
const UtcTime first_day = from_epoch_milliseconds(1'700'000'000'000);

Charge charge(const char* type, Decimal amount, std::optional<Decimal> tax) {
  return {type, type, "USD", amount, tax, "Tax1"};
}

OrderLine any_line(int number) {
  OrderLine line;
  line.line_number = std::to_string(number);
  line.sku = *rc::gen::element<std::string>("PLAIN", "KIT", "OTHER");
  line.quantity = units(*rc::gen::inRange(1, 8));
  const auto amount = [](int from, int to) { return cents(*rc::gen::inRange<std::int64_t>(from, to)); };
  line.charges.push_back(charge("PRODUCT", amount(0, 5000), amount(0, 400)));
  if (*rc::gen::arbitrary<bool>()) line.charges.push_back(charge("PRODUCT", amount(-200, 0), std::nullopt));
  if (*rc::gen::arbitrary<bool>()) line.charges.push_back(charge("SHIPPING", amount(0, 900), amount(0, 70)));
  line.statuses.push_back({LineStatus::acknowledged, "Acknowledged", line.quantity, std::nullopt, "", "", ""});
  return line;
}

/// Moves some of the acknowledged units on.
void live_on(OrderLine& line) {
  QuantityStatus& open = line.statuses.front();
  if (open.quantity.is_zero()) return;
  const Decimal part = units(*rc::gen::inRange<int>(0, static_cast<int>(open.quantity.whole()) + 1));
  if (part.is_zero()) return;
  QuantityStatus moved{LineStatus::shipped, "Shipped", part, std::nullopt, "", "", ""};
  const int fate = *rc::gen::inRange(0, 6);
  if (fate == 0) {
    moved.status = LineStatus::cancelled;
  } else {
    if (fate == 1) moved.status = LineStatus::delivered;
    moved.ship_time = first_day + Milliseconds(day * *rc::gen::inRange(0, 4));
  }
  open.quantity -= part;
  line.statuses.push_back(moved);
}

/// What Walmart charged for the first `quantity` units, each charge by itself.
Decimal charged(const OrderLine& line, Decimal quantity, TaxPolicy policy) {
  Decimal sum;
  for (const Charge& charge : line.charges) {
    sum += proportion(charge.amount, quantity, line.quantity, 2);
    if (policy != TaxPolicy::exclude && charge.tax) sum += proportion(*charge.tax, quantity, line.quantity, 2);
  }
  return sum;
}

Mapping mapping() {
  const std::map<std::string, std::vector<KitComponent>> kits{
      {"KIT", {{"A", units(1), units(2)}, {"B", units(3), units(1)}, {"GIFT", units(1), units(0)}}}};
  std::vector<MappingRow> rows{{"*", "", "8000", "", "", "", "MAIN"},
                               {"@shipping", "FREIGHT", "", "", "", "", ""},
                               {"@tax", "TAX", "", "", "", "", ""},
                               {"OTHER", "", "", "", "", "", "WEST"}};
  if (*rc::gen::arbitrary<bool>()) rows.push_back({"@discount", "DISCOUNT", "", "", "", "", ""});
  return Mapping(rows, kits, {}, {});
}

void carry_out(std::vector<PlannedPosting>& history, const Plan& plan) {
  std::erase_if(history, [&plan](const PlannedPosting& posting) {
    const auto& key = posting.document.key;
    return std::count(plan.withdrawn.begin(), plan.withdrawn.end(), key) > 0 ||
           std::any_of(plan.documents.begin(), plan.documents.end(), [&](const Document& d) { return d.key == key; });
  });
  for (const Document& document : plan.documents) history.push_back({document, false});
}

/// Sends some postings, never before the one they depend on.
void freeze_some(std::vector<PlannedPosting>& history) {
  std::set<std::string> frozen;
  for (const PlannedPosting& posting : history) {
    if (posting.frozen) frozen.insert(posting.document.key);
  }
  for (PlannedPosting& posting : history) {
    const std::string& before = posting.document.depends_on;
    if (posting.frozen || (!before.empty() && !frozen.contains(before)) || !*rc::gen::arbitrary<bool>()) continue;
    posting.frozen = true;
    frozen.insert(posting.document.key);
  }
}

Decimal total_of(const std::vector<PlannedPosting>& history, PostingKind kind) {
  Decimal sum;
  for (const PlannedPosting& posting : history) {
    if (posting.document.kind == kind) sum += posting.document.total;
  }
  return sum;
}

void check_units_covered_once(const PurchaseOrder& order, const std::vector<PlannedPosting>& history) {
  for (const OrderLine& line : order.lines) {
    std::vector<CoveredUnits> covered;
    for (const PlannedPosting& posting : history) {
      if (posting.document.kind != PostingKind::sales_invoice) continue;
      for (const CoveredUnits& part : posting.document.covers) {
        if (part.line_number == line.line_number) covered.push_back(part);
      }
    }
    std::sort(covered.begin(), covered.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
    Decimal position;
    for (const CoveredUnits& part : covered) {
      RC_ASSERT(part.from == position);
      position = part.to;
    }
    RC_ASSERT(position == shipped_quantity(line));
  }
}

/// Deliveries and changes take from a sales order's lines no more than it has.
void check_sales_order_lines(const std::vector<PlannedPosting>& history) {
  using Line = std::tuple<std::string, std::string, std::string, Decimal>;
  std::map<Line, Decimal> left;
  const auto key = [](const DocumentLine& line) {
    return Line{line.line_number, line.sku, line.exact_item, line.unit_price};
  };
  for (const PlannedPosting& posting : history) {
    if (posting.document.kind != PostingKind::sales_order) continue;
    for (const DocumentLine& line : posting.document.lines) RC_ASSERT(left.emplace(key(line), line.quantity).second);
  }
  for (const PlannedPosting& posting : history) {
    const PostingKind kind = posting.document.kind;
    if (kind != PostingKind::goods_delivery && kind != PostingKind::sales_order_change) continue;
    for (const DocumentLine& line : posting.document.lines) {
      RC_ASSERT(left.contains(key(line)));
      left[key(line)] -= line.quantity;
      RC_ASSERT(!left[key(line)].is_negative());
    }
  }
}

void check_nothing_held(const Plan& plan) {
  for (const PlanningProblem& problem : plan.problems) {
    if (!problem.key.starts_with("review/")) RC_FAIL(problem.key + ": " + problem.message);
  }
}

TEST(PlanningProperty, InvoicesAddUpToTheChargesOfWhatLeft) {
  EXPECT_TRUE(rc::check([] {
    PurchaseOrder order;
    order.purchase_order_id = "1796277083022";
    order.order_time = first_day - Milliseconds(day);
    const int lines = *rc::gen::inRange(1, 4);
    for (int number = 1; number <= lines; ++number) order.lines.push_back(any_line(number));
    ConnectionSettings settings;
    settings.document_mode = *rc::gen::element(DocumentMode::invoice_only, DocumentMode::direct_invoice,
                                               DocumentMode::sales_order_and_invoice, DocumentMode::daily_summary);
    settings.tax_policy = *rc::gen::element(TaxPolicy::exclude, TaxPolicy::clearing_account, TaxPolicy::include);
    settings.invoice_completion =
        *rc::gen::element(InvoiceCompletion::leave_open, InvoiceCompletion::process_with_ship_date);
    const Mapping mapped = mapping();

    std::vector<PlannedPosting> history;
    const int steps = *rc::gen::inRange(1, 6);
    for (int step = 0; step < steps; ++step) {
      for (OrderLine& line : order.lines) live_on(line);
      const Plan plan = plan_order(order, mapped, settings, history);
      check_nothing_held(plan);
      carry_out(history, plan);
      freeze_some(history);

      const Plan again = plan_order(order, mapped, settings, history);
      RC_ASSERT(again.documents.empty());
      RC_ASSERT(again.withdrawn.empty());
      check_nothing_held(again);
      check_units_covered_once(order, history);
      Decimal shipped;
      Decimal wanted;
      for (const OrderLine& line : order.lines) {
        shipped += charged(line, shipped_quantity(line), settings.tax_policy);
        wanted += charged(line, line.quantity - cancelled_quantity(line), settings.tax_policy);
      }
      RC_ASSERT(total_of(history, PostingKind::sales_invoice) == shipped);
      if (settings.document_mode == DocumentMode::sales_order_and_invoice) {
        RC_ASSERT(total_of(history, PostingKind::goods_delivery) == shipped);
        RC_ASSERT(total_of(history, PostingKind::sales_order) - total_of(history, PostingKind::sales_order_change) ==
                  wanted);
        check_sales_order_lines(history);
      }
    }
  }));
}

}  // namespace planning_property_test
}  // namespace connector::domain
