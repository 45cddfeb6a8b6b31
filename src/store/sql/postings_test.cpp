
#include "store/sql/codes.h"
#include "store/sql/posting_key.h"
#include "store/store_testing.h"

namespace connector::store::testing {
namespace postings_test {

using domain::Cause;

TEST(PostingKey, Sources) {
  using sql::key_has_source;
  using sql::possible_sources;
  EXPECT_TRUE(key_has_source("invoice/100/1", "100"));
  EXPECT_TRUE(key_has_source("account/100", "100"));
  EXPECT_TRUE(key_has_source("price/A/B/1", "A/B"));
  EXPECT_TRUE(key_has_source("plain", ""));
  EXPECT_FALSE(key_has_source("invoice/100/1", "10"));
  EXPECT_FALSE(key_has_source("invoice/100/1", "1"));
  EXPECT_FALSE(key_has_source("plain", "plain"));
  EXPECT_EQ(possible_sources("price/A/B/1"), (std::vector<std::string_view>{"A", "A/B", "A/B/1"}));
  EXPECT_EQ(possible_sources("plain"), std::vector<std::string_view>{""});
}

TEST(Codes, RoundTrip) {
  for (int state = 0; state < 7; ++state) {
    const auto value = static_cast<PostingState>(state);
    EXPECT_EQ(sql::posting_state_of(sql::code_of(value)), value);
    EXPECT_EQ(parse_posting_state(to_string(value)), value);
  }
  for (int kind = 0; kind <= static_cast<int>(domain::PostingKind::order_acknowledgement); ++kind) {
    const auto value = static_cast<domain::PostingKind>(kind);
    EXPECT_EQ(sql::posting_kind_of(sql::code_of(value)), value);
  }
  for (int cause = 0; cause <= static_cast<int>(Cause::cancelled); ++cause) {
    const auto value = static_cast<Cause>(cause);
    EXPECT_EQ(sql::cause_of(sql::code_of(value)), value);
  }
  EXPECT_EQ(sql::cause_of(0), std::nullopt);
  EXPECT_EQ(sql::posting_state_of(99), std::nullopt);
  EXPECT_EQ(parse_posting_state("sent"), std::nullopt);
}

class PostingsTest : public StoreTest {
 protected:
  std::map<std::string, std::int64_t> counts(ConnectionId connection) {
    std::map<std::string, std::int64_t> counts;
    for (const auto& row : value_of(read([connection](Reader& reader) { return reader.posting_counts(connection); }))) {
      auto name = std::string(to_string(row.state));
      if (row.cause) name += "/" + std::string(domain::to_string(*row.cause));
      counts[name] = row.count;
    }
    return counts;
  }
  std::vector<std::string> list(const PostingFilter& filter) {
    std::vector<std::string> keys;
    for (const auto& row : value_of(read([filter](Reader& reader) { return reader.postings(filter); }))) {
      keys.push_back(row.key);
    }
    return keys;
  }
  Result<void> update(const PostingRow& row, std::optional<int> expected = std::nullopt) {
    return write([row, expected](Transaction& transaction) { return transaction.update_posting(row, expected); });
  }
  std::vector<PostingRow> claim(const std::string& owner, std::int64_t now, std::int64_t until) {
    return value_of(write([=](Transaction& transaction) {
      return transaction.claim(1, {owner, at(now), at(until)}, 100, Due::all);
    }));
  }
};

TEST_F(PostingsTest, EveryMemberComesBack) {
  auto row = invoice(1, "100");
  add(row);
  row = get("invoice/100/1");
  EXPECT_GT(row.id, 0);
  row.reference = "WM-100-b";
  row.state = PostingState::sending;
  row.cause = Cause::unclear_outcome;
  row.cause_detail = "no answer in 30 s";
  row.document = R"({"changed":true})";
  row.body = std::string(9000, 'b');
  row.body_digest = std::string(64, '0');
  row.attempt = 3;
  row.in_doubt = true;
  row.last_sent_at = at(1);
  row.next_attempt_at = at(2);
  row.first_failed_at = at(3);
  row.lease_owner = "worker";
  row.lease_until = at(4);
  row.target_id = "guid";
  row.target_number = "20260001";
  row.target_data = "[1]";
  row.total = domain::Decimal::from_units(-5);
  row.currency = "EUR";
  row.document_date = "2026-11-23";
  row.mapping_version = 8;
  row.priority = 2;
  row.updated_at = at(6);
  value_of(update(row));
  reopen();
  const auto found = get("invoice/100/1");
  EXPECT_EQ(found.id, row.id);
  EXPECT_EQ(found.connection, 1);
  EXPECT_EQ(found.source_id, "100");
  EXPECT_EQ(found.kind, domain::PostingKind::sales_invoice);
  EXPECT_EQ(found.reference, row.reference);
  EXPECT_EQ(found.state, row.state);
  EXPECT_EQ(found.cause, row.cause);
  EXPECT_EQ(found.cause_detail, row.cause_detail);
  EXPECT_EQ(found.document, row.document);
  EXPECT_EQ(found.body, row.body);
  EXPECT_EQ(found.body_digest, row.body_digest);
  EXPECT_EQ(found.attempt, 3);
  EXPECT_TRUE(found.in_doubt);
  EXPECT_EQ(found.last_sent_at, row.last_sent_at);
  EXPECT_EQ(found.next_attempt_at, row.next_attempt_at);
  EXPECT_EQ(found.first_failed_at, row.first_failed_at);
  EXPECT_EQ(found.lease_owner, "worker");
  EXPECT_EQ(found.lease_until, row.lease_until);
  EXPECT_EQ(found.target_id, "guid");
  EXPECT_EQ(found.target_number, row.target_number);
  EXPECT_EQ(found.target_data, "[1]");
  EXPECT_EQ(found.total, row.total);
  EXPECT_EQ(found.currency, "EUR");
  EXPECT_EQ(found.document_date, row.document_date);
  EXPECT_EQ(found.mapping_version, 8);
  EXPECT_EQ(found.priority, 2);
  EXPECT_EQ(found.created_at, at(1000));
  EXPECT_EQ(found.updated_at, at(6));
}

TEST_F(PostingsTest, KeysAreUniquePerConnection) {
  value_of(write([](Transaction& transaction) { return transaction.add_connection(seller("second")); }));
  add(invoice(1, "100"));
  add(invoice(2, "100"));
  for (const auto& bad : {invoice(1, "100"), invoice(7, "100")}) {
    const auto done = write([bad](Transaction& transaction) { return transaction.insert_posting(bad); });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().cause, Cause::bad_input);
  }
  auto other_source = invoice(1, "101");
  other_source.source_id = "102";
  EXPECT_FALSE(write([other_source](Transaction& transaction) { return transaction.insert_posting(other_source); }));
}

TEST_F(PostingsTest, FoundByKeyAndSource) {
  auto row = invoice(1, "A/B");
  row.key = "price/A/B/7";
  add(row);
  EXPECT_EQ(get("price/A/B/7").source_id, "A/B");
  EXPECT_FALSE(value_of(read([](Reader& reader) { return reader.posting(1, "price/A/B/8"); })));
  add(invoice(1, "100"));
  auto second = invoice(1, "100");
  second.key = "credit/100/1";
  add(second);
  const auto rows = value_of(read([](Reader& reader) { return reader.postings_of(1, "100"); }));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].key, "credit/100/1");
}

TEST_F(PostingsTest, TheAttemptFences) {
  add(invoice(1, "100"));
  const auto mine = claim("mine", 0, 100).at(0);
  EXPECT_EQ(mine.attempt, 1);
  const auto theirs = claim("theirs", 100, 200).at(0);
  EXPECT_EQ(theirs.attempt, 2);
  EXPECT_TRUE(theirs.in_doubt);

  auto late = mine;
  late.state = PostingState::posted;
  const auto refused = update(late, mine.attempt);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().cause, Cause::fenced);
  EXPECT_EQ(get("invoice/100/1").state, PostingState::sending);

  auto impostor = theirs;
  impostor.lease_owner = "mine";
  EXPECT_EQ(update(impostor, theirs.attempt).error().cause, Cause::fenced);

  auto done = theirs;
  done.state = PostingState::posted;
  value_of(update(done, theirs.attempt));
  const auto posted = get("invoice/100/1");
  EXPECT_EQ(posted.state, PostingState::posted);
  EXPECT_EQ(posted.lease_owner, "") << "only a posting being sent is leased";
  EXPECT_FALSE(posted.lease_until);
  EXPECT_EQ(update(done, theirs.attempt).error().cause, Cause::fenced) << "the lease ended with the posting";
}

TEST_F(PostingsTest, UpdateOfAnUnknownRow) {
  auto row = invoice(1, "100");
  row.id = 55;
  EXPECT_EQ(update(row).error().cause, Cause::not_found);
}

TEST_F(PostingsTest, CountsFollowEveryChange) {
  for (const auto* order : {"1", "2", "3"}) add(invoice(1, order));
  EXPECT_EQ(counts(1), (std::map<std::string, std::int64_t>{{"planned", 3}}));
  auto row = get("invoice/2/1");
  row.state = PostingState::held;
  row.cause = Cause::missing_item;
  value_of(update(row));
  EXPECT_EQ(counts(1), (std::map<std::string, std::int64_t>{{"held/missing_item", 1}, {"planned", 2}}));
  row.cause = Cause::closed_period;
  value_of(update(row));
  claim("a", 0, 10);
  EXPECT_EQ(counts(1), (std::map<std::string, std::int64_t>{{"held/closed_period", 1}, {"sending", 2}}));
  claim("b", 10, 20);
  EXPECT_EQ(counts(0), counts(1));
  for (const auto& row : value_of(read([](Reader& reader) { return reader.posting_counts(0); }))) {
    EXPECT_EQ(row.connection, 1);
  }
  EXPECT_TRUE(counts(2).empty());

  // Inside a transaction, its own changes count; a failed closure leaves none.
  const auto failed = write([](Transaction& transaction) -> Result<void> {
    value_of(transaction.insert_posting(invoice(1, "4")));
    std::int64_t planned = 0;
    for (const auto& entry : value_of(transaction.posting_counts(1))) {
      if (entry.state == PostingState::planned) planned = entry.count;
    }
    EXPECT_EQ(planned, 1);
    return domain::fail(Cause::cancelled, "on purpose");
  });
  EXPECT_EQ(failed.error().cause, Cause::cancelled);
  EXPECT_EQ(counts(1), (std::map<std::string, std::int64_t>{{"held/closed_period", 1}, {"sending", 2}}));
}

TEST_F(PostingsTest, Lists) {
  value_of(write([](Transaction& transaction) { return transaction.add_connection(seller("second")); }));
  for (const auto* order : {"1", "2", "3", "4"}) add(invoice(1, order));
  add(invoice(2, "5"));
  const auto change = [this](const std::string& key, PostingState state, std::optional<Cause> cause) {
    auto row = get(key);
    row.state = state;
    row.cause = cause;
    value_of(update(row));
  };
  change("invoice/2/1", PostingState::held, Cause::missing_item);
  change("invoice/3/1", PostingState::posted, std::nullopt);
  change("invoice/4/1", PostingState::retry, Cause::api_outage);

  EXPECT_EQ(list({}),
            (std::vector<std::string>{"invoice/5/1", "invoice/4/1", "invoice/3/1", "invoice/2/1", "invoice/1/1"}));
  PostingFilter filter;
  filter.connection = 1;
  filter.limit = 2;
  EXPECT_EQ(list(filter), (std::vector<std::string>{"invoice/4/1", "invoice/3/1"}));
  filter.before_id = get("invoice/3/1").id;
  EXPECT_EQ(list(filter), (std::vector<std::string>{"invoice/2/1", "invoice/1/1"}));

  const auto in_state = [&](PostingState state, std::optional<ConnectionId> connection) {
    PostingFilter by_state;
    by_state.state = state;
    by_state.connection = connection;
    return list(by_state);
  };
  EXPECT_EQ(in_state(PostingState::planned, 1), std::vector<std::string>{"invoice/1/1"});
  EXPECT_EQ(in_state(PostingState::planned, std::nullopt), (std::vector<std::string>{"invoice/5/1", "invoice/1/1"}));
  EXPECT_EQ(in_state(PostingState::held, 1), std::vector<std::string>{"invoice/2/1"});
  EXPECT_EQ(in_state(PostingState::held, std::nullopt), std::vector<std::string>{"invoice/2/1"});
  EXPECT_EQ(in_state(PostingState::posted, 1), std::vector<std::string>{"invoice/3/1"});
  EXPECT_EQ(in_state(PostingState::retry, 1), std::vector<std::string>{"invoice/4/1"});
  EXPECT_TRUE(in_state(PostingState::held, 2).empty());
  EXPECT_TRUE(in_state(PostingState::skipped, 1).empty());

  PostingFilter others;
  others.cause = Cause::api_outage;
  EXPECT_EQ(list(others), std::vector<std::string>{"invoice/4/1"});
  others = {};
  others.source_id = "3";
  EXPECT_EQ(list(others), std::vector<std::string>{"invoice/3/1"});
  others.state = PostingState::held;
  EXPECT_TRUE(list(others).empty());
  others = {};
  others.kind = domain::PostingKind::credit_memo;
  EXPECT_TRUE(list(others).empty());
}

TEST_F(PostingsTest, HeldSourcesOfAnOlderMapping) {
  for (const auto* order : {"1", "2", "3"}) {
    auto row = invoice(1, order);
    row.state = PostingState::held;
    row.cause = Cause::mapping_error;
    row.mapping_version = order[0] - '0';
    add(row);
    row.key += "b";
    add(row);
  }
  const auto held = [this](std::int64_t older, std::size_t limit) {
    return value_of(read([=](Reader& reader) { return reader.held_sources(1, older, limit); }));
  };
  EXPECT_EQ(held(3, 10), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(held(3, 1).size(), 1U);
  EXPECT_TRUE(held(1, 10).empty());
  auto doubtful = get("invoice/1/1");
  doubtful.in_doubt = true;
  value_of(write([doubtful](Transaction& transaction) { return transaction.update_posting(doubtful); }));
  EXPECT_EQ(held(3, 10), (std::vector<std::string>{"1", "2"})) << "another of the same source is in no doubt";
  doubtful = get("invoice/1/1b");
  doubtful.in_doubt = true;
  value_of(write([doubtful](Transaction& transaction) { return transaction.update_posting(doubtful); }));
  EXPECT_EQ(held(3, 10), std::vector<std::string>{"2"}) << "what is in doubt is not planned anew";
}

}  // namespace postings_test
}  // namespace connector::store::testing
