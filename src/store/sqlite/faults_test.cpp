#include "store/sqlite/faulty_vfs_testing.h"
#include "store/sqlite/sqlite_testing.h"

namespace connector::store::testing {
namespace faults_test {

using domain::Cause;

class InlineStoreTest : public SqliteStoreTest {};

TEST_F(InlineStoreTest, InlineModeWorksWithinTheCall) {
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

TEST_F(InlineStoreTest, NothingIsWrittenToAFileThatWasTakenAway) {
  const auto append = [](Transaction& transaction) { return transaction.append_audit(note("one")); };
  value_of(write(append));
  std::filesystem::rename(path_, path_ + ".away");
  const auto refused = write(append);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().cause, Cause::store_failure);
  EXPECT_NE(refused.error().message.find("was moved or deleted"), std::string::npos) << refused.error().message;
  EXPECT_TRUE(store_->write_failure());
  std::filesystem::rename(path_ + ".away", path_);
  value_of(write(append));
}

class FaultsTest : public SqliteWritesTest {
 protected:
  FaultsTest() : vfs_("faulty-test") {}
  void SetUp() override {
    SqliteWritesTest::SetUp();
    reopen_faulty();
  }
  void TearDown() override {
    vfs_.write_result = SQLITE_OK;
    vfs_.sync_result = SQLITE_OK;
    vfs_.read_result = SQLITE_OK;
    SqliteWritesTest::TearDown();
  }
  void reopen_faulty() {
    SqliteStoreOptions options;
    options.vfs = "faulty-test";
    reopen(options);
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
  ASSERT_TRUE(store_->write_failure());
  EXPECT_NE(store_->write_failure()->message.find("disk is full"), std::string::npos);
  EXPECT_TRUE(exists("1"));
  EXPECT_FALSE(exists("3"));
  value_of(write([](Transaction&) { return Result<void>{}; }));
  EXPECT_TRUE(store_->write_failure()) << "what changes nothing succeeds all the same";
  store_->forget_write_failure();
  EXPECT_FALSE(store_->write_failure());
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
  reopen_faulty();
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
  reopen_faulty();
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

}  // namespace faults_test
}  // namespace connector::store::testing
