// Random lives of random orders with returns, refunds of money alone and refunds taken back: whatever is sent in
// between, credits come to what was refunded, never to more than was invoiced, and planning twice plans nothing.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "domain/credit_planning.h"

namespace connector::domain {
namespace {

Decimal cents(std::int64_t count) { return Decimal::from_units(count * 10'000); }
Decimal units(int count) { return Decimal::from_integer(count); }

constexpr std::int64_t day = 86'400'000;
const UtcTime first_day = from_epoch_milliseconds(1'700'000'000'000);

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

void carry_out(std::vector<PlannedPosting>& history, const Plan& plan) {
  std::erase_if(history, [&plan](const PlannedPosting& posting) {
    const auto& key = posting.document.key;
    return std::count(plan.withdrawn.begin(), plan.withdrawn.end(), key) > 0 ||
           std::any_of(plan.documents.begin(), plan.documents.end(), [&](const Document& d) { return d.key == key; });
  });
  for (const Document& document : plan.documents) history.push_back({document});
}

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

Plan plan_all(const PurchaseOrder& order, const Mapping& mapped, const ConnectionSettings& settings,
              std::vector<PlannedPosting>& history) {
  auto own = history;
  std::erase_if(own, [](const PlannedPosting& posting) { return is_credit_key(posting.document.key); });
  Plan all = plan_order(order, mapped, settings, own);
  carry_out(history, all);
  const Plan credits = plan_credits(order, mapped, settings, history);
  carry_out(history, credits);
  for (const PlanningProblem& problem : credits.problems) {
    if (!problem.key.ends_with("/awaited")) RC_FAIL(problem.key + ": " + problem.message);
  }
  all.documents.insert(all.documents.end(), credits.documents.begin(), credits.documents.end());
  all.withdrawn.insert(all.withdrawn.end(), credits.withdrawn.begin(), credits.withdrawn.end());
  return all;
}

/// Per invoice, order line, charge and item: what is invoiced less what is credited is never below zero.
void check_never_more_than_invoiced(const std::vector<PlannedPosting>& history) {
  using Line = std::tuple<std::string, std::string, std::string, std::string>;
  std::map<Line, Decimal> left;
  std::map<std::string, std::string> corrected;
  const auto move = [&left](const std::string& invoice, const Document& document, bool back) {
    for (const DocumentLine& line : document.lines) {
      const std::string number = line.sku == "@tax" ? "" : line.line_number;
      Decimal& sum = left[{invoice, number, line.sku, line.exact_item}];
      sum += back ? line.amount : -line.amount;
    }
  };
  for (const PlannedPosting& posting : history) {
    const Document& document = posting.document;
    if (document.kind == PostingKind::sales_invoice && !is_credit_key(document.key)) move(document.key, document, true);
    if (document.kind == PostingKind::credit_memo) corrected[document.key] = document.depends_on;
  }
  for (const PlannedPosting& posting : history) {
    const Document& document = posting.document;
    if (document.kind == PostingKind::credit_memo) move(document.depends_on, document, false);
    if (document.key.starts_with("credit-reversal/")) move(corrected[document.depends_on], document, true);
  }
  for (const auto& [line, amount] : left) RC_ASSERT(!amount.is_negative());
}

Decimal credited(const std::vector<PlannedPosting>& history) {
  Decimal sum;
  for (const PlannedPosting& posting : history) {
    if (posting.document.kind == PostingKind::credit_memo) sum += posting.document.total;
    if (posting.document.key.starts_with("credit-reversal/")) sum -= posting.document.total;
  }
  return sum;
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

/// A line of which units come back, told twice: by the return with units and fee, by the order as money alone.
struct ToldTwice {
  Decimal price, tax, shipping, fee;  ///< per unit
  int ordered = *rc::gen::inRange(1, 5);
  int returned = *rc::gen::inRange(1, ordered + 1);
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
    line.statuses = {{LineStatus::shipped, "Shipped", line.quantity, first_day, "", "", ""}};
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

TEST(CreditPlanningProperty, ARefundToldTwiceIsCreditedOnceWhoeverTellsItFirst) {
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
    enum Word { order_tells, return_opens, return_refunds, goodwill };
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
      RC_ASSERT(plan_credits(order, mapped, settings, history).problems.empty());
      RC_ASSERT(credited(history) == told.credited(settings.tax_policy));
      const auto [all, direct] = units_back(history);
      RC_ASSERT(all == units(told.returned));
      const bool moves_stock = told.goods_back && settings.document_mode == DocumentMode::direct_invoice;
      RC_ASSERT(direct == (moves_stock ? units(told.returned) : Decimal()));
      check_never_more_than_invoiced(history);
      freeze_some(history);
    }
  }));
}

}  // namespace
}  // namespace connector::domain
