#include "sandbox/walmart/orders_query.h"

#include <set>

#include "sandbox/walmart/marketplace_fixture.h"

namespace connector::sandbox::walmart {
namespace orders_query_test {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

class OrdersQueryTest : public MarketplaceFixture {
 protected:
  void start_quiet(std::uint64_t count, domain::Milliseconds spacing) {
    Config config;
    config.generators = {quiet_orders(count, now_ - spacing * static_cast<std::int64_t>(count), spacing)};
    config.switches.auto_cancel = false;
    start(config);
  }
  static std::vector<std::string> ids(const Reply& reply) {
    std::vector<std::string> found;
    for (const json::Value& order : reply.body["list"]["elements"]["order"].array()) {
      found.push_back(order["purchaseOrderId"].text_or(""));
    }
    return found;
  }
  static std::string cursor(const Reply& reply) { return reply.body["list"]["meta"]["nextCursor"].text_or(""); }
  std::vector<std::string> all(std::string query) {
    std::vector<std::string> found;
    while (true) {
      const Reply reply = get("/v3/orders" + query);
      if (reply.status != 200) return found;
      const auto page = ids(reply);
      found.insert(found.end(), page.begin(), page.end());
      query = cursor(reply);
      if (query.empty()) return found;
    }
  }
};

TEST_F(OrdersQueryTest, NothingFoundIsA404OrAnEmptyListBySwitch) {
  start(Config{});
  const Reply reply = get("/v3/orders");
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.body["errors"]["error"].at(0)["code"].string(), "CONTENT_NOT_FOUND.GMP_ORDER_API");
  EXPECT_EQ(reply.body["errors"]["error"].at(0)["severity"].string(), "INFO");
  set_switch("empty_is_404", false);
  const Reply empty = get("/v3/orders");
  EXPECT_EQ(empty.status, 200);
  EXPECT_EQ(empty.body["list"]["meta"]["totalCount"].integer(), 0);
  EXPECT_TRUE(empty.body["list"]["elements"]["order"].is_array());
}

TEST_F(OrdersQueryTest, SevenDaysBackUnlessAskedOtherwise) {
  start_quiet(20, days(1));
  EXPECT_EQ(ids(get("/v3/orders")).size(), 7U);
  EXPECT_EQ(ids(get("/v3/orders?createdStartDate=2026-10-31")).size(), 20U);
  // The change of an older order is missed unless the creation window is opened too.
  const std::string old = market_->seller().orders.order(2, market_->seller().catalogue).purchase_order_id;
  const Reply acknowledged = post("/v3/orders/" + old + "/acknowledge", "");
  ASSERT_EQ(acknowledged.status, 200) << acknowledged.text;
  const std::string window = "lastModifiedStartDate=" + domain::to_iso8601_seconds(now_ - minutes(1));
  EXPECT_EQ(get("/v3/orders?" + window).status, 404);
  EXPECT_EQ(ids(get("/v3/orders?createdStartDate=2026-06-01&" + window)), std::vector<std::string>{old});
}

TEST_F(OrdersQueryTest, OnlyTheLast180Days) {
  start_quiet(20, days(20));
  EXPECT_EQ(ids(get("/v3/orders?createdStartDate=2020-01-01")).size(), 9U);
  set_switch("order_horizon_days", 0);
  EXPECT_EQ(ids(get("/v3/orders?createdStartDate=2020-01-01")).size(), 20U);
}

TEST_F(OrdersQueryTest, ShipNodeTypeIsSellerFulfilledByDefault) {
  Config config;
  config.generators = {orders(300, now_ - hours(100), minutes(20))};
  start(config);
  std::size_t sum = 0;
  for (const std::string type : {"SellerFulfilled", "WFSFulfilled", "3PLFulfilled"}) {
    const auto found = all("?shipNodeType=" + type);
    EXPECT_FALSE(found.empty()) << type;
    sum += found.size();
    if (type == "SellerFulfilled") {
      EXPECT_EQ(all(""), found);
    }
    for (const std::string& id : found) EXPECT_EQ(order(id)["shipNode"]["type"].text_or(""), type);
  }
  EXPECT_EQ(sum, 300U);
}

TEST_F(OrdersQueryTest, CursorIsACompleteQueryThatFreezesTheEnd) {
  start_quiet(25, hours(1));
  const Reply first = get("/v3/orders?limit=10&createdStartDate=2026-11-01");
  EXPECT_EQ(first.body["list"]["meta"]["totalCount"].integer(), 25);
  EXPECT_EQ(first.body["list"]["meta"]["limit"].integer(), 10);
  EXPECT_EQ(
      cursor(first),
      "?limit=10&hasMoreElements=true&soIndex=25&poIndex=10&partnerId=100009&sellerId=8&createdStartDate=2026-11-01"
      "&createdEndDate=2026-11-20T12:00:00.000Z&shipNodeType=SellerFulfilled");
  // Orders placed while paging do not move the rows.
  now_ += hours(5);
  sign_in();
  market_->add_orders(quiet_orders(30, now_ - hours(4), minutes(1)));
  std::set<std::string> seen;
  for (const std::string& id : ids(first)) seen.insert(id);
  const Reply second = get("/v3/orders" + cursor(first));
  const Reply third = get("/v3/orders" + cursor(second));
  EXPECT_EQ(cursor(third), "");
  for (const Reply* reply : {&second, &third}) {
    for (const std::string& id : ids(*reply)) EXPECT_TRUE(seen.insert(id).second) << id;
  }
  EXPECT_EQ(seen.size(), 25U);
}

TEST_F(OrdersQueryTest, ACursorThatWasTouchedIsRefused) {
  start_quiet(25, hours(1));
  const std::string next = cursor(get("/v3/orders?limit=10&createdStartDate=2026-11-01T00:00:00%2B01:00"));
  EXPECT_NE(next.find("%2B01:00"), std::string::npos);
  EXPECT_EQ(get("/v3/orders" + next).status, 200);
  EXPECT_EQ(get("/v3/orders" + next + "&status=Created").status, 400);
  EXPECT_EQ(get("/v3/orders" + ports::percent_decode(next, false)).status, 400);
  EXPECT_EQ(get("/v3/orders" + next.substr(0, next.rfind('&'))).status, 400);
}

TEST_F(OrdersQueryTest, RowsShiftWhenOthersDropOut) {
  start_quiet(12, hours(1));
  const Reply first = get("/v3/orders?limit=5&status=Created");
  ASSERT_EQ(ids(first).size(), 5U);
  post("/v3/orders/" + ids(first)[0] + "/acknowledge", "");
  const Reply second = get("/v3/orders" + cursor(first));
  const auto everything = all("?status=Created&limit=200");
  // One row moved up into the page that was read already.
  EXPECT_EQ(ids(second)[0], everything[5]);
  EXPECT_EQ(ids(first)[1], everything[0]);
  EXPECT_EQ(second.body["list"]["meta"]["totalCount"].integer(), 12);
}

TEST_F(OrdersQueryTest, ChangesWhilePagingGiveDuplicatesAndNeverGaps) {
  start_quiet(30, hours(1));
  const std::string start = "?limit=10&createdStartDate=2026-06-01&lastModifiedStartDate=2026-06-01";
  const Reply first = get("/v3/orders" + start);
  const auto everything = all(start);
  now_ += minutes(1);
  post("/v3/orders/" + everything[25] + "/acknowledge", "");
  std::vector<std::string> seen = ids(first);
  for (std::string next = cursor(first); !next.empty();) {
    const Reply reply = get("/v3/orders" + next);
    const auto page = ids(reply);
    seen.insert(seen.end(), page.begin(), page.end());
    next = cursor(reply);
  }
  const std::set<std::string> unique(seen.begin(), seen.end());
  EXPECT_EQ(seen.size(), 30U);
  EXPECT_EQ(unique.size(), 29U);  // everything[9] twice; everything[25] now leads the list
  EXPECT_FALSE(unique.contains(everything[25]));
  EXPECT_EQ(all("?createdStartDate=2026-06-01&lastModifiedStartDate=" + domain::to_iso8601(now_)),
            std::vector<std::string>{everything[25]});
}

TEST_F(OrdersQueryTest, ModifiedWindowHasThreeOrdersBySwitch) {
  start_quiet(10, hours(1));
  now_ += minutes(1);
  post("/v3/orders/" + first_order_id() + "/acknowledge", "");
  const std::string query = "?createdStartDate=2026-06-01&lastModifiedStartDate=2026-06-01";
  const auto newest_change = all(query);
  EXPECT_EQ(newest_change.front(), first_order_id());
  set_switch("modified_window_order", "oldest_change_first");
  auto oldest_change = all(query);
  std::reverse(oldest_change.begin(), oldest_change.end());
  EXPECT_EQ(oldest_change, newest_change);
  set_switch("modified_window_order", "newest_order_first");
  EXPECT_EQ(all(query), all("?createdStartDate=2026-06-01"));
  EXPECT_EQ(all(query).back(), first_order_id());
}

TEST_F(OrdersQueryTest, ListsByModificationLagBySwitch) {
  start_quiet(3, minutes(30));
  const auto window = [this](const std::string& from) {
    return all("?createdStartDate=2026-11-01&lastModifiedStartDate=" + from);
  };
  const std::string before = domain::to_iso8601(now_ - days(2));
  const auto at_first = window(before);
  ASSERT_EQ(at_first.size(), 3U);
  set_switch("modified_listing_delay_seconds", 600);
  const std::string change = domain::to_iso8601(now_);
  ASSERT_EQ(post("/v3/orders/" + at_first.back() + "/acknowledge", "").status, 200);
  const bool at_once = !window(change).empty();
  EXPECT_EQ(window(before).size(), 3U) << "it stands where it stood";
  const json::Value order = get("/v3/orders/" + at_first.back()).body["order"];
  const json::Value& line = order["orderLines"]["orderLine"].at(0);
  EXPECT_EQ(line["orderLineStatuses"]["orderLineStatus"].at(0)["status"].string(), "Acknowledged");
  now_ += minutes(10);
  EXPECT_FALSE(at_once) << "by chance it may be, not of this seed";
  EXPECT_EQ(window(change), std::vector<std::string>{at_first.back()});
}

TEST_F(OrdersQueryTest, EveryFilterAgreesWithTheOrdersThemselves) {
  Config config;
  config.catalogue.items = 8;
  config.generators = {orders(400, now_ - hours(133), minutes(20))};
  start(config);
  const auto everything = all("?limit=200&createdStartDate=2026-06-01");
  const auto expect_filter = [&](const std::string& query, auto&& is_match) {
    std::vector<std::string> expected;
    for (const std::string& id : everything) {
      if (is_match(order(id))) expected.push_back(id);
    }
    EXPECT_FALSE(expected.empty()) << query;
    EXPECT_EQ(all("?limit=7&createdStartDate=2026-06-01&" + query), expected) << query;
  };
  const auto any_line = [](const json::Value& order, auto&& is_match) {
    bool is_any = false;
    for (const json::Value& line : order["orderLines"]["orderLine"].array()) is_any = is_any || is_match(line);
    return is_any;
  };
  for (const std::string status : {"Created", "Acknowledged", "Shipped", "Delivered", "Cancelled"}) {
    expect_filter("status=" + status, [&](const json::Value& order) {
      return any_line(order, [&](const json::Value& line) {
        bool is_any = false;
        for (const json::Value& entry : line["orderLineStatuses"]["orderLineStatus"].array()) {
          is_any = is_any || entry["status"].string() == status;
        }
        return is_any;
      });
    });
  }
  expect_filter("sku=WM-0003", [&](const json::Value& order) {
    return any_line(order, [](const json::Value& line) { return line["item"]["sku"].string() == "WM-0003"; });
  });
  expect_filter("orderType=REPLACEMENT",
                [](const json::Value& order) { return order["orderType"].string() == "REPLACEMENT"; });
  expect_filter("createdEndDate=2026-11-17", [](const json::Value& order) {
    return *order["orderDate"].integer() <= domain::to_epoch_milliseconds(*domain::parse_iso8601("2026-11-17"));
  });
  expect_filter("customerOrderId=" + order(everything[5])["customerOrderId"].text_or(""),
                [&](const json::Value& order) {
                  return order["customerOrderId"] == this->order(everything[5])["customerOrderId"];
                });
  EXPECT_EQ(all("?purchaseOrderId=" + everything[3]), std::vector<std::string>{everything[3]});
  EXPECT_EQ(all("?purchaseOrderId=1").size(), 0U);
}

TEST_F(OrdersQueryTest, WrongParametersAreRefusedByName) {
  start_quiet(5, hours(1));
  for (const std::string query : {"limit=201", "limit=0", "limit=x", "status=Lost", "shipNodeType=Mine",
                                  "createdStartDate=yesterday", "lastModifiedEndDate=1", "orderType=ODD",
                                  "createdStartDate=2026-11-20&createdEndDate=2026-11-19", "soIndex=1"}) {
    const Reply reply = get("/v3/orders?" + query);
    EXPECT_EQ(reply.status, 400) << query;
    EXPECT_TRUE(reply.body["errors"]["error"].at(0)["code"].string().starts_with("INVALID_REQUEST_PARAM")) << query;
  }
}

TEST_F(OrdersQueryTest, TheCapEndsAQueryThatReachesTooFar) {
  start_quiet(30, minutes(10));
  set_switch("order_cap", 20);
  const Reply first = get("/v3/orders?limit=10");
  EXPECT_EQ(first.body["list"]["meta"]["totalCount"].integer(), 30);
  const Reply second = get("/v3/orders" + cursor(first));
  EXPECT_EQ(ids(second).size(), 10U);
  EXPECT_EQ(get("/v3/orders" + cursor(second)).status, 400);
}

TEST_F(OrdersQueryTest, ACapCanRefuseALongQueryAsAWhole) {
  start_quiet(30, minutes(10));
  set_switch("order_cap", 20);
  set_switch("order_cap_refuses_first_page", true);
  const Reply refused = get("/v3/orders?limit=10");
  EXPECT_EQ(refused.status, 400);
  EXPECT_TRUE(refused.body["errors"]["error"].at(0)["code"].string().starts_with("INVALID_REQUEST_PARAM"));
  set_switch("order_cap", 30);
  EXPECT_EQ(get("/v3/orders?limit=10").status, 200);
}

TEST_F(OrdersQueryTest, ReleasedOrdersAreThoseWithCreatedLines) {
  start_quiet(10, hours(1));
  post("/v3/orders/" + first_order_id() + "/acknowledge", "");
  const Reply reply = get("/v3/orders/released?limit=5");
  EXPECT_EQ(reply.body["list"]["meta"]["totalCount"].integer(), 9);
  EXPECT_NE(cursor(reply).find("&status=Created&"), std::string::npos);
  EXPECT_EQ(ids(get("/v3/orders/released" + cursor(reply))).size(), 4U);
}

TEST_F(OrdersQueryTest, AnUnknownOrderIsA404) {
  start_quiet(1, hours(1));
  EXPECT_EQ(get("/v3/orders/1").status, 404);
  EXPECT_EQ(get("/v3/orders/" + first_order_id()).status, 200);
}

}  // namespace orders_query_test
}  // namespace connector::sandbox::walmart
