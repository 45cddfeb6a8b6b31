#include "store/sqlite/migrations.h"

#include <fstream>
#include <sstream>

#include "store/sql/transaction.h"
#include "store/store_testing.h"

namespace connector::store::testing {
namespace migrations_test {

using sql::Migration;
using sql::Query;
using sqlite::SqliteDatabase;

std::string dump_of(int version) {
  const auto path = std::string(CONNECTOR_SOURCE_DIR) + "/tests/data/store/v" + std::to_string(version) + ".sql";
  const std::ifstream file(path);
  EXPECT_TRUE(file) << path << " is missing: every released schema has a dump";
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string schema_of(SqliteDatabase& database) {
  Query query(database, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name");
  std::string schema;
  while (query.step()) schema += query.text(0) + ";\n";
  value_of(query.finish());
  return schema;
}

class MigrationsTest : public ::testing::Test {
 protected:
  MigrationsTest() : path_(folder_.file("store.db")) {}
  std::unique_ptr<SqliteDatabase> open() { return value_of(SqliteDatabase::open(path_, {})); }
  Result<void> open_store() {
    auto store = open_sqlite_store(path_, executor_, clock_);
    if (!store) return domain::fail(store.error());
    return {};
  }
  TemporaryFolder folder_;
  std::string path_;
  TestExecutor executor_;
  FixedClock clock_;
};

TEST_F(MigrationsTest, VersionsHaveNoGaps) {
  int expected = 0;
  for (const auto& step : sqlite::migrations()) EXPECT_EQ(step.version, ++expected);
}

TEST_F(MigrationsTest, ANewStoreHasTheNewestVersion) {
  value_of(open_store());
  auto database = open();
  EXPECT_EQ(value_of(sql::schema_version(*database)), sqlite::migrations().back().version);
  value_of(open_store());
}

TEST_F(MigrationsTest, TheFileIsPrivate) {
  value_of(open_store());
  const auto permissions = std::filesystem::status(path_).permissions();
  EXPECT_EQ(permissions & (std::filesystem::perms::group_all | std::filesystem::perms::others_all),
            std::filesystem::perms::none);
}

// A released step that was edited afterwards would leave stores in the field behind.
TEST_F(MigrationsTest, EveryReleasedSchemaIsUnchanged) {
  for (const auto& step : sqlite::migrations()) {
    TemporaryFolder other;
    execute_in_sqlite(other.file("dump.db"), dump_of(step.version));
    auto dumped = value_of(SqliteDatabase::open(other.file("dump.db"), {}));
    auto built = value_of(SqliteDatabase::open(other.file("built.db"), {}));
    const auto steps = sqlite::migrations().first(static_cast<std::size_t>(step.version));
    value_of(sqlite::migrate(*built, steps, clock_.now()));
    EXPECT_EQ(schema_of(*dumped), schema_of(*built)) << "version " << step.version;
  }
}

TEST_F(MigrationsTest, EveryReleasedStoreIsUpgradedWithItsContent) {
  for (const auto& step : sqlite::migrations()) {
    TemporaryFolder other;
    const auto path = other.file("store.db");
    execute_in_sqlite(path, dump_of(step.version));
    auto store = value_of(open_sqlite_store(path, executor_, clock_));
    const auto read = [&](auto work) { return value_of(wait_for(executor_, store->read(work))); };
    EXPECT_EQ(read([](Reader& reader) { return reader.schema_version(); }), sqlite::migrations().back().version);
    const auto connections = read([](Reader& reader) { return reader.connections(); });
    ASSERT_EQ(connections.size(), 1U);
    EXPECT_EQ(connections[0].name, "first");
    EXPECT_EQ(connections[0].mapping_version, 1);
    const auto order = read([](Reader& reader) { return reader.order(1, "100"); });
    ASSERT_TRUE(order);
    EXPECT_EQ(order->facts, R"({"lines":[]})");
    const auto posted = read([](Reader& reader) { return reader.posting(1, "invoice/100/1"); });
    ASSERT_TRUE(posted);
    EXPECT_EQ(posted->state, PostingState::posted);
    EXPECT_EQ(posted->total, domain::Decimal::from_units(12'340'000));
    EXPECT_EQ(posted->body, R"({"YourRef":"WM-100"})");
    EXPECT_EQ(posted->target_id, "guid-1");
    const auto held = read([](Reader& reader) { return reader.posting(1, "invoice/101/1"); });
    ASSERT_TRUE(held);
    EXPECT_EQ(held->state, PostingState::held);
    EXPECT_EQ(held->cause, domain::Cause::missing_item);
    EXPECT_EQ(read([](Reader& reader) { return reader.posting_counts(1); }).size(), 3U);
    EXPECT_EQ(read([](Reader& reader) { return reader.mapping(1); }).rows().size(), 1U);
    EXPECT_TRUE(read([](Reader& reader) { return reader.reference(1, "item", "ITEM"); }));
    EXPECT_EQ(read([](Reader& reader) { return reader.watermark(1, "orders"); }), "2026-11-23T00:00:00Z");
    EXPECT_EQ(read([](Reader& reader) { return reader.sealed_secret(1, "token"); }), "sealed");
    const auto verdict = read([](Reader& reader) { return reader.verify_audit(); });
    EXPECT_EQ(verdict.records, 2);
    EXPECT_EQ(verdict.problem, "");
    const auto claimed = value_of(wait_for(executor_, store->write([](Transaction& transaction) {
      return transaction.claim(1, {"upgraded", at(10'000), at(20'000)}, 10, Due::all);
    })));
    ASSERT_EQ(claimed.size(), 1U);
    EXPECT_EQ(claimed[0].key, "invoice/102/1");
  }
}

TEST_F(MigrationsTest, WhatWasPostedIsSummedUpForAll) {
  auto database = open();
  value_of(sqlite::migrate(*database, sqlite::migrations().first(4), clock_.now()));
  execute_in_sqlite(
      path_, "INSERT INTO posted_hour VALUES(1,7,'USD',5,2,30),(2,7,'USD',5,1,4),(2,7,'CAD',5,1,8),(2,8,'USD',5,1,16)");
  value_of(sqlite::migrate(*database, sqlite::migrations(), clock_.now()));
  sql::SqlTransaction reader(*database);
  std::vector<std::string> all;
  for (const auto& row : value_of(reader.posted_hours(0, 0))) {
    all.push_back(std::to_string(row.hour) + " " + row.currency + " " + std::to_string(row.count) + " " +
                  std::to_string(row.total.units()));
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, (std::vector<std::string>{"7 CAD 1 8", "7 USD 3 34", "8 USD 1 16"}));
  EXPECT_EQ(value_of(reader.posted_hours(2, 0)).size(), 3U);
}

TEST_F(MigrationsTest, AnOlderProgramRefusesANewerStore) {
  value_of(open_store());
  execute_in_sqlite(path_, "INSERT INTO schema_version VALUES(999, 0, 'from the future')");
  const auto opened = open_store();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().cause, domain::Cause::store_failure);
  EXPECT_NE(opened.error().message.find("schema version 999"), std::string::npos) << opened.error().message;
  EXPECT_NE(opened.error().message.find("newer program"), std::string::npos);
}

TEST_F(MigrationsTest, AnotherProgramsFileIsLeftAlone) {
  execute_in_sqlite(path_, "CREATE TABLE foreign_table(a); PRAGMA application_id=7");
  const auto opened = open_store();
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("another program"), std::string::npos);
  EXPECT_NE(opened.error().message.find(path_), std::string::npos);
  auto database = open();
  EXPECT_EQ(schema_of(*database), "CREATE TABLE foreign_table(a);\n");
}

TEST_F(MigrationsTest, AFileThatIsNoDatabase) {
  std::ofstream(path_) << std::string(8192, 'x');
  const auto opened = open_store();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().cause, domain::Cause::store_failure);
  EXPECT_NE(opened.error().message.find("damaged"), std::string::npos) << opened.error().message;
}

TEST_F(MigrationsTest, AFolderThatIsMissing) {
  const auto opened = open_sqlite_store(folder_.file("no/such/store.db"), executor_, clock_);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("cannot be opened"), std::string::npos) << opened.error().message;
  EXPECT_FALSE(check_sqlite_file(folder_.file("absent.db")));
  EXPECT_FALSE(std::filesystem::exists(folder_.file("absent.db")));
}

TEST_F(MigrationsTest, AFailingStepChangesNothing) {
  value_of(open_store());
  auto database = open();
  const auto before = schema_of(*database);
  std::vector<Migration> steps(sqlite::migrations().begin(), sqlite::migrations().end());
  const int next = steps.back().version + 1;
  steps.push_back({next, "good", "CREATE TABLE extra(a)"});
  steps.push_back({next + 1, "bad", "CREATE TABLE another(a); CREATE TABLE extra(a)"});
  EXPECT_FALSE(sqlite::migrate(*database, steps, clock_.now()));
  EXPECT_EQ(schema_of(*database), before);
  steps.pop_back();
  value_of(sqlite::migrate(*database, steps, clock_.now()));
  EXPECT_EQ(value_of(sql::schema_version(*database)), next);
  EXPECT_FALSE(open_store()) << "this program does not know that version";
}

}  // namespace migrations_test
}  // namespace connector::store::testing
