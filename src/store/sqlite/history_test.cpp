#include <sqlite3.h>

#include "store/sql/transaction.h"
#include "store/sqlite/migrations.h"
#include "store/store_testing.h"

namespace connector::store::testing {
namespace history_test {

using sql::SqlTransaction;
using sqlite::SqliteDatabase;

// What lies in history must not make today's work dearer. Counted in SQLite's own steps, so that the test does not
// depend on the machine.
class HistoryTest : public ::testing::Test {
 protected:
  HistoryTest()
      : database_(value_of(SqliteDatabase::open(":memory:", {}))),
        transaction_(std::make_unique<SqlTransaction>(*database_)) {
    value_of(sqlite::migrate(*database_, sqlite::migrations(), at(0)));
    transaction_->begin_group();
    value_of(transaction_->add_connection(seller("first")));
  }
  static std::string number(int order) { return std::to_string(1'796'277'000'000 + order); }

  void add_history(int orders) {
    for (int count = 0; count < orders; ++count) {
      const auto order = number(orders_++);
      auto row = invoice(1, order);
      // Every way in which a posting can lie about: nearly all posted, some in each other state.
      const int kind = count % 40;
      if (kind == 0)
        row.state = PostingState::skipped;
      else if (kind == 1)
        row.state = PostingState::retry, row.next_attempt_at = at(1'000'000'000);
      else if (kind == 2)
        row.depends_on = "invoice/none/1";
      else if (kind == 3)
        row.state = PostingState::held, row.cause = domain::Cause::missing_item, row.mapping_version = 9;
      else
        row.state = PostingState::posted;
      value_of(transaction_->insert_posting(row));
      value_of(transaction_->append_audit(note("posting.posted", order)));
    }
    value_of(transaction_->flush());
    transaction_->begin_group();
  }
  std::int64_t take_steps() {
    std::int64_t steps = 0;
    for (auto* statement = sqlite3_next_stmt(database_->handle(), nullptr); statement != nullptr;
         statement = sqlite3_next_stmt(database_->handle(), statement)) {
      steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
    }
    return steps;
  }
  template <class F>
  std::int64_t cost(F work) {
    take_steps();
    work();
    return take_steps();
  }
  void work_on_orders() {
    for (int count = 0; count < 20; ++count) {
      value_of(transaction_->insert_posting(invoice(1, number(orders_++))));
      value_of(transaction_->append_audit(note("posting.planned")));
    }
    auto rows = value_of(transaction_->claim(1, {"a", at(100), at(200)}, 20, Due::all));
    ASSERT_EQ(rows.size(), 20U);
    for (auto& row : rows) {
      row.body = "{}";
      value_of(transaction_->update_posting(row, row.attempt));
      row.state = PostingState::posted;
      value_of(transaction_->update_posting(row, row.attempt));
    }
    value_of(transaction_->flush());
    transaction_->begin_group();
  }
  /// What a run of a flow reads and writes.
  void look_at_flows(ConnectionId connection) {
    auto row = value_of(transaction_->flow(connection, "orders"));
    row.started_at = at(10);
    value_of(transaction_->put_flow(row));
    value_of(transaction_->acquire_lease("flow/orders/" + std::to_string(connection), "a", at(0), at(10)));
    value_of(transaction_->release_lease("flow/orders/" + std::to_string(connection), "a"));
    value_of(transaction_->budget_windows(connection));
    value_of(transaction_->take_budget(connection, {{"exact/minute", std::chrono::minutes(1), 60, 0, 0, at(60), 0}}, 1,
                                       at(0)));
    value_of(transaction_->posted_hours(connection, 0));
    value_of(transaction_->notice_status(connection));
    value_of(transaction_->open_notices(connection, at(0), 10));
  }
  void add_neighbours(int count) {
    for (int number = 0; number < count; ++number) {
      const auto id = value_of(transaction_->add_connection(seller("neighbour-" + std::to_string(number))));
      look_at_flows(id);
      NoticeRow notice;
      notice.connection = id;
      notice.source = "walmart";
      notice.event_id = "e";
      notice.flow = "orders";
      notice.done_at = at(5);
      value_of(transaction_->add_notice(notice));
    }
    value_of(transaction_->flush());
    transaction_->begin_group();
  }
  void look_around() {
    value_of(transaction_->next_due(1));
    value_of(transaction_->posting_counts(1));
    value_of(transaction_->held_sources(1, 3, 100));
    value_of(transaction_->posting(1, "invoice/" + number(7) + "/1"));
    value_of(transaction_->posting(1, "invoice/none/1"));
    value_of(transaction_->postings_of(1, number(7)));
    PostingFilter newest;
    newest.connection = 1;
    newest.limit = 10;
    EXPECT_EQ(value_of(transaction_->postings(newest)).size(), 10U);
    AuditFilter trail;
    trail.connection = 1;
    trail.source_id = number(7);
    EXPECT_EQ(value_of(transaction_->audit(trail)).size(), 1U);
  }

  std::unique_ptr<SqliteDatabase> database_;
  std::unique_ptr<SqlTransaction> transaction_;
  int orders_ = 0;
};

TEST_F(HistoryTest, WorkCostsTheSame) {
  add_history(100);
  work_on_orders();
  const auto before = cost([this] { work_on_orders(); });
  add_history(8000);
  const auto after = cost([this] { work_on_orders(); });
  EXPECT_LE(after, before + before / 10);
}

TEST_F(HistoryTest, LookingUpCostsTheSame) {
  add_history(100);
  look_around();
  const auto before = cost([this] { look_around(); });
  add_history(8000);
  const auto after = cost([this] { look_around(); });
  EXPECT_LE(after, before + before / 10);
}

// Of an integrator's thousands of connections each has its flows, budgets, leases and notices.
TEST_F(HistoryTest, NeighboursCostNothing) {
  add_history(100);
  const auto work = [this] {
    look_around();
    look_at_flows(1);
    work_on_orders();
  };
  work();
  const auto before = cost(work);
  add_neighbours(2'000);
  work();
  const auto after = cost(work);
  EXPECT_LE(after, before + before / 10);
}

TEST_F(HistoryTest, LookingForWorkOfAllCostsByThoseThatHaveSome) {
  add_neighbours(2'000);
  const auto look = [this] {
    value_of(transaction_->connections_due(at(100)));
    value_of(transaction_->connections_with_notices(at(100)));
    value_of(transaction_->connections_with_outdated_held());
    value_of(transaction_->connections_version());
  };
  EXPECT_LT(cost(look), 300) << "nobody has any";
  add_history(8'000);
  EXPECT_LT(cost(look), 800) << "one has much: what it has is not counted";
}

TEST_F(HistoryTest, ListsByStateLookAtThatStateOnly) {
  add_history(8000);
  for (const auto state : {PostingState::held, PostingState::skipped, PostingState::retry, PostingState::planned}) {
    PostingFilter filter;
    filter.connection = 1;
    filter.state = state;
    filter.limit = 10;
    const auto steps = cost([&] { EXPECT_EQ(value_of(transaction_->postings(filter)).size(), 10U); });
    EXPECT_LT(steps, 40'000) << to_string(state);
    filter.state = PostingState::withdrawn;
    EXPECT_LT(cost([&] { EXPECT_TRUE(value_of(transaction_->postings(filter)).empty()); }), 200);
  }
}

TEST_F(HistoryTest, TheTrailIsSearchedWhereItStands) {
  auto deed = note("mapping.changed");
  deed.actor = "ann";
  value_of(transaction_->append_audit(deed));
  add_history(8000);
  const auto found = [this](const AuditListFilter& filter) {
    return value_of(transaction_->audit_list(filter)).size();
  };
  AuditListFilter filter;
  filter.limit = 10;
  filter.actor = "ann";
  EXPECT_LT(cost([&] { EXPECT_EQ(found(filter), 1U); }), 500) << "a person";
  filter.actor = "nobody";
  EXPECT_LT(cost([&] { EXPECT_EQ(found(filter), 0U); }), 200) << "nobody";
  filter.actor = "system";
  EXPECT_LT(cost([&] { EXPECT_EQ(found(filter), 10U); }), 2'000) << "the connector";
  filter.actor.clear();
  filter.before_sequence = 20;
  EXPECT_LT(cost([&] { EXPECT_EQ(found(filter), 10U); }), 2'000) << "a page in the midst";
}

}  // namespace history_test
}  // namespace connector::store::testing
