#include "domain/price_planning.h"

#include <gtest/gtest.h>

#include <random>

namespace connector::domain {
namespace price_planning_test {

using State = PriceDecision::State;

constexpr Date today = std::chrono::year{2026} / 11 / 23;

Decimal amount(std::string_view text) { return *Decimal::parse(text); }

ListPrice row(const std::string& id, const std::string& price, std::int64_t timestamp = 5) {
  ListPrice list;
  list.id = id;
  list.item = "MUG";
  list.currency = "USD";
  list.price = amount(price);
  list.timestamp = timestamp;
  return list;
}

class PricesToWalmartTest : public ::testing::Test {
 protected:
  PricesToWalmartTest() {
    settings.prices_to_walmart = true;
    offers = {{"MUG", "USD", amount("10.00")}};
    lists["MUG"] = {row("a", "11.00")};
  }
  PricesToWalmart plan() { return plan_prices_to_walmart(offers, lists, decisions, mapping, settings, today); }
  void decide(State state) {
    decisions["MUG"] = {price_fact(lists["MUG"][0]), state, amount("11"), "price-feed/x", ""};
  }

  ConnectionSettings settings;
  Mapping mapping;
  std::vector<OfferedPrice> offers;
  std::map<std::string, std::vector<ListPrice>> lists;
  std::map<std::string, PriceDecision> decisions;
};

TEST_F(PricesToWalmartTest, OffByDefault) {
  EXPECT_FALSE(ConnectionSettings{}.prices_to_walmart);
  EXPECT_FALSE(ConnectionSettings{}.prices_to_exact);
  settings.prices_to_walmart = false;
  EXPECT_TRUE(plan().changes.empty());
}

TEST_F(PricesToWalmartTest, AChangedPriceIsSentOnce) {
  const auto first = plan();
  ASSERT_EQ(first.changes.size(), 1U);
  EXPECT_EQ(first.changes[0].from, amount("10"));
  EXPECT_EQ(first.changes[0].to, amount("11"));
  for (const State state : {State::sent, State::accepted, State::refused, State::equal, State::person}) {
    decide(state);
    EXPECT_TRUE(plan().changes.empty()) << to_string(state);
  }
}

TEST_F(PricesToWalmartTest, WhatWalmartFailedToWorkOnIsSentAgainAsANewFact) {
  decide(State::again);
  const auto again = plan();
  ASSERT_EQ(again.changes.size(), 1U);
  EXPECT_EQ(again.changes[0].follows, "price-feed/x");
}

TEST_F(PricesToWalmartTest, ARefusedPriceGoesOnceTheListPriceChanges) {
  decide(State::refused);
  lists["MUG"][0] = row("a", "11.00", 6);
  EXPECT_EQ(plan().changes.size(), 1U) << "the same amount entered anew is a new word of a person";
}

TEST_F(PricesToWalmartTest, APersonsPriceStandsUntilTheListPriceChanges) {
  decisions["MUG"] = {"", State::person, amount("9"), "urgent-price/MUG/1", ""};
  const auto first = plan();
  EXPECT_TRUE(first.changes.empty());
  ASSERT_EQ(first.equal.size(), 1U) << "the present list price is remembered as dealt with";
  decisions["MUG"] = {first.equal[0].fact, State::equal, amount("9"), "", ""};
  EXPECT_TRUE(plan().changes.empty());
  lists["MUG"][0] = row("a", "12.00", 6);
  EXPECT_EQ(plan().changes.size(), 1U);
}

TEST_F(PricesToWalmartTest, NothingOvertakesAFeedUnderWay) {
  decide(State::sent);
  lists["MUG"][0] = row("a", "12.00", 6);
  EXPECT_TRUE(plan().changes.empty());
}

TEST_F(PricesToWalmartTest, AnEqualPriceIsRememberedAndNotSent) {
  offers[0].amount = amount("11.0");
  const auto result = plan();
  EXPECT_TRUE(result.changes.empty());
  ASSERT_EQ(result.equal.size(), 1U);
  EXPECT_EQ(result.equal[0].fact, price_fact(lists["MUG"][0]));
}

TEST_F(PricesToWalmartTest, GuardsKeepPricesBack) {
  const auto kept = [this](const std::string& price) {
    lists["MUG"] = {row("a", price)};
    const auto result = plan();
    return result.changes.empty() && result.problems.size() == 1;
  };
  settings.price_max_change_percent = amount("30");
  EXPECT_FALSE(kept("13.00"));
  EXPECT_TRUE(kept("13.01"));
  EXPECT_FALSE(kept("7.00"));
  EXPECT_TRUE(kept("6.99"));
  EXPECT_TRUE(kept("8712345678901")) << "somebody typed a barcode";
  settings.price_max_change_percent.reset();
  EXPECT_FALSE(kept("99.00"));
  settings.price_ceiling = amount("50");
  EXPECT_FALSE(kept("50.00"));
  EXPECT_TRUE(kept("50.01"));
  settings.price_floor = amount("5");
  EXPECT_FALSE(kept("5"));
  EXPECT_TRUE(kept("4.99"));
  EXPECT_TRUE(kept("0"));
}

TEST_F(PricesToWalmartTest, AnUnknownPriceAtWalmartHasNoPercentage) {
  offers[0].amount.reset();
  lists["MUG"] = {row("a", "99.00")};
  EXPECT_EQ(plan().changes.size(), 1U);
}

TEST_F(PricesToWalmartTest, TheRowInForceIsTaken) {
  auto& rows = lists["MUG"];
  rows = {row("old", "9.00", 1),  row("new", "11.00", 2),     row("later", "12.00", 3), row("ended", "8.00", 4),
          row("many", "7.00", 5), row("customer", "6.00", 6), row("box", "5.00", 7),    row("euro", "4.00", 8)};
  rows[0].from = std::chrono::year{2026} / 1 / 1;
  rows[1].from = std::chrono::year{2026} / 11 / 23;
  rows[2].from = std::chrono::year{2026} / 11 / 24;
  rows[3].to = std::chrono::year{2026} / 11 / 22;
  rows[4].minimum_quantity = amount("10");
  rows[5].for_one_customer = true;
  rows[6].in_other_unit = true;
  rows[7].currency = "EUR";
  const ListPrice* found = price_in_force(rows, "USD", today);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->id, "new");
  EXPECT_EQ(price_in_force(rows, "CAD", today), nullptr);
}

TEST_F(PricesToWalmartTest, TwoDecimalsAreSent) {
  lists["MUG"] = {row("a", "10.125")};
  EXPECT_EQ(plan().changes.at(0).to, amount("10.13"));
}

TEST(PriceBatches, KeepWithinTenFeedsAnHour) {
  EXPECT_EQ(price_batch_size(1), 1'000U);
  EXPECT_EQ(price_batch_size(10'000), 1'000U);
  EXPECT_EQ(price_batch_size(10'001), 1'001U);
  EXPECT_EQ(price_batch_size(5'000'000), 10'000U);
}

TEST(PricesToExact, ChangesTheRowInForceOrBeginsOne) {
  ConnectionSettings settings;
  settings.prices_to_exact = true;
  settings.price_max_change_percent.reset();
  std::map<std::string, std::vector<ListPrice>> lists{{"MUG", {row("a", "9.00")}}};
  const std::set<std::string> items{"MUG", "LAMP"};
  const std::vector<OfferedPrice> offers{
      {"MUG", "USD", amount("10")}, {"LAMP", "USD", amount("20")}, {"NEW", "USD", amount("1")}};
  auto plan = plan_prices_to_exact(offers, lists, items, {}, settings, today);
  ASSERT_EQ(plan.changes.size(), 2U);
  EXPECT_EQ(plan.changes[0].item, "LAMP");
  EXPECT_FALSE(plan.changes[0].row);
  EXPECT_EQ(plan.changes[1].row->id, "a");
  EXPECT_EQ(plan.unknown_items, std::vector<std::string>{"NEW"});
  lists["MUG"] = {row("a", "10.00")};
  plan = plan_prices_to_exact(offers, lists, items, {}, settings, today);
  EXPECT_EQ(plan.changes.size(), 1U);
  EXPECT_EQ(plan.unchanged, 1U);
}

TEST(PricesToExact, SkusOfOneItemMustAgree) {
  ConnectionSettings settings;
  settings.prices_to_exact = true;
  const Mapping mapping({{"MUG-B", "MUG", "", "", "", "", ""}}, {}, {}, {});
  const std::vector<OfferedPrice> offers{{"MUG", "USD", amount("10")}, {"MUG-B", "USD", amount("11")}};
  const auto plan = plan_prices_to_exact(offers, {}, {"MUG"}, mapping, settings, today);
  EXPECT_TRUE(plan.changes.empty());
  ASSERT_EQ(plan.problems.size(), 1U);
}

TEST(PriceDirections, EverySkuHasAtMostOne) {
  ConnectionSettings settings;
  EXPECT_EQ(price_direction(settings, "A"), PriceDirection::none);
  settings.prices_to_walmart = true;
  settings.walmart_priced_skus = {"HOME-*", "MUG"};
  EXPECT_EQ(price_direction(settings, "MUG"), PriceDirection::to_walmart) << "the other direction is off";
  settings.prices_to_exact = true;
  EXPECT_EQ(price_direction(settings, "MUG"), PriceDirection::to_exact);
  EXPECT_EQ(price_direction(settings, "HOME-1"), PriceDirection::to_exact);
  EXPECT_EQ(price_direction(settings, "MUGS"), PriceDirection::to_walmart);
  settings.prices_to_walmart = false;
  EXPECT_EQ(price_direction(settings, "MUGS"), PriceDirection::to_exact);
}

/// Both systems as tables; a run of both directions is carried out at once. Whatever the mapping, the settings and the
/// prices are, a second run finds nothing to do unless a person changes a price.
TEST(PriceDirections, NoPriceGoesInACircle) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937 chance(seed);
    const auto below = [&chance](unsigned limit) { return chance() % limit; };
    ConnectionSettings settings;
    settings.prices_to_walmart = true;
    settings.prices_to_exact = true;
    settings.price_max_change_percent.reset();
    std::vector<MappingRow> rows;
    std::vector<OfferedPrice> offers;
    std::map<std::string, std::vector<ListPrice>> lists;
    std::set<std::string> items;
    std::map<std::string, PriceDecision> decisions;
    std::int64_t version = 0;
    for (int number = 0; number < 6; ++number) {
      const std::string sku = "S" + std::to_string(number);
      // Several SKUs of one item, led from different sides: the hardest case.
      const std::string item = "I" + std::to_string(below(3));
      rows.push_back({sku, item, "", "", "", "", ""});
      items.insert(item);
      if (below(2) == 0) settings.walmart_priced_skus.push_back(sku);
      // Three decimals: rounding must not make a change of its own.
      offers.push_back({sku, "USD", Decimal::from_units(static_cast<std::int64_t>(1 + below(3'000)) * 10'000)});
      if (below(2) == 0) {
        ListPrice list = row("row-" + item, "1", ++version);
        list.item = item;
        list.price = Decimal::from_units(static_cast<std::int64_t>(1 + below(30'000)) * 1'000);
        lists[item] = {list};
      }
    }
    const Mapping mapping(rows, {}, {}, {});
    const auto run = [&] {
      std::size_t changes = 0;
      const auto there = plan_prices_to_exact(offers, lists, items, mapping, settings, today);
      for (const auto& change : there.changes) {
        ListPrice list = change.row ? *change.row : row("row-" + change.item, "1");
        list.item = change.item;
        list.price = change.to;
        list.timestamp = ++version;
        lists[change.item] = {list};
        ++changes;
      }
      const auto back = plan_prices_to_walmart(offers, lists, decisions, mapping, settings, today);
      for (const auto& change : back.changes) {
        EXPECT_EQ(price_direction(settings, change.sku), PriceDirection::to_walmart);
        for (auto& offer : offers) {
          if (offer.sku == change.sku) offer.amount = change.to;
        }
        decisions[change.sku] = {change.fact, State::accepted, change.to, "", ""};
        ++changes;
      }
      return changes;
    };
    run();
    EXPECT_EQ(run(), 0U) << "seed " << seed;
  }
}

}  // namespace price_planning_test
}  // namespace connector::domain
