#pragma once

// The Exact client, signed in, on a simulated division.

#include <gtest/gtest.h>

#include "answers.h"
#include "exact/accounts.h"
#include "exact/client.h"
#include "exact_documents/sales_invoices.h"
#include "exact_documents/sales_orders.h"
#include "sandbox/exact/edits.h"
#include "sandbox/exact/exact_service.h"
#include "service_transport.h"

namespace connector::contract {

constexpr ports::CallPriority exact_priority = ports::CallPriority::orders;
constexpr std::int64_t exact_division = 499'156;

class MemoryVault : public exact::TokenVault {
 public:
  ports::Task<domain::Result<std::optional<exact::Tokens>>> load() override { co_return tokens; }
  ports::Task<domain::Result<void>> save(exact::Tokens saved, std::string) override {
    tokens = saved;
    co_return domain::Result<void>{};
  }
  ports::Task<domain::Result<bool>> lock(domain::UtcTime) override { co_return true; }
  ports::Task<void> unlock() override { co_return; }
  ports::Task<domain::Result<bool>> take_trial(domain::UtcTime) override { co_return true; }
  std::optional<exact::Tokens> tokens;
};

class ExactContract : public ::testing::Test {
 protected:
  ExactContract() : service(sandbox::exact::make_exact_service({1, "https://start.exactonline.nl", {}, {}})) {
    service->switches().minute_limit = 0;
    service->switches().day_limit = 0;
    credentials.client_id = service->app().client_id;
    credentials.client_secret = service->app().client_secret;
    session.emplace(credentials, vault, transport, gate, random, time, time, options);
    client.emplace(*session, transport, gate, random, time, options, exact_division);
  }

  void SetUp() override {
    const auto exchanged = time.run(session->exchange_code(consent()));
    ASSERT_TRUE(exchanged) << exchanged.error().error.message;
  }

  /// What the browser brings back: the code as it stands in the redirect, still encoded.
  std::string consent() {
    const std::string address = exact::authorization_address(options, credentials, "state 1");
    ports::ServerRequest visit{"GET", address.substr(options.base_url.size()), {}, "", "127.0.0.1"};
    const auto answer = service->handle(visit, time.now());
    EXPECT_EQ(answer.status, 302);
    const std::string location(ports::find_header(answer.headers, "Location").value_or(""));
    EXPECT_NE(location.find("state=state%201"), std::string::npos) << location;
    const auto begin = location.find("code=") + 5;
    return location.substr(begin, location.find('&', begin) - begin);
  }

  std::vector<json::Value> rows(exact::ODataQuery query) {
    return value_of(time.run(client->get_all(query, exact_priority)));
  }
  std::string id_of(std::string resource, const std::string& code, const std::string& key = "ID") {
    exact::ODataQuery query(resource);
    query.select({key, "Code"}).filter(exact::ODataFilter::equals("Code", code));
    const auto found = rows(query);
    EXPECT_EQ(found.size(), 1U) << resource << " " << code;
    return found.empty() ? "" : found[0][key].text_or("");
  }
  std::string customer() {
    const auto found = rows(exact::accounts_by_name("Walmart.com"));
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? "" : found[0]["ID"].text_or("");
  }
  ports::CallResult<json::Value> post(std::string_view resource, std::string body) {
    return time.run(client->create(std::string(resource), std::move(body), exact_priority, std::nullopt));
  }
  SalesInvoice invoice(const std::string& reference) {
    SalesInvoice invoice;
    invoice.journal = "70";
    invoice.ordered_by = customer();
    invoice.your_ref = reference;
    invoice.currency = "EUR";
    SalesInvoiceLine line;
    line.item = id_of("logistics/Items", "WM-0001");
    line.quantity = domain::Decimal::from_integer(3);
    line.net_price = *domain::Decimal::parse("10.15");
    invoice.lines = {line};
    return invoice;
  }
  SalesOrder order(const std::string& reference) {
    SalesOrder made;
    made.ordered_by = customer();
    made.your_ref = reference;
    made.currency = "EUR";
    SalesOrderLine line;
    line.item = id_of("logistics/Items", "WM-0001");
    line.quantity = domain::Decimal::from_integer(5);
    line.net_price = *domain::Decimal::parse("2.5");
    made.lines = {line};
    return made;
  }
  void person(const std::string& request) {
    const auto done = sandbox::exact::edit(*service->division(exact_division), *json::parse(request), time.now());
    ASSERT_TRUE(done) << done.error().message;
  }
  domain::Cause refusal(std::string_view resource, std::string body) {
    const auto answer = post(resource, std::move(body));
    EXPECT_FALSE(answer);
    if (answer) return domain::Cause::cancelled;
    EXPECT_FALSE(answer.error().may_have_had_effect) << answer.error().error.message;
    return answer.error().error.cause;
  }

  ports::testing::ManualTime time{domain::start_of_day(std::chrono::year{2026} / 11 / 23) + std::chrono::hours{10}};
  std::unique_ptr<sandbox::exact::ExactService> service;
  ServiceTransport transport{*service, time};
  ports::testing::OpenGate gate;
  ports::testing::CountingRandom random;
  exact::ClientOptions options;
  exact::Credentials credentials{"", "", "https://connector.example/oauth/exact/callback"};
  MemoryVault vault;
  std::optional<exact::Session> session;
  std::optional<exact::Client> client;
};

}  // namespace connector::contract
