#include "sandbox/exact/exact_test_client.h"

namespace connector::sandbox::exact {
namespace rate_limits_test {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string header(const ports::HttpResponse& answer, std::string_view name) {
  return std::string(ports::find_header(answer.headers, name).value_or("-"));
}

TEST(RateLimits, WindowsAreWholeMinutesAndUtcDays) {
  TestClient client;
  client.pass(seconds{20});
  const auto first = client.get("hrm/Costunits");
  EXPECT_EQ(header(first, "X-RateLimit-Limit"), "5000");
  EXPECT_EQ(header(first, "X-RateLimit-Remaining"), "4999");
  EXPECT_EQ(header(first, "X-RateLimit-Minutely-Remaining"), "59");
  EXPECT_EQ(header(first, "X-RateLimit-Minutely-Reset"),
            std::to_string(domain::to_epoch_milliseconds(client.now() + seconds{40})));
  EXPECT_EQ(header(first, "X-RateLimit-Reset"),
            std::to_string(domain::to_epoch_milliseconds(client.now() + hours{14} - seconds{20})));
  for (int i = 0; i < 59; ++i) EXPECT_EQ(client.get("hrm/Costunits").status, 200);
  const auto refused = client.get("hrm/Costunits");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(header(refused, "X-RateLimit-Minutely-Remaining"), "0");
  EXPECT_EQ(header(refused, "X-RateLimit-Limit"), "-");
  client.pass(seconds{40});
  EXPECT_EQ(client.get("hrm/Costunits").status, 200);
  EXPECT_EQ(client.service().rate_limits().counters().minute, 1);
}

TEST(RateLimits, TheDayWindowSendsItsOwnHeadersOnly) {
  TestClient client({.minute_limit = 0, .day_limit = 2});
  client.get("hrm/Costunits");
  const auto last = client.get("hrm/Costunits");
  EXPECT_EQ(header(last, "X-RateLimit-Remaining"), "0");
  EXPECT_EQ(header(last, "X-RateLimit-Minutely-Limit"), "-");
  const auto refused = client.get("hrm/Costunits");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(header(refused, "X-RateLimit-Limit"), "2");
}

TEST(RateLimits, AnotherProgramOfTheAppSpendsTheSameDay) {
  TestClient client({.minute_limit = 0});
  client.get("hrm/Costunits");
  client.service().leave_of_day(client.service().divisions().front()->code(), 20, client.now());
  EXPECT_EQ(header(client.get("hrm/Costunits"), "X-RateLimit-Remaining"), "19");
  client.service().leave_of_day(client.service().divisions().front()->code(), 100, client.now());
  EXPECT_EQ(header(client.get("hrm/Costunits"), "X-RateLimit-Remaining"), "18");
  client.pass(hours{24});
  client.sign_in();
  EXPECT_EQ(header(client.get("hrm/Costunits"), "X-RateLimit-Remaining"), "4999");
}

TEST(RateLimits, UnlimitedSendsNoHeaders) {
  TestClient client({.minute_limit = 0, .day_limit = 0});
  EXPECT_EQ(header(client.get("hrm/Costunits"), "X-RateLimit-Limit"), "-");
}

TEST(RateLimits, ABlockMayTellTheWindowsThatItHasNothingToDoWith) {
  TestClient client({.errors_per_hour = 2, .error_block_tells_windows = true});
  for (int i = 0; i < 2; ++i) EXPECT_EQ(client.get("hrm/Costunits?$top=x").status, 400);
  const auto blocked = client.get("hrm/Costunits");
  EXPECT_EQ(blocked.status, 429);
  EXPECT_EQ(header(blocked, "X-RateLimit-Remaining"), "4998");
  EXPECT_EQ(header(blocked, "X-RateLimit-Minutely-Remaining"), "58");
}

TEST(RateLimits, TenErrorsBlockAnEndpointForAnHourAndThenLonger) {
  TestClient client({.minute_limit = 0});
  for (int i = 0; i < 10; ++i) EXPECT_EQ(client.get("hrm/Costunits?$top=x").status, 400);
  const auto blocked = client.get("hrm/Costunits");
  EXPECT_EQ(blocked.status, 429);
  EXPECT_EQ(header(blocked, "X-RateLimit-Limit"), "-");
  EXPECT_EQ(client.get("hrm/Costcenters").status, 200);
  client.pass(minutes{61});
  client.sign_in();
  EXPECT_EQ(client.get("hrm/Costunits").status, 200);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(client.get("hrm/Costunits?$top=x").status, 400);
  client.pass(minutes{61});
  client.sign_in();
  EXPECT_EQ(client.get("hrm/Costunits").status, 429);
  client.pass(minutes{61});
  client.sign_in();
  EXPECT_EQ(client.get("hrm/Costunits").status, 200);
}

TEST(RateLimits, BusinessErrorsDoNotCount) {
  TestClient client;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.call("POST", "salesinvoice/SalesInvoices", "{}").status, 500);
}

TEST(Access, SignInDivisionScopeAndMethodAreChecked) {
  TestClient client;
  EXPECT_EQ(client.raw("GET", "/api/v1/499156/hrm/Costunits").status, 401);
  const auto foreign = client.raw("GET", "/api/v1/1/hrm/Costunits", {}, client.headers());
  EXPECT_EQ(foreign.status, 403);
  EXPECT_EQ(header(foreign, "Reason"), "NoDivisionAccess");
  EXPECT_EQ(client.get("nowhere/Nothing").status, 404);
  EXPECT_EQ(client.call("DELETE", "financial/FinancialPeriods").status, 405);
  client.service().switches().forbidden_scopes = {"salesinvoice"};
  const auto scope = client.get("salesinvoice/SalesInvoices?$top=1");
  EXPECT_EQ(scope.status, 403);
  EXPECT_EQ(TestClient::message(scope), "Forbidden - Application Scope Violated. Cannot read");
  client.service().switches().maintenance = true;
  EXPECT_EQ(client.get("hrm/Costunits").status, 503);
}

TEST(Access, MeAndDivisionsTellWhoAndWhere) {
  TestClient client;
  const auto me = client.raw("GET", "/api/v1/current/Me?$select=CurrentDivision", {}, client.headers());
  EXPECT_EQ((*json::parse(me.body))["d"]["results"].at(0)["CurrentDivision"].integer(), 499156);
  const auto divisions = client.get("system/Divisions?$select=Code,Description,Currency");
  const json::Value first = (*json::parse(divisions.body))["d"]["results"].at(0);
  EXPECT_EQ(first["Code"].integer(), 499156);
  EXPECT_EQ(first["Currency"].text_or(""), "EUR");
  EXPECT_EQ(first["__metadata"]["uri"].text_or(""),
            "https://start.exactonline.nl/api/v1/499156/system/Divisions(499156)");
  EXPECT_EQ(client.get("system/Divisions(499156)").status, 200);
}

TEST(Access, DivisionsAreApart) {
  TestClient client;
  Seed other = default_administration(2);
  other.division = 700;
  client.service().add_division(other);
  // The other division's item key means nothing here.
  Administration& books = *client.service().division(700);
  const std::string foreign =
      to_string(books.guid(Reference{TableId::items, books.find_code(TableId::items, "WM-0001")}));
  EXPECT_NE(foreign, client.item("WM-0001"));
  EXPECT_EQ(client.query("logistics/Items", "ID eq guid'" + foreign + "'").size(), 0U);
  EXPECT_EQ(client.raw("GET", "/api/v1/700/hrm/Costunits", {}, client.headers()).status, 200);
}

}  // namespace rate_limits_test
}  // namespace connector::sandbox::exact
