// What reconciliation reads of Walmart, on a marketplace with long lists and answers that break off.

#include "flows/walmart_period.h"

#include <gtest/gtest.h>

#include "sandbox/walmart/returns.h"
#include "sandbox/walmart/seller.h"
#include "walmart_fixture.h"

namespace connector::contract {
namespace walmart_period_contract_test {

using domain::Cause;
using std::chrono::hours;
using std::chrono::minutes;

class WalmartPeriodContract : public WalmartClientTest {
 protected:
  static constexpr std::size_t kOrders = 700;

  WalmartPeriodContract() {
    sandbox::walmart::OrderGenerator generator;
    generator.count = kOrders;
    generator.start = time.now() - hours(24 * 40);
    generator.spacing = minutes(80);
    generator.walmart_fulfilled = 0;
    generator.third_party_fulfilled = 0;
    generator.returns = 400;
    marketplace.add_orders(generator);
    marketplace.advance(time.now());
  }

  domain::Result<flows::WalmartPeriod> read() {
    return time.run(
        flows::read_walmart_period(client, time, {"SellerFulfilled"}, time.now() - hours(24 * 45), time.now()));
  }

  /// The list's page of this number, and all after it, are answered so.
  void answer_from_page(std::string list, int page, int status, std::string body = "") {
    transport.instead = [list = std::move(list), page, status, body = std::move(body),
                         seen = 0](const std::string& url) mutable -> std::optional<ports::HttpOutcome> {
      if (url.find(list) == std::string::npos || ++seen < page) return std::nullopt;
      return ports::HttpOutcome(ports::HttpResponse{status, {}, body});
    };
  }
};

TEST_F(WalmartPeriodContract, MoreOrdersThanOneQueryPagesThroughAreReadInParts) {
  marketplace.seller().switches.order_cap = 300;
  for (const bool by_the_first_page : {false, true}) {
    marketplace.seller().switches.order_cap_refuses_first_page = by_the_first_page;
    const auto period = read();
    ASSERT_TRUE(period) << period.error().message;
    EXPECT_EQ(period->orders.size(), kOrders);
    EXPECT_TRUE(period->notes.empty());
  }
}

TEST_F(WalmartPeriodContract, AListThatBreaksOffWithoutAWordIsNotTakenForTheWhole) {
  for (const int status : {404, 204}) {
    answer_from_page("/v3/orders?", 3, status);
    const auto period = read();
    ASSERT_FALSE(period) << status;
    EXPECT_EQ(period.error().cause, Cause::api_outage);
    EXPECT_NE(period.error().message.find("orders (SellerFulfilled)"), std::string::npos) << period.error().message;
  }
}

TEST_F(WalmartPeriodContract, AListOfReturnsThatBreaksOffIsNoneEither) {
  answer_from_page("/v3/returns?", 2, 404);
  const auto period = read();
  ASSERT_FALSE(period);
  EXPECT_EQ(period.error().cause, Cause::api_outage);
  EXPECT_NE(period.error().message.find("list of returns"), std::string::npos) << period.error().message;
}

TEST_F(WalmartPeriodContract, AListThatIsEmptyWithoutAWordIsToldOf) {
  answer_from_page("/v3/returns?", 1, 404);
  const auto period = read();
  ASSERT_TRUE(period) << period.error().message;
  EXPECT_TRUE(period->returned.empty());
  ASSERT_EQ(period->notes.size(), 1U);
  EXPECT_NE(period->notes[0].find("returns"), std::string::npos);
}

TEST_F(WalmartPeriodContract, AReturnThatComesTwiceCountsOnce) {
  std::size_t lines = 0;
  for (const auto& order : marketplace.seller().returns.all()) lines += order.lines.size();
  // The first pass misses a row of its second page, so that there is another.
  int pages = 0;
  transport.instead = [&pages](const std::string& url) -> std::optional<ports::HttpOutcome> {
    if (url.find("/v3/returns?") == std::string::npos || ++pages != 2) return std::nullopt;
    return ports::HttpOutcome(
        ports::HttpResponse{404, {}, R"({"error":[{"code":"CONTENT_NOT_FOUND.GMP_RETURN_API"}]})"});
  };
  const auto period = read();
  ASSERT_TRUE(period) << period.error().message;
  std::size_t read_lines = 0;
  for (const auto& [order, returned] : period->returned) read_lines += returned.size();
  EXPECT_EQ(read_lines, lines);
  EXPECT_GT(pages, 3);
}

}  // namespace walmart_period_contract_test
}  // namespace connector::contract
