#include <numeric>
#include <stdexcept>

#include "store/store_testing.h"

namespace connector::store::testing {
namespace group_commit_test {

using domain::Cause;

class GroupCommitTest : public GroupWritesTest {};

TEST_F(GroupCommitTest, CallersShareACommit) {
  for (int order = 0; order < 200; ++order) begin_insert(std::to_string(order));
  for (const auto& result : finish()) EXPECT_TRUE(result);
  EXPECT_EQ(groups(), std::vector<std::size_t>{200}) << "what is asked for in one turn of the executor is one commit";
  EXPECT_TRUE(exists("199"));
}

ports::Task<Result<void>> ten_steps(Store& store, int caller) {
  for (int step = 0; step < 10; ++step) {
    auto work = [caller, step](Transaction& transaction) {
      return transaction.insert_posting(invoice(1, std::to_string(caller) + "-" + std::to_string(step)));
    };
    auto running = store.write(std::move(work));
    auto done = co_await running;
    if (!done) co_return done;
  }
  co_return Result<void>();
}

TEST_F(GroupCommitTest, CallersThatWaitForEachStepStayTogether) {
  for (int caller = 0; caller < 64; ++caller) {
    writes_.push_back(ten_steps(*store_, caller));
    writes_.back().start();
  }
  for (const auto& result : finish()) EXPECT_TRUE(result);
  const auto sizes = groups();
  EXPECT_EQ(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}), 640U);
  EXPECT_EQ(sizes.size(), 10U) << "64 callers need one commit per step, not one per caller";
}

TEST_F(GroupCommitTest, AFailedClosureDisturbsNoOther) {
  begin_insert("1");
  begin([](Transaction& transaction) -> Result<void> {
    value_of(transaction.insert_posting(invoice(1, "2")));
    value_of(transaction.append_audit(note("lost")));
    return domain::fail(Cause::cancelled, "on purpose");
  });
  begin([](Transaction& transaction) -> Result<void> {
    value_of(transaction.append_audit(note("kept")));
    EXPECT_FALSE(value_of(transaction.posting(1, "invoice/2/1"))) << "its changes are gone at once";
    EXPECT_TRUE(value_of(transaction.posting(1, "invoice/1/1")));
    return transaction.insert_posting(invoice(1, "3"));
  });
  begin_insert("1");
  const auto results = finish();
  EXPECT_TRUE(results[0]);
  EXPECT_EQ(results[1].error().cause, Cause::cancelled);
  EXPECT_EQ(results[1].error().message, "on purpose");
  EXPECT_TRUE(results[2]);
  EXPECT_EQ(results[3].error().cause, Cause::bad_input);
  EXPECT_EQ(groups(), std::vector<std::size_t>{2});
  EXPECT_TRUE(exists("1"));
  EXPECT_FALSE(exists("2"));
  EXPECT_TRUE(exists("3"));
  const auto verdict = value_of(read([](Reader& reader) { return reader.verify_audit(); }));
  EXPECT_EQ(verdict.records, 1);
  EXPECT_EQ(verdict.problem, "");
}

TEST_F(GroupCommitTest, AnExceptionReachesItsCallerOnly) {
  begin_insert("1");
  begin([](Transaction& transaction) -> Result<void> {
    value_of(transaction.insert_posting(invoice(1, "2")));
    throw std::logic_error("a bug");
  });
  begin_insert("3");
  executor_.run_until([this] { return writes_[2].done() && writes_[1].done() && writes_[0].done(); });
  EXPECT_TRUE(writes_[0].take());
  EXPECT_THROW((void)writes_[1].take(), std::logic_error);
  EXPECT_TRUE(writes_[2].take());
  EXPECT_FALSE(exists("2"));
  EXPECT_TRUE(exists("3"));
}

TEST_F(GroupCommitTest, AnAbandonedWriteIsStillDone) {
  begin_insert("1");
  writes_.clear();
  executor_.run_posted();
  value_of(write([](Transaction& transaction) { return transaction.insert_posting(invoice(1, "2")); }));
  EXPECT_TRUE(exists("1"));
}

TEST_F(GroupCommitTest, DestructionFinishesWhatWasBegun) {
  for (int order = 0; order < 50; ++order) begin_insert(std::to_string(order));
  store_.reset();
  for (const auto& result : finish()) EXPECT_TRUE(result);
  reopen();
  EXPECT_TRUE(exists("0"));
  EXPECT_TRUE(exists("49"));
}

TEST_F(GroupCommitTest, AReadSeesEveryCompletedWrite) {
  for (int order = 0; order < 100; ++order) {
    value_of(write(
        [order](Transaction& transaction) { return transaction.insert_posting(invoice(1, std::to_string(order))); }));
    ASSERT_TRUE(exists(std::to_string(order)));
  }
}

}  // namespace group_commit_test
}  // namespace connector::store::testing
