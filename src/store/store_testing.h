#pragma once

#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "store/postgres/postgres_store.h"
#include "store/sqlite/sqlite_store.h"

namespace connector::store::testing {

/// Runs what is posted on the test's thread. No timers.
class TestExecutor final : public ports::Executor {
 public:
  void post(std::function<void()> function) override {
    {
      const std::lock_guard lock(mutex_);
      functions_.push_back(std::move(function));
    }
    filled_.notify_one();
  }
  ports::TimerId call_after(domain::Milliseconds, std::function<void()>) override {
    throw std::logic_error("this executor has no timers");
  }
  void cancel(ports::TimerId) override {}

  /// Runs posted functions, waiting for more, until `done()`.
  template <class Done>
  void run_until(Done done) {
    while (!done()) {
      std::unique_lock lock(mutex_);
      filled_.wait(lock, [this] { return !functions_.empty(); });
      auto function = std::move(functions_.front());
      functions_.pop_front();
      lock.unlock();
      function();
    }
  }
  /// Runs what is posted already.
  void run_posted() {
    for (;;) {
      std::unique_lock lock(mutex_);
      if (functions_.empty()) return;
      auto function = std::move(functions_.front());
      functions_.pop_front();
      lock.unlock();
      function();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<std::function<void()>> functions_;
};

class FixedClock final : public ports::Clock {
 public:
  domain::UtcTime now() const override { return domain::from_epoch_milliseconds(1'795'000'000'000); }
};

inline domain::UtcTime at(std::int64_t milliseconds) { return domain::from_epoch_milliseconds(milliseconds); }

template <class T>
T wait_for(TestExecutor& executor, ports::Task<T> task) {
  task.start();
  executor.run_until([&task] { return task.done(); });
  return task.take();
}

/// The value of a result; a failed test and an exception with the message otherwise.
template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// A folder that disappears with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "store-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// The database that stores of tests are made in, each in a schema of its own; nullptr: they are files of SQLite's.
inline const char* test_postgres() { return std::getenv("ML_CONNECTOR_TEST_POSTGRES"); }

inline void execute_in_postgres(const std::string& url, const std::string& sql) {
  PGconn* connection = PQconnectdb(url.c_str());
  PGresult* result = PQexec(connection, sql.c_str());
  const auto status = PQresultStatus(result);
  EXPECT_TRUE(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) << PQerrorMessage(connection);
  PQclear(result);
  PQfinish(connection);
}

/// The schema that stands for a file of this name.
inline std::string postgres_schema_of(const std::string& path) {
  std::string schema = "s";
  for (const char letter : path) schema += std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '_';
  return schema;
}
inline std::string postgres_url_of(const std::string& path) {
  const std::string url = test_postgres();
  return url + (url.find('?') == std::string::npos ? "?" : "&") + "options=-csearch_path%3D%22" +
         postgres_schema_of(path) + "%22";
}
/// Two may make it at once.
inline void make_postgres_schema(const std::string& path) {
  execute_in_postgres(test_postgres(),
                      "SET client_min_messages=warning; SELECT pg_advisory_lock(1); CREATE SCHEMA IF NOT EXISTS \"" +
                          postgres_schema_of(path) + "\"");
}

inline void execute_in_sqlite(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  sqlite3_busy_timeout(database, 5000);
  char* message = nullptr;
  const int code = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message);
  EXPECT_EQ(code, SQLITE_OK) << (message == nullptr ? "" : message);
  sqlite3_free(message);
  sqlite3_close(database);
}

/// Changes a store behind its back.
inline void execute_directly(const std::string& path, const std::string& sql) {
  test_postgres() == nullptr ? execute_in_sqlite(path, sql) : execute_in_postgres(postgres_url_of(path), sql);
}

struct TestStoreOptions {
  domain::Milliseconds lock_timeout{10'000};
  int checkpoint_pages = 2000;  ///< of SQLite's
  std::function<void(std::size_t)> on_commit;
};

/// A store as processes open it: in a file of this name, or in what stands for it.
inline Result<std::unique_ptr<Store>> open_test_store(const std::string& path, ports::Executor& executor,
                                                      const ports::Clock& clock, TestStoreOptions wanted = {}) {
  if (test_postgres() == nullptr) {
    SqliteStoreOptions options;
    options.busy_timeout = wanted.lock_timeout;
    options.checkpoint_pages = wanted.checkpoint_pages;
    options.on_commit = std::move(wanted.on_commit);
    return open_sqlite_store(path, executor, clock, std::move(options));
  }
  make_postgres_schema(path);
  PostgresStoreOptions options;
  options.lock_timeout = wanted.lock_timeout;
  options.on_commit = std::move(wanted.on_commit);
  options.most_clock_skew.reset();  // time stands still in tests
  return open_postgres_store(postgres_url_of(path), executor, clock, std::move(options));
}

inline ConnectionRow seller(const std::string& name) {
  ConnectionRow row;
  row.name = name;
  row.market = "us";
  row.division = 17;
  row.settings = "{}";
  row.created_at = at(1000);
  return row;
}

inline PostingRow invoice(ConnectionId connection, const std::string& order) {
  PostingRow row;
  row.connection = connection;
  row.key = "invoice/" + order + "/1";
  row.source_id = order;
  row.kind = domain::PostingKind::sales_invoice;
  row.reference = "WM-" + order;
  row.document = R"({"kind":"sales_invoice"})";
  row.total = domain::Decimal::from_units(12'340'000);
  row.currency = "USD";
  row.created_at = at(1000);
  row.updated_at = at(1000);
  return row;
}

inline AuditRecord note(const std::string& action, const std::string& source = "") {
  AuditRecord record;
  record.at = at(5000);
  record.connection = 1;
  record.actor = "system";
  record.action = action;
  record.source_id = source;
  record.detail = "{}";
  return record;
}

/// A store of its own, with connection 1 in it.
class StoreTest : public ::testing::Test {
 protected:
  StoreTest() : path_(folder_.file("store.db")) {}

  template <class F>
  auto write(F work) {
    return wait_for(executor_, store_->write(std::move(work)));
  }
  template <class F>
  auto read(F work) {
    return wait_for(executor_, store_->read(std::move(work)));
  }

  void SetUp() override {
    reopen();
    first_ = value_of(write([](Transaction& transaction) { return transaction.add_connection(seller("first")); }));
  }
  void TearDown() override {
    store_.reset();
    executor_.run_posted();
  }
  void reopen(TestStoreOptions options = {}) {
    store_.reset();
    store_ = value_of(open_test_store(path_, executor_, clock_, std::move(options)));
  }
  void add(PostingRow row) {
    value_of(write([row = std::move(row)](Transaction& transaction) { return transaction.insert_posting(row); }));
  }
  PostingRow get(const std::string& key) {
    auto row = value_of(read([key](Reader& reader) { return reader.posting(1, key); }));
    if (!row) throw std::runtime_error("no posting " + key);
    return *row;
  }

  TemporaryFolder folder_;
  std::string path_;
  TestExecutor executor_;
  FixedClock clock_;
  std::unique_ptr<Store> store_;
  ConnectionId first_ = 0;
};

/// Begins writes without waiting for them.
class GroupWritesTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    TestStoreOptions options;
    options.on_commit = [this](std::size_t closures) { note_group(closures); };
    reopen(options);
  }
  void TearDown() override {
    writes_.clear();
    StoreTest::TearDown();
  }
  void note_group(std::size_t closures) {
    const std::lock_guard lock(mutex_);
    groups_.push_back(closures);
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

}  // namespace connector::store::testing
