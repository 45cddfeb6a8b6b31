#include <gtest/gtest.h>

#include "engine/exact_budget.h"
#include "engine/walmart_budget.h"
#include "ports/test_doubles.h"
#include "walmart/endpoints.h"

namespace connector::engine {
namespace budget_close_test {

using domain::Cause;
using ports::CallPriority;

constexpr auto kExactEndpoint = "salesinvoice/SalesInvoices";

ports::HttpOutcome refusal_429(std::string seconds) {
  ports::HttpResponse response;
  response.status = 429;
  response.headers = {{"Retry-After", std::move(seconds)}};
  return response;
}

ports::Task<void> keep(ports::Task<domain::Result<void>> task, std::optional<domain::Result<void>>* outcome) {
  outcome->emplace(co_await task);
}

/// A call waits for `budget`; closing it must end the wait at once, long before the remote's pause is over.
template <class Budget>
void expect_close_ends_waiting(Budget& budget, ports::testing::ManualTime& time, const std::string& endpoint) {
  ASSERT_TRUE(time.run(budget.admit(endpoint, CallPriority::orders, std::nullopt)));
  budget.completed(endpoint, refusal_429("60"));
  std::optional<domain::Result<void>> outcome;
  ports::TaskGroup group(time);
  group.spawn(keep(budget.admit(endpoint, CallPriority::orders, std::nullopt), &outcome));
  time.pass(std::chrono::seconds(1));
  ASSERT_FALSE(outcome);
  budget.close();
  time.run_ready();
  ASSERT_TRUE(outcome);
  ASSERT_FALSE(*outcome);
  EXPECT_EQ(outcome->error().cause, Cause::cancelled);
  const auto later = time.run(budget.admit(endpoint, CallPriority::person, std::nullopt));
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().cause, Cause::cancelled);
}

TEST(BudgetClose, EndsWaitingForExact) {
  ports::testing::ManualTime time(domain::UtcTime{} + std::chrono::hours(24 * 365 * 50));
  ExactBudget budget(time, time);
  expect_close_ends_waiting(budget, time, kExactEndpoint);
}

TEST(BudgetClose, EndsWaitingForWalmart) {
  ports::testing::ManualTime time(domain::UtcTime{} + std::chrono::hours(24 * 365 * 50));
  WalmartBudget budget(time, time);
  expect_close_ends_waiting(budget, time, std::string(walmart::endpoints::orders));
}

}  // namespace budget_close_test
}  // namespace connector::engine
