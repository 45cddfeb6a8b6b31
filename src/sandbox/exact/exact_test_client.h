#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "json/value.h"
#include "sandbox/exact/exact_service.h"

namespace connector::sandbox::exact {

/// A bare client of the simulated service for tests: signs in once and speaks JSON. Time stands still unless moved.
class TestClient {
 public:
  static constexpr std::int64_t division = 499'156;

  explicit TestClient(Switches switches = {}) {
    ServiceSettings settings;
    settings.public_url = "https://start.exactonline.nl";
    settings.switches = switches;
    service_ = make_exact_service(std::move(settings));
    sign_in();
  }

  ExactService& service() { return *service_; }
  Administration& books() { return *service_->division(division); }
  domain::UtcTime now() const { return now_; }
  void pass(domain::Milliseconds time) {
    now_ += time;
    service_->advance(now_);
  }

  ports::HttpResponse raw(std::string method, std::string target, std::string body = {},
                          ports::HttpHeaders headers = {}) {
    return service_->handle(
        ports::ServerRequest{std::move(method), std::move(target), std::move(headers), std::move(body), "127.0.0.1"},
        now_);
  }

  ports::HttpResponse token_call(const std::string& form) {
    return raw("POST", "/api/oauth2/token",
               form + "&client_id=" + service_->app().client_id + "&client_secret=" + service_->app().client_secret,
               {{"Content-Type", "application/x-www-form-urlencoded"}});
  }

  std::string new_code() {
    const auto answer = raw("GET", "/api/oauth2/auth?client_id=" + service_->app().client_id +
                                       "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&response_type=code&state=s1");
    EXPECT_EQ(answer.status, 302);
    const std::string location(ports::find_header(answer.headers, "Location").value_or(""));
    const std::size_t start = location.find("code=") + 5;
    return location.substr(start, location.find('&') - start);
  }

  void sign_in() {
    const auto answer =
        token_call("grant_type=authorization_code&code=" + new_code() + "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb");
    EXPECT_EQ(answer.status, 200) << answer.body;
    const json::Value body = json::parse(answer.body).value_or(json::Value{});
    access_token = body["access_token"].text_or("");
    refresh_token = body["refresh_token"].text_or("");
  }

  ports::HttpHeaders headers() const {
    return {{"Authorization", "Bearer " + access_token},
            {"Accept", "application/json"},
            {"Content-Type", "application/json"},
            {"Prefer", "return=representation"},
            {"Host", "start.exactonline.nl"}};
  }

  /// A call in the division; the query may hold plain characters, blanks excepted.
  ports::HttpResponse call(std::string method, const std::string& path, std::string body = {}) {
    return raw(std::move(method), "/api/v1/" + std::to_string(division) + "/" + path, std::move(body), headers());
  }

  ports::HttpResponse get(const std::string& path) { return call("GET", path); }

  /// GET with an encoded $filter and more options; the results, which must come with 200.
  json::Value query(const std::string& path, const std::string& filter, const std::string& more = {}) {
    const auto answer = get(path + "?$filter=" + ports::percent_encode(filter) + more);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json::parse(answer.body).value_or(json::Value{})["d"]["results"];
  }

  /// POST that must succeed; the entity.
  json::Value create(const std::string& path, const std::string& body) {
    const auto answer = call("POST", path, body);
    EXPECT_EQ(answer.status, 201) << answer.body;
    return json::parse(answer.body).value_or(json::Value{})["d"];
  }

  /// The message of a refused POST, which must have `status`.
  std::string refusal(const std::string& path, const std::string& body, int status = 500) {
    const auto answer = call("POST", path, body);
    EXPECT_EQ(answer.status, status) << answer.body;
    return message(answer);
  }
  static std::string message(const ports::HttpResponse& answer) {
    return json::parse(answer.body).value_or(json::Value{})["error"]["message"]["value"].text_or("");
  }

  std::string id(TableId table, const std::string& code) {
    const RowNumber row = books().find_code(table, code);
    EXPECT_NE(row, no_row) << code;
    return to_string(books().guid(Reference{table, row}));
  }
  std::string item(const std::string& code) { return id(TableId::items, code); }
  std::string customer() { return id(TableId::accounts, "1001"); }

  /// One invoice of two lines: 2 x 12.50 and 1 x 4.99.
  std::string invoice_body(const std::string& your_ref, const std::string& extra = {}) {
    return R"({"OrderedBy":")" + customer() + R"(","Journal":"70","YourRef":")" + your_ref + "\"" + extra +
           R"(,"SalesInvoiceLines":[{"Item":")" + item("WM-0001") + R"(","Quantity":2,"NetPrice":12.5},{"Item":")" +
           item("WM-0002") + R"(","Quantity":1,"NetPrice":4.99}]})";
  }

  std::string access_token;
  std::string refresh_token;

 private:
  domain::UtcTime now_ = domain::start_of_day(std::chrono::year{2026} / 11 / 23) + std::chrono::hours{10};
  std::unique_ptr<ExactService> service_;
};

}  // namespace connector::sandbox::exact
