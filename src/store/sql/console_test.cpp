#include "store/console_store.h"
#include "store/store_testing.h"

namespace connector::store::testing {
namespace console_test {

class ConsoleTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    connection_ = value_of(write([](Transaction& transaction) { return transaction.add_connection(seller("shop")); }));
    for (int number = 1; number <= 5; ++number) put_order(number);
    index();
  }
  void put_order(int number) {
    OrderRow order;
    order.connection = connection_;
    order.purchase_order_id = "10" + std::to_string(number);
    order.customer_order_id = "C-" + std::to_string(number);
    order.order_time = at(std::int64_t{number} * 1'000);
    order.state = "open";
    order.facts = R"({"lines":[{"sku":"Mug-)" + std::to_string(number % 2) + R"("}]})";
    order.facts_digest = std::string(64, 'a');
    value_of(write([order](Transaction& transaction) { return transaction.put_order(order); }));
  }
  void put_posting(const std::string& source, PostingState state, std::int64_t millionths) {
    auto row = posting(connection_, source);
    row.state = state;
    row.total = domain::Decimal::from_units(millionths);
    row.currency = "USD";
    if (state == PostingState::held) row.cause = Cause::missing_item;
    value_of(write([row](Transaction& transaction) -> Result<void> {
      if (auto done = transaction.insert_posting(row); !done) return done;
      AuditRecord record;
      record.at = at(7'200'000);
      record.connection = row.connection;
      record.actor = "system";
      record.action = row.state == PostingState::posted ? "posting.posted" : "posting.held";
      record.source_id = row.source_id;
      record.posting_key = row.key;
      return transaction.append_audit(record);
    }));
  }
  void index() {
    while (value_of(write([](Transaction& transaction) { return console(transaction).index_for_console(2); }))) {
    }
  }
  static PostingRow posting(ConnectionId connection, const std::string& source) {
    PostingRow row;
    row.connection = connection;
    row.source_id = source;
    row.key = "invoice/" + source + "/1";
    return row;
  }
  std::vector<std::string> orders(OrderFilter filter) {
    filter.connection = connection_;
    std::vector<std::string> found;
    for (const auto& row : value_of(read([filter](Reader& reader) { return console(reader).orders(filter); }))) {
      found.push_back(row.order.purchase_order_id);
    }
    return found;
  }
  std::vector<std::string> found(const std::string& search) {
    OrderFilter filter;
    filter.search = search;
    return orders(filter);
  }
  using Orders = std::vector<std::string>;
  ConnectionId connection_ = 0;
};

TEST_F(ConsoleTest, OrdersComeByTimePageByPage) {
  OrderFilter filter;
  filter.limit = 2;
  EXPECT_EQ(orders(filter), (Orders{"105", "104"}));
  filter.after = {at(4'000), 4};
  EXPECT_EQ(orders(filter), (Orders{"103", "102"}));
  filter.oldest_first = true;
  EXPECT_EQ(orders(filter), (Orders{"105"}));
}

TEST_F(ConsoleTest, OrdersAreFoundByNumberSkuAndAmount) {
  put_posting("103", PostingState::posted, 12'340'000);
  EXPECT_EQ(found("$12.34"), Orders{}) << "not taken in yet";
  index();
  EXPECT_EQ(found("$12.34"), Orders{"103"});
  put_posting("101", PostingState::held, 1'234'560'000);
  index();
  for (const auto* written : {"12,34", "12.34", "USD 12.34", "US$\u00a012,34", "€ 12,34"})
    EXPECT_EQ(found(written), Orders{"103"}) << written;
  for (const auto* written : {"1234.56", "1,234.56", "1.234,56", "1 234,56"})
    EXPECT_EQ(found(written), Orders{"101"}) << written << " waits for a person";
  EXPECT_EQ(found("SKU12.34"), Orders{});
  EXPECT_EQ(found("104"), Orders{"104"});
  EXPECT_EQ(found("10"), (Orders{"105", "104", "103", "102", "101"}));
  EXPECT_EQ(found("c-2"), Orders{"102"});
  EXPECT_EQ(found("MUG-0"), (Orders{"104", "102"}));
  EXPECT_EQ(found("Mug"), Orders{});
}

TEST_F(ConsoleTest, AnOrderIsFoundByTheAmountItsDocumentHasNow) {
  put_posting("103", PostingState::held, 12'340'000);
  index();
  EXPECT_EQ(found("12.34"), Orders{"103"});
  const auto plan_anew = [&](PostingState state, std::int64_t millionths) {
    value_of(write([&](Transaction& transaction) -> Result<void> {
      auto row = **transaction.posting(connection_, "invoice/103/1");
      row.state = state;
      row.total = domain::Decimal::from_units(millionths);
      return transaction.update_posting(row);
    }));
    AuditRecord record;
    record.at = at(7'200'000);
    record.connection = connection_;
    record.actor = "system";
    record.action = "posting.planned";
    record.source_id = "103";
    record.posting_key = "invoice/103/1";
    value_of(write([record](Transaction& transaction) { return transaction.append_audit(record); }));
    index();
  };
  plan_anew(PostingState::planned, 20'000'000);
  EXPECT_EQ(found("12.34"), Orders{}) << "no document has it any more";
  EXPECT_EQ(found("20.00"), Orders{"103"});
  plan_anew(PostingState::planned, 12'340'000);
  EXPECT_EQ(found("12.34"), Orders{"103"});
  plan_anew(PostingState::withdrawn, 12'340'000);
  EXPECT_EQ(found("12.34"), Orders{}) << "what is no longer needed is no document of the order";
}

TEST_F(ConsoleTest, EveryFailureIsShownNewestFirstWithoutItsLongTexts) {
  put_posting("101", PostingState::held, 1'000'000);
  put_posting("102", PostingState::posted, 2'000'000);
  put_posting("103", PostingState::planned, 3'000'000);
  put_posting("104", PostingState::held, 4'000'000);
  value_of(write([&](Transaction& transaction) -> Result<void> {
    auto row = **transaction.posting(connection_, "invoice/103/1");
    row.state = PostingState::retry;
    row.cause = Cause::api_outage;
    row.cause_detail = "no answer";
    row.next_attempt_at = at(9'000'000);
    row.document = R"({"lines":[]})";
    return transaction.update_posting(row);
  }));
  std::vector<Failure> seen;
  value_of(read([&](Reader& reader) {
    return console(reader).visit_failures(connection_, [&](const Failure& failure) -> Result<void> {
      seen.push_back(failure);
      return {};
    });
  }));
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].source_id, "104");
  EXPECT_EQ(seen[0].total, domain::Decimal::from_units(4'000'000));
  EXPECT_EQ(seen[1].key, "invoice/103/1");
  EXPECT_EQ(seen[1].state, PostingState::retry);
  EXPECT_EQ(seen[1].cause, Cause::api_outage);
  EXPECT_EQ(seen[1].cause_detail, "no answer");
  EXPECT_EQ(seen[2].cause, Cause::missing_item);
  EXPECT_EQ(value_of(read([&](Reader& reader) { return console(reader).posting_document(seen[1].id); })),
            R"({"lines":[]})");
  EXPECT_FALSE(read([&](Reader& reader) {
    return console(reader).visit_failures(
        connection_, [](const Failure&) -> Result<void> { return domain::fail(Cause::cancelled, "enough"); });
  }));
}

TEST_F(ConsoleTest, OrdersAreListedByWhatTheirPostingsWaitFor) {
  put_posting("101", PostingState::held, 1);
  put_posting("102", PostingState::planned, 1);
  put_posting("103", PostingState::posted, 1);
  OrderFilter filter;
  filter.state = OrderFilter::State::failed;
  EXPECT_EQ(orders(filter), Orders{"101"});
  filter.state = OrderFilter::State::waiting;
  EXPECT_EQ(orders(filter), Orders{"102"});
  // What is tried again waits for a person only where waiting does not cure it.
  const auto retry_for = [&](Cause cause) {
    value_of(write([&](Transaction& transaction) -> Result<void> {
      auto row = **transaction.posting(connection_, "invoice/102/1");
      row.state = PostingState::retry;
      row.cause = cause;
      row.next_attempt_at = at(9'000'000);
      return transaction.update_posting(row);
    }));
  };
  retry_for(Cause::api_outage);
  EXPECT_EQ(orders(filter), Orders{"102"});
  filter.state = OrderFilter::State::failed;
  EXPECT_EQ(orders(filter), Orders{"101"});
  retry_for(Cause::authentication_failed);
  EXPECT_EQ(orders(filter), (Orders{"102", "101"}));
}

TEST_F(ConsoleTest, SkippedOrdersAreListed) {
  put_posting("101", PostingState::skipped, 1);
  put_posting("102", PostingState::held, 1);
  OrderFilter filter;
  filter.state = OrderFilter::State::skipped;
  EXPECT_EQ(orders(filter), Orders{"101"});
}

TEST_F(ConsoleTest, AnOrderWithDocumentsIsNotAmongThoseLeftAloneBeforeGoLive) {
  for (const char* number : {"101", "102", "103", "104"}) {
    value_of(write([&](Transaction& transaction) -> Result<void> {
      auto order = **transaction.order(connection_, number);
      order.state = "before_go_live";
      return transaction.put_order(order);
    }));
  }
  put_posting("102", PostingState::posted, 1);
  put_posting("103", PostingState::withdrawn, 1);
  auto acknowledgement = posting(connection_, "104");
  acknowledgement.key = "acknowledgement/104";
  acknowledgement.kind = domain::PostingKind::order_acknowledgement;
  acknowledgement.state = PostingState::posted;
  value_of(write([&](Transaction& transaction) { return transaction.insert_posting(acknowledgement); }));
  OrderFilter filter;
  filter.state = OrderFilter::State::before_go_live;
  EXPECT_EQ(orders(filter), (Orders{"104", "103", "101"}));
}

TEST_F(ConsoleTest, OrdersOfAPeriodComePageByPageInBothDirections) {
  const Orders all = orders({});
  std::vector<UtcTime> times;
  for (const auto& number : all) {
    times.push_back(value_of(read([&](Reader& reader) { return reader.order(connection_, number); }))->order_time);
  }
  ASSERT_EQ(all.size(), 5U);
  // From the second oldest to before the newest.
  OrderFilter filter;
  filter.from = times[3];
  filter.until = times[0];
  EXPECT_EQ(orders(filter), (Orders{all[1], all[2], all[3]}));
  filter.search = all[2];
  EXPECT_EQ(orders(filter), Orders{all[2]});
  filter.search = all[0];
  EXPECT_EQ(orders(filter), Orders{});
  filter.search.clear();
  filter.limit = 2;
  for (const bool oldest_first : {false, true}) {
    filter.oldest_first = oldest_first;
    filter.after.reset();
    Orders found;
    for (int page = 0; page < 3; ++page) {
      filter.connection = connection_;
      const auto rows = value_of(read([filter](Reader& reader) { return console(reader).orders(filter); }));
      for (const auto& row : rows) found.push_back(row.order.purchase_order_id);
      if (rows.size() < 2) break;
      filter.after = std::pair(rows.back().order.order_time, rows.back().id);
    }
    EXPECT_EQ(found, oldest_first ? (Orders{all[3], all[2], all[1]}) : (Orders{all[1], all[2], all[3]}));
  }
}

TEST_F(ConsoleTest, WhatWasPostedIsSummedByHourOnce) {
  put_posting("101", PostingState::posted, 1'500'000);
  put_posting("102", PostingState::posted, 2'000'000);
  put_posting("104", PostingState::held, 9'000'000);
  index();
  index();
  const auto hours = value_of(read([](Reader& reader) { return console(reader).posted_hours(0, 0); }));
  ASSERT_EQ(hours.size(), 1U);
  EXPECT_EQ(hours[0].hour, 2);
  EXPECT_EQ(hours[0].count, 2);
  EXPECT_EQ(hours[0].total, domain::Decimal::from_units(3'500'000));
  EXPECT_TRUE(value_of(read([](Reader& reader) { return console(reader).posted_hours(0, 3); })).empty());
  const auto own = value_of(read([this](Reader& reader) { return console(reader).posted_hours(connection_, 0); }));
  ASSERT_EQ(own.size(), 1U);
  EXPECT_EQ(own[0].total, hours[0].total);
  EXPECT_TRUE(value_of(read([](Reader& reader) { return console(reader).posted_hours(999, 0); })).empty());
}

TEST_F(ConsoleTest, TheTrailIsListedNewestFirst) {
  put_posting("101", PostingState::posted, 1);
  put_posting("102", PostingState::held, 1);
  AuditListFilter filter;
  filter.connection = connection_;
  const auto actions = [&] {
    Orders list;
    for (const auto& record : value_of(read([&](Reader& reader) { return console(reader).audit_list(filter); }))) {
      list.push_back(record.source_id + " " + record.action);
    }
    return list;
  };
  EXPECT_EQ(actions(), (Orders{"102 posting.held", "101 posting.posted"}));
  filter.before_sequence = 2;
  EXPECT_EQ(actions(), Orders{"101 posting.posted"});
  filter = {};
  filter.action = "posting.h";
  EXPECT_EQ(actions(), Orders{"102 posting.held"});
  filter.actor = "nobody";
  EXPECT_EQ(actions(), Orders{});
  filter.actor = "system";
  EXPECT_EQ(actions(), Orders{"102 posting.held"});
  filter = {};
  filter.from = at(7'200'000);
  EXPECT_EQ(actions().size(), 2U);
  filter.to = at(7'200'000);
  EXPECT_EQ(actions(), Orders{}) << "to is not part of it";
  filter.to = at(7'200'001);
  EXPECT_EQ(actions().size(), 2U);
  filter.from = filter.to;
  filter.to.reset();
  EXPECT_EQ(actions(), Orders{});
  EXPECT_EQ(value_of(read([](Reader& reader) { return console(reader).audit_sequence(); })), 2);
}

TEST_F(ConsoleTest, UsersSessionsAndTokens) {
  ConsoleUser user;
  user.name = "Ann";
  user.role = "viewer";
  user.created_at = at(1);
  user.id = value_of(write([user](Transaction& transaction) { return console(transaction).add_console_user(user); }));
  EXPECT_FALSE(write([user](Transaction& transaction) { return console(transaction).add_console_user(user); }));
  user.role = "operator";
  user.password_hash = "hash";
  const std::int64_t id = user.id;
  value_of(write([user](Transaction& transaction) { return console(transaction).update_console_user(user); }));
  const auto stored = value_of(read([](Reader& reader) { return console(reader).console_user("aNN"); }));
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->role, "operator");
  for (const auto* token : {"one", "two", "three"}) {
    ConsoleSession session{token, id, at(1), at(1), at(*token == 't' ? 100 : 10)};
    value_of(write([session](Transaction& transaction) { return console(transaction).put_console_session(session); }));
  }
  const auto exists = [&](std::string token) {
    return value_of(read([token](Reader& reader) { return console(reader).console_session(token); })).has_value();
  };
  value_of(
      write([](Transaction& transaction) { return console(transaction).remove_expired_console_sessions(at(10)); }));
  EXPECT_FALSE(exists("one"));
  value_of(write([id](Transaction& transaction) { return console(transaction).remove_console_sessions(id, "two"); }));
  EXPECT_TRUE(exists("two"));
  EXPECT_FALSE(exists("three"));
  value_of(write([id](Transaction& transaction) { return console(transaction).remove_console_user(id); }));
  EXPECT_FALSE(exists("two"));

  ApiToken token;
  token.name = "export";
  token.token_hash = "digest";
  token.role = "viewer";
  token.created_by = "Ann";
  token.id = value_of(write([token](Transaction& transaction) { return console(transaction).add_api_token(token); }));
  value_of(
      write([id = token.id](Transaction& transaction) { return console(transaction).note_api_token_use(id, at(5)); }));
  const auto used = value_of(read([](Reader& reader) { return console(reader).api_token("digest"); }));
  ASSERT_TRUE(used);
  EXPECT_EQ(used->used_at, at(5));
  value_of(write([id = token.id](Transaction& transaction) { return console(transaction).remove_api_token(id); }));
  EXPECT_TRUE(value_of(read([](Reader& reader) { return console(reader).api_tokens(); })).empty());
}

}  // namespace console_test
}  // namespace connector::store::testing
