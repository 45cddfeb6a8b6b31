#include "store/store_testing.h"

namespace connector::store::testing {
namespace queue_test {

using domain::Cause;

class QueueTest : public StoreTest {
 protected:
  std::vector<PostingRow> claim_rows(std::int64_t now, std::size_t limit = 100, ConnectionId connection = 1,
                                     const std::string& owner = "a") {
    return value_of(write([=](Transaction& transaction) {
      return transaction.claim(connection, {owner, at(now), at(now + 1000)}, limit, Due::all);
    }));
  }
  std::vector<std::string> claim(std::int64_t now, std::size_t limit = 100, ConnectionId connection = 1) {
    std::vector<std::string> sources;
    for (const auto& row : claim_rows(now, limit, connection)) sources.push_back(row.source_id);
    return sources;
  }
  void set_state(const std::string& key, PostingState state,
                 std::optional<domain::UtcTime> next_attempt_at = std::nullopt) {
    auto row = get(key);
    row.state = state;
    row.next_attempt_at = next_attempt_at;
    value_of(write([row](Transaction& transaction) { return transaction.update_posting(row); }));
  }
  std::optional<domain::UtcTime> next_due(ConnectionId connection = 1) {
    return value_of(read([connection](Reader& reader) { return reader.next_due(connection); }));
  }
  using Sources = std::vector<std::string>;
};

TEST_F(QueueTest, AClaimLeases) {
  add(invoice(1, "1"));
  const auto rows = claim_rows(500);
  ASSERT_EQ(rows.size(), 1U);
  for (const auto& row : {rows[0], get("invoice/1/1")}) {
    EXPECT_EQ(row.state, PostingState::sending);
    EXPECT_EQ(row.attempt, 1);
    EXPECT_EQ(row.lease_owner, "a");
    EXPECT_EQ(row.lease_until, at(1500));
    EXPECT_EQ(row.updated_at, at(500));
    EXPECT_FALSE(row.in_doubt);
    EXPECT_EQ(row.document, R"({"kind":"sales_invoice"})");
  }
  EXPECT_TRUE(claim(1499).empty());
}

TEST_F(QueueTest, PriorityThenAge) {
  for (const auto& [order, priority] : {std::pair("1", 3), {"2", 0}, {"3", 1}, {"4", 0}, {"5", 1}}) {
    auto row = invoice(1, order);
    row.priority = priority;
    add(row);
  }
  EXPECT_EQ(claim(0, 3), (Sources{"2", "4", "3"}));
  EXPECT_EQ(claim(0, 3), (Sources{"5", "1"}));
  EXPECT_TRUE(claim(0, 3).empty());
}

TEST_F(QueueTest, WhatIsInHasteIsClaimedAlone) {
  for (const auto& [order, priority] : {std::pair("1", 0), {"2", -1}, {"3", -1}, {"4", 3}}) {
    auto row = invoice(1, order);
    row.priority = priority;
    add(row);
  }
  set_state("invoice/3/1", PostingState::retry, at(50));
  const auto claim_hasty = [this](std::int64_t now) {
    Sources sources;
    auto rows = value_of(write([=](Transaction& transaction) {
      return transaction.claim(1, {"a", at(now), at(now + 1000)}, 100, Due::hasty);
    }));
    for (const auto& row : rows) sources.push_back(row.source_id);
    return sources;
  };
  EXPECT_EQ(claim_hasty(0), Sources{"2"});
  EXPECT_EQ(claim_hasty(50), Sources{"3"});
  EXPECT_TRUE(claim_hasty(60).empty());
  EXPECT_EQ(claim(60), (Sources{"1", "4"}));
}

TEST_F(QueueTest, ARetryThatIsDueComesBeforeYoungerWork) {
  add(invoice(1, "1"));
  set_state("invoice/1/1", PostingState::retry, at(100));
  add(invoice(1, "2"));
  EXPECT_EQ(claim(99, 0), Sources{});
  EXPECT_EQ(claim(100, 1), Sources{"1"});
}

TEST_F(QueueTest, WaitsForItsTime) {
  add(invoice(1, "1"));
  set_state("invoice/1/1", PostingState::retry, at(100));
  auto later = invoice(1, "2");
  later.next_attempt_at = at(200);
  add(later);
  EXPECT_EQ(next_due(), at(100));
  EXPECT_TRUE(claim(99).empty());
  EXPECT_EQ(claim(100), Sources{"1"});
  EXPECT_EQ(next_due(), at(200));
  EXPECT_EQ(claim(250), Sources{"2"});
  EXPECT_EQ(next_due(), at(1100)) << "the end of the first lease";
}

TEST_F(QueueTest, AClockSetBackHoldsWorkBack) {
  add(invoice(1, "1"));
  set_state("invoice/1/1", PostingState::retry, at(100));
  add(invoice(1, "0"));
  set_state("invoice/0/1", PostingState::retry, at(100));
  EXPECT_EQ(claim(100, 1), Sources{"1"});
  EXPECT_TRUE(claim(50).empty());
  EXPECT_EQ(claim(100), Sources{"0"});
}

TEST_F(QueueTest, AnExpiredLeaseIsTakenInDoubt) {
  add(invoice(1, "1"));
  claim(0);
  const auto rows = claim_rows(1000, 10, 1, "b");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows[0].in_doubt);
  EXPECT_EQ(rows[0].attempt, 2);
  EXPECT_EQ(rows[0].lease_owner, "b");
  EXPECT_TRUE(get("invoice/1/1").in_doubt);
}

TEST_F(QueueTest, WhatIsInDoubtIsClaimedApartFromWhatWasAccepted) {
  for (const char* order : {"1", "2", "3", "4"}) add(invoice(1, order));
  for (const char* key : {"invoice/2/1", "invoice/3/1"}) {
    auto row = get(key);
    row.state = PostingState::retry;
    row.in_doubt = true;
    if (row.source_id == "3") row.target_data = "{}";
    value_of(write([row](Transaction& transaction) { return transaction.update_posting(row); }));
  }
  const auto in_doubt = [this](Due due) {
    const auto rows = value_of(write([due](Transaction& transaction) {
      return transaction.claim(1, {"a", at(0), at(1000)}, 100, due);
    }));
    Sources sources;
    for (const auto& row : rows) sources.push_back(row.source_id);
    return sources;
  };
  EXPECT_EQ(in_doubt(Due::accepted), Sources{"3"});
  EXPECT_EQ(in_doubt(Due::accepted), Sources{});
  EXPECT_EQ(in_doubt(Due::unclear), Sources{"2"});
  EXPECT_EQ(claim(0), (Sources{"1", "4"}));
}

TEST_F(QueueTest, ARenewedLeaseIsRespected) {
  add(invoice(1, "1"));
  auto row = claim_rows(0).at(0);
  row.lease_until = at(5000);
  value_of(write([row](Transaction& transaction) { return transaction.update_posting(row, row.attempt); }));
  EXPECT_TRUE(claim(4999).empty());
  EXPECT_EQ(claim(5000), Sources{"1"});
}

TEST_F(QueueTest, WhatIsSetAsideOrPostedIsNotTaken) {
  for (const auto state : {PostingState::held, PostingState::posted, PostingState::skipped, PostingState::withdrawn}) {
    const auto order = std::string(to_string(state));
    add(invoice(1, order));
    set_state("invoice/" + order + "/1", state);
  }
  EXPECT_TRUE(claim(1'000'000).empty());
  EXPECT_FALSE(next_due());
  set_state("invoice/held/1", PostingState::planned);
  EXPECT_EQ(next_due(), at(0)) << "due at once";
  EXPECT_EQ(claim(0), Sources{"held"});
}

TEST_F(QueueTest, DependenciesComeFirst) {
  auto second = invoice(1, "2");
  second.depends_on = "invoice/1/1";
  add(second);  // before what it waits for exists
  auto third = invoice(1, "3");
  third.depends_on = "invoice/2/1";
  third.next_attempt_at = at(300);
  add(third);
  EXPECT_TRUE(claim(0).empty());
  EXPECT_FALSE(next_due()) << "a blocked posting becomes due by no passing of time";
  add(invoice(1, "1"));
  EXPECT_EQ(claim(0), Sources{"1"});
  set_state("invoice/1/1", PostingState::retry, at(10));
  EXPECT_EQ(claim(10), Sources{"1"});
  set_state("invoice/1/1", PostingState::posted);
  EXPECT_EQ(claim(10), Sources{"2"});
  set_state("invoice/2/1", PostingState::posted);
  EXPECT_EQ(next_due(), at(300));
  EXPECT_TRUE(claim(299).empty());
  EXPECT_EQ(claim(300), Sources{"3"});
}

TEST_F(QueueTest, ADependencyOfAnotherConnectionDoesNotCount) {
  value_of(write([](Transaction& transaction) { return transaction.add_connection(seller("second")); }));
  auto other = invoice(2, "1");
  other.state = PostingState::posted;
  add(other);
  auto row = invoice(1, "2");
  row.depends_on = "invoice/1/1";
  add(row);
  EXPECT_TRUE(claim(0).empty());
}

TEST_F(QueueTest, ADependencyNoLongerPostedBlocksAgain) {
  add(invoice(1, "1"));
  set_state("invoice/1/1", PostingState::posted);
  auto row = invoice(1, "2");
  row.depends_on = "invoice/1/1";
  add(row);
  add(invoice(1, "3"));
  set_state("invoice/1/1", PostingState::held);
  EXPECT_EQ(claim(0, 1), Sources{"3"}) << "the blocked one takes no place";
  set_state("invoice/1/1", PostingState::posted);
  EXPECT_EQ(claim(0), Sources{"2"});
}

TEST_F(QueueTest, LongBacklogIsTakenInOrder) {
  value_of(write([](Transaction& transaction) -> Result<void> {
    for (int order = 0; order < 500; ++order) {
      if (auto done = transaction.insert_posting(invoice(1, std::to_string(order))); !done) return done;
    }
    return {};
  }));
  int expected = 0;
  for (;;) {
    const auto sources = claim(0, 64);
    if (sources.empty()) break;
    for (const auto& source : sources) EXPECT_EQ(source, std::to_string(expected++));
  }
  EXPECT_EQ(expected, 500);
}

TEST_F(QueueTest, ConnectionsWithWorkAreFoundAtOnce) {
  const auto due = [this](std::int64_t now) {
    return value_of(read([=](Reader& reader) { return reader.connections_due(at(now)); }));
  };
  const auto outdated = [this] {
    return value_of(read([](Reader& reader) { return reader.connections_with_outdated_held(); }));
  };
  using Ids = std::vector<ConnectionId>;
  for (const char* name : {"second", "third", "fourth"}) {
    value_of(write([row = seller(name)](Transaction& transaction) { return transaction.add_connection(row); }));
  }
  EXPECT_EQ(due(1'000), Ids{});
  for (const char* order : {"1", "2"}) add(invoice(2, order));
  auto waiting = invoice(4, "1");
  waiting.next_attempt_at = at(500);
  waiting.state = PostingState::retry;
  add(waiting);
  auto held = invoice(3, "1");
  held.state = PostingState::held;
  held.cause = Cause::missing_item;
  add(held);
  held = invoice(1, "1");
  held.state = PostingState::held;
  held.cause = Cause::unclear_outcome;
  held.in_doubt = true;
  add(held);
  EXPECT_EQ(due(499), Ids{2});
  EXPECT_EQ(due(500), (Ids{2, 4}));
  EXPECT_EQ(outdated(), Ids{});
  for (const ConnectionId connection : {1, 3}) {
    value_of(write([=](Transaction& transaction) { return transaction.raise_mapping_version(connection); }));
  }
  EXPECT_EQ(outdated(), Ids{3}) << "what is in doubt is not planned anew";
  EXPECT_EQ(claim_rows(500, 100, 2).size(), 2U);
  EXPECT_EQ(due(500), Ids{4});
  EXPECT_EQ(due(1'500), (Ids{2, 4})) << "the leases are over";
}

}  // namespace queue_test
}  // namespace connector::store::testing
