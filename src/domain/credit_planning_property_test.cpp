// Random lives of random orders with returns, refunds of money alone and refunds taken back: whatever is sent in
// between, credits come to what was refunded, never to more than was invoiced, and planning twice plans nothing.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "domain/credit_planning_testing.h"

namespace connector::domain {
namespace credit_planning_property_test {

using namespace credit_testing;

/// One order line with its own truth of what went back.
struct Life {
  Decimal price, tax, shipping, shipping_tax;  ///< per unit
  int shipped = 0;
  Decimal product_refunded, tax_refunded, shipping_refunded, shipping_tax_refunded;
};

class Lives {
 public:
  Lives() {
    order_.purchase_order_id = "1796277083022";
    order_.order_time = first_day - Milliseconds(day);
    const int lines = *rc::gen::inRange(1, 3);
    for (int number = 1; number <= lines; ++number) add_line(number);
  }

  const PurchaseOrder& order() const { return order_; }

  void live_on() {
    now_ += Milliseconds(day / 2);
    for (std::size_t index = 0; index < order_.lines.size(); ++index) {
      ship(index);
      const int fate = *rc::gen::inRange(0, 5);
      if (fate == 1 || fate == 2) give_units_back(index);
      if (fate == 3) give_money_back(index);
    }
    if (*rc::gen::inRange(0, 4) == 0) take_back();
  }

  /// What must be credited, less what was taken back.
  Decimal refunded(TaxPolicy policy) const {
    Decimal sum;
    for (const Life& life : lives_) {
      sum += life.product_refunded + life.shipping_refunded;
      if (policy != TaxPolicy::exclude) sum += life.tax_refunded + life.shipping_tax_refunded;
    }
    return sum;
  }

 private:
  void add_line(int number) {
    const auto amount = [](int to) { return cents(*rc::gen::inRange<std::int64_t>(1, to)); };
    Life life{amount(3000), amount(300), amount(500), amount(50), 0, {}, {}, {}, {}};
    OrderLine line;
    line.line_number = std::to_string(number);
    line.sku = *rc::gen::element<std::string>("PLAIN", "KIT", "OTHER");
    line.quantity = units(*rc::gen::inRange(1, 7));
    const auto charge = [&line](const char* type, Decimal price, Decimal tax) {
      line.charges.push_back({type, type, "USD", price * line.quantity, tax * line.quantity, "Tax1"});
    };
    charge("PRODUCT", life.price, life.tax);
    charge("SHIPPING", life.shipping, life.shipping_tax);
    order_.lines.push_back(line);
    lives_.push_back(life);
  }

  void ship(std::size_t index) {
    OrderLine& line = order_.lines[index];
    Life& life = lives_[index];
    const int open = static_cast<int>(line.quantity.whole()) - life.shipped;
    const int part = *rc::gen::inRange(0, open + 1);
    if (part == 0) return;
    line.statuses.push_back({LineStatus::shipped, "Shipped", units(part), now_, "", "", ""});
    life.shipped += part;
  }

  void give_units_back(std::size_t index) {
    Life& life = lives_[index];
    const int part = *rc::gen::inRange(0, life.shipped + 1);
    const Decimal count = units(part);
    const Decimal all = units(life.shipped);
    if (part == 0 || life.product_refunded + life.price * count > life.price * all ||
        life.tax_refunded + life.tax * count > life.tax * all ||
        life.shipping_refunded + life.shipping * count > life.shipping * all) {
      return;
    }
    ReturnedLine returned;
    returned.return_id = std::to_string(1000 + order_.returns.size());
    returned.line_number = "1";
    returned.order_line_number = order_.lines[index].line_number;
    returned.currency = "USD";
    returned.quantity = count;
    returned.refunded = count;
    returned.charges = {{"PRODUCT", "ItemPrice", life.price, life.tax},
                        {"SHIPPING", "Shipping", life.shipping, life.shipping_tax}};
    returned.goods_back = *rc::gen::arbitrary<bool>();
    returned.refund_time = now_;
    returned.as_of = now_;
    order_.returns.push_back(returned);
    account(life, count, false);
  }

  void account(Life& life, Decimal count, bool back) {
    const Decimal signed_count = back ? -count : count;
    life.product_refunded += life.price * signed_count;
    life.tax_refunded += life.tax * signed_count;
    life.shipping_refunded += life.shipping * signed_count;
    life.shipping_tax_refunded += life.shipping_tax * signed_count;
  }

  void give_money_back(std::size_t index) {
    Life& life = lives_[index];
    const Decimal left = life.price * units(life.shipped) - life.product_refunded;
    const Decimal tax_left = life.tax * units(life.shipped) - life.tax_refunded;
    if (left <= Decimal()) return;
    const Decimal amount = cents(*rc::gen::inRange<std::int64_t>(1, left.units() / 10'000 + 1));
    const Decimal tax = cents(*rc::gen::inRange<std::int64_t>(0, tax_left.units() / 10'000 + 1));
    OrderLine& line = order_.lines[index];
    line.refunds.push_back({"R" + std::to_string(line.refunds.size()),
                            "DamagedItem",
                            {"PRODUCT", "Item Price", "USD", amount, tax, "Tax1"},
                            now_});
    life.product_refunded += amount;
    life.tax_refunded += tax;
  }

  void take_back() {
    for (ReturnedLine& returned : order_.returns) {
      if (returned.refunded.is_zero() || *rc::gen::arbitrary<bool>()) continue;
      const auto index = static_cast<std::size_t>(std::stoi(returned.order_line_number) - 1);
      account(lives_[index], returned.refunded, true);
      returned.refunded = Decimal();
      returned.as_of = now_;
      return;
    }
  }

  PurchaseOrder order_;
  std::vector<Life> lives_;
  UtcTime now_ = first_day;
};

Mapping mapping() {
  const std::map<std::string, std::vector<KitComponent>> kits{
      {"KIT", {{"A", units(1), units(2)}, {"B", units(3), units(1)}, {"GIFT", units(1), units(0)}}}};
  std::vector<MappingRow> rows{{"*", "", "8000", "", "", "", "MAIN"},
                               {"@shipping", "FREIGHT", "", "", "", "", ""},
                               {"@tax", "TAX", "", "", "", "", ""}};
  return Mapping(rows, kits, {}, {});
}

TEST(CreditPlanningProperty, CreditsAreWhatWasRefundedAndNeverMoreThanInvoiced) {
  EXPECT_TRUE(rc::check([] {
    Lives lives;
    ConnectionSettings settings;
    settings.document_mode = *rc::gen::element(DocumentMode::invoice_only, DocumentMode::direct_invoice,
                                               DocumentMode::sales_order_and_invoice);
    settings.tax_policy = *rc::gen::element(TaxPolicy::exclude, TaxPolicy::clearing_account, TaxPolicy::include);
    const Mapping mapped = mapping();
    std::vector<PlannedPosting> history;
    const int steps = *rc::gen::inRange(1, 8);
    for (int step = 0; step < steps; ++step) {
      lives.live_on();
      plan_all(lives.order(), mapped, settings, history);
      RC_ASSERT(credited(history) == lives.refunded(settings.tax_policy));
      check_never_more_than_invoiced(history);
      const Plan again = plan_all(lives.order(), mapped, settings, history);
      RC_ASSERT(again.documents.empty());
      RC_ASSERT(again.withdrawn.empty());
      freeze_some(history);
      // What is sent takes room on its invoice first, so that unsent ones may move, but not in sum.
      plan_all(lives.order(), mapped, settings, history);
      RC_ASSERT(credited(history) == lives.refunded(settings.tax_policy));
      check_never_more_than_invoiced(history);
    }
  }));
}

}  // namespace credit_planning_property_test
}  // namespace connector::domain
