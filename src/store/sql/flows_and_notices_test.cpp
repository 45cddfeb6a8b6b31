#include "store/store_testing.h"

namespace connector::store::testing {
namespace flows_and_notices_test {

using domain::Milliseconds;
using std::chrono::minutes;

class FlowsAndNoticesTest : public ::testing::Test {
 protected:
  template <class F>
  auto write(F work) {
    return value_of(wait_for(executor_, store_->write(std::move(work))));
  }
  template <class F>
  auto read(F work) {
    return value_of(wait_for(executor_, store_->read(std::move(work))));
  }
  FlowsAndNoticesTest() : store_(value_of(open_test_store(folder_.file("store.db"), executor_, clock_))) {
    write([](Transaction& transaction) { return transaction.add_connection(seller("first")); });
  }
  NoticeRow notice(const std::string& event, const std::string& entity) {
    NoticeRow row;
    row.connection = 1;
    row.source = "walmart";
    row.event_id = event;
    row.topic = "PO_CREATED";
    row.flow = "orders";
    row.entity = entity;
    row.received_at = at(1'000);
    return row;
  }
  Result<void> add(const NoticeRow& row) {
    return wait_for(executor_, store_->write([row](Transaction& transaction) { return transaction.add_notice(row); }));
  }
  BudgetGrant take(std::vector<BudgetAsk> asks, std::int64_t wanted, UtcTime now) {
    return write(
        [asks, wanted, now](Transaction& transaction) { return transaction.take_budget(1, asks, wanted, now); });
  }

  TemporaryFolder folder_;
  TestExecutor executor_;
  FixedClock clock_;
  std::unique_ptr<Store> store_;
};

TEST_F(FlowsAndNoticesTest, AFlowsRowComesBackAsItWasPut) {
  FlowRow row;
  row.connection = 1;
  row.flow = "orders";
  row.paused = true;
  row.started_at = at(10);
  row.failed_at = at(20);
  row.failures = 3;
  row.last_error = "down";
  row.backfill_from = at(0);
  row.backfill_at = at(5);
  row.backfill_to = at(9);
  ASSERT_TRUE(wait_for(executor_, store_->write([row](Transaction& t) { return t.put_flow(row); })));
  const auto back = read([](Reader& reader) { return reader.flow(1, "orders"); });
  EXPECT_TRUE(back.paused);
  EXPECT_EQ(back.started_at, at(10));
  EXPECT_FALSE(back.succeeded_at);
  EXPECT_EQ(back.failures, 3);
  EXPECT_TRUE(back.backfill_unfinished());
  EXPECT_EQ(read([](Reader& reader) { return reader.flows(0); }).size(), 1U);
  EXPECT_FALSE(read([](Reader& reader) { return reader.flow(1, "returns"); }).started_at);
}

TEST_F(FlowsAndNoticesTest, WhatPersonsAskOfAFlowIsKnownByANumber) {
  const auto version = [this] { return read([](Reader& reader) { return reader.connections_version(); }); };
  FlowRow row;
  row.connection = 1;
  row.flow = "orders";
  const auto put = [this, &row, &version] {
    const auto before = version();
    EXPECT_TRUE(wait_for(executor_, store_->write([row](Transaction& t) { return t.put_flow(row); })));
    return version() != before;
  };
  row.started_at = row.succeeded_at = at(10);
  row.report = "{}";
  EXPECT_FALSE(put()) << "a run";
  row.wanted_at = at(20);
  EXPECT_TRUE(put());
  row.paused = true;
  EXPECT_TRUE(put());
  row.backfill_from = row.backfill_at = at(0);
  row.backfill_to = at(100);
  EXPECT_TRUE(put());
  row.backfill_at = at(50);
  EXPECT_FALSE(put()) << "how far it came";
  row.backfill_at = at(0);
  EXPECT_TRUE(put()) << "the same once more";
  EXPECT_FALSE(put());
}

TEST_F(FlowsAndNoticesTest, ConnectionsWithNoticesAreFoundAtOnce) {
  const auto found = [this](std::int64_t now) {
    return read([=](Reader& reader) { return reader.connections_with_notices(at(now)); });
  };
  for (const char* name : {"second", "third"}) {
    write([name](Transaction& transaction) { return transaction.add_connection(seller(name)); });
  }
  EXPECT_TRUE(found(2'000).empty());
  for (const ConnectionId connection : {3, 1}) {
    for (const char* event : {"e1", "e2"}) {
      auto row = notice(event, event);
      row.connection = connection;
      ASSERT_TRUE(add(row));
    }
  }
  EXPECT_EQ(found(2'000), (std::vector<ConnectionId>{1, 3}));
  for (NoticeRow& row : read([](Reader& reader) { return reader.open_notices(3, at(2'000), 10); })) {
    row.next_attempt_at = at(5'000);
    ASSERT_TRUE(wait_for(executor_, store_->write([row](Transaction& t) { return t.update_notice(row); })));
  }
  EXPECT_EQ(found(2'000), std::vector<ConnectionId>{1});
  EXPECT_EQ(found(5'000), (std::vector<ConnectionId>{1, 3}));
}

TEST_F(FlowsAndNoticesTest, ARepeatedNoticeIsKeptOnce) {
  ASSERT_TRUE(add(notice("e1", "1")));
  ASSERT_TRUE(add(notice("e1", "1")));
  ASSERT_TRUE(add(notice("e1", "2")));
  auto open = read([](Reader& reader) { return reader.open_notices(1, at(2'000), 10); });
  ASSERT_EQ(open.size(), 2U);
  EXPECT_EQ(read([](Reader& reader) { return reader.notice_received_at(1, "walmart", "e1"); }), at(1'000));
  EXPECT_FALSE(read([](Reader& reader) { return reader.notice_received_at(1, "exact", "e1"); }));
  EXPECT_TRUE(read([](Reader& reader) { return reader.was_announced(1, "orders", "2", at(0)); }));
  EXPECT_FALSE(read([](Reader& reader) { return reader.was_announced(1, "orders", "3", at(0)); }));
}

TEST_F(FlowsAndNoticesTest, OpenNoticesAreThoseNotDoneAndDue) {
  ASSERT_TRUE(add(notice("e1", "1")));
  ASSERT_TRUE(add(notice("e2", "2")));
  auto open = read([](Reader& reader) { return reader.open_notices(1, at(2'000), 10); });
  ASSERT_EQ(open.size(), 2U);
  open[0].done_at = at(2'000);
  open[1].next_attempt_at = at(5'000);
  open[1].attempts = 1;
  ASSERT_TRUE(wait_for(executor_, store_->write([open](Transaction& transaction) -> Result<void> {
    if (auto first = transaction.update_notice(open[0]); !first) return first;
    return transaction.update_notice(open[1]);
  })));
  EXPECT_TRUE(read([](Reader& reader) { return reader.open_notices(1, at(4'999), 10); }).empty());
  EXPECT_EQ(read([](Reader& reader) { return reader.open_notices(1, at(5'000), 10); }).size(), 1U);
  const auto status = read([](Reader& reader) { return reader.notice_status(0); });
  ASSERT_EQ(status.size(), 1U);
  EXPECT_EQ(status[0].open, 1);
  ASSERT_TRUE(wait_for(executor_, store_->write([](Transaction& t) { return t.forget_notices(1, at(9'000)); })));
  EXPECT_FALSE(read([](Reader& reader) { return reader.notice_received_at(1, "walmart", "e1"); }));
  EXPECT_TRUE(read([](Reader& reader) { return reader.notice_received_at(1, "walmart", "e2"); })) << "it is not done";
}

TEST_F(FlowsAndNoticesTest, StatusAndMemoryOfEveryOrigin) {
  ASSERT_TRUE(wait_for(executor_, store_->write([this](Transaction& transaction) -> Result<void> {
    if (auto second = transaction.add_connection(seller("second")); !second) return domain::fail(second.error());
    for (int number = 1; number <= 12; ++number) {
      NoticeRow row = notice("e" + std::to_string(number), std::to_string(number));
      row.connection = 1 + number % 2;
      row.source = number % 3 == 0 ? "exact" : "walmart";
      row.flow = number % 4 == 0 ? "orders" : "inventory";
      row.received_at = at(1'000 + number);
      if (number > 6) row.done_at = at(2'000);
      if (auto added = transaction.add_notice(row); !added) return added;
    }
    return {};
  })));
  using Seen = std::tuple<ConnectionId, std::string, std::string, std::int64_t, std::int64_t>;
  const auto status_of = [&](ConnectionId connection) {
    std::vector<Seen> seen;
    for (const auto& row : read([connection](Reader& reader) { return reader.notice_status(connection); })) {
      seen.emplace_back(row.connection, row.source, row.flow, row.last_received_at.time_since_epoch().count(),
                        row.open);
    }
    return seen;
  };
  const std::int64_t zero = at(1'000).time_since_epoch().count();
  const std::vector<Seen> first{{1, "exact", "inventory", zero + 6, 1},
                                {1, "exact", "orders", zero + 12, 0},
                                {1, "walmart", "inventory", zero + 10, 1},
                                {1, "walmart", "orders", zero + 8, 1}};
  const std::vector<Seen> second{{2, "exact", "inventory", zero + 9, 1}, {2, "walmart", "inventory", zero + 11, 2}};
  EXPECT_EQ(status_of(1), first);
  EXPECT_EQ(status_of(2), second);
  auto all = first;
  all.insert(all.end(), second.begin(), second.end());
  EXPECT_EQ(status_of(0), all);
  EXPECT_TRUE(status_of(3).empty());
  EXPECT_TRUE(read([](Reader& reader) { return reader.was_announced(1, "orders", "12", at(1'012)); }));
  EXPECT_FALSE(read([](Reader& reader) { return reader.was_announced(1, "orders", "12", at(1'013)); }));
  EXPECT_FALSE(read([](Reader& reader) { return reader.was_announced(2, "orders", "12", at(0)); }));
  ASSERT_TRUE(wait_for(executor_, store_->write([](Transaction& t) { return t.forget_notices(1, at(1'011)); })));
  EXPECT_EQ(status_of(1), (std::vector<Seen>{{1, "exact", "inventory", zero + 6, 1},
                                             {1, "exact", "orders", zero + 12, 0},
                                             {1, "walmart", "inventory", zero + 2, 1},
                                             {1, "walmart", "orders", zero + 4, 1}}));
  EXPECT_EQ(status_of(2), second);
}

TEST_F(FlowsAndNoticesTest, APostingIsFoundByItsDocument) {
  auto row = invoice(1, "100");
  row.state = PostingState::posted;
  row.target_id = "guid-1";
  ASSERT_TRUE(wait_for(executor_, store_->write([row](Transaction& t) { return t.insert_posting(row); })));
  const auto found = read([](Reader& reader) { return reader.posting_of_target(1, "guid-1"); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->key, row.key);
  EXPECT_FALSE(read([](Reader& reader) { return reader.posting_of_target(1, "guid-2"); }));
  EXPECT_FALSE(read([](Reader& reader) { return reader.posting_of_target(1, ""); }));
}

TEST_F(FlowsAndNoticesTest, ProcessesTakeFromTheSameWindow) {
  BudgetAsk known{"exact/minute", minutes(1), 60, 2, 0, at(60'000), 0};
  BudgetAsk unknown{"exact/minute", minutes(1), std::nullopt, 0, 0, at(0), 0};
  EXPECT_EQ(take({unknown}, 7, at(1'000)).granted, 7) << "nobody knows a limit yet";
  auto grant = take({known}, 50, at(1'000));
  EXPECT_EQ(grant.granted, 50);
  EXPECT_EQ(grant.windows.at(0).taken, 52);
  grant = take({unknown}, 16, at(2'000));
  EXPECT_EQ(grant.granted, 8) << "the rest, to a process that knew no limit";
  EXPECT_EQ(take({unknown}, 16, at(59'999)).granted, 0);
  grant = take({unknown}, 16, at(60'000));
  EXPECT_EQ(grant.granted, 16) << "the next window";
  EXPECT_EQ(grant.windows.at(0).reset, at(120'000));
}

TEST_F(FlowsAndNoticesTest, CallsThatWereNotMadeAreGivenBack) {
  BudgetAsk ask{"exact/minute", minutes(1), 60, 0, 0, at(60'000), 0};
  EXPECT_EQ(take({ask}, 60, at(1'000)).granted, 60);
  EXPECT_EQ(take({ask}, -4, at(2'000)).windows.at(0).taken, 56);
  EXPECT_EQ(take({ask}, 10, at(3'000)).granted, 4);
  const auto windows = read([](Reader& reader) { return reader.budget_windows(1); });
  ASSERT_EQ(windows.size(), 1U);
  EXPECT_EQ(windows[0].taken, 60);
}

TEST_F(FlowsAndNoticesTest, CallsOfOthersUnderTheSameKeyAndReservesAreLeftAlone) {
  BudgetAsk ask{"exact/day", minutes(1'440), 100, 10, 0, at(86'400'000), 0};
  EXPECT_EQ(take({ask}, 10, at(0)).granted, 10);
  ask.used = 60;
  EXPECT_EQ(take({ask}, 10, at(0)).windows.at(0).taken, 70);
  ask.reserve = 25;
  EXPECT_EQ(take({ask}, 10, at(0)).granted, 5);
  EXPECT_EQ(take({ask}, 10, at(0)).granted, 0);
  ask.reserve = 0;
  EXPECT_EQ(take({ask}, 30, at(0)).granted, 25);
}

TEST_F(FlowsAndNoticesTest, ABucketFillsHoweverOftenItIsAsked) {
  const auto ask = [this](std::int64_t wanted, std::optional<std::int64_t> left, UtcTime now) {
    return write([wanted, left, now](Transaction& transaction) {
      return transaction.take_from_bucket(1, "walmart/PUT /v3/price", 100, std::chrono::hours(1), wanted, left, now);
    });
  };
  EXPECT_EQ(ask(70, std::nullopt, at(0)), 70);
  EXPECT_EQ(ask(70, std::nullopt, at(0)), 30);
  std::int64_t granted = 0;
  for (std::int64_t time = 0; time <= 360'000; time += 100) granted += ask(1, std::nullopt, at(time));
  EXPECT_EQ(granted, 10) << "a tenth of the hour";
  EXPECT_EQ(ask(5, 3, at(7'200'000)), 3) << "the remote knows better";
}

}  // namespace flows_and_notices_test
}  // namespace connector::store::testing
