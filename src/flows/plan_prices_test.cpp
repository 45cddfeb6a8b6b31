#include "flows/plan_prices.h"

#include <gtest/gtest.h>

#include <set>

#include "flows/price_documents.h"
#include "flows/price_records.h"
#include "flows/price_target.h"
#include "ports/test_doubles.h"
#include "store/test_store.h"

namespace connector::flows {
namespace plan_prices_test {

using domain::Cause;
using domain::Decimal;
using domain::ListPrice;
using domain::OfferedPrice;
using domain::PostingKind;
using domain::Result;
using store::PostingRow;
using store::PostingState;
using State = domain::PriceDecision::State;

constexpr domain::Date today = std::chrono::year{2026} / 11 / 23;

Decimal amount(std::string_view text) { return *Decimal::parse(text); }

class PlanPrices : public ::testing::Test {
 protected:
  PlanPrices() {
    store_ = store::testing::store_with_shop(time, time);
    settings.prices_to_walmart = true;
    write([](store::Transaction& transaction) {
      return transaction.put_reference(1, {"item", "MUG", "mug-id", "{}"});
    });
  }

  template <class F>
  void write(F work) {
    auto result = time.run(store_->write(std::move(work)));
    ASSERT_TRUE(result) << result.error().message;
  }
  template <class F>
  auto with_context(F work) {
    auto step = [work = std::move(work), settings = settings](
                    store::Transaction& transaction) -> decltype(work(transaction, std::declval<PlanningContext&>())) {
      auto context = read_planning_context(transaction, 1);
      if (!context) return domain::fail(context.error());
      context->settings = settings;
      return work(transaction, *context);
    };
    return time.run(store_->write(std::move(step)));
  }

  void list_price(const std::string& id, const std::string& item, const std::string& price, std::int64_t timestamp) {
    ListPrice list;
    list.id = id;
    list.item = item;
    list.currency = "USD";
    list.price = amount(price);
    list.timestamp = timestamp;
    write([list](store::Transaction& transaction) { return transaction.put_reference(1, list_price_row(list)); });
  }
  PriceRun plan(std::vector<OfferedPrice> offers) {
    auto run = with_context(
        [offers = std::move(offers), now = time.now()](store::Transaction& transaction, PlanningContext& context) {
          PriceRun planned;
          auto compared = compare_prices(transaction, context, offers, today, planned);
          auto done = compared ? plan_price_postings(transaction, context, planned, today, now) : compared;
          return done ? Result<PriceRun>(planned) : Result<PriceRun>(domain::fail(done.error()));
        });
    EXPECT_TRUE(run) << run.error().message;
    return run ? *run : PriceRun{};
  }
  std::vector<SettledPrice> settle() {
    auto settled =
        time.run(store_->write([](store::Transaction& transaction) { return settle_prices(transaction, 1); }));
    EXPECT_TRUE(settled);
    return settled ? *settled : std::vector<SettledPrice>{};
  }
  State state_of(const std::string& sku) {
    auto decisions = time.run(store_->read([](store::Reader& reader) { return price_decisions(reader, 1); }));
    EXPECT_TRUE(decisions && decisions->contains(sku)) << sku;
    return decisions->at(sku).state;
  }
  PostingRow get(const std::string& key) {
    auto row = time.run(store_->read([key](store::Reader& reader) { return reader.posting(1, key); }));
    EXPECT_TRUE(row && *row) << key;
    return row && *row ? **row : PostingRow{};
  }
  Result<std::string> body_of(PostingRow row) {
    return time.run(store_->read(
        [row = std::move(row), now = time.now()](store::Reader& reader) { return price_body_of(reader, row, now); }));
  }
  void end_feed(const std::string& key, const std::string& data, PostingState state = PostingState::posted) {
    PostingRow row = get(key);
    row.state = state;
    row.target_data = data;
    write([row](store::Transaction& transaction) { return transaction.update_posting(row); });
  }
  Result<PostingRow> urgent(const std::string& sku, const std::string& price) {
    return with_context(
        [sku, price = amount(price), now = time.now()](store::Transaction& transaction, PlanningContext& context) {
          return plan_urgent_price(transaction, context, sku, price, now, "cli:test");
        });
  }

  ports::testing::ManualTime time{domain::start_of_day(today)};
  std::unique_ptr<store::Store> store_;
  domain::ConnectionSettings settings;
};

TEST_F(PlanPrices, AFeedCarriesWhatChangedAndItsItemsAreFollowed) {
  list_price("a", "MUG", "11", 5);
  list_price("b", "LAMP", "21", 6);
  list_price("c", "VASE", "31", 7);
  const std::vector<OfferedPrice> offers{
      {"MUG", "USD", amount("10")}, {"LAMP", "USD", amount("20")}, {"VASE", "USD", amount("30")}};
  const PriceRun first = plan(offers);
  ASSERT_EQ(first.postings.size(), 1U);
  const PostingRow feed = get(first.postings[0]);
  EXPECT_EQ(feed.kind, PostingKind::price_feed);
  EXPECT_TRUE(feed.key.starts_with("price-feed/prices/"));
  auto body = body_of(feed);
  ASSERT_TRUE(body);
  EXPECT_NE(body->find(R"("sku":"LAMP","pricing":[{"currentPriceType":"BASE","currentPrice":{"currency":"USD",)"
                       R"("amount":21}}])"),
            std::string::npos)
      << *body;
  EXPECT_TRUE(plan(offers).postings.empty()) << "nothing is sent twice while the feed is under way";
  EXPECT_TRUE(settle().empty());

  end_feed(feed.key, R"({"failed":[{"sku":"LAMP","state":"DATA_ERROR","error":"E1 too low"},)"
                     R"({"sku":"VASE","state":"SYSTEM_ERROR","error":"E2 try later"}]})");
  const auto settled = settle();
  ASSERT_EQ(settled.size(), 3U);
  EXPECT_EQ(state_of("MUG"), State::accepted);
  EXPECT_EQ(state_of("LAMP"), State::refused);
  EXPECT_EQ(state_of("VASE"), State::again);
  const PriceRun second = plan(offers);
  ASSERT_EQ(second.postings.size(), 1U);
  EXPECT_NE(second.postings[0], feed.key) << "what follows a failed feed is a fact of its own";
  ASSERT_EQ(second.walmart.changes.size(), 1U);
  EXPECT_EQ(second.walmart.changes[0].sku, "VASE");
}

TEST_F(PlanPrices, APriceThatIsInForceAgainIsSentAgain) {
  list_price("base", "MUG", "20", 5);
  std::set<std::string> feeds;
  const auto send = [&](const std::string& offered) {
    const PriceRun run = plan({{"MUG", "USD", amount(offered)}});
    ASSERT_EQ(run.postings.size(), 1U) << "offered at " << offered;
    EXPECT_TRUE(feeds.insert(run.postings[0]).second) << "a feed that was sent before is not one to be sent";
    end_feed(run.postings[0], "{}");
    settle();
  };
  send("19");
  for (int promotion = 0; promotion < 3; ++promotion) {
    const std::string id = "promotion-" + std::to_string(promotion);
    list_price(id, "MUG", "18", 10 + promotion);
    send("20");
    write([id](store::Transaction& transaction) { return transaction.delete_reference(1, kListPrice, id); });
    send("18");
  }
  list_price("last", "MUG", "18", 20);
  EXPECT_TRUE(plan({{"MUG", "USD", amount("18")}}).postings.empty()) << "the seller has set the promotion's price";
  write([](store::Transaction& transaction) { return transaction.delete_reference(1, kListPrice, "last"); });
  send("18");
}

TEST_F(PlanPrices, AFeedThatAPersonSkippedIsNotSentAgain) {
  list_price("a", "MUG", "11", 5);
  const std::vector<OfferedPrice> offers{{"MUG", "USD", amount("10")}};
  const PriceRun first = plan(offers);
  end_feed(first.postings.at(0), "", PostingState::skipped);
  settle();
  EXPECT_EQ(state_of("MUG"), State::refused);
  EXPECT_TRUE(plan(offers).postings.empty());
}

TEST_F(PlanPrices, FeedsKeepToItemsAndBytes) {
  std::vector<domain::PriceChange> changes(2'500);
  for (std::size_t i = 0; i < changes.size(); ++i) changes[i].sku = "SKU-" + std::to_string(i);
  auto batches = price_batches(changes);
  ASSERT_EQ(batches.size(), 3U);
  EXPECT_EQ(batches[0].size(), 1'000U);
  EXPECT_EQ(batches[2].size(), 500U);
  changes.resize(30'000);
  for (auto& change : changes) change.sku = std::string(500, 'x');
  for (const auto& batch : price_batches(changes)) {
    std::vector<domain::PriceChange> copy = batch;
    for (auto& change : copy) change.to = amount("12345.67");
    const auto document = price_feed_document(copy, "WM-");
    EXPECT_LE(document.lines.size() * (500 + 120), 10'000'000U);
  }
}

TEST_F(PlanPrices, WalmartsPriceChangesExactsRow) {
  settings.prices_to_walmart = false;
  settings.prices_to_exact = true;
  list_price("a", "MUG", "9.5", 5);
  const PriceRun first = plan({{"MUG", "USD", amount("10")}});
  ASSERT_EQ(first.postings.size(), 1U);
  const PostingRow row = get(first.postings[0]);
  EXPECT_EQ(row.kind, PostingKind::item_price);
  auto body = body_of(row);
  EXPECT_EQ(*body, R"({"Price":10})");
  // Walmart's price changes before it was sent: the older posting gives way.
  const PriceRun second = plan({{"MUG", "USD", amount("11")}});
  ASSERT_EQ(second.postings.size(), 1U);
  EXPECT_EQ(get(first.postings[0]).state, PostingState::withdrawn);
  EXPECT_TRUE(plan({{"MUG", "USD", amount("11")}}).postings.empty());
  const PriceRun third = plan({{"MUG", "USD", amount("10")}});
  EXPECT_EQ(third.postings, first.postings) << "the facts of the first one are back";
  EXPECT_EQ(get(first.postings[0]).state, PostingState::planned);
}

TEST_F(PlanPrices, ANewRowNamesItemCurrencyAndDay) {
  settings.prices_to_walmart = false;
  settings.prices_to_exact = true;
  const PriceRun run = plan({{"MUG", "USD", amount("10")}});
  const PostingRow row = get(run.postings.at(0));
  auto body = body_of(row);
  EXPECT_EQ(*body, R"({"Item":"mug-id","Currency":"USD","Quantity":1,"StartDate":"2026-11-23T00:00:00","Price":10})");
}

TEST_F(PlanPrices, ARowThatWasDeletedIsMadeAgainAndOneNotYetSeenIsNot) {
  settings.prices_to_walmart = false;
  settings.prices_to_exact = true;
  const std::vector<OfferedPrice> offers{{"MUG", "USD", amount("10")}};
  const PriceRun first = plan(offers);
  ASSERT_EQ(first.postings.size(), 1U);
  PostingRow made = get(first.postings[0]);
  made.state = PostingState::posted;
  made.target_id = "made";
  made.updated_at = time.now();
  write([made](store::Transaction& transaction) { return transaction.update_posting(made); });
  EXPECT_TRUE(plan(offers).postings.empty()) << "the list was read before it showed what was made";
  time.pass(std::chrono::hours(25));
  const PriceRun again = plan(offers);
  ASSERT_EQ(again.postings.size(), 1U) << "a person has deleted it";
  EXPECT_NE(again.postings[0], first.postings[0]);
}

TEST_F(PlanPrices, APriceIsWithdrawnOnceThePlanHasNoPlaceForIt) {
  settings.prices_to_walmart = false;
  settings.prices_to_exact = true;
  settings.price_max_change_percent = amount("30");
  const PriceRun first = plan({{"MUG", "USD", amount("10")}});
  ASSERT_EQ(first.postings.size(), 1U);
  // A person sets a price in Exact meanwhile, which the guard protects.
  list_price("a", "MUG", "40", 5);
  const PriceRun second = plan({{"MUG", "USD", amount("10")}});
  EXPECT_TRUE(second.postings.empty());
  EXPECT_EQ(second.exact.problems.size(), 1U);
  EXPECT_EQ(get(first.postings[0]).state, PostingState::withdrawn);
}

TEST_F(PlanPrices, APriceThatWaitedTooLongIsComparedAnew) {
  settings.prices_to_walmart = false;
  settings.prices_to_exact = true;
  list_price("a", "MUG", "9.5", 5);
  const PriceRun run = plan({{"MUG", "USD", amount("10")}});
  ASSERT_EQ(run.postings.size(), 1U);
  time.pass(std::chrono::minutes(31));
  auto stale = body_of(get(run.postings[0]));
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().cause, domain::Cause::waiting_for_dependency);
  EXPECT_TRUE(plan({{"MUG", "USD", amount("10")}}).postings.empty());
  EXPECT_EQ(body_of(get(run.postings[0])).value_or(""), R"({"Price":10})");
}

TEST_F(PlanPrices, UrgentPricesAreCountedByTheHour) {
  list_price("a", "MUG", "11", 5);
  const auto first = urgent("MUG", "5");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->key, "urgent-price/MUG/1");
  EXPECT_EQ(state_of("MUG"), State::person);
  EXPECT_TRUE(plan({{"MUG", "USD", amount("5")}}).postings.empty()) << "the list price does not undo it";
  const auto second = urgent("MUG", "6");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->key, "urgent-price/MUG/2");
  EXPECT_EQ(get(first->key).state, PostingState::withdrawn) << "the later word counts";
  for (int number = 3; number <= 100; ++number) ASSERT_TRUE(urgent("S" + std::to_string(number), "5"));
  const auto over = urgent("ONE-MORE", "5");
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().cause, Cause::budget_spent);
  time.pass(std::chrono::minutes(61));
  EXPECT_TRUE(urgent("ONE-MORE", "5"));
}

TEST_F(PlanPrices, AnUrgentPriceInDoubtIsClearedUpFirst) {
  auto row = urgent("MUG", "5");
  ASSERT_TRUE(row);
  PostingRow sent = get(row->key);
  sent.state = PostingState::retry;
  sent.in_doubt = true;
  sent.attempt = 1;
  write([sent](store::Transaction& transaction) { return transaction.update_posting(sent); });
  const auto next = urgent("MUG", "6");
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().cause, Cause::waiting_for_dependency);
}

TEST(FeedPause, GrowsWithTheAgeOfAFeed) {
  using namespace std::chrono;
  EXPECT_EQ(feed_pause(seconds(0)), seconds(2));
  EXPECT_EQ(feed_pause(seconds(60)), seconds(5));
  EXPECT_EQ(feed_pause(minutes(5)), minutes(1));
  EXPECT_EQ(feed_pause(minutes(30)), minutes(15));
  EXPECT_EQ(feed_pause(hours(2)), hours(1));
  EXPECT_EQ(feed_pause(hours(30)), hours(4));
}

}  // namespace plan_prices_test
}  // namespace connector::flows
