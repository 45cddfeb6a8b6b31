#pragma once

// The Walmart client on a simulated marketplace whose orders go on by calls alone.

#include <gtest/gtest.h>

#include <set>

#include "answers.h"
#include "sandbox/walmart/marketplace.h"
#include "service_transport.h"
#include "walmart/client.h"

namespace connector::contract {

/// The client and the marketplace that it calls, still without orders.
class WalmartClientTest : public ::testing::Test {
 protected:
  static sandbox::walmart::Config config() {
    sandbox::walmart::Config config;
    config.seed = 7;
    return config;
  }

  ports::testing::ManualTime time{domain::start_of_day(std::chrono::year{2026} / 11 / 23) + std::chrono::hours{10}};
  sandbox::walmart::Marketplace marketplace{config()};
  ServiceTransport transport{marketplace, time};
  ports::testing::OpenGate gate;
  ports::testing::CountingRandom random;
  walmart::ClientOptions options;
  walmart::Session session{{"sandbox-client", "sandbox-secret"}, transport, gate, random, time, time, options};
  walmart::Client client{session, transport, gate, random, time, options};
};

class WalmartContract : public WalmartClientTest {
 protected:
  WalmartContract() {
    sandbox::walmart::OrderGenerator generator;
    generator.count = 30;
    generator.start = time.now() - std::chrono::hours{24};
    generator.spacing = std::chrono::minutes{30};
    generator.life = sandbox::walmart::SellerLife::by_calls;
    generator.asked_to_cancel = 0;
    marketplace.add_orders(generator);
    query.created_from = time.now() - std::chrono::days{30};
    query.ship_node_type = "SellerFulfilled";
  }

  std::vector<domain::PurchaseOrder> all_orders() {
    std::vector<domain::PurchaseOrder> orders;
    std::set<std::string> seen;
    auto page = value_of(time.run(client.orders(query, ports::CallPriority::orders)));
    while (true) {
      for (auto& read : page.orders) {
        EXPECT_TRUE(read.order) << read.order.error().message;
        if (read.order && seen.insert(read.purchase_order_id).second) orders.push_back(*read.order);
      }
      if (page.next_cursor.empty()) return orders;
      page = value_of(time.run(client.next_orders(page.next_cursor, ports::CallPriority::orders)));
    }
  }

  /// A seller's own order in which every line still waits.
  domain::PurchaseOrder waiting_order() {
    for (const auto& order : all_orders()) {
      bool waits = order.order_type != "REPLACEMENT";
      for (const auto& line : order.lines) waits = waits && line.statuses.at(0).status == domain::LineStatus::created;
      if (waits) return order;
    }
    ADD_FAILURE() << "no order waits";
    return {};
  }

  walmart::ShipmentLine whole(const domain::OrderLine& line) {
    walmart::ShipmentLine shipment;
    shipment.line_number = line.line_number;
    shipment.quantity = line.quantity;
    shipment.ship_time = time.now();
    shipment.carrier = "UPS";
    shipment.tracking_number = "1Z999";
    return shipment;
  }

  ports::CallResult<walmart::PriceAnswer> put_price(const std::string& sku, std::string_view dollars) {
    const auto price = *domain::Decimal::parse(dollars);
    return time.run(client.put_price(walmart::price_body({sku, {"USD", price}}), time.now() + std::chrono::hours{1}));
  }

  walmart::OrdersQuery query;
};

}  // namespace connector::contract
