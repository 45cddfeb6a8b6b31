#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include "store/postgres/migrations.h"
#include "store/postgres/move_to_postgres.h"
#include "store/postgres/postgres_database.h"
#include "store/restoration.h"
#include "store/sql/group_commit.h"
#include "store/sqlite/migrations.h"
#include "store/store_testing.h"

namespace connector::store::testing {
namespace postgres_store_test {

using domain::Cause;
using postgres::DatabaseOptions;
using postgres::PostgresDatabase;
using sql::Query;
using sql::SqlTransaction;
using sql::WriteStep;

/// What only PostgreSQL does. Without a server in the environment (tests/postgres) there is nothing to test.
class PostgresStoreTest : public StoreTest {
 protected:
  void SetUp() override {
    if (test_postgres() == nullptr) GTEST_SKIP() << "no ML_CONNECTOR_TEST_POSTGRES";
    StoreTest::SetUp();
  }
  DatabaseOptions settings() const {
    DatabaseOptions options;
    options.url = postgres_url_of(path_);
    return options;
  }
  std::unique_ptr<PostgresDatabase> connect(DatabaseOptions options) const {
    return value_of(PostgresDatabase::open(std::move(options)));
  }
  static Result<void> commit(PostgresDatabase& database, std::function<Result<void>(Transaction&)> work) {
    SqlTransaction transaction(database);
    return sql::commit_alone(database, transaction, std::move(work));
  }
  static auto inserts(const std::string& order) {
    return [order](Transaction& transaction) { return transaction.insert_posting(invoice(1, order)); };
  }
  bool exists(const std::string& order) {
    return value_of(read([order](Reader& reader) { return reader.posting(1, "invoice/" + order + "/1"); })).has_value();
  }
  /// As an administrator, or a server that goes down, does it.
  static void end_connections(const PostgresDatabase& but) {
    execute_in_postgres(test_postgres(),
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid<>pg_backend_pid() AND"
                        " application_name='ml-connector' AND pid<>" +
                            std::to_string(but.server_process()));
  }
};

TEST_F(PostgresStoreTest, AConnectionThatWasLostIsMadeAnew) {
  auto watcher = connect(settings());
  value_of(write(inserts("1")));
  for (int round = 0; round < 3; ++round) {
    end_connections(*watcher);
    value_of(write(inserts("again-" + std::to_string(round))));
    // A reader hears of it in its first statement, which may have been sent already.
    for (int reader = 0; reader < 2; ++reader) (void)read([](Reader& each) { return each.connections(); });
    EXPECT_TRUE(exists("again-" + std::to_string(round)));
  }
  EXPECT_FALSE(value_of(read([](Reader& reader) { return restored_at(reader); }))) << "it is the same database";
}

TEST_F(PostgresStoreTest, AConnectionLostInAClosureLosesAllOfIt) {
  auto database = connect(settings());
  const auto done = commit(*database, [&database](Transaction& transaction) -> Result<void> {
    if (auto inserted = transaction.insert_posting(invoice(1, "1")); !inserted) return inserted;
    database->break_connection();
    (void)transaction.insert_posting(invoice(1, "2"));
    return {};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().cause, Cause::store_failure);
  value_of(commit(*database, inserts("3")));
  EXPECT_FALSE(exists("1"));
  EXPECT_FALSE(exists("2"));
  EXPECT_TRUE(exists("3"));
}

TEST_F(PostgresStoreTest, ALostAnswerToCommitIsAskedAfter) {
  auto options = settings();
  bool breaks = true;
  options.after_commit_sent = [&breaks](PostgresDatabase& database) {
    // Time for the server to hear of it before its end of the connection is closed.
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (std::exchange(breaks, false)) database.break_connection();
  };
  auto database = connect(std::move(options));
  value_of(commit(*database, inserts("1")));
  EXPECT_TRUE(exists("1")) << "it was committed, and said so though the answer was lost";
  EXPECT_FALSE(commit(*database, inserts("1"))) << "it is there for those to come too";
}

TEST_F(PostgresStoreTest, ACommitThatNeverArrivedIsNoneAtAll) {
  auto database = connect(settings());
  const auto done = commit(*database, [&database](Transaction& transaction) -> Result<void> {
    auto inserted = transaction.insert_posting(invoice(1, "1"));
    database->break_connection();
    return inserted;
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().cause, Cause::store_failure);
  EXPECT_EQ(done.error().message.find("cannot be found out"), std::string::npos) << done.error().message;
  EXPECT_FALSE(exists("1"));
  value_of(commit(*database, inserts("1")));
}

TEST_F(PostgresStoreTest, AViolatedConstraintThatIsSwallowedIsNoSuccess) {
  auto database = connect(settings());
  SqlTransaction transaction(*database);
  WriteStep good{inserts("1"), {}};
  WriteStep bad{[](Transaction& each) -> Result<void> {
                  auto row = invoice(77, "2");
                  EXPECT_FALSE(each.insert_posting(row)) << "there is no connection 77";
                  return {};
                },
                {}};
  WriteStep last{inserts("3"), {}};
  WriteStep* const steps[] = {&good, &bad, &last};
  EXPECT_EQ(sql::commit_group(*database, transaction, steps), 2U);
  EXPECT_TRUE(good.outcome.result);
  EXPECT_FALSE(bad.outcome.result);
  EXPECT_TRUE(last.outcome.result);
  EXPECT_TRUE(exists("3"));
}

TEST_F(PostgresStoreTest, OneWriterAtATimeSeesWhatTheOneBeforeDid) {
  constexpr int writers = 4;
  constexpr int rounds = 50;
  std::vector<std::thread> threads;
  threads.reserve(writers);
  for (int writer = 0; writer < writers; ++writer) {
    threads.emplace_back([this] {
      auto database = connect(settings());
      for (int round = 0; round < rounds; ++round) {
        value_of(commit(*database, [](Transaction& transaction) -> Result<void> {
          const auto before = value_of(transaction.watermark(1, "count"));
          return transaction.put_watermark(1, "count", std::to_string(std::stoi(before.value_or("0")) + 1));
        }));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(value_of(read([](Reader& reader) { return reader.watermark(1, "count"); })),
            std::to_string(writers * rounds));
}

TEST_F(PostgresStoreTest, AProcessThatSleepsInItsTransactionIsCutOff) {
  auto options = settings();
  options.lock_timeout = domain::Milliseconds(400);
  auto sleeper = connect(options);
  value_of(sleeper->begin_write());
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  value_of(write(inserts("1")));
  Query query(*sleeper, "INSERT INTO watermark(connection, name, value) VALUES(1, 'late', 'late')");
  EXPECT_FALSE(query.finish()) << "it woke up, and its transaction is gone";
  EXPECT_FALSE(sleeper->commit());
  EXPECT_FALSE(value_of(read([](Reader& reader) { return reader.watermark(1, "late"); })));
  EXPECT_TRUE(exists("1"));
}

TEST_F(PostgresStoreTest, AnotherDatabaseThanLastTimeIsARestoredOne) {
  EXPECT_FALSE(value_of(read([](Reader& reader) { return restored_at(reader); })));
  execute_directly(path_, "UPDATE watermark SET value='another' WHERE name='store/database'");
  reopen();
  EXPECT_EQ(value_of(read([](Reader& reader) { return restored_at(reader); })), clock_.now());
  const auto trail = value_of(read([](Reader& reader) { return reader.audit({}); }));
  ASSERT_EQ(trail.size(), 1U);
  EXPECT_EQ(trail[0].action, "store.restored");
  EXPECT_NE(trail[0].detail.find("another"), std::string::npos);
  EXPECT_EQ(value_of(read([](Reader& reader) { return reader.verify_audit(); })).problem, "");
  reopen();
  EXPECT_EQ(value_of(read([](Reader& reader) { return reader.audit({}); })).size(), 1U) << "once";
}

TEST_F(PostgresStoreTest, ATableMadeAnewIsARestoredDatabase) {
  execute_directly(path_,
                   "CREATE TABLE again AS SELECT * FROM schema_version; DROP TABLE schema_version;"
                   "ALTER TABLE again RENAME TO schema_version; COMMENT ON TABLE schema_version IS 'ml-connector'");
  reopen();
  EXPECT_TRUE(value_of(read([](Reader& reader) { return restored_at(reader); })));
}

TEST_F(PostgresStoreTest, AChangedSchemaHasStatementsPreparedAnew) {
  value_of(write([](Transaction& transaction) { return transaction.put_watermark(1, "mark", "old"); }));
  const auto mark = [this] { return write([](Transaction& each) { return each.watermark(1, "mark"); }); };
  EXPECT_EQ(value_of(mark()), "old");
  // As a newer program would, while this one runs.
  execute_directly(path_, "ALTER TABLE watermark ALTER COLUMN value TYPE VARCHAR(1000)");
  (void)mark();
  EXPECT_EQ(value_of(mark()), "old");
}

TEST_F(PostgresStoreTest, AnotherProgramsDatabaseIsLeftAlone) {
  path_ = folder_.file("other.db");
  value_of(open_test_store(path_, executor_, clock_));
  execute_directly(path_, "COMMENT ON TABLE schema_version IS NULL");
  const auto refused = open_test_store(path_, executor_, clock_);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("another program"), std::string::npos) << refused.error().message;
}

TEST_F(PostgresStoreTest, ANewerSchemaIsRefused) {
  execute_directly(path_, "INSERT INTO schema_version VALUES(1000, 0, 'to come')");
  const auto refused = open_test_store(path_, executor_, clock_);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("newer program"), std::string::npos) << refused.error().message;
}

TEST_F(PostgresStoreTest, TextsThatNoDatabaseTakesAreCleaned) {
  using namespace std::string_literals;
  auto record = note("odd", "cut \xe2\x82"s);
  record.detail = "a\0b"s;
  value_of(write([record](Transaction& transaction) { return transaction.append_audit(record); }));
  value_of(write([](Transaction& transaction) { return transaction.put_watermark(1, "odd", "\xff"); }));
  EXPECT_EQ(value_of(read([](Reader& reader) { return reader.watermark(1, "odd"); })), "\xef\xbf\xbd");
  EXPECT_EQ(value_of(read([](Reader& reader) { return reader.verify_audit(); })).problem, "");
}

TEST_F(PostgresStoreTest, AMachineWithAnotherTimeIsRefused) {
  class Clock final : public ports::Clock {
   public:
    domain::UtcTime now() const override {
      return std::chrono::floor<domain::Milliseconds>(std::chrono::system_clock::now()) + off;
    }
    domain::Milliseconds off{0};
  };
  Clock clock;
  const auto opened = [&] { return open_postgres_store(postgres_url_of(path_), executor_, clock); };
  EXPECT_TRUE(opened());
  clock.off = std::chrono::seconds(20);
  const auto ahead = opened();
  ASSERT_FALSE(ahead);
  EXPECT_EQ(ahead.error().cause, Cause::store_failure);
  EXPECT_NE(ahead.error().message.find("s ahead of the database server's"), std::string::npos) << ahead.error().message;
  clock.off = -std::chrono::seconds(20);
  EXPECT_NE(opened().error().message.find("s behind the database server's"), std::string::npos);
}

TEST_F(PostgresStoreTest, AnUnreachableServerIsNamedWithoutItsPassword) {
  DatabaseOptions options;
  options.url = "postgresql://someone:secret@127.0.0.1:1/books";
  const auto failed = PostgresDatabase::open(options);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().cause, Cause::store_failure);
  EXPECT_NE(failed.error().message.find("127.0.0.1:1/books"), std::string::npos) << failed.error().message;
  EXPECT_NE(failed.error().message.find("cannot be reached"), std::string::npos) << failed.error().message;
  EXPECT_EQ(failed.error().message.find("secret"), std::string::npos);
}

TEST_F(PostgresStoreTest, AFileIsMovedWithAllThatItHolds) {
  const std::string file = folder_.file("file.db");
  auto old = value_of(open_sqlite_store(file, executor_, clock_));
  value_of(wait_for(executor_, old->write([](Transaction& transaction) -> Result<void> {
    value_of(transaction.add_connection(seller("gone")));
    auto other = seller("other");
    other.settings = "{\"customer_account\":\"caf\xc3\xa9\"}";
    value_of(transaction.add_connection(other));
    for (int order = 0; order < 250; ++order) {
      auto row = invoice(2, std::to_string(order));
      row.body_digest = order % 2 == 0 ? std::string(64, 'a') : "";
      row.next_attempt_at = order % 3 == 0 ? std::optional(at(77)) : std::nullopt;
      value_of(transaction.insert_posting(row));
      value_of(transaction.append_audit(note("posting.planned", row.source_id)));
    }
    return {};
  })));
  old.reset();
  executor_.run_posted();

  path_ = folder_.file("moved.db");
  const std::string url = postgres_url_of(path_);
  make_postgres_schema(path_);
  const auto fails = copy_to_postgres(file, url, clock_.now(), [](Transaction&) -> Result<void> {
    return domain::fail(Cause::cancelled, "on second thoughts");
  });
  EXPECT_FALSE(fails);
  const auto copied = value_of(copy_to_postgres(
      file, url, clock_.now(), [](Transaction& transaction) { return transaction.append_audit(note("store.moved")); }));
  EXPECT_EQ(std::count_if(copied.begin(), copied.end(), [](const auto& table) { return table.rows == 250; }), 3);

  reopen();
  EXPECT_EQ(value_of(read([](Reader& reader) { return reader.connections(); })).back().settings,
            "{\"customer_account\":\"caf\xc3\xa9\"}");
  PostingFilter all;
  all.limit = 1000;
  const auto rows = value_of(read([all](Reader& reader) { return reader.postings(all); }));
  ASSERT_EQ(rows.size(), 250U);
  EXPECT_EQ(rows[0].body_digest, "");
  EXPECT_EQ(rows[1].body_digest, std::string(64, 'a'));
  EXPECT_EQ(rows[1].next_attempt_at.has_value(), 248 % 3 == 0);
  EXPECT_EQ(value_of(read([](Reader& reader) { return reader.verify_audit(); })).records, 251);
  EXPECT_EQ(value_of(read([](Reader& reader) { return reader.verify_audit(); })).problem, "");
  EXPECT_FALSE(value_of(read([](Reader& reader) { return restored_at(reader); }))) << "it was moved, not put back";
  value_of(write([](Transaction& transaction) { return transaction.insert_posting(invoice(2, "new")); }));
  EXPECT_EQ(value_of(write([](Transaction& transaction) { return transaction.add_connection(seller("next")); })), 3);
  const auto again = copy_to_postgres(file, url, clock_.now(), [](Transaction&) { return Result<void>(); });
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().cause, Cause::bad_input);
}

TEST_F(PostgresStoreTest, BothSchemasHaveTheSameTables) {
  EXPECT_EQ(postgres::migrations().back().version, sqlite::migrations().back().version);
  using Columns = std::set<std::pair<std::string, std::string>>;
  Columns of_postgres;
  auto database = connect(settings());
  Query columns(*database,
                "SELECT table_name::text, column_name::text FROM information_schema.columns"
                " WHERE table_schema=current_schema()");
  while (columns.step()) of_postgres.emplace(columns.text(0), columns.text(1));
  value_of(columns.finish());
  Columns of_sqlite;
  auto file = value_of(sqlite::SqliteDatabase::open(folder_.file("twin.db"), {}));
  value_of(sqlite::migrate(*file, sqlite::migrations(), at(0)));
  Query twins(*file,
              "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type='table'");
  while (twins.step()) of_sqlite.emplace(twins.text(0), twins.text(1));
  value_of(twins.finish());
  EXPECT_EQ(of_postgres, of_sqlite);
  EXPECT_GT(of_sqlite.size(), 100U);
}

}  // namespace postgres_store_test
}  // namespace connector::store::testing
