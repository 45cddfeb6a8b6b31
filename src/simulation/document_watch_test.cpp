#include "flows/document_watch.h"

#include <gtest/gtest.h>

#include "simulation/simulated_loop.h"
#include "store/sqlite/sqlite_store.h"

namespace connector::simulation {
namespace {

using domain::Cause;
using domain::Result;
using domain::UtcTime;
using engine::LookUpOutcome;
using ports::Task;
using std::chrono::minutes;
using store::PostingRow;

/// Answers every look-up as it is told to.
class AskedTarget : public engine::Target {
 public:
  engine::Freezer freezer() const override {
    return [](store::Reader&, const PostingRow&) -> Result<std::string> { return std::string(); };
  }
  Task<engine::SendOutcome> send(PostingRow, UtcTime) override { co_return engine::SendOutcome{}; }
  Task<std::vector<LookUpOutcome>> look_up(std::vector<PostingRow> rows) override {
    ++asked;
    co_return std::vector<LookUpOutcome>(rows.size(), answer);
  }
  std::size_t allowance() const override { return 1; }
  domain::Milliseconds allowance_returns_in() const override { return domain::Milliseconds{0}; }

  LookUpOutcome answer;
  int asked = 0;
};

class DocumentWatchTest : public ::testing::Test {
 protected:
  DocumentWatchTest() {
    store::SqliteStoreOptions options;
    options.run_inline = true;
    auto opened = store::open_sqlite_store(":memory:", loop_, loop_, options);
    EXPECT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    auto planned = store_->write([now = loop_.now()](store::Transaction& transaction) -> Result<void> {
      store::ConnectionRow connection;
      connection.name = "shop";
      connection.market = "us";
      connection.settings = "{}";
      connection.created_at = now;
      if (auto added = transaction.add_connection(connection); !added) return domain::fail(added.error());
      PostingRow row;
      row.connection = 1;
      row.source_id = "1";
      row.key = "invoice/1/1";
      row.reference = "WM-1";
      row.document = "{}";
      row.state = store::PostingState::posted;
      row.target_id = "guid-1";
      row.created_at = row.updated_at = now;
      return transaction.insert_posting(row);
    });
    planned.start();
    EXPECT_TRUE(planned.take());
    watch_.emplace(target_, *store_, loop_, 1);
  }

  Result<void> notice(const std::string& action, const std::string& entity = "guid-1") {
    store::NoticeRow row;
    row.entity = entity;
    row.action = action;
    row.received_at = loop_.now();
    auto looked = watch_->look_at(row);
    looked.start();
    return looked.take();
  }
  PostingRow posting() {
    auto task = store_->read([](store::Reader& reader) { return reader.posting(1, "invoice/1/1"); });
    task.start();
    return **task.take();
  }
  void pass(domain::Milliseconds time) { loop_.run_until(loop_.now() + time); }

  SimulatedLoop loop_{UtcTime{} + std::chrono::hours(490'000)};
  std::unique_ptr<store::Store> store_;
  AskedTarget target_;
  std::optional<flows::DocumentWatch> watch_;
};

TEST_F(DocumentWatchTest, ADeletedDocumentIsShownAndStaysPosted) {
  ASSERT_TRUE(notice("delete"));
  EXPECT_EQ(posting().state, store::PostingState::posted);
  EXPECT_EQ(posting().cause, Cause::changed_by_person);
  EXPECT_NE(posting().cause_detail.find("deleted"), std::string::npos);
  EXPECT_EQ(target_.asked, 0) << "there is nothing to ask for";
}

TEST_F(DocumentWatchTest, TheConnectorsOwnDoingsCostNoCall) {
  ASSERT_TRUE(notice("create"));
  pass(minutes(3));
  ASSERT_TRUE(notice("update"));
  ASSERT_TRUE(notice("update", "guid of somebody else's document"));
  EXPECT_EQ(target_.asked, 0);
  EXPECT_FALSE(posting().cause);
}

TEST_F(DocumentWatchTest, AChangeIsShownUntilTheDocumentIsAsPlannedAgain) {
  pass(minutes(30));
  target_.answer.kind = LookUpOutcome::Kind::differs;
  target_.answer.error = {Cause::changed_by_person, "it says 12.00 and not 10.00"};
  ASSERT_TRUE(notice("update"));
  EXPECT_EQ(posting().cause, Cause::changed_by_person);
  EXPECT_EQ(posting().cause_detail, "it says 12.00 and not 10.00");
  target_.answer.kind = LookUpOutcome::Kind::found;
  ASSERT_TRUE(notice("update"));
  EXPECT_FALSE(posting().cause);
  EXPECT_EQ(posting().state, store::PostingState::posted);
}

TEST_F(DocumentWatchTest, ADocumentThatLostItsReferenceIsShown) {
  pass(minutes(30));
  target_.answer.kind = LookUpOutcome::Kind::absent;
  ASSERT_TRUE(notice("update"));
  EXPECT_EQ(posting().cause, Cause::changed_by_person);
}

TEST_F(DocumentWatchTest, WhenExactCannotBeAskedTheNoticeWaits) {
  pass(minutes(30));
  target_.answer.kind = LookUpOutcome::Kind::unknown;
  target_.answer.error = {Cause::api_outage, "down"};
  const auto looked = notice("update");
  ASSERT_FALSE(looked);
  EXPECT_EQ(looked.error().cause, Cause::api_outage);
  EXPECT_FALSE(posting().cause);
}

}  // namespace
}  // namespace connector::simulation
