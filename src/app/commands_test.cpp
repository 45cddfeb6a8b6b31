#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/command_line.h"
#include "app/installation.h"
#include "app/run.h"
#include "domain/schedule.h"

namespace connector::app {
namespace commands_test {

using domain::Result;
using store::PostingRow;
using store::PostingState;

/// Commands as they are typed, in a folder of their own.
class Commands : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "ml-connector-test-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  struct Outcome {
    ExitCode code = ExitCode::bug;
    std::string out;
    std::string error;
    json::Value json() const { return json::parse(out).value_or(json::Value()); }
  };

  Outcome run(const std::string& line) {
    std::vector<std::string> words{"--config", file("ml-connector.toml")};
    std::istringstream stream(line);
    for (std::string word; stream >> word;) words.push_back(word);
    auto parsed = parse_command_line(std::move(words));
    if (auto* nothing = std::get_if<NothingToRun>(&parsed)) return {nothing->code, "", nothing->text};
    const Invocation& invocation = std::get<Invocation>(parsed);
    std::ostringstream out;
    std::ostringstream error;
    Output output(out, error, invocation.output);
    Context context{invocation.config_file, {}, output, error, false, "cli:tester"};
    ExitCode code = app::run(invocation.command, context);
    output.finish();
    return {code, out.str(), error.str()};
  }

  std::string file(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name)) << text;
    return file(name);
  }

  /// The store as another process would open it.
  std::unique_ptr<Installation> open() {
    std::ostringstream sink;
    Output output(sink, sink, OutputFormat::text);
    Context context{file("ml-connector.toml"), {}, output, sink, false, "cli:tester"};
    auto installation = open_installation(context);
    if (!installation) throw std::runtime_error(installation.error().message);
    return *std::move(installation);
  }

  /// A held posting without an order's facts, as an unreadable order leaves it.
  void hold(const std::string& key, PostingState state = PostingState::held) {
    auto installation = open();
    auto done = installation->write([key, state](store::Transaction& transaction) -> Result<void> {
      auto connection = find_connection(transaction, "shop");
      if (!connection) return domain::fail(connection.error());
      PostingRow row;
      row.connection = connection->id;
      row.key = key;
      row.source_id = key.substr(key.find('/') + 1, key.rfind('/') - key.find('/') - 1);
      row.state = state;
      row.cause = domain::Cause::business_refusal;
      row.cause_detail = "refused";
      row.in_doubt = true;
      row.attempt = 1;
      row.reference = "WM-17";
      row.total = *domain::Decimal::parse("9.90");
      row.currency = "USD";
      return transaction.insert_posting(row);
    });
    ASSERT_TRUE(done) << done.error().message;
  }

  std::filesystem::path folder_;
};

TEST_F(Commands, InitMakesConfigAndKeyOnce) {
  EXPECT_EQ(run("init").code, ExitCode::done);
  struct stat key {};
  ASSERT_EQ(::stat(file("master.key").c_str(), &key), 0);
  EXPECT_EQ(key.st_mode & 0777, 0600U);
  Outcome again = run("init");
  EXPECT_EQ(again.code, ExitCode::bad_usage);
  EXPECT_NE(again.error.find("exists already"), std::string::npos);
  std::filesystem::remove(file("ml-connector.toml"));
  EXPECT_EQ(run("init").code, ExitCode::bad_usage) << "a key alone must not be overwritten either";
  EXPECT_FALSE(std::filesystem::exists(file("ml-connector.toml")));
}

TEST_F(Commands, WithoutConfigNothingRuns) {
  Outcome outcome = run("connection list");
  EXPECT_EQ(outcome.code, ExitCode::bad_usage);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.error.find("ml-connector.toml"), std::string::npos);
}

TEST_F(Commands, LifeOfAConnection) {
  ASSERT_EQ(run("init").code, ExitCode::done);
  EXPECT_EQ(run("connection add shop --division 17").code, ExitCode::done);
  EXPECT_EQ(run("connection add shop").code, ExitCode::bad_usage);
  EXPECT_EQ(run("connection add verify").code, ExitCode::bad_usage);
  EXPECT_EQ(run("connection add a/b").code, ExitCode::bad_usage);
  EXPECT_EQ(run("connection add " + std::string(61, 'a')).code, ExitCode::bad_usage);
  json::Value listed = run("connection list --output json").json();
  EXPECT_EQ(listed["connections"].at(0)["name"].string(), "shop");
  EXPECT_EQ(listed["connections"].at(0)["division"].integer(), 17);

  Outcome absent = run("connection show other --output json");
  EXPECT_EQ(absent.code, ExitCode::bad_usage);
  EXPECT_EQ(absent.json()["error"]["cause"].text(), "not_found");

  EXPECT_EQ(run("connection set shop tax_policy include").code, ExitCode::done);
  EXPECT_EQ(run("connection set shop tax_policy all").code, ExitCode::bad_usage);
  EXPECT_EQ(run("connection set shop division 18").code, ExitCode::done);
  EXPECT_EQ(run("connection pause shop").code, ExitCode::done);
  json::Value shown = run("connection show shop --output json").json();
  EXPECT_EQ(shown["settings"]["tax_policy"].string(), "include");
  EXPECT_EQ(shown["division"].integer(), 18);
  EXPECT_EQ(shown["paused"].boolean(), true);
  EXPECT_EQ(shown["credentials"]["walmart"].boolean(), false);

  Outcome unknown = run("connection show shpo");
  EXPECT_EQ(unknown.code, ExitCode::bad_usage);
  EXPECT_NE(unknown.error.find("did you mean \"shop\""), std::string::npos);

  json::Value trail = run("audit shop --output json").json();
  ASSERT_EQ(trail["records"].size(), 4U);
  EXPECT_EQ(trail["records"].at(1)["action"].string(), "connection.set");
  EXPECT_EQ(trail["records"].at(1)["actor"].string(), "cli:tester");
  json::Value verified = run("audit verify --output json").json();
  EXPECT_EQ(verified["whole"].boolean(), true);
  const std::string newest = verified["newest"].text().value_or("");
  EXPECT_EQ(run("audit verify --was " + newest).code, ExitCode::done);
  EXPECT_EQ(run("audit verify --was 1:" + newest.substr(2)).code, ExitCode::differences) << "of another record";
  EXPECT_EQ(run("audit verify --was 999:" + newest.substr(2)).code, ExitCode::differences) << "it is gone";
  EXPECT_EQ(run("audit verify --was yesterday").code, ExitCode::bad_usage);

  EXPECT_EQ(run("connection remove shop").code, ExitCode::done);
  EXPECT_EQ(run("connection list --output json").json()["connections"].size(), 0U);
}

TEST_F(Commands, AccountsThatExactDoesNotUseAreTold) {
  ASSERT_EQ(run("init").code, ExitCode::done);
  ASSERT_EQ(run("connection add shop").code, ExitCode::done);
  const std::string mapping = write("mapping.csv", "sku,exact_item,gl_account\n@tax,TAX,1900\n");
  ASSERT_EQ(run("mapping import shop " + mapping).code, ExitCode::done);
  auto known = open()->write([](store::Transaction& transaction) -> Result<void> {
    if (auto put = transaction.put_reference(1, {"item", "TAX", "1", R"({"GLRevenueCode":"8000"})"}); !put) return put;
    return transaction.put_watermark(1, "reference/item", "read");
  });
  ASSERT_TRUE(known) << known.error().message;
  Outcome set = run("connection set shop document_mode sales_order_and_invoice");
  EXPECT_EQ(set.code, ExitCode::done);
  EXPECT_EQ(set.error, "") << "no tax is booked";
  set = run("connection set shop tax_policy clearing_account --output json");
  EXPECT_EQ(set.code, ExitCode::done);
  EXPECT_NE(set.error.find("@tax 1900 (Exact: 8000)"), std::string::npos) << set.error;
  EXPECT_EQ(set.json()["value"].text(), "clearing_account");
  Outcome doctor = run("doctor");
  EXPECT_EQ(doctor.code, ExitCode::done);
  EXPECT_NE(doctor.out.find("accounts of shop"), std::string::npos) << doctor.out;
  EXPECT_EQ(run("connection set shop document_mode invoice_only").error, "");
}

TEST_F(Commands, ADivisionWithBooksCannotBeExchanged) {
  ASSERT_EQ(run("init").code, ExitCode::done);
  ASSERT_EQ(run("connection add shop --division 17").code, ExitCode::done);
  hold("invoice/17/1");
  Outcome outcome = run("connection set shop division 18");
  EXPECT_EQ(outcome.code, ExitCode::bad_usage);
  EXPECT_NE(outcome.error.find("add another connection"), std::string::npos);
}

TEST_F(Commands, MappingIsImportedWholeOrNotAtAll) {
  ASSERT_EQ(run("init").code, ExitCode::done);
  ASSERT_EQ(run("connection add shop").code, ExitCode::done);
  std::string good = write("good.csv", "sku,exact_item,gl_account\nA,1,8000\n*,,8100\n");
  std::string nodes = write("nodes.csv", "ship_node,warehouse\nN1,2\n");
  EXPECT_EQ(run("mapping import shop " + good + " --ship-nodes " + nodes).code, ExitCode::done);
  std::string exported = run("mapping export shop").out;

  std::string bad = write("bad.csv", "sku,exact_item\nA,1\nA,2\n,3\n");
  Outcome refused = run("mapping import shop " + bad + " --output json");
  EXPECT_EQ(refused.code, ExitCode::bad_usage);
  EXPECT_EQ(refused.json()["imported"].boolean(), false);
  EXPECT_EQ(refused.json()["bad_rows"].size(), 2U);
  EXPECT_NE(refused.error.find("bad.csv: row 3"), std::string::npos) << refused.error;
  EXPECT_EQ(run("mapping export shop").out, exported);

  // Parts without a file stay.
  std::string next = write("next.csv", "sku,exact_item\nB,7\n");
  EXPECT_EQ(run("mapping import shop " + next).code, ExitCode::done);
  EXPECT_NE(run("mapping export shop --part ship_nodes").out.find("N1,2"), std::string::npos);
  EXPECT_EQ(run("mapping export shop").out.find("8000"), std::string::npos);
}

TEST_F(Commands, PostingsInDoubtAreRetriedByLookingUpFirst) {
  ASSERT_EQ(run("init").code, ExitCode::done);
  ASSERT_EQ(run("connection add shop").code, ExitCode::done);
  hold("invoice/17/1");
  EXPECT_EQ(run("postings shop --state held --output json").json()["postings"].size(), 1U);
  EXPECT_EQ(run("posting retry invoice/99/1").code, ExitCode::bad_usage);
  Outcome retried = run("posting retry --all-failed --output json");
  EXPECT_EQ(retried.code, ExitCode::done) << retried.error;
  EXPECT_EQ(retried.json()["postings"].at(0)["state"].text(), "retry");
  json::Value shown = run("posting show invoice/17/1 --output json").json();
  EXPECT_EQ(shown["in_doubt"].boolean(), true);
  EXPECT_TRUE(shown["cause"].is_null());
  EXPECT_EQ(shown["trail"].at(0)["action"].string(), "posting.retry_requested");
}

TEST_F(Commands, SkippingNeedsAReasonAndIsRecorded) {
  ASSERT_EQ(run("init").code, ExitCode::done);
  ASSERT_EQ(run("connection add shop").code, ExitCode::done);
  hold("invoice/17/1");
  EXPECT_EQ(run("posting skip invoice/17/1").code, ExitCode::bad_usage);
  Outcome skipped = run("posting skip invoice/17/1 --reason by-hand");
  EXPECT_EQ(skipped.code, ExitCode::done);
  EXPECT_NE(skipped.error.find("look there for WM-17"), std::string::npos);
  json::Value shown = run("posting show invoice/17/1 --output json").json();
  EXPECT_EQ(shown["state"].string(), "skipped");
  EXPECT_EQ(shown["trail"].at(0)["detail"]["reason"].string(), "by-hand");
}

TEST_F(Commands, WhatIsPostedOrOnItsWayIsLeftAlone) {
  ASSERT_EQ(run("init").code, ExitCode::done);
  ASSERT_EQ(run("connection add shop").code, ExitCode::done);
  hold("invoice/17/1", PostingState::posted);
  hold("invoice/17/2", PostingState::sending);
  hold("invoice/17/3", PostingState::withdrawn);
  for (const char* key : {"invoice/17/1", "invoice/17/2", "invoice/17/3"}) {
    EXPECT_EQ(run(std::string("posting retry ") + key).code, ExitCode::bad_usage) << key;
    EXPECT_EQ(run(std::string("posting skip ") + key + " --reason x").code, ExitCode::bad_usage) << key;
  }
  EXPECT_EQ(run("audit shop --output json").json()["records"].size(), 1U);
}

TEST_F(Commands, TheKeyIsRotatedAndTheDoctorContent) {
  ASSERT_EQ(run("init").code, ExitCode::done);
  ASSERT_EQ(run("connection add shop").code, ExitCode::done);
  json::Value before = run("doctor --output json").json();
  Outcome rotated = run("key rotate --output json");
  EXPECT_EQ(rotated.code, ExitCode::done) << rotated.error;
  Outcome doctor = run("doctor --output json");
  EXPECT_EQ(doctor.code, ExitCode::done) << doctor.out;
  EXPECT_EQ(doctor.json()["checks"].size(), before["checks"].size());
  EXPECT_NE(doctor.json()["checks"].at(2)["detail"].text(), before["checks"].at(2)["detail"].text());
}

TEST_F(Commands, TheDoctorFindsALostKeyAndADamagedStore) {
  ASSERT_EQ(run("init").code, ExitCode::done);
  ASSERT_EQ(run("connection add shop").code, ExitCode::done);
  std::filesystem::remove(file("master.key"));
  EXPECT_EQ(run("doctor").code, ExitCode::bad_usage);
  write("ml-connector.db", "this is no store, but long enough to be looked at as if it were one");
  EXPECT_EQ(run("doctor").code, ExitCode::store_unusable);
}

TEST_F(Commands, VersionNamesAllParts) {
  json::Value versions = run("version --output json").json();
  EXPECT_TRUE(versions.contains("ml-connector"));
  EXPECT_TRUE(versions.contains("sqlite"));
}

TEST_F(Commands, AFileWithoutRowsEmptiesAMappingOnlyWhenToldTo) {
  run("init");
  run("connection add shop");
  const std::string header = "sku,exact_item,gl_account,cost_center,cost_unit,vat_code,warehouse\n";
  write("empty.csv", header);
  EXPECT_EQ(run("mapping import shop " + file("empty.csv")).code, ExitCode::done);
  write("full.csv", header + "*,,8000,,,,\n");
  EXPECT_EQ(run("mapping import shop " + file("full.csv")).code, ExitCode::done);
  const Outcome refused = run("mapping import shop " + file("empty.csv"));
  EXPECT_EQ(refused.code, ExitCode::bad_usage);
  EXPECT_NE(refused.error.find("--allow-empty"), std::string::npos);
  EXPECT_NE(run("mapping export shop").out.find("8000"), std::string::npos);
  EXPECT_EQ(run("mapping import shop --allow-empty " + file("empty.csv")).code, ExitCode::done);
}

TEST_F(Commands, OnlyABackupThatIsMadeIsRecorded) {
  run("init");
  run("connection add shop");
  EXPECT_EQ(run("store backup " + file("missing/backup.db")).code, ExitCode::bad_usage);
  EXPECT_EQ(run("audit").out.find("store.backup"), std::string::npos);
  ASSERT_EQ(run("store backup " + file("backup.db")).code, ExitCode::done);
  EXPECT_NE(run("audit").out.find("store.backup"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(file("backup.db-wal")));
  EXPECT_FALSE(std::filesystem::exists(file("backup.db.partial")));
  const Outcome restored = run("store restore " + file("backup.db") + " --output json");
  EXPECT_EQ(restored.code, ExitCode::done) << restored.error;
  EXPECT_FALSE(restored.json()["as_of"].is_null()) << "the copy knows when it was made";
  EXPECT_EQ(run("audit verify").code, ExitCode::done);
}

TEST_F(Commands, APersonMaySayThatTheStoreWasPutBack) {
  run("init");
  run("connection add shop");
  const Outcome said = run("store restored --output json");
  ASSERT_EQ(said.code, ExitCode::done) << said.error;
  EXPECT_NE(said.json()["store"].text_or("").find("ml-connector.db"), std::string::npos);
  EXPECT_FALSE(said.json()["restored_at"].is_null());
  EXPECT_NE(run("audit").out.find("store.restored"), std::string::npos);
  EXPECT_NE(run("store restored").out.find("sought there before it is sent"), std::string::npos);
}

TEST_F(Commands, AStoreInPostgresHasBackupsOfItsOwn) {
  run("init");
  write("ml-connector.toml", "[store]\nurl = \"postgresql://127.0.0.1:1/books\"\n");
  const Outcome refused = run("store backup " + file("backup.db"));
  EXPECT_EQ(refused.code, ExitCode::bad_usage);
  EXPECT_NE(refused.error.find("pg_dump"), std::string::npos) << refused.error;
  const Outcome unreachable = run("connection list");
  EXPECT_EQ(unreachable.code, ExitCode::store_unusable);
  EXPECT_NE(unreachable.error.find("cannot be reached"), std::string::npos) << unreachable.error;
}

TEST_F(Commands, WhatIsNoDatabaseIsNotRestored) {
  run("init");
  const Outcome refused = run("store restore " + write("mapping.csv", "sku,exact_item\n"));
  EXPECT_EQ(refused.code, ExitCode::bad_usage);
  EXPECT_NE(refused.error.find("no database"), std::string::npos);
}

TEST_F(Commands, ARemovedConnectionKeepsItsBooksInSight) {
  run("init");
  run("connection add shop");
  hold("invoice/17/1");
  const Outcome refused = run("connection remove shop");
  EXPECT_EQ(refused.code, ExitCode::bad_usage);
  EXPECT_NE(refused.error.find("1 open posting,"), std::string::npos);
  EXPECT_EQ(run("connection remove shop --force --output json").json()["open_postings"].integer(), 1);
  EXPECT_EQ(run("postings shop --output json").json()["postings"].size(), 1U);
  EXPECT_NE(run("audit shop").out.find("connection.remove"), std::string::npos);
  EXPECT_EQ(run("posting show invoice/17/1").code, ExitCode::done);
  EXPECT_EQ(run("posting retry invoice/17/1").code, ExitCode::bad_usage);
  EXPECT_NE(run("connection add shop").out.find("is back"), std::string::npos);
  EXPECT_EQ(run("postings shop --output json").json()["postings"].size(), 1U) << "as a new one it would post it again";
  EXPECT_EQ(run("posting skip invoice/17/1 --reason gone").code, ExitCode::done);
}

TEST_F(Commands, APausedConnectionIsNotSynced) {
  run("init");
  run("connection add shop");
  run("connection pause shop");
  for (const std::string_view flow : domain::flow_names) {
    const Outcome refused = run("sync shop " + std::string(flow));
    EXPECT_EQ(refused.code, ExitCode::bad_usage);
    EXPECT_NE(refused.error.find("resume it first"), std::string::npos) << refused.error;
  }
}

TEST_F(Commands, WhatCouldNeverRunIsRefused) {
  run("init");
  run("connection add shop");
  EXPECT_EQ(run("flow run shop reports").code, ExitCode::bad_usage);
  EXPECT_EQ(run("sync shop returns --since 2999-01-01").code, ExitCode::bad_usage);
  EXPECT_EQ(run("demo --listen here").code, ExitCode::bad_usage);
  EXPECT_EQ(run("demo --listen 127.0.0.1:99999").code, ExitCode::bad_usage);
}

}  // namespace commands_test
}  // namespace connector::app
