#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include "sandbox/walmart/encoding.h"
#include "sandbox/walmart/marketplace.h"

namespace connector::sandbox::walmart {

/// For tests: a marketplace, a clock, and a signed-in client that speaks plain HTTP.
class MarketplaceFixture : public ::testing::Test {
 protected:
  struct Reply {
    int status = 0;
    json::Value body;
    ports::HttpHeaders headers;
    std::string text;
  };

  void start(Config config) {
    market_.emplace(std::move(config));
    market_->advance(now_);
    sign_in();
  }

  /// One generator that started `ago` before now.
  static OrderGenerator orders(std::uint64_t count, domain::UtcTime start, domain::Milliseconds spacing) {
    OrderGenerator generator;
    generator.seed = 42;
    generator.count = count;
    generator.start = start;
    generator.spacing = spacing;
    return generator;
  }

  /// Orders without any surprise: by calls only, one currency, seller-fulfilled, nothing odd.
  static OrderGenerator quiet_orders(std::uint64_t count, domain::UtcTime start, domain::Milliseconds spacing) {
    OrderGenerator generator = orders(count, start, spacing);
    generator.life = SellerLife::by_calls;
    generator.replacements = generator.walmart_fulfilled = generator.third_party_fulfilled = 0;
    generator.one_unit_lines = generator.odd_members = generator.asked_to_cancel = 0;
    generator.many_orders_per_customer = generator.returns = 0;
    return generator;
  }

  void sign_in() {
    token_.clear();
    Reply reply = call("POST", "/v3/token", "grant_type=client_credentials",
                       {{"Authorization", "Basic " + base64_encode("sandbox-client:sandbox-secret")},
                        {"Content-Type", "application/x-www-form-urlencoded"}});
    token_ = reply.body["access_token"].text_or("");
  }

  Reply call(const std::string& method, const std::string& target, const std::string& body = "",
             ports::HttpHeaders more = {}) {
    ports::ServerRequest request;
    request.method = method;
    request.target = target;
    request.headers = {
        {"Accept", "application/json"}, {"WM_QOS.CORRELATION_ID", "c-1"}, {"WM_SVC.NAME", "Walmart Marketplace"}};
    if (!token_.empty()) request.headers.emplace_back("WM_SEC.ACCESS_TOKEN", token_);
    for (auto& header : more) request.headers.push_back(std::move(header));
    request.body = body;
    return exchange(request);
  }

  Reply exchange(const ports::ServerRequest& request) {
    const ports::HttpResponse response = market_->handle(request, now_);
    Reply reply;
    reply.status = response.status;
    reply.headers = response.headers;
    reply.text = response.body;
    if (auto parsed = json::parse(response.body)) reply.body = *parsed;
    return reply;
  }

  Reply get(const std::string& target) { return call("GET", target); }
  Reply post(const std::string& target, const std::string& body) { return call("POST", target, body); }
  Reply put(const std::string& target, const std::string& body) { return call("PUT", target, body); }

  void set_switch(const std::string& name, json::Value value) {
    ASSERT_TRUE(set_switches(market_->seller().switches, json::Object{{name, std::move(value)}}));
  }

  static std::string sample(const std::string& name) {
    std::ifstream file(std::string(CONNECTOR_SOURCE_DIR) + "/tests/data/walmart/" + name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  static json::Value parsed(const std::string& text) { return json::parse(text).value_or(json::Value{}); }

  /// The order as GET /v3/orders/{id} shows it.
  json::Value order(const std::string& id) {
    return get("/v3/orders/" + id + "?replacementInfo=true&productInfo=true").body["order"];
  }
  std::string first_order_id() {
    return market_->seller().orders.order(0, market_->seller().catalogue).purchase_order_id;
  }
  json::Value books_of(const std::string& id) {
    return get("/sandbox/walmart/books?purchaseOrderId=" + id).body["orders"].at(0);
  }

  domain::UtcTime now_ = *domain::parse_iso8601("2026-11-20T12:00:00Z");
  std::optional<Marketplace> market_;
  std::string token_;
};

}  // namespace connector::sandbox::walmart
