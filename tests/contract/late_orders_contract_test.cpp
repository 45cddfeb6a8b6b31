// The order flow on a marketplace whose lists by modification date lag behind what happened.

#include <gtest/gtest.h>

#include "flows/order_flow.h"
#include "store/test_store.h"
#include "walmart_fixture.h"

namespace connector::contract {
namespace late_orders_contract_test {

using domain::Result;
using std::chrono::minutes;
using std::chrono::seconds;

class LateOrders : public WalmartClientTest {
 protected:
  static constexpr int kOrders = 40;

  LateOrders() {
    marketplace.seller().switches.modified_listing_delay_seconds = 300;
    sandbox::walmart::OrderGenerator generator;
    generator.count = kOrders;
    generator.start = time.now() + minutes(5);
    generator.spacing = minutes(1);
    generator.life = sandbox::walmart::SellerLife::by_calls;
    generator.asked_to_cancel = 0;
    generator.walmart_fulfilled = 0;
    generator.third_party_fulfilled = 0;
    marketplace.add_orders(generator);
    store_ = store::testing::store_with_shop(time, time);
  }

  /// Polls until all is long listed, and returns how many orders the connector knows then.
  int known_after_polling(domain::Milliseconds overlap) {
    flows::OrderFlow flow(client, *store_, time, time, 1, overlap);
    for (int poll = 0; poll < 60; ++poll) {
      const auto report = time.run(flow.run({}));
      EXPECT_TRUE(report) << report.error().message;
      time.pass(minutes(1) + seconds(7));
    }
    int known = 0;
    for (std::uint32_t number = 0; number < kOrders; ++number) {
      auto& seller = marketplace.seller();
      const std::string id = seller.orders.order(number, seller.catalogue).purchase_order_id;
      const auto row = time.run(store_->read([id](store::Reader& reader) { return reader.order(1, id); }));
      EXPECT_TRUE(row);
      if (row && *row) ++known;
    }
    return known;
  }

  std::unique_ptr<store::Store> store_;
};

TEST_F(LateOrders, AreFoundWithinTheOverlap) { EXPECT_EQ(known_after_polling(minutes(10)), kOrders); }

/// So that the test above shows something.
TEST_F(LateOrders, AreMissedWithoutAnOverlap) { EXPECT_LT(known_after_polling(minutes(0)), kOrders); }

}  // namespace late_orders_contract_test
}  // namespace connector::contract
