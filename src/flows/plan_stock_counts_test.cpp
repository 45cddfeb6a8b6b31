#include "flows/plan_stock_counts.h"

#include <gtest/gtest.h>

#include <set>

#include "flows/settings_json.h"
#include "ports/test_doubles.h"
#include "store/test_store.h"

namespace connector::flows {
namespace plan_stock_counts_test {

using domain::Cause;
using domain::Decimal;
using domain::Result;
using domain::StockLine;
using store::PostingRow;
using store::PostingState;

Decimal units(std::int64_t number) { return Decimal::from_integer(number); }

StockLine line(const std::string& item, std::int64_t in_hand, std::int64_t exact, std::int64_t timestamp) {
  return StockLine{item, {item}, units(in_hand), units(0), units(exact), timestamp};
}

class PlanStockCounts : public ::testing::Test {
 protected:
  PlanStockCounts() {
    store_ = store::testing::store_with_shop(time, time);
    write([](store::Transaction& transaction) -> Result<void> {
      for (const auto& reference :
           {store::ReferenceRow{"warehouse", "1", "warehouse-id", "{}"},
            store::ReferenceRow{"item", "MUG", "mug-id", "{}"}, store::ReferenceRow{"item", "LAMP", "lamp-id", "{}"}}) {
        if (auto put = transaction.put_reference(1, reference); !put) return put;
      }
      return {};
    });
  }

  template <class F>
  void write(F work) {
    auto result = time.run(store_->write(std::move(work)));
    ASSERT_TRUE(result) << result.error().message;
  }

  /// One comparison of warehouse 1.
  PlannedCount plan(std::vector<StockLine> lines) {
    InventoryRun run;
    run.comparison.warehouses.push_back({"1", {"EAST"}, lines.size(), std::move(lines)});
    run.exact_read_at = time.now();
    run.only = run.items = only;
    run.comparison.moving = moving_;
    run.comparison.untold = untold_;
    auto work = [run, settings = settings, now = time.now()](store::Transaction& transaction) -> Result<PlannedCount> {
      auto context = read_planning_context(transaction, 1);
      if (!context) return domain::fail(context.error());
      context->settings = settings;
      InventoryRun planned = run;
      if (auto done = plan_stock_counts(transaction, *context, planned, now); !done) return domain::fail(done.error());
      return planned.counts.at(0);
    };
    auto planned = time.run(store_->write(std::move(work)));
    EXPECT_TRUE(planned) << planned.error().message;
    return planned ? *planned : PlannedCount{};
  }

  /// One comparison of warehouse 1, confined to the items that bear the names of these SKUs.
  PlannedCount plan_only(const std::set<std::string>& skus, std::vector<StockLine> lines,
                         std::vector<domain::StockPlace> moving = {}) {
    only = skus;
    moving_ = std::move(moving);
    PlannedCount planned = plan(std::move(lines));
    only.clear();
    moving_.clear();
    return planned;
  }

  PostingRow get(const std::string& key) {
    auto row = time.run(store_->read([key](store::Reader& reader) { return reader.posting(1, key); }));
    EXPECT_TRUE(row && *row) << key;
    return row && *row ? **row : PostingRow{};
  }
  void change(const std::string& key, const std::function<void(PostingRow&)>& edit) {
    PostingRow row = get(key);
    edit(row);
    write([row](store::Transaction& transaction) { return transaction.update_posting(row); });
  }
  Result<std::string> body_of(const std::string& key) {
    const domain::Date date = std::chrono::year{2026} / 12 / 3;
    return time.run(
        store_->read([row = get(key), date](store::Reader& reader) { return stock_count_body(reader, row, date); }));
  }
  void exact_shows(const std::string& item, std::int64_t current) {
    write([item, current](store::Transaction& transaction) {
      return transaction.put_reference(1, {"stock_position", item + "\n1", item + "-position",
                                           R"({"current":)" + std::to_string(current) + R"(,"timestamp":9})"});
    });
  }

  ports::testing::ManualTime time{domain::start_of_day(std::chrono::year{2026} / 11 / 23)};
  /// The items and differences of a count as it stands in the store.
  std::vector<std::pair<std::string, Decimal>> differences(const std::string& key) {
    auto document = json::parse(get(key).document);
    auto count = stock_count_of(*document);
    EXPECT_TRUE(count);
    return count ? differences_of(*count) : std::vector<std::pair<std::string, Decimal>>{};
  }
  void post(const std::string& key) {
    change(key, [now = time.now()](PostingRow& row) {
      row.state = PostingState::posted;
      row.updated_at = now;
    });
  }

  std::unique_ptr<store::Store> store_;
  domain::ConnectionSettings settings;
  std::set<std::string> only;
  std::vector<domain::StockPlace> moving_;
  std::vector<domain::StockPlace> untold_;
};

using Differences = std::vector<std::pair<std::string, Decimal>>;

TEST_F(PlanStockCounts, AConfinedRunLeavesWhatWaitsForOtherItems) {
  settings.stock_confirm_units = units(5);
  const auto large = plan({line("LAMP", 1, 9, 6), line("MUG", 8, 10, 5)});
  EXPECT_EQ(large.state, "held");
  const auto same = plan_only({"MUG"}, {line("MUG", 8, 10, 5)});
  EXPECT_EQ(same.key, large.key);
  EXPECT_EQ(same.state, "kept");
  const auto changed = plan_only({"MUG"}, {line("MUG", 7, 10, 5)});
  EXPECT_EQ(changed.state, "held") << "it still moves more than a person lets pass";
  EXPECT_EQ(get(large.key).state, PostingState::withdrawn);
  EXPECT_EQ(differences(changed.key), (Differences{{"LAMP", units(-8)}, {"MUG", units(-3)}}));
  const auto settled = plan_only({"MUG"}, {});
  EXPECT_EQ(differences(settled.key), (Differences{{"LAMP", units(-8)}}));
  const auto untouched = plan_only({"VASE"}, {});
  EXPECT_EQ(untouched.key, settled.key);
  EXPECT_EQ(untouched.state, "kept");
  plan_only({"LAMP"}, {});
  EXPECT_EQ(get(settled.key).state, PostingState::withdrawn) << "there is no difference any more";
}

TEST_F(PlanStockCounts, WhatMovedDuringAConfinedRunStandsAsItWas) {
  const auto first = plan({line("MUG", 8, 10, 5)});
  const auto second = plan_only({"MUG"}, {}, {{"MUG", "1"}});
  EXPECT_EQ(second.key, first.key);
  EXPECT_EQ(get(first.key).state, PostingState::planned);
}

TEST_F(PlanStockCounts, WhatWalmartDoesNotTellInAConfinedRunStandsAsItWas) {
  const auto first = plan({line("MUG", 8, 10, 5)});
  untold_ = {{"MUG", "1"}};
  EXPECT_EQ(plan_only({"MUG"}, {}).key, first.key);
  EXPECT_EQ(get(first.key).state, PostingState::planned);
}

TEST_F(PlanStockCounts, AConfinedRunDoesNotAskAPersonTwice) {
  const auto first = plan({line("LAMP", 1, 2, 6), line("MUG", 8, 10, 5)});
  change(first.key, [](PostingRow& row) { row.state = PostingState::skipped; });
  EXPECT_EQ(plan_only({"MUG"}, {line("MUG", 8, 10, 5)}).state, "left");
  EXPECT_EQ(plan_only({"MUG"}, {line("MUG", 7, 10, 5)}).state, "planned") << "new facts are a new question";
}

/// A count that was posted after a run read Exact, and before it planned.
TEST_F(PlanStockCounts, WhatExactDoesNotShowYetIsNotCountedTwice) {
  const auto first = plan({line("MUG", 8, 10, 5)});
  post(first.key);
  EXPECT_EQ(plan_only({"MUG"}, {line("MUG", 8, 10, 5)}).state, "posted");
  EXPECT_EQ(plan_only({"MUG"}, {line("MUG", 7, 10, 5)}).state, "left");
  const auto both = plan({line("LAMP", 1, 2, 6), line("MUG", 8, 10, 5)});
  EXPECT_EQ(both.state, "planned");
  EXPECT_EQ(differences(both.key), (Differences{{"LAMP", units(-1)}}));
  EXPECT_EQ(plan_only({"MUG"}, {line("MUG", 7, 8, 7)}).state, "planned") << "Exact shows the count, and one was sold";
}

TEST_F(PlanStockCounts, AConfinedRunForgetsOnlyItsOwnNotices) {
  const auto remember = [this](const std::set<std::string>& skus, std::vector<domain::StockNotice> notices) {
    InventoryRun run;
    run.only = skus;
    run.comparison.notices = std::move(notices);
    auto work = [run](store::Transaction& transaction) -> Result<std::size_t> {
      InventoryRun remembered = run;
      if (auto done = remember_notices(transaction, 1, remembered); !done) return domain::fail(done.error());
      auto all = transaction.references(1, "inventory_notice");
      return all ? Result<std::size_t>(all->size()) : domain::fail(all.error());
    };
    return *time.run(store_->write(std::move(work)));
  };
  EXPECT_EQ(remember({}, {{"sku/A", "unknown"}, {"sku/B", "unknown"}, {"node/N", "unmapped"}}), 3U);
  EXPECT_EQ(remember({"A"}, {}), 2U);
  EXPECT_EQ(remember({"B", "C"}, {{"sku/B", "unknown"}, {"sku/C", "unknown"}}), 3U);
}

TEST_F(PlanStockCounts, TheKeyIsMadeOfFactsAlone) {
  const auto first = plan({line("MUG", 8, 10, 5)});
  EXPECT_EQ(first.state, "planned");
  time.pass(std::chrono::hours(1));
  const auto again = plan({line("MUG", 8, 10, 5)});
  EXPECT_EQ(again.key, first.key);
  EXPECT_EQ(again.state, "kept");
  EXPECT_TRUE(first.key.starts_with("stock-count/warehouse-1/")) << first.key;
}

TEST_F(PlanStockCounts, ACountThatSaysTheSameStaysThoughStockMoved) {
  const auto first = plan({line("MUG", 8, 10, 5)});
  const auto again = plan({line("MUG", 7, 9, 6)});  // one was sold and delivered meanwhile
  EXPECT_EQ(again.key, first.key);
  EXPECT_EQ(get(first.key).state, PostingState::planned);
}

TEST_F(PlanStockCounts, AnotherFindingReplacesOneThatWaits) {
  const auto first = plan({line("MUG", 8, 10, 5)});
  const auto second = plan({line("MUG", 7, 10, 5)});
  EXPECT_NE(second.key, first.key);
  EXPECT_EQ(get(first.key).state, PostingState::withdrawn);
  const auto third = plan({line("MUG", 8, 10, 5)});
  EXPECT_EQ(third.key, first.key) << "the facts of the first count are back";
  EXPECT_EQ(get(first.key).state, PostingState::planned);
  EXPECT_EQ(get(second.key).state, PostingState::withdrawn);
  plan({});
  EXPECT_EQ(get(first.key).state, PostingState::withdrawn) << "there is no difference any more";
}

TEST_F(PlanStockCounts, WhileOneIsUnderWayNothingIsPlanned) {
  const auto first = plan({line("MUG", 8, 10, 5)});
  change(first.key, [](PostingRow& row) {
    row.state = PostingState::retry;
    row.in_doubt = true;
    row.attempt = 1;
  });
  const auto second = plan({line("MUG", 3, 10, 5)});
  EXPECT_EQ(second.state, "under_way");
  EXPECT_EQ(second.key, first.key);
  EXPECT_EQ(get(first.key).state, PostingState::retry);
}

TEST_F(PlanStockCounts, AboveTheThresholdAPersonMustConfirm) {
  settings.stock_confirm_units = units(5);
  const auto small = plan({line("MUG", 8, 10, 5), line("LAMP", 4, 1, 6)});
  EXPECT_EQ(small.state, "planned") << "two down and three up are five units";
  const auto large = plan({line("MUG", 8, 10, 5), line("LAMP", 5, 1, 6)});
  EXPECT_EQ(large.state, "held");
  EXPECT_EQ(get(large.key).cause, Cause::confirmation_needed);
  // A mended mapping releases what was held for it, never what waits for a person.
  write([](store::Transaction& transaction) -> Result<void> {
    if (auto raised = transaction.raise_mapping_version(1); !raised) return domain::fail(raised.error());
    auto context = read_planning_context(transaction, 1);
    if (!context) return domain::fail(context.error());
    auto replanned = replan_order(transaction, *context, "warehouse-1", {});
    return replanned ? Result<void>{} : domain::fail(replanned.error());
  });
  EXPECT_EQ(get(large.key).state, PostingState::held);
}

TEST_F(PlanStockCounts, APersonsNoStandsForTheseFacts) {
  const auto first = plan({line("MUG", 8, 10, 5)});
  change(first.key, [](PostingRow& row) {
    row.state = PostingState::skipped;
    row.cause_detail = "we counted by hand";
  });
  EXPECT_EQ(plan({line("MUG", 8, 10, 5)}).state, "skipped");
  EXPECT_EQ(plan({line("MUG", 8, 11, 7)}).state, "planned") << "new facts are a new question";
}

TEST_F(PlanStockCounts, OnlyAReportWhenAskedForNoMore) {
  settings.stock_counts = domain::StockCounts::report;
  const auto planned = plan({line("MUG", 8, 10, 5)});
  EXPECT_EQ(planned.state, "reported");
  EXPECT_TRUE(planned.key.empty());
}

TEST_F(PlanStockCounts, TheBodyKeepsWhatExactBookedSince) {
  exact_shows("MUG", 10);
  const auto planned = plan({line("MUG", 8, 10, 5)});
  auto body = body_of(planned.key);
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_NE(body->find(R"("QuantityNew":8)"), std::string::npos) << *body;
  EXPECT_NE(body->find(R"("Warehouse":"warehouse-id")"), std::string::npos) << *body;
  EXPECT_NE(body->find(R"("StockCountDate":"2026-12-03)"), std::string::npos) << "compared on 23 November: " << *body;
  exact_shows("MUG", 9);  // a delivery was posted
  EXPECT_NE(body_of(planned.key)->find(R"("QuantityNew":7)"), std::string::npos);
  exact_shows("MUG", 1);
  EXPECT_NE(body_of(planned.key)->find(R"("QuantityNew":0)"), std::string::npos) << "never below zero";
}

TEST_F(PlanStockCounts, WhatIsGoneInExactHoldsTheCount) {
  const auto planned = plan({line("VASE", 8, 10, 5)});
  const auto body = body_of(planned.key);
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().cause, Cause::missing_item);
}

TEST_F(PlanStockCounts, NoticesAreNewOnce) {
  InventoryRun run;
  run.comparison.notices = {{"sku/A", "unknown"}, {"node/N", "unmapped"}};
  const auto remember = [this](InventoryRun run) {
    auto work = [run](store::Transaction& transaction) -> Result<InventoryRun> {
      InventoryRun remembered = run;
      if (auto done = remember_notices(transaction, 1, remembered); !done) return domain::fail(done.error());
      return remembered;
    };
    return time.run(store_->write(std::move(work)))->new_notices.size();
  };
  EXPECT_EQ(remember(run), 2U);
  EXPECT_EQ(remember(run), 0U);
  InventoryRun mended;
  mended.comparison.notices = {{"node/N", "unmapped"}};
  EXPECT_EQ(remember(mended), 0U);
  EXPECT_EQ(remember(run), 1U) << "what came back is new again";
}

}  // namespace plan_stock_counts_test
}  // namespace connector::flows
