#include "flows/order_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "ports/test_doubles.h"

namespace connector::flows {
namespace order_reader_test {

using domain::UtcTime;
using ports::CallPriority;
using std::chrono::seconds;

/// Lists orders as Walmart does: a query pages through `cap` of them and no more.
class ListOfOrders : public ports::HttpTransport {
 public:
  ports::Task<ports::HttpOutcome> send(ports::HttpRequest request) override {
    ports::HttpResponse response{200, {}, R"({"access_token":"T","token_type":"Bearer","expires_in":900})"};
    if (request.url.ends_with("/token")) co_return response;
    ++calls;
    std::map<std::string, std::string> query;
    for (auto& [name, value] : ports::parse_query(request.url.substr(request.url.find('?') + 1))) query[name] = value;
    const auto from = domain::parse_iso8601(query["lastModifiedStartDate"]).value();
    const auto until = domain::parse_iso8601(query["lastModifiedEndDate"]);
    std::vector<int> listed;
    for (std::size_t i = 0; i < modified.size(); ++i) {
      if (modified[i] >= from && (!until || modified[i] <= *until)) listed.push_back(static_cast<int>(i));
    }
    if (on_call) on_call();
    const std::size_t offset = query["poIndex"].empty() ? 0 : std::stoul(query["poIndex"]);
    if (offset >= cap || (refuses_whole && listed.size() > cap)) {
      response.status = 400;
      response.body =
          fmt::format(R"({{"error":[{{"code":"{}.GMP_ORDER_API","description":"narrow the dates"}}]}})", code);
      co_return response;
    }
    std::string orders;
    std::size_t end = std::min(offset + page, listed.size());
    for (std::size_t i = offset; i < end; ++i) {
      orders += fmt::format(R"({}{{"purchaseOrderId":"P{}"}})", i > offset ? "," : "", listed[i]);
    }
    const std::string cursor = end < listed.size()
                                   ? fmt::format("?lastModifiedStartDate={}&lastModifiedEndDate={}&poIndex={}",
                                                 query["lastModifiedStartDate"], query["lastModifiedEndDate"], end)
                                   : "";
    response.body =
        fmt::format(R"({{"list":{{"meta":{{"totalCount":{},"nextCursor":"{}"}},"elements":{{"order":[{}]}}}}}})",
                    std::min(listed.size(), counted_to), cursor, orders);
    co_return response;
  }

  std::vector<UtcTime> modified;
  std::function<void()> on_call;  ///< before a list is told from the next call on
  std::size_t cap = 20;
  bool refuses_whole = false;  ///< the first page of a longer list, not the one that reaches too far
  std::string code = "INVALID_REQUEST_PARAM";
  std::size_t page = 10;
  std::size_t counted_to = 1'000'000;  ///< no total is larger
  int calls = 0;
};

class OrderReaderTest : public ::testing::Test {
 protected:
  OrderReaderTest() {
    for (int i = 0; i < 300; ++i) list.modified.push_back(start + seconds(10 * i));
  }

  domain::Result<void> read() {
    walmart::OrdersQuery query;
    query.modified_from = start;
    sink = [this](walmart::OrdersPage page) -> ports::Task<domain::Result<void>> {
      for (const auto& order : page.orders) seen.insert(order.purchase_order_id);
      largest_total = std::max(largest_total, page.total_count);
      smallest_total = std::min(smallest_total, page.total_count);
      co_return domain::Result<void>{};
    };
    return time.run(reader.read(query, time.now(), &sink));
  }

  const UtcTime start{seconds{1'760'000'000}};
  ports::testing::ManualTime time{start + std::chrono::hours{1}};
  ListOfOrders list;
  ports::testing::OpenGate gate;
  ports::testing::CountingRandom random;
  walmart::ClientOptions options;
  walmart::Session session{{"id", "secret"}, list, gate, random, time, time, options};
  walmart::Client client{session, list, gate, random, time, options};
  OrderReader reader{client, time, CallPriority::orders};
  OrderReader::PageSink sink;
  std::set<std::string> seen;
  std::int64_t largest_total = 0;
  std::int64_t smallest_total = 1'000'000;
};

TEST_F(OrderReaderTest, AListThatWalmartDoesNotPageThroughIsReadInParts) {
  const auto read_all = read();
  ASSERT_TRUE(read_all) << read_all.error().message;
  EXPECT_EQ(seen.size(), 300U);
  EXPECT_EQ(largest_total, 300);
  EXPECT_EQ(smallest_total, 300) << "progress is that of the whole period";
  EXPECT_LT(list.calls, 120);
}

TEST_F(OrderReaderTest, AnOrderThatSlipsToAPageReadBeforeIsReadInAnotherPass) {
  list.modified.resize(40);
  list.cap = 1'000;
  bool cancelled = false;
  list.on_call = [this, &cancelled] {
    // It leaves the list after its first page was read, and the eleventh becomes the tenth.
    if (list.calls == 2) list.modified[0] = start - seconds(1);
    cancelled = cancelled || list.calls == 2;
  };
  const auto read_all = read();
  ASSERT_TRUE(read_all) << read_all.error().message;
  ASSERT_TRUE(cancelled);
  EXPECT_EQ(seen.size(), 40U);
}

TEST_F(OrderReaderTest, AListThatIsCountedAsTooLongIsNotEvenBegun) {
  list.modified.clear();
  for (int i = 0; i < 12'000; ++i) list.modified.push_back(start + domain::Milliseconds(300 * i));
  list.cap = 10'000;
  list.page = 200;
  list.counted_to = 10'000;
  const auto read_all = read();
  ASSERT_TRUE(read_all) << read_all.error().message;
  EXPECT_EQ(seen.size(), 12'000U);
  EXPECT_LT(list.calls, 12'000 / 200 + 8);
}

TEST_F(OrderReaderTest, AListThatWalmartDoesNotEvenBeginIsReadInParts) {
  list.refuses_whole = true;
  for (int i = 0; i < 300; ++i) list.modified[static_cast<std::size_t>(i)] = start + std::chrono::hours(6 * i);
  time.pass(std::chrono::hours(24 * 75));
  const auto read_all = read();
  ASSERT_TRUE(read_all) << read_all.error().message;
  EXPECT_EQ(seen.size(), 300U);
  EXPECT_LT(list.calls, 80);
}

TEST_F(OrderReaderTest, AFirstPageThatIsAlwaysRefusedIsAnErrorSoon) {
  list.cap = 0;
  time.pass(std::chrono::hours(24 * 179));
  const auto refused = read();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("narrow the dates"), std::string::npos);
  EXPECT_LT(list.calls, 12);

  list.calls = 0;
  list.code = "METHOD_NOT_ALLOWED";
  EXPECT_FALSE(read());
  EXPECT_EQ(list.calls, 1) << "a shorter period would be refused as well";
}

TEST_F(OrderReaderTest, MoreInOneSecondThanCanBeListedIsAnError) {
  for (UtcTime& at : list.modified) at = start + seconds(5);
  const auto read_all = read();
  ASSERT_FALSE(read_all);
  EXPECT_NE(read_all.error().message.find("narrow the dates"), std::string::npos);
  EXPECT_LT(list.calls, 60);
}

}  // namespace order_reader_test
}  // namespace connector::flows
