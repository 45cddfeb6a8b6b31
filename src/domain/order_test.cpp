#include "domain/order.h"

#include <gtest/gtest.h>

namespace connector::domain {
namespace order_test {

Decimal decimal(std::string_view text) { return *Decimal::parse(text); }
UtcTime at(int hour) { return from_epoch_milliseconds(1'700'000'000'000 + hour * 3'600'000LL); }

QuantityStatus status(LineStatus value, std::string_view quantity, std::optional<UtcTime> ship_time = std::nullopt,
                      std::string tracking = "") {
  return {value, "", decimal(quantity), ship_time, "", std::move(tracking), ""};
}

PurchaseOrder order(std::vector<QuantityStatus> statuses, std::string_view amount = "30", int hour = 0) {
  OrderLine line;
  line.line_number = "1";
  line.sku = "SKU";
  line.quantity = decimal("3");
  line.charges = {{"PRODUCT", "ItemPrice", "USD", decimal(amount), decimal(amount) * decimal("0.1"), "Tax1"}};
  line.statuses = std::move(statuses);
  line.status_time = at(hour);
  PurchaseOrder made;
  made.purchase_order_id = "PO";
  made.order_time = at(0);
  made.lines = {line};
  return made;
}

TEST(MergeOrder, WithItselfChangesNothing) {
  auto known = order({status(LineStatus::shipped, "1", at(1), "1Z"), status(LineStatus::cancelled, "2")});
  known.lines[0].refunds = {{"R1", "reason", known.lines[0].charges[0]}, {"", "other", known.lines[0].charges[0]}};
  EXPECT_EQ(merge(known, known), known);
}

TEST(MergeOrder, KeepsChargesThatWalmartZeroesOnCancellation) {
  const auto known = order({status(LineStatus::created, "3")});
  const auto cancelled = merge(known, order({status(LineStatus::cancelled, "3")}, "0", 1));
  EXPECT_EQ(cancelled.lines[0].charges, known.lines[0].charges);
  EXPECT_EQ(cancelled.lines[0].statuses[0].status, LineStatus::cancelled);
  const auto partly =
      merge(known, order({status(LineStatus::shipped, "2", at(1)), status(LineStatus::cancelled, "1")}, "20", 1));
  EXPECT_EQ(partly.lines[0].charges, known.lines[0].charges);
}

TEST(MergeOrder, KeepsChargesWhenAnOlderSnapshotHasThemLowered) {
  const auto shipped = order({status(LineStatus::shipped, "2", at(1)), status(LineStatus::cancelled, "1")}, "20", 2);
  const auto known = merge(order({status(LineStatus::created, "3")}), shipped);
  const auto older = order({status(LineStatus::acknowledged, "2"), status(LineStatus::cancelled, "1")}, "20", 1);
  EXPECT_EQ(merge(known, older).lines[0].charges, known.lines[0].charges);
  EXPECT_EQ(shipped_quantity(merge(known, older).lines[0]), decimal("2"));
  // The same in any order.
  const auto created = order({status(LineStatus::created, "3")});
  for (const auto& merged : {merge(merge(older, created), shipped), merge(merge(shipped, older), created),
                             merge(merge(shipped, created), older), merge(merge(created, older), shipped)}) {
    EXPECT_EQ(merged.lines[0].charges, created.lines[0].charges);
  }
}

TEST(MergeOrder, TakesChargesThatComeLater) {
  const auto cancelled_first = merge(order({status(LineStatus::cancelled, "3")}, "0", 5), order({}, "30", 1));
  EXPECT_EQ(cancelled_first.lines[0].charges[0].amount, decimal("30"));
  EXPECT_EQ(cancelled_first.lines[0].statuses[0].status, LineStatus::cancelled);
  const auto corrected =
      merge(order({status(LineStatus::created, "3")}), order({status(LineStatus::created, "3")}, "27", 1));
  EXPECT_EQ(corrected.lines[0].charges[0].amount, decimal("27"));
}

TEST(MergeOrder, ShippedQuantitiesNeverShrink) {
  const auto known = order({status(LineStatus::shipped, "2", at(1)), status(LineStatus::acknowledged, "1")}, "30", 1);
  const auto merged = merge(known, order({status(LineStatus::acknowledged, "3")}, "30", 2));
  EXPECT_EQ(shipped_quantity(merged.lines[0]), decimal("2"));
  EXPECT_EQ(merge(known, order({}, "30", 2)).lines[0].statuses, known.lines[0].statuses);
}

TEST(MergeOrder, AnOlderSnapshotDoesNotUndoANewerOne) {
  const auto known = order({status(LineStatus::acknowledged, "3")}, "30", 2);
  EXPECT_EQ(merge(known, order({status(LineStatus::created, "3")}, "30", 1)), known);
}

TEST(MergeOrder, ANewerWordThatLessHasLeftAndMoreIsCancelledIsKept) {
  const auto shipped = order({status(LineStatus::shipped, "3", at(1))}, "30", 1);
  const auto less = order({status(LineStatus::shipped, "1", at(1)), status(LineStatus::cancelled, "2")}, "10", 2);
  const Retraction expected{decimal("1"), decimal("2"), at(2)};
  const auto merged = merge(shipped, less);
  EXPECT_EQ(merged.lines[0].retraction, expected);
  EXPECT_EQ(merged.lines[0].statuses, shipped.lines[0].statuses) << "facts only accumulate";
  EXPECT_EQ(merged.lines[0].charges, shipped.lines[0].charges);
  EXPECT_EQ(merge(merged, less), merged) << "seen again";
  EXPECT_EQ(merge(merged, merged), merged);
  EXPECT_EQ(merge(merged, shipped), merged) << "a stale snapshot takes nothing back";
  EXPECT_EQ(merge(less, shipped).lines[0].retraction, expected) << "in whatever order they are seen";

  const auto again = order({status(LineStatus::delivered, "3")}, "30", 3);
  EXPECT_FALSE(merge(merged, again).lines[0].retraction) << "Walmart says as before";
  const auto unclear = order({status(LineStatus::acknowledged, "3")}, "30", 3);
  EXPECT_EQ(merge(merged, unclear).lines[0].retraction, expected);
}

TEST(MergeOrder, StaleSnapshotsAreNoContradiction) {
  const std::vector<PurchaseOrder> life = {
      order({status(LineStatus::created, "3")}, "30", 0),
      order({status(LineStatus::acknowledged, "3")}, "30", 1),
      order({status(LineStatus::acknowledged, "2"), status(LineStatus::cancelled, "1")}, "20", 2),
      order({status(LineStatus::shipped, "1", at(3)), status(LineStatus::acknowledged, "1"),
             status(LineStatus::cancelled, "1")},
            "20", 3),
      order({status(LineStatus::shipped, "2", at(3)), status(LineStatus::cancelled, "1")}, "20", 4),
      order({status(LineStatus::delivered, "2"), status(LineStatus::cancelled, "1")}, "20", 5)};
  for (const auto& first : life) {
    for (const auto& second : life) {
      for (const auto& third : life) {
        EXPECT_FALSE(merge(merge(first, second), third).lines[0].retraction);
      }
    }
  }
}

TEST(MergeOrder, WhatIsNoNewerOrNotCancelledIsNoContradiction) {
  const auto shipped = order({status(LineStatus::shipped, "3", at(1))}, "30", 1);
  const auto cancelled = [](int hour) { return order({status(LineStatus::cancelled, "3")}, "0", hour); };
  EXPECT_FALSE(merge(shipped, cancelled(1)).lines[0].retraction);
  EXPECT_FALSE(merge(shipped, cancelled(0)).lines[0].retraction);
  auto timeless = cancelled(2);
  timeless.lines[0].status_time.reset();
  EXPECT_FALSE(merge(shipped, timeless).lines[0].retraction);
  EXPECT_FALSE(merge(shipped, order({status(LineStatus::acknowledged, "3")}, "30", 2)).lines[0].retraction);
  EXPECT_FALSE(merge(shipped, order({}, "30", 2)).lines[0].retraction);
  auto twice = cancelled(2);
  twice.lines.push_back(order({status(LineStatus::shipped, "3", at(1))}, "30", 1).lines[0]);
  EXPECT_FALSE(merge(shipped, twice).lines[0].retraction) << "two lines of one number";
}

TEST(MergeOrder, ShipTimesSurviveDelivery) {
  const auto known =
      order({status(LineStatus::shipped, "1", at(1), "1Z1"), status(LineStatus::shipped, "2", at(30), "1Z2")});
  const auto merged = merge(known, order({status(LineStatus::delivered, "3")}, "30", 50));
  const auto& statuses = merged.lines[0].statuses;
  ASSERT_EQ(statuses.size(), 2U);
  EXPECT_EQ(statuses[0].status, LineStatus::delivered);
  EXPECT_EQ(statuses[0].quantity, decimal("1"));
  EXPECT_EQ(statuses[0].ship_time, at(1));
  EXPECT_EQ(statuses[1].quantity, decimal("2"));
  EXPECT_EQ(statuses[1].tracking_number, "1Z2");
  const auto half = merge(
      known, order({status(LineStatus::shipped, "2", at(30), "1Z2"), status(LineStatus::delivered, "1")}, "30", 50));
  EXPECT_EQ(half.lines[0].statuses[1].ship_time, at(1));
}

TEST(MergeOrder, UnitsWithoutShipTimeKeepTheFirstStatusTimeAtWhichTheyHadLeft) {
  const auto shipped = order({status(LineStatus::shipped, "1"), status(LineStatus::acknowledged, "2")}, "30", 1);
  const auto more = order({status(LineStatus::shipped, "3")}, "30", 40);
  const auto delivered = order({status(LineStatus::delivered, "3")}, "30", 90);
  EXPECT_EQ(merge(shipped, shipped), shipped);
  const auto expect_times = [](const PurchaseOrder& merged) {
    const auto& statuses = merged.lines[0].statuses;
    ASSERT_EQ(statuses.size(), 2U);
    EXPECT_EQ(statuses[0].status, LineStatus::delivered);
    EXPECT_EQ(statuses[0].quantity, decimal("1"));
    EXPECT_EQ(statuses[0].ship_time, at(1));
    EXPECT_EQ(statuses[1].quantity, decimal("2"));
    EXPECT_EQ(statuses[1].ship_time, at(40));
  };
  const auto merged = merge(merge(shipped, more), delivered);
  expect_times(merged);
  EXPECT_EQ(merge(merged, delivered), merged) << "seen again";
  EXPECT_EQ(merge(merged, shipped), merged) << "a stale snapshot";
  expect_times(merge(merge(shipped, delivered), more));
  const auto late = merge(delivered, order({status(LineStatus::shipped, "3")}, "30", 1));
  EXPECT_EQ(late.lines[0].statuses[0].ship_time, at(1)) << "the first word is read last";

  const auto timed = merge(merged, order({status(LineStatus::delivered, "3", at(0))}, "30", 90));
  ASSERT_EQ(timed.lines[0].statuses.size(), 1U);
  EXPECT_EQ(timed.lines[0].statuses[0].ship_time, at(0)) << "Walmart's own word counts where it comes";
  const auto less = merge(order({status(LineStatus::shipped, "3")}, "30", 1),
                          order({status(LineStatus::shipped, "1"), status(LineStatus::cancelled, "2")}, "30", 40));
  EXPECT_EQ(less.lines[0].status_time, at(40));
  EXPECT_EQ(less.lines[0].statuses[0].ship_time, at(1)) << "that less has left by a later word moves nothing";
}

TEST(MergeOrder, LinesAndRefundsDoNotVanish) {
  auto known = order({status(LineStatus::shipped, "3", at(1))});
  known.lines[0].refunds = {{"R1", "reason", {}}};
  auto incoming = order({status(LineStatus::shipped, "3", at(1))});
  incoming.lines[0].line_number = "2";
  incoming.lines[0].refunds = {{"R2", "reason", {}}};
  const auto merged = merge(known, incoming);
  ASSERT_EQ(merged.lines.size(), 2U);
  EXPECT_EQ(merged.lines[0], known.lines[0]);
  incoming.lines[0].line_number = "1";
  EXPECT_EQ(merge(known, incoming).lines[0].refunds.size(), 2U);
}

OrderRefund refund(const char* id, const char* amount) {
  return {id, "DamagedItem", {"PRODUCT", "Item Price", "USD", decimal(amount), {}, ""}};
}

TEST(MergeOrder, ASecondRefundMayJoinTheFirstOrTakeItsPlace) {
  auto known = order({status(LineStatus::shipped, "3", at(1))});
  known.lines[0].refunds = {refund("R1", "5")};
  auto incoming = known;
  incoming.lines[0].refunds = {refund("R2", "5"), refund("R2", "3")};
  EXPECT_EQ(merge(known, incoming).lines[0].refunds, incoming.lines[0].refunds) << "it holds the first one";
  incoming.lines[0].refunds = {refund("R2", "3")};
  const auto both = merge(known, incoming);
  ASSERT_EQ(both.lines[0].refunds.size(), 2U) << "it stands beside the first one";
  EXPECT_EQ(merge(both, incoming), both);
  incoming.lines[0].refunds.clear();
  EXPECT_EQ(merge(both, incoming), both) << "what is left out is not taken back";
}

TEST(MergeOrder, TheLatestWordOnARefundCountsAndItsFirstSightStays) {
  auto known = order({status(LineStatus::shipped, "3", at(1))}, "30", 2);
  known.lines[0].refunds = {refund("R1", "5"), refund("R1", "1")};
  for (auto& seen : known.lines[0].refunds) seen.seen_at = at(7);
  auto incoming = known;
  incoming.lines[0].refunds = {refund("R1", "5"), refund("R1", "-2")};
  const auto merged = merge(known, incoming).lines[0].refunds;
  ASSERT_EQ(merged.size(), 2U);
  EXPECT_EQ(merged[0].seen_at, at(7));
  EXPECT_EQ(merged[1].charge.amount, decimal("-2"));
  EXPECT_FALSE(merged[1].seen_at);
  incoming.lines[0].status_time = at(1);
  EXPECT_EQ(merge(known, incoming).lines[0].refunds.size(), 2U) << "an older snapshot";
  EXPECT_EQ(merge(known, incoming).lines[0].refunds, known.lines[0].refunds);
}

TEST(MergeOrder, ALaterSnapshotOfAReturnReplacesAnEarlierOne) {
  auto known = order({status(LineStatus::shipped, "3", at(1))});
  ReturnedLine returned;
  returned.return_id = "1";
  returned.line_number = "1";
  returned.refunded = decimal("2");
  returned.as_of = at(10);
  known.returns = {returned};
  auto incoming = order({status(LineStatus::shipped, "3", at(1))});
  EXPECT_EQ(merge(known, incoming).returns, known.returns) << "orders tell of no returns";
  incoming.returns = {returned};
  incoming.returns[0].refunded = decimal("0");
  EXPECT_EQ(merge(known, incoming).returns[0].refunded, decimal("0"));
  incoming.returns[0].as_of = at(9);
  EXPECT_EQ(merge(known, incoming).returns[0].refunded, decimal("2"));
  incoming.returns[0].line_number = "2";
  EXPECT_EQ(merge(known, incoming).returns.size(), 2U);
}

TEST(Quantities, AreCappedByWhatWasOrdered) {
  const auto line =
      order({status(LineStatus::shipped, "2"), status(LineStatus::refunded, "2"), status(LineStatus::cancelled, "5")})
          .lines[0];
  EXPECT_EQ(shipped_quantity(line), decimal("3"));
  EXPECT_EQ(cancelled_quantity(line), Decimal());
}

}  // namespace order_test
}  // namespace connector::domain
