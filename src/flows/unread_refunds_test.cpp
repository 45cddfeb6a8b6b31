#include "flows/unread_refunds.h"

#include <gtest/gtest.h>

namespace connector::flows {
namespace unread_refunds_test {

using domain::Decimal;
using domain::PurchaseOrder;
using domain::UtcTime;

const UtcTime kNow{std::chrono::seconds{1'795'000'000}};
const UtcTime kBefore = kNow - std::chrono::hours{30};

PurchaseOrder with_refund(std::optional<UtcTime> seen_at) {
  PurchaseOrder order;
  order.lines.resize(1);
  order.lines[0].refunds = {{"r1", "Damaged", {}, seen_at}};
  return order;
}

PurchaseOrder with_return(int refunded, std::optional<UtcTime> refund_time) {
  PurchaseOrder order;
  order.returns.resize(1);
  order.returns[0].return_id = "R1";
  order.returns[0].line_number = "1";
  order.returns[0].refunded = Decimal::from_integer(refunded);
  order.returns[0].refund_time = refund_time;
  return order;
}

TEST(UnreadRefunds, ARefundThatTheStoreHasSeenKeepsItsTime) {
  PurchaseOrder order = with_refund(kBefore);
  EXPECT_FALSE(date_unread_refunds(order, {}, order, kNow));
  EXPECT_EQ(order.lines[0].refunds[0].seen_at, kBefore);
}

TEST(UnreadRefunds, AFreshOneIsDatedNow) {
  PurchaseOrder order = with_refund(std::nullopt);
  EXPECT_TRUE(date_unread_refunds(order, {}, std::nullopt, kNow));
  EXPECT_EQ(order.lines[0].refunds[0].seen_at, kNow);
}

TEST(UnreadRefunds, OneThatAnOrderFromBeforeGoLiveHadAlreadyIsAsOldAsItsLine) {
  domain::ConnectionSettings settings;
  settings.go_live = kNow - std::chrono::hours{1};
  PurchaseOrder order = with_refund(std::nullopt);
  order.order_time = kBefore - std::chrono::hours{30};
  order.lines[0].status_time = kBefore;
  PurchaseOrder since = order;
  date_unread_refunds(order, settings, std::nullopt, kNow);
  EXPECT_EQ(order.lines[0].refunds[0].seen_at, kBefore) << "as the orders flow dates it when it reads it first";
  date_unread_refunds(since, settings, PurchaseOrder{}, kNow);
  EXPECT_EQ(since.lines[0].refunds[0].seen_at, kNow) << "the order was known without it";
}

TEST(UnreadRefunds, AReturnKeepsTheTimeThatWalmartTells) {
  PurchaseOrder order = with_return(2, kBefore);
  EXPECT_TRUE(date_unread_refunds(order, {}, std::nullopt, kNow));
  EXPECT_EQ(order.returns[0].refund_time, kBefore);
  EXPECT_TRUE(date_unread_refunds(order, {}, with_return(1, kBefore), kNow)) << "another unit was refunded since";
  EXPECT_FALSE(date_unread_refunds(order, {}, with_return(2, kBefore), kNow));
}

TEST(UnreadRefunds, AReturnWithoutATimeIsDatedNowOnlyWhileItIsUnread) {
  PurchaseOrder order = with_return(1, std::nullopt);
  EXPECT_FALSE(date_unread_refunds(order, {}, with_return(1, std::nullopt), kNow));
  EXPECT_EQ(order.returns[0].refund_time, std::nullopt);
  EXPECT_TRUE(date_unread_refunds(order, {}, PurchaseOrder{}, kNow));
  EXPECT_EQ(order.returns[0].refund_time, kNow);
  PurchaseOrder waiting = with_return(0, std::nullopt);
  EXPECT_FALSE(date_unread_refunds(waiting, {}, std::nullopt, kNow));
}

}  // namespace unread_refunds_test
}  // namespace connector::flows
