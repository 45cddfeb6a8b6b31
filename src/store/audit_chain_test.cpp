#include "store/audit_chain.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <functional>
#include <set>

namespace connector::store {
namespace audit_chain_test {

AuditRecord record(std::int64_t sequence) {
  AuditRecord record;
  record.sequence = sequence;
  record.at = domain::from_epoch_milliseconds(1'795'000'000'000 + sequence);
  record.connection = 3;
  record.actor = "system";
  record.action = "posting.sending";
  record.source_id = "1796277083022";
  record.posting_key = "invoice/1796277083022/1";
  record.attempt = 2;
  record.cause = "api_outage";
  record.correlation_id = "c-1";
  record.detail = R"({"a":1})";
  return record;
}

TEST(AuditDigest, KeepsItsValue) {
  // Computed outside this program from the documented encoding; a change would break every trail in the field.
  EXPECT_EQ(to_hex(audit_digest({}, record(1))), "58f3b140d57e4ca2c25baa32b3ad996fbddcf163f9a4d0ddd69fed7523d4950c");
}

TEST(AuditDigest, EveryMemberCounts) {
  const std::vector<std::function<void(AuditRecord&)>> changes = {
      [](auto& r) { r.sequence = 9; },
      [](auto& r) { r.at += domain::Milliseconds(1); },
      [](auto& r) { r.connection = 4; },
      [](auto& r) { r.actor = "cli:ann"; },
      [](auto& r) { r.action = "posting.posted"; },
      [](auto& r) { r.source_id = "1"; },
      [](auto& r) { r.posting_key = "k"; },
      [](auto& r) { r.attempt = 3; },
      [](auto& r) { r.cause = ""; },
      [](auto& r) { r.correlation_id = "c-2"; },
      [](auto& r) { r.detail = "{}"; },
      // The same characters, shared out differently.
      [](auto& r) { r.actor = "systemp", r.action = "osting.sending"; },
      [](auto& r) { r.cause = "", r.correlation_id = "api_outagec-1"; },
  };
  std::set<std::string> digests{to_hex(audit_digest({}, record(1)))};
  for (const auto& change : changes) {
    auto changed = record(1);
    change(changed);
    digests.insert(to_hex(audit_digest({}, changed)));
  }
  AuditDigest other{};
  other[31] = 1;
  digests.insert(to_hex(audit_digest(other, record(1))));
  EXPECT_EQ(digests.size(), changes.size() + 2);
}

TEST(AuditDigest, HexRoundTrip) {
  const auto digest = audit_digest({}, record(1));
  EXPECT_EQ(parse_digest(to_hex(digest)), digest);
  EXPECT_FALSE(parse_digest("00"));
  EXPECT_FALSE(parse_digest(std::string(64, 'G')));
  EXPECT_FALSE(parse_digest(std::string(64, 'A')));
}

class AuditVerifierTest : public ::testing::Test {
 protected:
  void SetUp() override {
    AuditDigest previous{};
    for (std::int64_t sequence = 1; sequence <= 5; ++sequence) {
      records_.push_back(record(sequence));
      digests_.push_back(audit_digest(previous, records_.back()));
      previous = digests_.back();
    }
    head_ = {5, previous};
  }
  AuditVerdict verify(const std::vector<std::size_t>& order, std::optional<AuditHead> head) const {
    AuditVerifier verifier;
    for (const auto index : order) verifier.add(records_[index], digests_[index]);
    return verifier.finish(head);
  }
  std::vector<AuditRecord> records_;
  std::vector<AuditDigest> digests_;
  AuditHead head_;
};

TEST_F(AuditVerifierTest, WholeChain) {
  const auto verdict = verify({0, 1, 2, 3, 4}, head_);
  EXPECT_EQ(verdict.records, 5);
  EXPECT_FALSE(verdict.first_bad_sequence) << verdict.problem;
  EXPECT_EQ(verdict.problem, "");
}

TEST_F(AuditVerifierTest, EmptyChain) {
  EXPECT_FALSE(verify({}, AuditHead{}).first_bad_sequence);
  EXPECT_EQ(verify({}, head_).first_bad_sequence, 1);
  EXPECT_EQ(verify({}, std::nullopt).first_bad_sequence, 1);
}

TEST_F(AuditVerifierTest, Gap) {
  EXPECT_EQ(verify({0, 1, 3, 4}, head_).first_bad_sequence, 3);
  EXPECT_EQ(verify({1, 2, 3, 4}, head_).first_bad_sequence, 1);
}

TEST_F(AuditVerifierTest, Order) {
  std::swap(records_[1], records_[2]);
  std::swap(digests_[1], digests_[2]);
  std::swap(records_[1].sequence, records_[2].sequence);
  EXPECT_EQ(verify({0, 1, 2, 3, 4}, head_).first_bad_sequence, 2);
}

TEST_F(AuditVerifierTest, CutTail) {
  const auto verdict = verify({0, 1, 2}, head_);
  EXPECT_EQ(verdict.first_bad_sequence, 4);
  EXPECT_NE(verdict.problem.find("cut off"), std::string::npos);
}

TEST_F(AuditVerifierTest, RecordsBehindTheHead) {
  EXPECT_EQ(verify({0, 1, 2, 3, 4}, AuditHead{3, digests_[2]}).first_bad_sequence, 3);
}

TEST_F(AuditVerifierTest, ChangedAndHashedAnew) {
  records_[3].detail = "{}";
  digests_[3] = audit_digest(digests_[2], records_[3]);
  EXPECT_EQ(verify({0, 1, 2, 3, 4}, head_).first_bad_sequence, 5);
  digests_[4] = audit_digest(digests_[3], records_[4]);
  EXPECT_EQ(verify({0, 1, 2, 3, 4}, head_).first_bad_sequence, 5) << "the head still knows the old digest";
}

std::string any_text() { return *rc::gen::container<std::string>(rc::gen::arbitrary<char>()); }

AuditRecord any_record(std::int64_t sequence) {
  AuditRecord made = record(sequence);
  made.actor = any_text();
  made.action = any_text();
  made.source_id = any_text();
  made.posting_key = any_text();
  made.attempt = *rc::gen::inRange(0, 5);
  made.detail = any_text();
  return made;
}

/// Changes one member of a record for sure.
void change(AuditRecord& changed) {
  switch (*rc::gen::inRange(0, 6)) {
    case 0:
      changed.actor.push_back('x');
      break;
    case 1:
      changed.action.insert(0, 1, 'x');
      break;
    case 2:
      changed.at += domain::Milliseconds{*rc::gen::inRange(1, 1'000'000)};
      break;
    case 3:
      ++changed.attempt;
      break;
    case 4:
      changed.detail = changed.detail.empty() ? "x" : changed.detail.substr(1);
      break;
    default:
      // The same characters, shared out differently.
      changed.posting_key = changed.source_id + "x" + changed.posting_key;
      changed.source_id.clear();
  }
}

TEST(AuditVerifier, AnyTamperingOfAnyTrailIsFound) {
  EXPECT_TRUE(rc::check([] {
    std::vector<AuditRecord> records;
    std::vector<AuditDigest> digests;
    const auto count = *rc::gen::inRange<std::int64_t>(1, 12);
    AuditHead head;
    for (std::int64_t sequence = 1; sequence <= count; ++sequence) {
      records.push_back(any_record(sequence));
      digests.push_back(audit_digest(head.digest, records.back()));
      head = {sequence, digests.back()};
    }
    const auto verdict = [&] {
      AuditVerifier verifier;
      for (std::size_t index = 0; index < records.size(); ++index) verifier.add(records[index], digests[index]);
      return verifier.finish(head);
    };
    RC_ASSERT(verdict().problem.empty());
    const auto at = *rc::gen::inRange<std::size_t>(0, records.size());
    const auto offset = static_cast<std::ptrdiff_t>(at);
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        change(records[at]);
        break;
      case 1:
        records.erase(records.begin() + offset);
        digests.erase(digests.begin() + offset);
        break;
      case 2:
        records.insert(records.begin() + offset, records[at]);
        digests.insert(digests.begin() + offset, digests[at]);
        break;
      default:
        // Whoever changes a record can hash all that follows anew, but not the head.
        change(records[at]);
        for (std::size_t index = at; index < records.size(); ++index) {
          digests[index] = audit_digest(index == 0 ? AuditDigest{} : digests[index - 1], records[index]);
        }
    }
    RC_ASSERT(!verdict().problem.empty());
  }));
}

}  // namespace audit_chain_test
}  // namespace connector::store
