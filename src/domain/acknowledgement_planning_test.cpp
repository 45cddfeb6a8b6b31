#include "domain/acknowledgement_planning.h"

#include <gtest/gtest.h>

namespace connector::domain {
namespace acknowledgement_planning_test {

const UtcTime morning = *parse_iso8601("2026-11-23T08:00:00Z");

OrderLine line(const std::string& number, std::vector<std::pair<LineStatus, int>> parts) {
  OrderLine made;
  made.line_number = number;
  for (const auto& [status, units] : parts) {
    QuantityStatus part;
    part.status = status;
    part.quantity = Decimal::from_integer(units);
    made.statuses.push_back(part);
    made.quantity += part.quantity;
  }
  return made;
}

PurchaseOrder order(std::vector<OrderLine> lines) {
  PurchaseOrder made;
  made.purchase_order_id = "1796277083022";
  made.order_time = morning;
  made.lines = std::move(lines);
  return made;
}

ConnectionSettings turned_on() {
  ConnectionSettings settings;
  settings.acknowledge_orders = true;
  return settings;
}

bool is_planned(const PurchaseOrder& order, const ConnectionSettings& settings) {
  return !plan_acknowledgement(order, settings, {}).documents.empty();
}

TEST(AcknowledgementPlanning, AnOrderWithCreatedUnitsIsAcknowledgedOnce) {
  const PurchaseOrder waiting =
      order({line("1", {{LineStatus::acknowledged, 1}}), line("2", {{LineStatus::created, 2}})});
  const Plan plan = plan_acknowledgement(waiting, turned_on(), {});
  ASSERT_EQ(plan.documents.size(), 1U);
  EXPECT_EQ(plan.documents[0].key, "acknowledgement/1796277083022");
  EXPECT_EQ(plan.documents[0].reference, "1796277083022");
  EXPECT_TRUE(plan.problems.empty());
  for (const bool frozen : {false, true}) {
    const Plan again = plan_acknowledgement(waiting, turned_on(), {{plan.documents[0], frozen}});
    EXPECT_TRUE(again.documents.empty());
    EXPECT_TRUE(again.withdrawn.empty());
  }
}

TEST(AcknowledgementPlanning, NothingIsAcknowledgedThatWaitsForNobody) {
  for (const auto status : {LineStatus::acknowledged, LineStatus::shipped, LineStatus::delivered, LineStatus::cancelled,
                            LineStatus::unknown}) {
    EXPECT_FALSE(is_planned(order({line("1", {{status, 1}})}), turned_on())) << to_string(status);
  }
  EXPECT_FALSE(is_planned(order({line("1", {{LineStatus::created, 0}, {LineStatus::shipped, 1}})}), turned_on()));
}

TEST(AcknowledgementPlanning, TheSettingsSayWhichOrders) {
  PurchaseOrder waiting = order({line("1", {{LineStatus::created, 1}})});
  EXPECT_FALSE(is_planned(waiting, ConnectionSettings{})) << "off unless it was turned on";
  ConnectionSettings settings = turned_on();
  settings.go_live = morning;
  EXPECT_TRUE(is_planned(waiting, settings));
  settings.go_live = morning + std::chrono::seconds(1);
  EXPECT_FALSE(is_planned(waiting, settings)) << "from before go-live";
  settings = turned_on();
  waiting.ship_node_type = "3PLFulfilled";
  EXPECT_FALSE(is_planned(waiting, settings));
  settings.ship_node_types = {"3PLFulfilled", "WFSFulfilled"};
  EXPECT_TRUE(is_planned(waiting, settings));
  waiting.ship_node_type = "WFSFulfilled";
  EXPECT_FALSE(is_planned(waiting, settings)) << "Walmart acknowledges its own";
}

TEST(AcknowledgementPlanning, WhatIsNotWantedAnyMoreIsWithdrawnUnlessItMayHaveLeft) {
  const PurchaseOrder waiting = order({line("1", {{LineStatus::created, 1}})});
  const PurchaseOrder cancelled = order({line("1", {{LineStatus::cancelled, 1}})});
  const Document planned = plan_acknowledgement(waiting, turned_on(), {}).documents.at(0);
  const std::vector<std::string> its_key{planned.key};
  EXPECT_EQ(plan_acknowledgement(cancelled, turned_on(), {{planned}}).withdrawn, its_key);
  EXPECT_EQ(plan_acknowledgement(waiting, ConnectionSettings{}, {{planned}}).withdrawn, its_key);
  EXPECT_TRUE(plan_acknowledgement(cancelled, turned_on(), {{planned, true}}).withdrawn.empty());
}

}  // namespace acknowledgement_planning_test
}  // namespace connector::domain
