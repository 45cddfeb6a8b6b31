#include "server/health.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "ports/test_doubles.h"
#include "store/test_store.h"

namespace connector::server {
namespace health_test {

/// A store whose writer may fail, and that remembers it as the real ones do.
class FailingStore : public store::Store {
 public:
  explicit FailingStore(std::unique_ptr<store::Store> inner) : inner_(std::move(inner)) {}
  std::optional<domain::Error> write_failure() const override { return failed_; }
  void forget_write_failure() override { failed_.reset(); }
  void fail_once() { failed_ = error(); }

  bool takes_changes = true;
  int writes = 0;

 protected:
  /// A full disk takes what changes nothing.
  ports::Task<domain::Result<void>> run_write(std::function<domain::Result<void>(store::Transaction&)> work) override {
    ++writes;
    auto asked = [](store::Reader& reader) { return reader.watermark(0, "store/asked"); };
    const auto before = co_await inner_->read(asked);
    auto done = co_await inner_->write(std::move(work));
    const auto after = co_await inner_->read(asked);
    const bool changed = before && after && *before != *after;
    if (!changed || takes_changes) co_return done;
    failed_ = error();
    co_return domain::fail(error());
  }
  ports::Task<domain::Result<void>> run_read(std::function<domain::Result<void>(store::Reader&)> work) override {
    return inner_->read(std::move(work));
  }

 private:
  static domain::Error error() { return {domain::Cause::store_failure, "the schema is newer"}; }
  std::unique_ptr<store::Store> inner_;
  std::optional<domain::Error> failed_;
};

class HealthTest : public ::testing::Test {
 protected:
  HealthTest() : store_(store::testing::store_with_shop(time_, time_)) {
    add_health_routes(router_, store_, time_, [this] { return schedules_run_; });
  }
  int ready() {
    ports::ServerRequest request;
    request.method = "GET";
    request.target = "/readyz";
    auto answer = router_.handle(std::move(request));
    answer.start();
    EXPECT_TRUE(answer.done());
    return answer.take().response.status;
  }

  ports::testing::ManualTime time_{domain::UtcTime{} + std::chrono::hours(490'000)};
  FailingStore store_;
  Router router_;
  bool schedules_run_ = true;
};

TEST_F(HealthTest, ReadyWhileTheStoreTakesChanges) {
  EXPECT_EQ(ready(), 200);
  EXPECT_EQ(store_.writes, 0) << "a look costs no write";
  schedules_run_ = false;
  EXPECT_EQ(ready(), 503);
}

TEST_F(HealthTest, NotReadyUntilTheStoreTakesChangesAgain) {
  store_.fail_once();
  store_.takes_changes = false;
  EXPECT_EQ(ready(), 503);
  time_.pass(std::chrono::seconds(10));
  EXPECT_EQ(ready(), 503);
  time_.pass(std::chrono::seconds(10));
  store_.takes_changes = true;
  EXPECT_EQ(ready(), 200);
  const int writes = store_.writes;
  EXPECT_EQ(ready(), 200);
  EXPECT_EQ(store_.writes, writes);
}

}  // namespace health_test
}  // namespace connector::server
