#include "app/demo_orders.h"

#include <gtest/gtest.h>

#include "json/value.h"

namespace connector::app {
namespace demo_orders_test {

TEST(DemoOrdersTest, MovesAllTimesAndNothingElse) {
  const auto now = domain::from_epoch_milliseconds(1'795'000'000'000);
  auto payload = json::parse(published_orders_as_of(now));
  ASSERT_TRUE(payload);
  const auto& orders = (*payload)["list"]["elements"]["order"];
  ASSERT_EQ(orders.size(), 10U);
  const auto& first = orders.at(0);
  EXPECT_EQ(first["purchaseOrderId"].text_or(""), "1796277083022");
  EXPECT_EQ(first["orderDate"].integer(), 1'795'000'000'000 - 60'000);
  // The published estimated ship date lies 233,429 s after the order.
  EXPECT_EQ(*first["shippingInfo"]["estimatedShipDate"].integer() - *first["orderDate"].integer(), 233'429'000);
  EXPECT_EQ(first["orderLines"]["orderLine"].at(0)["charges"]["charge"].at(0)["chargeAmount"]["amount"].text_or(""),
            "10");
}

}  // namespace demo_orders_test
}  // namespace connector::app
