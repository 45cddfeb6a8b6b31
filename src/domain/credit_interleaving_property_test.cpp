// A refund that the order and its return both tell, in any order and with anything sent in between: credited once, with
// the same total and the same units.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "domain/credit_planning_testing.h"

namespace connector::domain {
namespace credit_interleaving_property_test {

using namespace credit_testing;

/// A line of which units come back, told twice: by the return with units and fee, by the order as money alone.
struct ToldTwice {
  Decimal price, tax, shipping, fee;  ///< per unit
  int ordered = *rc::gen::inRange(1, 5);
  int returned = *rc::gen::inRange(1, ordered + 1);
  int shipped_first = *rc::gen::inRange(0, ordered + 1);  ///< the others a day later, on an invoice of their own
  bool goods_back = *rc::gen::arbitrary<bool>();
  Decimal goodwill;  ///< money that the order tells beside it

  ToldTwice() {
    const auto amount = [](int to) { return cents(*rc::gen::inRange<std::int64_t>(0, to)); };
    price = amount(3000);
    tax = price.is_zero() ? Decimal() : amount(300);
    shipping = amount(500);
    if (!price.is_zero()) fee = cents(*rc::gen::inRange<std::int64_t>(0, price.units() / 10'000 + 1));
    if (returned < ordered && !price.is_zero()) goodwill = cents(1);
  }

  PurchaseOrder order() const {
    PurchaseOrder order;
    order.purchase_order_id = "1796277083022";
    order.order_time = first_day - Milliseconds(day);
    OrderLine line;
    line.line_number = "1";
    line.sku = "PLAIN";
    line.quantity = units(ordered);
    line.charges = {{"PRODUCT", "ItemPrice", "USD", price * line.quantity, tax * line.quantity, "Tax1"},
                    {"SHIPPING", "Shipping", "USD", shipping * line.quantity, Decimal(), "Tax1"}};
    const auto ship = [&line](int count, UtcTime time) {
      if (count > 0) line.statuses.push_back({LineStatus::shipped, "Shipped", units(count), time, "", "", ""});
    };
    ship(shipped_first, first_day - Milliseconds(day));
    ship(ordered - shipped_first, first_day);
    order.lines.push_back(line);
    return order;
  }

  ReturnedLine line_of_return(bool refunded) const {
    ReturnedLine line;
    line.return_id = "103738";
    line.line_number = "1";
    line.order_line_number = "1";
    line.currency = "USD";
    line.quantity = units(returned);
    line.charges = {{"PRODUCT", "ItemPrice", price, tax}, {"SHIPPING", "Shipping", shipping, Decimal()}};
    line.goods_back = goods_back;
    line.status = refunded ? "COMPLETED" : "INITIATED";
    line.as_of = first_day + Milliseconds(refunded ? 2 * day : day);
    if (!refunded) return line;
    line.refunded = line.quantity;
    line.refund_time = line.as_of;
    const Decimal taxes = tax * line.quantity;
    const Decimal subtotal = (price + shipping) * line.quantity;
    line.totals = {{"lineSubTotal", subtotal}, {"lineTotalTaxes", taxes}};
    if (!fee.is_zero()) line.totals["lineRestockingFee"] = -fee * line.quantity;
    line.totals["lineTotal"] = subtotal + taxes - fee * line.quantity;
    return line;
  }

  void tell_in_order(PurchaseOrder& order, UtcTime seen_at) const {
    const auto tell = [&](const char* type, Decimal amount, Decimal taxes) {
      order.lines[0].refunds.push_back(
          {"R1", "Customer returned item", {type, type, "USD", amount, taxes, "Tax1"}, seen_at});
    };
    tell("PRODUCT", price * units(returned), tax * units(returned));
    tell("SHIPPING", shipping * units(returned), Decimal());
  }

  void tell_goodwill(PurchaseOrder& order, UtcTime seen_at) const {
    order.lines[0].refunds.push_back(
        {"R2", "Finance -> Goodwill", {"PRODUCT", "Item Price", "USD", goodwill, Decimal(), ""}, seen_at});
  }

  Decimal credited(TaxPolicy policy) const {
    const Decimal with_tax = policy == TaxPolicy::exclude ? Decimal() : tax;
    return (price + with_tax + shipping - fee) * units(returned) + goodwill;
  }
};

/// Units that credit memos brought back, less those that reversals took out again: all, and those of direct ones.
std::pair<Decimal, Decimal> units_back(const std::vector<PlannedPosting>& history) {
  Decimal all;
  Decimal direct;
  for (const PlannedPosting& posting : history) {
    const bool back = posting.document.key.starts_with("credit-reversal/");
    if (posting.document.kind != PostingKind::credit_memo && !back) continue;
    for (const CoveredUnits& covered : posting.document.covers) {
      const Decimal count = back ? covered.from - covered.to : covered.to - covered.from;
      all += count;
      if (posting.document.direct) direct += count;
    }
  }
  return {all, direct};
}

/// Units of the product that credit memos list, less those of reversals.
Decimal units_listed(const std::vector<PlannedPosting>& history) {
  Decimal listed;
  for (const PlannedPosting& posting : history) {
    const bool back = is_reversal_key(posting.document.key);
    if (posting.document.kind != PostingKind::credit_memo && !back) continue;
    for (const DocumentLine& line : posting.document.lines) {
      if (line.sku == "PLAIN") listed += back ? -line.quantity : line.quantity;
    }
  }
  return listed;
}

TEST(CreditInterleavingProperty, ARefundToldTwiceIsCreditedOnceWhoeverTellsItFirst) {
  EXPECT_TRUE(rc::check([] {
    const ToldTwice told;
    ConnectionSettings settings;
    settings.document_mode = *rc::gen::element(DocumentMode::invoice_only, DocumentMode::direct_invoice,
                                               DocumentMode::sales_order_and_invoice);
    settings.tax_policy = *rc::gen::element(TaxPolicy::exclude, TaxPolicy::clearing_account, TaxPolicy::include);
    const Mapping mapped = Mapping({{"*", "", "8000", "", "", "", "MAIN"},
                                    {"@shipping", "FREIGHT", "", "", "", "", ""},
                                    {"@tax", "TAX", "", "", "", "", ""},
                                    {"@restocking_fee", "FEE", "", "", "", "", ""}},
                                   {}, {}, {});
    enum Word : std::uint8_t { order_tells, return_opens, return_refunds, goodwill };
    std::vector<Word> words{order_tells, return_opens, return_refunds};
    if (!told.goodwill.is_zero()) words.push_back(goodwill);
    for (std::size_t last = words.size() - 1; last > 0; --last) {
      std::swap(words[last], words[*rc::gen::inRange<std::size_t>(0, last + 1)]);
    }
    PurchaseOrder order = told.order();
    std::vector<PlannedPosting> history;
    UtcTime now = first_day;
    for (const Word word : words) {
      now += Milliseconds(day / 2);
      if (word == order_tells) told.tell_in_order(order, now);
      if (word == goodwill) told.tell_goodwill(order, now);
      if (word == return_opens || word == return_refunds) {
        order.returns = merge(order.returns, {told.line_of_return(word == return_refunds)});
      }
      plan_all(order, mapped, settings, history);
      check_never_more_than_invoiced(history);
      for (const PlannedPosting& posting : history) RC_ASSERT(!posting.document.total.is_negative());
      if (*rc::gen::arbitrary<bool>()) {
        for (PlannedPosting& posting : history) posting.frozen = true;
      } else {
        freeze_some(history);
      }
    }
    for (int round = 0; round < 4; ++round) {
      plan_all(order, mapped, settings, history);
      RC_ASSERT(plan_credits(order, mapped, settings, history, first_day).problems.empty());
      RC_ASSERT(credited(history) == told.credited(settings.tax_policy));
      const auto [all, direct] = units_back(history);
      RC_ASSERT(all == units(told.returned));
      // Goodwill is money alone, on lines of one unit that nobody counts.
      if (told.goodwill.is_zero()) RC_ASSERT(units_listed(history) == units(told.returned));
      const bool moves_stock = told.goods_back && settings.document_mode == DocumentMode::direct_invoice;
      RC_ASSERT(direct == (moves_stock ? units(told.returned) : Decimal()));
      check_never_more_than_invoiced(history);
      freeze_some(history);
    }
  }));
}

}  // namespace credit_interleaving_property_test
}  // namespace connector::domain
