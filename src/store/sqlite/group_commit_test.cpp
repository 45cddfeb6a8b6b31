#include <mutex>
#include <numeric>
#include <stdexcept>

#include "store/sqlite/faulty_vfs_testing.h"
#include "store/store_testing.h"

namespace connector::store::testing {
namespace group_commit_test {

using domain::Cause;

class GroupCommitTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    SqliteStoreOptions options;
    options.on_commit = [this](std::size_t closures) {
      const std::lock_guard lock(mutex_);
      groups_.push_back(closures);
    };
    reopen(options);
  }
  void TearDown() override {
    writes_.clear();
    StoreTest::TearDown();
  }
  template <class F>
  void begin(F work) {
    writes_.push_back(store_->write(std::move(work)));
    writes_.back().start();
  }
  void begin_insert(const std::string& order) {
    begin([order](Transaction& transaction) { return transaction.insert_posting(invoice(1, order)); });
  }
  std::vector<Result<void>> finish() {
    std::vector<Result<void>> results;
    for (auto& write : writes_) {
      executor_.run_until([&write] { return write.done(); });
      results.push_back(write.take());
    }
    writes_.clear();
    return results;
  }
  bool exists(const std::string& order) {
    return value_of(read([order](Reader& reader) { return reader.posting(1, "invoice/" + order + "/1"); })).has_value();
  }
  std::vector<std::size_t> groups() {
    const std::lock_guard lock(mutex_);
    return groups_;
  }

  std::vector<ports::Task<Result<void>>> writes_;
  std::mutex mutex_;
  std::vector<std::size_t> groups_;
};

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

TEST_F(GroupCommitTest, InlineModeWorksWithinTheCall) {
  SqliteStoreOptions options;
  options.run_inline = true;
  options.durable = false;
  store_ = value_of(open_sqlite_store(":memory:", executor_, clock_, options));
  auto adding = store_->write([](Transaction& transaction) { return transaction.add_connection(seller("a")); });
  adding.start();
  ASSERT_TRUE(adding.done()) << "without a turn of the executor";
  EXPECT_EQ(value_of(adding.take()), 1);
  auto reading = store_->read([](Reader& reader) { return reader.connections(); });
  reading.start();
  ASSERT_TRUE(reading.done());
  EXPECT_EQ(value_of(reading.take()).size(), 1U);
  options.run_inline = false;
  EXPECT_FALSE(open_sqlite_store(":memory:", executor_, clock_, options));
}

class FaultsTest : public GroupCommitTest {
 protected:
  FaultsTest() : vfs_("faulty-test") {}
  void SetUp() override {
    GroupCommitTest::SetUp();
    SqliteStoreOptions options;
    options.vfs = "faulty-test";
    reopen(options);
  }
  void TearDown() override {
    vfs_.write_result = SQLITE_OK;
    vfs_.sync_result = SQLITE_OK;
    vfs_.read_result = SQLITE_OK;
    GroupCommitTest::TearDown();
  }
  void expect_recovery() {
    vfs_.write_result = SQLITE_OK;
    vfs_.sync_result = SQLITE_OK;
    value_of(write([](Transaction& transaction) { return transaction.insert_posting(invoice(1, "after")); }));
    value_of(write([](Transaction& transaction) { return transaction.append_audit(note("after")); }));
    EXPECT_TRUE(exists("after"));
    EXPECT_EQ(value_of(read([](Reader& reader) { return reader.verify_audit(); })).problem, "");
    store_.reset();
    EXPECT_EQ(value_of(check_sqlite_file(path_)), std::vector<std::string>{});
    reopen();
  }
  FaultyVfs vfs_;
};

TEST_F(FaultsTest, EveryCommitIsSyncedBeforeItIsAcknowledged) {
  for (int order = 0; order < 20; ++order) {
    const int before = vfs_.log_syncs;
    value_of(write(
        [order](Transaction& transaction) { return transaction.insert_posting(invoice(1, std::to_string(order))); }));
    ASSERT_GT(vfs_.log_syncs, before);
  }
  const int before = vfs_.log_syncs;
  for (int order = 100; order < 200; ++order) begin_insert(std::to_string(order));
  for (const auto& result : finish()) EXPECT_TRUE(result);
  EXPECT_EQ(vfs_.log_syncs, before + 1) << "a hundred writes, one sync";
}

TEST_F(FaultsTest, AFullDiskFailsTheWriteAndLeavesTheStoreWhole) {
  begin_insert("1");
  ASSERT_TRUE(finish()[0]);
  vfs_.write_result = SQLITE_FULL;
  for (const auto* order : {"2", "3", "4"}) begin_insert(order);
  for (const auto& result : finish()) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().cause, Cause::store_failure);
    EXPECT_NE(result.error().message.find("disk is full"), std::string::npos) << result.error().message;
  }
  EXPECT_TRUE(exists("1"));
  EXPECT_FALSE(exists("3"));
  expect_recovery();
  EXPECT_FALSE(exists("2"));
}

TEST_F(FaultsTest, AFailedSyncAcknowledgesNothing) {
  vfs_.sync_result = SQLITE_IOERR_FSYNC;
  for (const auto* order : {"1", "2"}) begin_insert(order);
  for (const auto& result : finish()) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().cause, Cause::store_failure);
    EXPECT_NE(result.error().message.find("input/output error"), std::string::npos) << result.error().message;
  }
  expect_recovery();
}

TEST_F(FaultsTest, AClosureCannotSwallowAFailure) {
  // Enough rows to overflow the page cache, so that the disk is written before the commit.
  vfs_.write_result = SQLITE_FULL;
  const auto done = write([](Transaction& transaction) -> Result<void> {
    for (int order = 0; order < 4000; ++order) {
      auto row = invoice(1, std::to_string(order));
      row.document = std::string(3000, 'd');
      (void)transaction.insert_posting(row);
    }
    return {};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().cause, Cause::store_failure);
  EXPECT_FALSE(exists("0"));
  expect_recovery();
  EXPECT_FALSE(exists("0"));
}

TEST_F(FaultsTest, AFailedReadIsReported) {
  for (int order = 0; order < 3000; ++order) begin_insert(std::to_string(order));
  for (const auto& result : finish()) ASSERT_TRUE(result);
  SqliteStoreOptions options;
  options.vfs = "faulty-test";
  reopen(options);
  vfs_.read_result = SQLITE_IOERR_READ;
  const auto rows = read([](Reader& reader) { return reader.postings({}); });
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().cause, Cause::store_failure);
  vfs_.read_result = SQLITE_OK;
  EXPECT_TRUE(exists("7"));
}

TEST_F(FaultsTest, AfterAFailureNothingOfAClosureIsWritten) {
  for (int order = 0; order < 3000; ++order) begin_insert(std::to_string(order));
  for (const auto& result : finish()) ASSERT_TRUE(result);
  value_of(write([](Transaction& transaction) { return transaction.append_audit(note("before")); }));
  SqliteStoreOptions options;
  options.vfs = "faulty-test";
  reopen(options);
  // SQLite ends the transaction by itself when a read fails; the closure does not care and goes on.
  const auto done = write([this](Transaction& transaction) -> Result<void> {
    if (auto noted = transaction.append_audit(note("first")); !noted) return noted;
    vfs_.read_result = SQLITE_IOERR_READ;
    EXPECT_FALSE(transaction.postings({}));
    vfs_.read_result = SQLITE_OK;
    EXPECT_FALSE(transaction.append_audit(note("second")));
    EXPECT_FALSE(transaction.insert_posting(invoice(1, "new")));
    return {};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().cause, Cause::store_failure);
  EXPECT_FALSE(exists("new"));
  const auto verdict = value_of(read([](Reader& reader) { return reader.verify_audit(); }));
  EXPECT_EQ(verdict.problem, "");
  EXPECT_EQ(verdict.records, 1);
  expect_recovery();
}

}  // namespace group_commit_test
}  // namespace connector::store::testing
