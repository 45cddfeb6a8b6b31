#include "domain/daily_summary.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>

namespace connector::domain {
namespace daily_summary_test {

Decimal decimal(std::string_view text) { return *Decimal::parse(text); }

DocumentLine line(std::string sku, std::string item, std::string account, std::string_view quantity,
                  std::string_view price, std::string cost_center = "", std::string vat_code = "0") {
  DocumentLine made;
  made.sku = std::move(sku);
  made.exact_item = std::move(item);
  made.gl_account = std::move(account);
  made.cost_center = std::move(cost_center);
  made.vat_code = std::move(vat_code);
  made.quantity = decimal(quantity);
  made.unit_price = decimal(price);
  made.amount = made.quantity * made.unit_price;
  return made;
}

SummaryShare share(const std::string& order, std::vector<DocumentLine> lines) {
  SummaryShare made;
  made.key = "invoice/" + order + "/1";
  made.document.purchase_order_id = order;
  made.document.lines = std::move(lines);
  for (const DocumentLine& part : made.document.lines) made.document.total += part.amount;
  return made;
}

Document empty_day() {
  Document day;
  day.key = daily_key(*parse_date("2026-11-23"), "USD", 1);
  day.reference = daily_reference("WM-", *parse_date("2026-11-23"), "USD", 1);
  day.currency = "USD";
  return day;
}

TEST(DailySummary, OneLineForWhatIsBookedAlike) {
  const Document day = summarized(
      empty_day(), {share("2", {line("B", "B", "8000", "1", "5.00"), line("@shipping", "SHIP", "8200", "1", "4.99")}),
                    share("1", {line("A", "A", "8000", "2", "10.00"), line("@shipping", "SHIP", "8200", "1", "1.01")}),
                    share("3", {line("A", "A", "8000", "1", "10.01"), line("A", "A", "8500", "1", "7.00", "WM")})});
  ASSERT_EQ(day.lines.size(), 5U);
  EXPECT_EQ(day.total.to_string(), "48.01");
  EXPECT_EQ(day.lines[0].exact_item, "A");
  EXPECT_EQ(day.lines[0].quantity.to_string() + " x " + day.lines[0].unit_price.to_string(), "2 x 10");
  EXPECT_EQ(day.lines[1].quantity.to_string() + " x " + day.lines[1].unit_price.to_string(), "1 x 10.01");
  EXPECT_EQ(day.lines[3].exact_item, "SHIP");
  EXPECT_EQ(day.lines[3].amount.to_string(), "6");
  EXPECT_EQ(day.lines[4].cost_center, "WM");
  EXPECT_EQ(order_list(day), "1 21.01, 2 9.99, 3 17.01");
}

TEST(DailySummary, DiscountsStayNegative) {
  const auto lines =
      summary_lines({share("1", {line("A", "A", "8000", "1", "10"), line("@discount", "DISC", "8300", "1", "-2.5")}),
                     share("2", {line("@discount", "DISC", "8300", "1", "-0.5")})},
                    "USD");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[1].quantity.to_string(), "1");
  EXPECT_EQ(lines[1].amount.to_string(), "-3");
}

TEST(DailySummary, KeysAndReferencesNameTheDay) {
  EXPECT_EQ(daily_key(*parse_date("2026-11-23"), "CAD", 2), "daily/2026-11-23/CAD/2");
  EXPECT_EQ(daily_reference("WM-", *parse_date("2026-11-23"), "CAD", 1), "WM-D20261123-CAD");
  EXPECT_EQ(daily_reference("WM-", *parse_date("2026-11-23"), "CAD", 2), "WM-D20261123-CAD-2");
  for (const char* reference : {"WM-D20261123", "WM-D20261123-CAD", "WM-D20261123-CAD-2"}) {
    EXPECT_EQ(day_of(reference, "WM-"), *parse_date("2026-11-23")) << reference;
  }
  for (const char* reference : {"", "WM-", "WM-1796277083022", "WM-D2026112", "WM-D202611230", "WM-D20261323-CAD",
                                "WM-D2026-1-3-CAD", "D20261123-CAD"}) {
    EXPECT_FALSE(day_of(reference, "WM-")) << reference;
  }
}

TEST(DailySummaryProperty, AddsUpPerAccountAndItemWhateverTheOrder) {
  EXPECT_TRUE(rc::check([] {
    std::vector<SummaryShare> shares;
    const int count = *rc::gen::inRange(1, 12);
    std::map<std::string, std::pair<Decimal, Decimal>> wanted;  // of products: quantity and amount
    Decimal total;
    for (int i = 0; i < count; ++i) {
      const std::string item = *rc::gen::element(std::string("A"), std::string("B"), std::string("C"));
      const Decimal quantity = Decimal::from_integer(*rc::gen::inRange(1, 9));
      const Decimal price = Decimal::from_units(*rc::gen::inRange<std::int64_t>(0, 5'000) * 10'000);
      DocumentLine product = line(item, item, *rc::gen::element(std::string("8000"), std::string("8500")), "1", "1");
      product.quantity = quantity;
      product.unit_price = price;
      product.amount = quantity * price;
      DocumentLine shipping = line("@shipping", "SHIP", "8200", "1", "0.99");
      wanted[item + product.gl_account].first += quantity;
      wanted[item + product.gl_account].second += product.amount;
      total += product.amount + shipping.amount;
      shares.push_back(share(std::to_string(100 + i), {product, shipping}));
    }
    const Document day = summarized(empty_day(), shares);
    RC_ASSERT(day.total == total);
    std::map<std::string, std::pair<Decimal, Decimal>> found;
    for (const DocumentLine& part : day.lines) {
      RC_ASSERT(part.amount == part.quantity * part.unit_price);
      RC_ASSERT(part.unit_price.rounded(2) == part.unit_price);
      if (part.sku.starts_with('@')) continue;
      found[part.exact_item + part.gl_account].first += part.quantity;
      found[part.exact_item + part.gl_account].second += part.amount;
    }
    RC_ASSERT(found == wanted);
    RC_ASSERT(day.lines.size() <= 2 * wanted.size() + 1);
    std::reverse(shares.begin(), shares.end());
    RC_ASSERT(summarized(empty_day(), shares) == day);
  }));
}

}  // namespace daily_summary_test
}  // namespace connector::domain
