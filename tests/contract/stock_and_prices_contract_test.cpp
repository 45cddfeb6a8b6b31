#include <gtest/gtest.h>

#include "answers.h"
#include "exact/deleted_entities.h"
#include "exact/sales_item_prices.h"
#include "exact/stock_positions.h"
#include "flows/document_json.h"
#include "flows/plan_prices.h"
#include "flows/price_documents.h"
#include "flows/price_target.h"
#include "flows/settings_json.h"
#include "flows/stock_count.h"
#include "sandbox/exact/edits.h"
#include "sandbox/exact/exact_service.h"
#include "sandbox/walmart/marketplace.h"
#include "service_transport.h"
#include "store/test_store.h"

namespace connector::contract {
namespace stock_and_prices_contract_test {

using domain::Cause;
using domain::Decimal;
using domain::PostingKind;
using domain::Result;
using domain::UtcTime;
using engine::LookUpOutcome;
using engine::SendOutcome;
using ports::CallPriority;
using store::PostingRow;

constexpr std::int64_t division = 499'156;

class TokensInMemory : public exact::TokenVault {
 public:
  ports::Task<Result<std::optional<exact::Tokens>>> load() override { co_return tokens; }
  ports::Task<Result<void>> save(exact::Tokens saved, std::string) override {
    tokens = saved;
    co_return Result<void>{};
  }
  ports::Task<Result<bool>> lock(UtcTime) override { co_return true; }
  ports::Task<void> unlock() override { co_return; }
  ports::Task<Result<bool>> take_trial(UtcTime) override { co_return true; }
  std::optional<exact::Tokens> tokens;
};

/// Both services, both clients and a store with the reference data that bodies need.
class StockAndPrices : public ::testing::Test {
 protected:
  StockAndPrices() : service(sandbox::exact::make_exact_service({1, "https://start.exactonline.nl", {}, {}})) {
    service->switches().minute_limit = 0;
    service->switches().day_limit = 0;
    credentials.client_id = service->app().client_id;
    credentials.client_secret = service->app().client_secret;
    session.emplace(credentials, vault, exact_transport, gate, random, time, time, exact_options);
    exact_client.emplace(*session, exact_transport, gate, random, time, exact_options, division);
    store_ = store::testing::store_with_shop(time, time);
    counts.emplace(*exact_client, *store_, time, 1);
    prices.emplace(walmart_client, *exact_client, *store_, time);
  }

  void SetUp() override {
    const std::string address = exact::authorization_address(exact_options, credentials, "s");
    ports::ServerRequest visit{"GET", address.substr(exact_options.base_url.size()), {}, "", "127.0.0.1"};
    const auto answer = service->handle(visit, time.now());
    const std::string location(ports::find_header(answer.headers, "Location").value_or(""));
    const auto begin = location.find("code=") + 5;
    const auto exchanged = time.run(session->exchange_code(location.substr(begin, location.find('&', begin) - begin)));
    ASSERT_TRUE(exchanged) << exchanged.error().error.message;
    for (const auto& [kind, resource, code] :
         {std::tuple{"item", "logistics/Items", "WM-0001"}, std::tuple{"item", "logistics/Items", "WM-0002"},
          std::tuple{"warehouse", "inventory/Warehouses", "1"}}) {
      const store::ReferenceRow reference{kind, code, id_of(resource, code), "{}"};
      write([reference](store::Transaction& transaction) { return transaction.put_reference(1, reference); });
    }
  }

  template <class F>
  void write(F work) {
    auto result = time.run(store_->write(std::move(work)));
    ASSERT_TRUE(result) << result.error().message;
  }
  std::string id_of(const std::string& resource, const std::string& code) {
    exact::ODataQuery query(resource);
    query.select({"ID", "Code"}).filter(exact::ODataFilter::equals("Code", code));
    const auto rows = value_of(time.run(exact_client->get_all(query, CallPriority::inventory)));
    return rows.size() == 1 ? rows[0]["ID"].text_or("") : "";
  }
  void person(const std::string& request) {
    const auto done = sandbox::exact::edit(*service->division(division), *json::parse(request), time.now());
    ASSERT_TRUE(done) << done.error().message;
  }
  Decimal stock_of(const std::string& item) {
    for (const auto& row : value_of(time.run(exact::load_stock_positions(*exact_client, 0))).rows) {
      if (row.item == item && row.warehouse == "1") return row.current;
    }
    ADD_FAILURE() << item;
    return {};
  }

  /// A count that finds one unit less of WM-0001 and two more of WM-0002 than Exact's 1000, ready to be sent.
  PostingRow count_posting() {
    flows::StockCount count;
    count.warehouse = "1";
    count.ship_nodes = {"EAST"};
    count.lines = {{"WM-0001", {"WM-0001"}, Decimal::from_integer(999), {}, Decimal::from_integer(1'000), 5},
                   {"WM-0002", {"WM-0002"}, Decimal::from_integer(1'002), {}, Decimal::from_integer(1'000), 6}};
    const auto document = flows::stock_count_document(count, "WM-", std::chrono::year{2026} / 11 / 23);
    PostingRow row;
    row.connection = 1;
    row.kind = PostingKind::stock_count;
    row.key = flows::stock_count_key(count);
    row.reference = document["reference"].text_or("");
    row.document = json::write(document);
    flows::StockPositionCache cache(*exact_client, *store_, 1);
    EXPECT_TRUE(time.run(cache.refresh(false)));
    row.body = body_of(row);
    return row;
  }
  std::string body_of(const PostingRow& row) {
    auto body = time.run(store_->read([row, now = time.now()](store::Reader& reader) -> Result<std::string> {
      auto date = flows::stock_count_date(reader, 1, now);
      if (!date) return domain::fail(date.error());
      return flows::stock_count_body(reader, row, *date);
    }));
    EXPECT_TRUE(body) << body.error().message;
    return body ? *body : "";
  }
  PostingRow price_posting(PostingKind kind, json::Value document) {
    PostingRow row;
    row.connection = 1;
    row.kind = kind;
    row.key = document["key"].text_or("");
    row.reference = document["reference"].text_or("");
    row.document = json::write(document);
    row.last_sent_at = time.now();
    auto body = time.run(store_->read(
        [row, now = time.now()](store::Reader& reader) { return flows::price_body_of(reader, row, now); }));
    EXPECT_TRUE(body) << body.error().message;
    if (body) row.body = *body;
    return row;
  }
  static json::Value feed_document(const std::vector<domain::PriceChange>& changes) {
    return flows::to_json(flows::price_feed_document(changes, "WM-"));
  }
  UtcTime soon() { return time.now() + std::chrono::seconds(30); }

  ports::testing::ManualTime time{domain::start_of_day(std::chrono::year{2026} / 11 / 23) + std::chrono::hours{10}};
  ports::testing::OpenGate gate;
  ports::testing::CountingRandom random;
  std::unique_ptr<sandbox::exact::ExactService> service;
  ServiceTransport exact_transport{*service, time};
  TokensInMemory vault;
  exact::Credentials credentials{"", "", "https://connector.example/oauth/exact/callback"};
  exact::ClientOptions exact_options;
  std::optional<exact::Session> session;
  std::optional<exact::Client> exact_client;
  sandbox::walmart::Marketplace marketplace{{}};
  ServiceTransport walmart_transport{marketplace, time};
  walmart::ClientOptions walmart_options;
  walmart::Session walmart_session{
      {"sandbox-client", "sandbox-secret"}, walmart_transport, gate, random, time, time, walmart_options};
  walmart::Client walmart_client{walmart_session, walmart_transport, gate, random, time, walmart_options};
  std::unique_ptr<store::Store> store_;
  std::optional<flows::StockCountTarget> counts;
  std::optional<flows::PriceTarget> prices;
};

TEST_F(StockAndPrices, PositionsComeOnceAndThenAsTheyChange) {
  const auto all = value_of(time.run(exact::load_stock_positions(*exact_client, 0)));
  EXPECT_GE(all.rows.size(), 50U);
  person(R"({"action":"set_stock","code":"WM-0003","warehouse":"1","quantity":7})");
  const auto changed = value_of(time.run(exact::load_stock_positions(*exact_client, all.timestamp)));
  ASSERT_EQ(changed.rows.size(), 1U);
  EXPECT_EQ(changed.rows[0].item, "WM-0003");
  EXPECT_EQ(changed.rows[0].warehouse, "1");
  EXPECT_EQ(changed.rows[0].current, Decimal::from_integer(7));
  EXPECT_GT(changed.timestamp, all.timestamp);
}

TEST_F(StockAndPrices, ACountMovesStockByItsDifferences) {
  const auto outcome = time.run(counts->send(count_posting(), soon()));
  EXPECT_EQ(outcome.kind, SendOutcome::Kind::posted) << outcome.error.message;
  EXPECT_EQ(stock_of("WM-0001"), Decimal::from_integer(999));
  EXPECT_EQ(stock_of("WM-0002"), Decimal::from_integer(1'002));
  const auto data = json::parse(outcome.target_data);
  ASSERT_TRUE(data);
  EXPECT_EQ((*data)["read_back"].at(0)["exact"].text_or(""), "999");
}

TEST_F(StockAndPrices, ACountDoesNotOverwriteWhatExactBookedMeanwhile) {
  PostingRow row = count_posting();
  person(R"({"action":"set_stock","code":"WM-0001","warehouse":"1","quantity":950})");
  const auto stale = time.run(counts->send(row, soon()));
  EXPECT_EQ(stale.kind, SendOutcome::Kind::not_sent);
  EXPECT_TRUE(stale.others_may_go);
  EXPECT_EQ(stock_of("WM-0001"), Decimal::from_integer(950)) << "nothing was sent";
  row.body = body_of(row);
  EXPECT_EQ(time.run(counts->send(row, soon())).kind, SendOutcome::Kind::posted);
  EXPECT_EQ(stock_of("WM-0001"), Decimal::from_integer(949)) << "one unit less than what stands there now";
}

TEST_F(StockAndPrices, ACountIsOfTheDayOnWhichItIsSent) {
  PostingRow row = count_posting();
  EXPECT_NE(row.body.find("2026-11-23"), std::string::npos) << row.body;
  time.set(time.now() + std::chrono::hours{10 * 24});
  EXPECT_EQ(time.run(counts->send(row, soon())).kind, SendOutcome::Kind::not_sent) << "written on another day";
  row.body = body_of(row);
  EXPECT_NE(row.body.find("2026-12-03"), std::string::npos) << row.body;
  EXPECT_EQ(time.run(counts->send(row, soon())).kind, SendOutcome::Kind::posted);
}

TEST_F(StockAndPrices, ALostAnswerIsFoundByTheReferenceAndNotCountedTwice) {
  const PostingRow row = count_posting();
  EXPECT_EQ(time.run(counts->look_up(row, soon())).kind, LookUpOutcome::Kind::absent);
  // Positions, draft, processing: the answers of the two writes are lost in turn.
  for (const int lost : {2, 3}) {
    PostingRow sent = row;
    sent.reference += "-" + std::to_string(lost);
    sent.body = body_of(sent);
    exact_transport.lose_answer_number = exact_transport.requests + lost;
    const auto outcome = time.run(counts->send(sent, soon()));
    EXPECT_EQ(outcome.kind, SendOutcome::Kind::unclear) << lost;
    const auto found = time.run(counts->look_up(sent, soon()));
    EXPECT_EQ(found.kind, LookUpOutcome::Kind::found) << lost << " " << found.error.message;
    EXPECT_FALSE(found.target_id.empty());
  }
  EXPECT_EQ(stock_of("WM-0001"), Decimal::from_integer(998));
  EXPECT_EQ(stock_of("WM-0002"), Decimal::from_integer(1'004));
}

TEST_F(StockAndPrices, ADraftThatNoLongerFitsIsRemoved) {
  const PostingRow row = count_posting();
  exact_transport.lose_answer_number = exact_transport.requests + 2;  // the draft's
  EXPECT_EQ(time.run(counts->send(row, soon())).kind, SendOutcome::Kind::unclear);
  person(R"({"action":"set_stock","code":"WM-0001","warehouse":"1","quantity":950})");
  EXPECT_EQ(time.run(counts->look_up(row, soon())).kind, LookUpOutcome::Kind::absent);
  EXPECT_EQ(stock_of("WM-0001"), Decimal::from_integer(950));
  exact::ODataQuery query("inventory/StockCounts");
  query.select({"StockCountID"}).filter(exact::ODataFilter::equals("Description", row.reference));
  EXPECT_TRUE(value_of(time.run(exact_client->get_all(query, CallPriority::inventory))).empty());
}

TEST_F(StockAndPrices, AForeignCountOfTheSameNameIsNotAdopted) {
  PostingRow row = count_posting();
  EXPECT_EQ(time.run(counts->send(row, soon())).kind, SendOutcome::Kind::posted);
  row.body = row.body.substr(0, row.body.rfind("1002")) + "1003" + row.body.substr(row.body.rfind("1002") + 4);
  const auto found = time.run(counts->look_up(row, soon()));
  EXPECT_EQ(found.kind, LookUpOutcome::Kind::differs);
}

TEST_F(StockAndPrices, AnItemWithoutStockRefusesTheCount) {
  PostingRow row = count_posting();
  const std::string fee = id_of("logistics/Items", "FEE");
  write([fee](store::Transaction& transaction) {
    return transaction.put_reference(1, {"item", "WM-0001", fee, "{}"});
  });
  row.body = body_of(row);
  const auto outcome = time.run(counts->send(row, soon()));
  EXPECT_EQ(outcome.kind, SendOutcome::Kind::refused) << outcome.error.message;
}

TEST_F(StockAndPrices, ListPricesAreReadChangedAndMade) {
  person(R"({"action":"set_price","code":"WM-0001","price":10.5,"currency":"USD"})");
  const auto all = value_of(time.run(exact::load_sales_item_prices(*exact_client, 0)));
  ASSERT_EQ(all.rows.size(), 1U);
  EXPECT_EQ(all.rows[0].item, "WM-0001");
  EXPECT_EQ(all.rows[0].currency, "USD");
  EXPECT_EQ(all.rows[0].price, *Decimal::parse("10.5"));
  EXPECT_FALSE(all.rows[0].for_one_customer);
  EXPECT_EQ(all.rows[0].from, std::optional<domain::Date>(std::chrono::year{2026} / 11 / 23));

  domain::ItemPriceChange change{"WM-0001", {"WM-0001"}, "USD", all.rows[0], *Decimal::parse("11.25"), ""};
  const domain::Date today = std::chrono::year{2026} / 11 / 23;
  PostingRow row = price_posting(PostingKind::item_price, flows::item_price_document(change, "WM-", today, time.now()));
  EXPECT_EQ(time.run(prices->look_up(row)).kind, LookUpOutcome::Kind::absent);
  EXPECT_EQ(time.run(prices->send(row, soon())).kind, SendOutcome::Kind::posted);
  EXPECT_EQ(time.run(prices->look_up(row)).kind, LookUpOutcome::Kind::found);
  change = {"WM-0002", {"WM-0002"}, "USD", std::nullopt, *Decimal::parse("3.5"), ""};
  row = price_posting(PostingKind::item_price, flows::item_price_document(change, "WM-", today, time.now()));
  EXPECT_EQ(time.run(prices->look_up(row)).kind, LookUpOutcome::Kind::absent);
  const auto made = time.run(prices->send(row, soon()));
  EXPECT_EQ(made.kind, SendOutcome::Kind::posted) << made.error.message;
  EXPECT_EQ(time.run(prices->look_up(row)).target_id, made.target_id);

  const auto changed = value_of(time.run(exact::load_sales_item_prices(*exact_client, all.timestamp)));
  ASSERT_EQ(changed.rows.size(), 2U);
  EXPECT_EQ(changed.rows[0].price, *Decimal::parse("11.25"));
  ASSERT_TRUE(time.run(exact_client->remove("logistics/SalesItemPrices", made.target_id, CallPriority::prices, {})));
  const auto gone = value_of(time.run(
      exact::load_deleted_ids(*exact_client, exact::kSalesItemPriceEntity, changed.timestamp, CallPriority::prices)));
  EXPECT_EQ(gone, std::vector<std::string>{made.target_id});
}

TEST_F(StockAndPrices, AFeedIsFollowedToItsItems) {
  marketplace.seller().switches.feed_start_seconds = 10;
  marketplace.seller().switches.feed_finish_seconds = 20;
  std::vector<domain::PriceChange> changes;
  for (int number = 1; number <= 49; ++number) {
    domain::PriceChange change;
    change.sku = "WM-00" + std::string(number < 10 ? "0" : "") + std::to_string(number);
    change.currency = "USD";
    change.to = *Decimal::parse("9.99");
    changes.push_back(change);
  }
  changes.push_back({"GONE", "GONE", "USD", std::nullopt, *Decimal::parse("1.5"), "", ""});
  changes.push_back({"WM-0050", "WM-0050", "USD", std::nullopt, *Decimal::parse("1.5"), "", ""});
  PostingRow row = price_posting(PostingKind::price_feed, feed_document(changes));
  const auto accepted = time.run(prices->send(row, soon()));
  ASSERT_EQ(accepted.kind, SendOutcome::Kind::accepted) << accepted.error.message;
  row.target_data = accepted.target_data;
  EXPECT_EQ(time.run(prices->look_up(row)).kind, LookUpOutcome::Kind::pending);
  time.pass(std::chrono::seconds(12));
  EXPECT_EQ(time.run(prices->look_up(row)).kind, LookUpOutcome::Kind::pending);
  time.pass(std::chrono::seconds(12));
  const auto found = time.run(prices->look_up(row));
  ASSERT_EQ(found.kind, LookUpOutcome::Kind::found) << found.error.message;
  const auto data = json::parse(found.target_data);
  ASSERT_TRUE(data);
  EXPECT_EQ((*data)["received"].integer(), 51);
  EXPECT_EQ((*data)["succeeded"].integer(), 50);
  ASSERT_EQ((*data)["failed"].size(), 1U) << "the 51st entry stands on the second page";
  EXPECT_EQ((*data)["failed"].at(0)["sku"].text_or(""), "GONE");
  EXPECT_EQ((*data)["failed"].at(0)["state"].text_or(""), "DATA_ERROR");
}

TEST_F(StockAndPrices, ALostFeedIsFoundByItsName) {
  marketplace.seller().switches.feed_start_seconds = 0;
  marketplace.seller().switches.feed_finish_seconds = 1;
  const std::vector<domain::PriceChange> changes{
      {"WM-0001", "WM-0001", "USD", std::nullopt, *Decimal::parse("9.5"), "", ""}};
  const PostingRow row = price_posting(PostingKind::price_feed, feed_document(changes));
  ASSERT_TRUE(time.run(walmart_session.token()));
  EXPECT_EQ(time.run(prices->look_up(row)).kind, LookUpOutcome::Kind::absent);
  walmart::NewFeed other{"price", "", row.body, ""};
  ASSERT_TRUE(time.run(walmart_client.submit_feed(other)));
  EXPECT_EQ(time.run(prices->look_up(row)).kind, LookUpOutcome::Kind::absent) << "a feed of another program";
  walmart_transport.lose_next_answer = true;
  EXPECT_EQ(time.run(prices->send(row, soon())).kind, SendOutcome::Kind::unclear);
  time.pass(std::chrono::seconds(2));
  EXPECT_EQ(time.run(prices->look_up(row)).kind, LookUpOutcome::Kind::found);
}

TEST_F(StockAndPrices, ALostFeedIsFoundUnderANameOfWalmarts) {
  marketplace.seller().switches.price_feeds_listed = "walmarts_own";
  marketplace.seller().switches.feed_start_seconds = 5;
  marketplace.seller().switches.feed_finish_seconds = 10;
  const auto posting = [this](const std::string& sku, const std::string& amount) {
    const std::vector<domain::PriceChange> changes{{sku, sku, "USD", std::nullopt, *Decimal::parse(amount), "", ""}};
    return price_posting(PostingKind::price_feed, feed_document(changes));
  };
  // Another of the same size, of which the store knows whose it is or not.
  ASSERT_EQ(time.run(prices->send(posting("WM-0002", "7.5"), soon())).kind, SendOutcome::Kind::accepted);
  const PostingRow row = posting("WM-0001", "9.5");
  EXPECT_EQ(time.run(prices->look_up(row)).kind, LookUpOutcome::Kind::pending) << "its SKUs are not told yet";
  time.pass(std::chrono::seconds(11));
  EXPECT_EQ(time.run(prices->look_up(row)).kind, LookUpOutcome::Kind::absent) << "these are other SKUs";
  walmart_transport.lose_next_answer = true;
  EXPECT_EQ(time.run(prices->send(row, soon())).kind, SendOutcome::Kind::unclear);
  EXPECT_EQ(time.run(prices->look_up(row)).kind, LookUpOutcome::Kind::pending);
  time.pass(std::chrono::seconds(11));
  const auto found = time.run(prices->look_up(row));
  EXPECT_EQ(found.kind, LookUpOutcome::Kind::found) << found.error.message;
  EXPECT_EQ(found.target_id, marketplace.seller().feeds.list.back().id);

  PostingRow owner = row;
  owner.source_id = "prices";
  owner.state = store::PostingState::posted;
  owner.target_id = found.target_id;
  auto keep = [owner](store::Transaction& transaction) { return transaction.insert_posting(owner); };
  ASSERT_TRUE(time.run(store_->write(std::move(keep))));
  PostingRow later = posting("WM-0001", "9.75");
  EXPECT_EQ(time.run(prices->look_up(later)).kind, LookUpOutcome::Kind::absent) << "it is that of another posting";
  ASSERT_EQ(time.run(prices->send(later, soon())).kind, SendOutcome::Kind::accepted);
  ASSERT_EQ(time.run(prices->send(later, soon())).kind, SendOutcome::Kind::accepted);
  time.pass(std::chrono::seconds(11));
  EXPECT_EQ(time.run(prices->look_up(later)).kind, LookUpOutcome::Kind::differs) << "a person must look";
}

TEST_F(StockAndPrices, WalmartsLimitIsNoReasonForOthersToWait) {
  const std::vector<domain::PriceChange> changes{
      {"WM-0001", "WM-0001", "USD", std::nullopt, *Decimal::parse("9.5"), "", ""}};
  const PostingRow row = price_posting(PostingKind::price_feed, feed_document(changes));
  for (int number = 0; number < 10; ++number) {
    EXPECT_EQ(time.run(prices->send(row, soon())).kind, SendOutcome::Kind::accepted);
  }
  const auto refused = time.run(prices->send(row, soon()));
  EXPECT_EQ(refused.kind, SendOutcome::Kind::not_sent);
  EXPECT_TRUE(refused.others_may_go);
  const auto late = time.run(prices->send(row, time.now() - std::chrono::seconds(1)));
  EXPECT_EQ(late.kind, SendOutcome::Kind::not_sent) << "a worker that was paused does not send";
}

TEST_F(StockAndPrices, AnUrgentPriceIsSeenAtTheItem) {
  const auto document = flows::urgent_price_document("WM-0007", "USD", *Decimal::parse("4.44"), 1, "WM-");
  const PostingRow row = price_posting(PostingKind::urgent_price, flows::to_json(document));
  EXPECT_EQ(time.run(prices->look_up(row)).kind, LookUpOutcome::Kind::absent);
  walmart_transport.lose_next_answer = true;
  EXPECT_EQ(time.run(prices->send(row, soon())).kind, SendOutcome::Kind::unclear);
  EXPECT_EQ(time.run(prices->look_up(row)).kind, LookUpOutcome::Kind::found);
}

TEST_F(StockAndPrices, ADeletionBetweenTwoRunsThatAskIsNotPassedOver) {
  flows::StockPositionCache cache(*exact_client, *store_, 1);
  std::optional<std::string> asked;
  exact_transport.instead = [&asked](const std::string& url) -> std::optional<ports::HttpOutcome> {
    if (url.find("sync/Deleted") != std::string::npos) asked = url;
    return std::nullopt;
  };
  const auto mark = [this](const char* name) {
    auto read = time.run(store_->read([name](store::Reader& reader) { return reader.watermark(1, name); }));
    return read && *read ? **read : std::string();
  };
  ASSERT_TRUE(time.run(cache.refresh(true)));
  const std::string first = mark("sync/stock_position");
  EXPECT_EQ(mark("sync/stock_position/deleted"), first) << "the whole holds no deletions";
  person(R"({"action":"set_stock","code":"WM-0003","warehouse":"1","quantity":7})");
  ASSERT_TRUE(time.run(cache.refresh(false)));
  EXPECT_FALSE(asked);
  EXPECT_NE(mark("sync/stock_position"), first);
  EXPECT_EQ(mark("sync/stock_position/deleted"), first);
  ASSERT_TRUE(time.run(cache.refresh(true)));
  ASSERT_TRUE(asked);
  EXPECT_NE(asked->find(first), std::string::npos) << *asked;
  EXPECT_EQ(mark("sync/stock_position/deleted"), mark("sync/stock_position"));
}

TEST_F(StockAndPrices, AStoreWithOneMarkForRowsAndDeletionsStartsFromIt) {
  flows::StockPositionCache cache(*exact_client, *store_, 1);
  const auto all = value_of(time.run(exact::load_stock_positions(*exact_client, 0)));
  const std::string old_mark = std::to_string(all.timestamp);
  write([old_mark](store::Transaction& transaction) {
    return transaction.put_watermark(1, "sync/stock_position", old_mark);
  });
  person(R"({"action":"set_stock","code":"WM-0003","warehouse":"1","quantity":7})");
  ASSERT_TRUE(time.run(cache.refresh(false)));
  std::optional<std::string> asked;
  exact_transport.instead = [&asked](const std::string& url) -> std::optional<ports::HttpOutcome> {
    if (url.find("sync/Deleted") != std::string::npos) asked = url;
    return std::nullopt;
  };
  ASSERT_TRUE(time.run(cache.refresh(true)));
  ASSERT_TRUE(asked);
  EXPECT_NE(asked->find(old_mark), std::string::npos) << *asked;
}

TEST_F(StockAndPrices, ItemsArePagedWhateverTheCursorDoes) {
  for (const char* cursor : {"advancing", "constant"}) {
    marketplace.seller().switches.items_cursor = cursor;
    marketplace.seller().catalogue.index_of("one more than fits a page");
    domain::ConnectionSettings settings;
    settings.prices_to_walmart = true;
    write([text = json::write(flows::to_json(settings))](store::Transaction& transaction) -> Result<void> {
      auto row = transaction.connection(1);
      if (!row) return domain::fail(row.error());
      (*row)->settings = text;
      return transaction.update_connection(**row);
    });
    flows::PriceFlow flow(walmart_client, *exact_client, *store_, time, 1);
    const auto run = time.run(flow.compare_only());
    ASSERT_TRUE(run) << cursor << " " << run.error().message;
    EXPECT_EQ(run->skus_read, marketplace.seller().catalogue.items().size()) << cursor;
  }
}

}  // namespace stock_and_prices_contract_test
}  // namespace connector::contract
