#include "store/audit_chain.h"
#include "store/store_testing.h"

namespace connector::store::testing {
namespace audit_trail_test {

class AuditTrailTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    for (const auto* action : {"one", "two", "three", "four", "five"}) append(note(action, "100"));
    EXPECT_EQ(verify().problem, "");
  }
  void append(const AuditRecord& record) {
    value_of(write([record](Transaction& transaction) { return transaction.append_audit(record); }));
  }
  AuditVerdict verify() {
    return value_of(read([](Reader& reader) { return reader.verify_audit(); }));
  }
  std::vector<std::string> actions(const AuditFilter& filter) {
    std::vector<std::string> actions;
    for (const auto& record : value_of(read([filter](Reader& reader) { return reader.audit(filter); }))) {
      actions.push_back(record.action);
    }
    return actions;
  }
  void expect_found(const std::string& change, std::int64_t sequence) {
    execute_directly(path_, change);
    const auto verdict = verify();
    EXPECT_EQ(verdict.first_bad_sequence, sequence) << change;
    EXPECT_NE(verdict.problem, "");
  }
  using Actions = std::vector<std::string>;
};

TEST_F(AuditTrailTest, RecordsComeBackChained) {
  auto record = note("posting.posted", "200");
  record.posting_key = "invoice/200/1";
  record.attempt = 2;
  record.cause = "api_outage";
  record.correlation_id = "c-1";
  record.detail = R"({"number":"7"})";
  append(record);
  reopen();
  const auto trail = value_of(read([](Reader& reader) { return reader.audit({}); }));
  ASSERT_EQ(trail.size(), 6U);
  for (std::size_t index = 0; index < trail.size(); ++index) {
    EXPECT_EQ(trail[index].sequence, static_cast<std::int64_t>(index) + 1);
    EXPECT_EQ(trail[index].previous_hash, index == 0 ? std::string(64, '0') : trail[index - 1].hash);
    EXPECT_EQ(to_hex(audit_digest(*parse_digest(trail[index].previous_hash), trail[index])), trail[index].hash);
  }
  EXPECT_EQ(trail[5].at, record.at);
  EXPECT_EQ(trail[5].actor, "system");
  EXPECT_EQ(trail[5].source_id, "200");
  EXPECT_EQ(trail[5].posting_key, record.posting_key);
  EXPECT_EQ(trail[5].attempt, 2);
  EXPECT_EQ(trail[5].cause, "api_outage");
  EXPECT_EQ(trail[5].correlation_id, "c-1");
  EXPECT_EQ(trail[5].detail, record.detail);
}

TEST_F(AuditTrailTest, Filters) {
  auto record = note("posting.posted", "200");
  record.posting_key = "invoice/200/1";
  append(record);
  record = note("posting.retry");  // by key alone
  record.posting_key = "invoice/200/1";
  append(record);
  record = note("elsewhere", "200");
  record.connection = 2;
  append(record);

  AuditFilter filter;
  filter.source_id = "200";
  EXPECT_EQ(actions(filter), (Actions{"posting.posted", "elsewhere"}));
  filter.connection = 1;
  EXPECT_EQ(actions(filter), Actions{"posting.posted"});
  filter = {};
  filter.connection = 1;
  filter.posting_key = "invoice/200/1";
  EXPECT_EQ(actions(filter), (Actions{"posting.posted", "posting.retry"}));
  filter.limit = 1;
  EXPECT_EQ(actions(filter), Actions{"posting.posted"});
  filter.connection.reset();
  filter.limit = 10;
  EXPECT_EQ(actions(filter), (Actions{"posting.posted", "posting.retry"}));
  filter = {};
  filter.after_sequence = 1;
  filter.limit = 2;
  EXPECT_EQ(actions(filter), (Actions{"two", "three"}));
  filter = {};
  filter.connection = 2;
  EXPECT_EQ(actions(filter), Actions{"elsewhere"});
}

TEST_F(AuditTrailTest, AChangeIsFound) { expect_found("UPDATE audit SET detail='{\"a\":1}' WHERE sequence=3", 3); }
TEST_F(AuditTrailTest, AChangedTimeIsFound) { expect_found("UPDATE audit SET at=at+1 WHERE sequence=1", 1); }
TEST_F(AuditTrailTest, AChangedHashIsFound) {
  expect_found("UPDATE audit SET hash=(SELECT hash FROM audit WHERE sequence=2) WHERE sequence=5", 5);
}
TEST_F(AuditTrailTest, AHashOfAnotherTypeIsFound) { expect_found("UPDATE audit SET hash='x' WHERE sequence=2", 2); }
TEST_F(AuditTrailTest, AGapIsFound) { expect_found("DELETE FROM audit WHERE sequence=2", 2); }
TEST_F(AuditTrailTest, AMissingStartIsFound) { expect_found("DELETE FROM audit WHERE sequence<=2", 1); }
TEST_F(AuditTrailTest, ACutTailIsFound) { expect_found("DELETE FROM audit WHERE sequence>=4", 4); }
TEST_F(AuditTrailTest, AnEmptiedTrailIsFound) { expect_found("DELETE FROM audit", 1); }
TEST_F(AuditTrailTest, ALostHeadIsFound) { expect_found("DELETE FROM audit_head", 6); }
TEST_F(AuditTrailTest, AHeadSetBackIsFound) {
  expect_found("UPDATE audit_head SET sequence=4, hash=(SELECT hash FROM audit WHERE sequence=4)", 4);
}
TEST_F(AuditTrailTest, ASwapIsFound) {
  expect_found(
      "UPDATE audit SET sequence=-2 WHERE sequence=2; UPDATE audit SET sequence=2 WHERE sequence=3;"
      "UPDATE audit SET sequence=3 WHERE sequence=-2",
      2);
}
TEST_F(AuditTrailTest, AnInsertedRecordIsFound) {
  expect_found(
      "INSERT INTO audit SELECT 6, at, connection, actor, action, source_id, posting_key, attempt, cause,"
      " correlation_id, detail, hash FROM audit WHERE sequence=5",
      6);
}

TEST_F(AuditTrailTest, NothingIsAppendedOverADamagedEnd) {
  execute_directly(path_, "UPDATE audit_head SET sequence=4, hash=(SELECT hash FROM audit WHERE sequence=4)");
  const auto done = write([](Transaction& transaction) { return transaction.append_audit(note("six")); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().cause, domain::Cause::store_failure);
  execute_directly(path_, "DELETE FROM audit_head");
  EXPECT_FALSE(write([](Transaction& transaction) { return transaction.append_audit(note("six")); }));
}

}  // namespace audit_trail_test
}  // namespace connector::store::testing
