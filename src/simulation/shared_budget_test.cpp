#include <gtest/gtest.h>

#include <algorithm>

#include "engine/exact_budget.h"
#include "engine/walmart_budget.h"
#include "simulation/simulated_loop.h"
#include "store/test_store.h"
#include "walmart/endpoints.h"

namespace connector::simulation {
namespace shared_budget_test {

using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;
using engine::ExactBudget;
using engine::WalmartBudget;
using ports::CallPriority;
using ports::Task;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto kInvoices = "salesinvoice/SalesInvoices";

/// Processes that share one store and call one remote, which counts in windows of a minute and a day.
class SharedBudget : public ::testing::Test {
 protected:
  SharedBudget() {
    store::SqliteStoreOptions options;
    options.on_commit = [this](std::size_t) { ++commits_; };
    store_ = store::testing::store_with_shop(loop_, loop_, options);
  }

  std::unique_ptr<ExactBudget> process(const std::string& name) {
    return std::make_unique<ExactBudget>(loop_, loop_, engine::BudgetStore{store_.get(), 1, name});
  }

  ports::HttpResponse answer(CallPriority priority) {
    const Milliseconds time = loop_.now().time_since_epoch();
    if (time / minutes(1) != minute_) calls_in_minute_ = 0;
    minute_ = time / minutes(1);
    ports::HttpResponse response;
    if (calls_in_minute_ >= per_minute_ || calls_ >= per_day_) {
      response.status = 429;
      ++refused_;
    } else {
      ++calls_in_minute_;
      ++calls_;
      made_.push_back({priority, loop_.now()});
    }
    const auto tell = [&response](const std::string& prefix, std::int64_t limit, std::int64_t left, Milliseconds end) {
      response.headers.emplace_back(prefix + "Limit", std::to_string(limit));
      response.headers.emplace_back(prefix + "Remaining", std::to_string(left));
      response.headers.emplace_back(prefix + "Reset", std::to_string(end.count()));
    };
    if (response.status == 429) return response;
    tell("X-RateLimit-Minutely-", per_minute_, per_minute_ - calls_in_minute_, (minute_ + 1) * minutes(1));
    tell("X-RateLimit-", per_day_, per_day_ - calls_, (time / hours(24) + 1) * hours(24));
    return response;
  }

  /// Calls until it is answered, however long the budget lets it wait.
  Task<void> call(ExactBudget* budget, CallPriority priority) {
    while (true) {
      auto admitted = co_await budget->admit(kInvoices, priority, std::nullopt);
      if (admitted) break;
      co_await ports::sleep_for(loop_, Milliseconds{100});
    }
    co_await ports::sleep_for(loop_, Milliseconds{50});
    const ports::HttpResponse response = answer(priority);
    co_await ports::sleep_for(loop_, Milliseconds{50});
    budget->completed(kInvoices, response);
  }
  void call_often(ports::TaskGroup& tasks, ExactBudget& budget, CallPriority priority, int count) {
    for (int each = 0; each < count; ++each) tasks.spawn(call(&budget, priority));
  }
  std::int64_t made(CallPriority priority, UtcTime from, UtcTime to) const {
    return std::count_if(made_.begin(), made_.end(), [&](const Made& call) {
      return call.priority == priority && call.at >= from && call.at < to;
    });
  }
  void pass(Milliseconds time) { loop_.run_until(loop_.now() + time); }

  struct Made {
    CallPriority priority;
    UtcTime at;
  };
  SimulatedLoop loop_{UtcTime{} + hours(24 * 20'000)};
  int commits_ = 0;
  std::unique_ptr<store::Store> store_;
  std::int64_t per_minute_ = 10;
  std::int64_t per_day_ = 1'000;
  std::int64_t minute_ = 0;
  std::int64_t calls_in_minute_ = 0;
  std::int64_t calls_ = 0;
  std::int64_t refused_ = 0;
  std::vector<Made> made_;
};

TEST_F(SharedBudget, OrdersOfOneProcessComeBeforePricesOfAnother) {
  const UtcTime start = loop_.now();
  auto orders = process("orders");
  auto prices = process("prices");
  ports::TaskGroup tasks(loop_);
  call_often(tasks, *prices, CallPriority::prices, 40);
  call_often(tasks, *orders, CallPriority::orders, 35);
  pass(minutes(20));
  ASSERT_EQ(made(CallPriority::orders, start, loop_.now()), 35);
  ASSERT_EQ(made(CallPriority::prices, start, loop_.now()), 40);
  const auto last_order = std::find_if(made_.rbegin(), made_.rend(),
                                       [](const Made& call) { return call.priority == CallPriority::orders; });
  // In the first window nobody knew yet that anybody waits.
  EXPECT_EQ(made(CallPriority::prices, start + minutes(1), last_order->at), 0);
  EXPECT_LE(last_order->at, start + minutes(5));
  EXPECT_EQ(refused_, 0);
}

TEST_F(SharedBudget, WhoMustWaitForTheNextDayIsToldSo) {
  per_minute_ = 60;
  per_day_ = 400;  // of which a tenth is kept for orders
  auto only = process("only");
  ports::TaskGroup tasks(loop_);
  call_often(tasks, *only, CallPriority::orders, 300);
  pass(minutes(8));
  EXPECT_EQ(only->spent_until(CallPriority::prices), std::nullopt);
  call_often(tasks, *only, CallPriority::orders, 62);
  pass(minutes(4));
  const auto until = only->spent_until(CallPriority::prices);
  ASSERT_TRUE(until);
  const UtcTime midnight = std::chrono::ceil<std::chrono::days>(loop_.now());
  EXPECT_GE(*until, midnight);
  EXPECT_LE(*until, midnight + seconds(5));
  EXPECT_EQ(only->spent_until(CallPriority::orders), std::nullopt) << "the rest of the day is theirs";
  call_often(tasks, *only, CallPriority::orders, 38);
  pass(minutes(4));
  EXPECT_TRUE(only->spent_until(CallPriority::orders));
  EXPECT_EQ(refused_, 0);
}

TEST_F(SharedBudget, CommandsInARowDoNotWaitForOnesThatEnded) {
  per_minute_ = 60;
  const UtcTime start = loop_.now();
  ports::TaskGroup tasks(loop_);
  for (int each = 0; each < 20; ++each) {
    auto command = process("command " + std::to_string(each));
    tasks.spawn(call(command.get(), CallPriority::person));
    pass(seconds(1));
    ASSERT_EQ(calls_, each + 1) << "it waits for a process that is gone";
    tasks.spawn(command->leave());
    pass(seconds(1));
  }
  EXPECT_LT(loop_.now() - start, minutes(1));
  EXPECT_EQ(refused_, 0);
}

TEST_F(SharedBudget, RefusedAnswersOfACommandStayCountedAfterItsEnd) {
  ports::TaskGroup tasks(loop_);
  for (int each = 0; each < 8; ++each) {
    auto command = process("command " + std::to_string(each));
    auto admitted = command->admit(kInvoices, CallPriority::person, std::nullopt);
    admitted.start();
    pass(seconds(1));
    ASSERT_TRUE(admitted.take());
    ports::HttpResponse refusal = answer(CallPriority::person);
    refusal.status = 404;
    command->completed(kInvoices, refusal);
    tasks.spawn(command->leave());
    pass(seconds(20));
  }
  auto last = process("last");
  auto admitted = last->admit(kInvoices, CallPriority::person, std::nullopt);
  admitted.start();
  pass(minutes(2));
  const auto outcome = admitted.take();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().cause, domain::Cause::rate_limited);
}

TEST_F(SharedBudget, APricesRunGoesOnWhenTheProcessOfTheOrdersIsKilled) {
  auto orders = process("orders");
  auto prices = process("prices");
  ports::TaskGroup tasks(loop_);
  {
    ports::TaskGroup doomed(loop_);
    call_often(doomed, *orders, CallPriority::orders, 40);
    pass(seconds(70));
  }
  orders.reset();
  call_often(tasks, *prices, CallPriority::prices, 20);
  const UtcTime killed = loop_.now();
  pass(minutes(4));
  EXPECT_EQ(made(CallPriority::prices, killed, loop_.now()), 20);
}

TEST_F(SharedBudget, WhatIsLeftOfTheDayIsKeptForOrders) {
  per_day_ = 100;
  per_minute_ = 60;
  auto one = process("one");
  auto other = process("other");
  ports::TaskGroup tasks(loop_);
  call_often(tasks, *one, CallPriority::prices, 80);
  call_often(tasks, *other, CallPriority::inventory, 80);
  pass(minutes(30));
  // A tenth is kept; and some calls are believed to have been made before anybody knew a limit.
  EXPECT_LE(calls_, 90);
  EXPECT_GE(calls_, 82);
  call_often(tasks, *other, CallPriority::orders, 10);
  pass(minutes(2));
  EXPECT_EQ(made(CallPriority::orders, UtcTime{}, loop_.now()), 10);
  EXPECT_EQ(refused_, 0);
}

TEST_F(SharedBudget, CallsThatNeverLeftAreMadeByAnother) {
  auto one = process("one");
  auto other = process("other");
  ports::TaskGroup tasks(loop_);
  call_often(tasks, *one, CallPriority::orders, 1);
  pass(seconds(2));
  call_often(tasks, *one, CallPriority::orders, 1);
  pass(seconds(68));
  // A few of each endpoint: more are not under way at once (ErrorBudget).
  const auto endpoint = [](int call) { return "endpoint " + std::to_string(call / 3); };
  const auto take = [&](ExactBudget* budget, int call) {
    auto admission = budget->admit(endpoint(call), CallPriority::orders, std::nullopt);
    admission.start();
    pass(Milliseconds{500});
    ASSERT_TRUE(admission.done());
    ASSERT_TRUE(admission.take());
  };
  for (int each = 0; each < 9; ++each) take(one.get(), each);
  const ports::HttpOutcome never_left =
      tl::unexpected(ports::TransportFailure{ports::TransportFailure::Kind::too_late_to_send, "too late", false});
  for (int each = 0; each < 9; ++each) one->completed(endpoint(each), never_left);
  call_often(tasks, *other, CallPriority::orders, 20);
  pass(seconds(40));
  EXPECT_EQ(calls_, 2 + 10) << "all of this window";
  EXPECT_EQ(refused_, 0);
}

TEST_F(SharedBudget, AProcessThatEndedOutranksNobody) {
  per_minute_ = 2;
  const auto is_outranked = [this] {
    auto asked = store_->write([now = loop_.now()](store::Transaction& transaction) {
      const std::string rank = std::to_string(static_cast<int>(CallPriority::orders));
      return transaction.acquire_lease("calls/exact/1/" + rank, "another", now, now);
    });
    asked.start();
    const auto lease = asked.take();
    return lease && !lease->has_value();
  };
  auto orders = process("orders");
  {
    ports::TaskGroup calls(loop_);
    call_often(calls, *orders, CallPriority::orders, 1);
    pass(seconds(1));
    call_often(calls, *orders, CallPriority::orders, 5);
    pass(seconds(1));
    EXPECT_TRUE(is_outranked()) << "its calls wait for the next minute";
  }
  ports::TaskGroup tasks(loop_);
  tasks.spawn(orders->leave());
  pass(Milliseconds{100});
  EXPECT_FALSE(is_outranked());
}

/// An endpoint that refuses all it is asked, slowly, so that many calls could be under way at once.
class RefusingEndpoint : public SharedBudget {
 protected:
  RefusingEndpoint() {
    per_minute_ = 60;
    per_day_ = 100'000;
  }
  Task<void> call_in_vain(ExactBudget* budget, const char* endpoint) {
    auto admitted = co_await budget->admit(endpoint, CallPriority::orders, std::nullopt);
    if (!admitted) {
      ++not_admitted_;
      co_return;
    }
    most_at_once_ = std::max(most_at_once_, ++at_once_);
    co_await ports::sleep_for(loop_, seconds{3});
    --at_once_;
    ports::HttpResponse response = answer(CallPriority::orders);
    if (refuses_) response.status = 404;
    if (refuses_) refusals_.push_back(loop_.now());
    budget->completed(endpoint, response);
  }
  void hammer(ports::TaskGroup& tasks, ExactBudget& budget, int count, const char* endpoint = kInvoices) {
    for (int each = 0; each < count; ++each) tasks.spawn(call_in_vain(&budget, endpoint));
  }
  /// The most refusals within any hour.
  std::int64_t most_in_an_hour() const {
    std::int64_t most = 0;
    for (const UtcTime end : refusals_) {
      most = std::max<std::int64_t>(most, std::count_if(refusals_.begin(), refusals_.end(), [end](UtcTime at) {
                                      return at <= end && end - at < hours(1);
                                    }));
    }
    return most;
  }

  bool refuses_ = true;
  int at_once_ = 0;
  int most_at_once_ = 0;
  int not_admitted_ = 0;
  std::vector<UtcTime> refusals_;
};

/// Exact blocks an endpoint at ten refused answers in an hour (exact.md 2).
TEST_F(RefusingEndpoint, IsNeverRefusedTooOftenByTwoProcessesTogether) {
  auto one = process("one");
  auto other = process("other");
  ports::TaskGroup tasks(loop_);
  for (int round = 0; round < 10; ++round) {
    hammer(tasks, *one, 20);
    hammer(tasks, *other, 20);
    pass(minutes(5));
  }
  EXPECT_EQ(refusals_.size(), 8U);
  EXPECT_EQ(at_once_, 0);
  EXPECT_GT(not_admitted_, 300);
  const auto admission = [this](ExactBudget& budget) {
    auto task = budget.admit(kInvoices, CallPriority::orders, std::nullopt);
    task.start();
    pass(seconds(1));
    EXPECT_TRUE(task.done());
    return task.take();
  };
  const auto refused = admission(*one);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().cause, domain::Cause::rate_limited);
}

/// A gateway's 504, or nothing at all, may stand in the place of a 401.
TEST_F(RefusingEndpoint, IsTakenForRefusingWhereTheAnswerToADoubtfulTokenIsHidden) {
  auto budget = process("one");
  const auto call_in_doubt = [&](bool answered) {
    auto admission = budget->admit(kInvoices, CallPriority::orders, std::nullopt);
    admission.start();
    pass(seconds(2));
    if (!admission.done() || !admission.take()) return false;
    ports::HttpResponse hidden = answer(CallPriority::orders);
    hidden.status = 504;
    const ports::HttpOutcome lost =
        tl::unexpected(ports::TransportFailure{ports::TransportFailure::Kind::timed_out, "no answer", true});
    budget->completed_in_doubt(kInvoices, answered ? ports::HttpOutcome(hidden) : lost);
    pass(seconds(10));
    return true;
  };
  int left = 0;
  for (int each = 0; each < 20; ++each) left += call_in_doubt(each % 2 == 0) ? 1 : 0;
  EXPECT_EQ(left, 8);
  pass(hours(2));
  EXPECT_TRUE(call_in_doubt(true)) << "an hour later it may be called again";
}

TEST_F(RefusingEndpoint, IsRememberedByTheNextProcess) {
  ports::TaskGroup tasks(loop_);
  for (int start = 0; start < 12; ++start) {
    auto budget = process("start " + std::to_string(start));
    {
      ports::TaskGroup of_process(loop_);
      hammer(of_process, *budget, 3);
      pass(minutes(3));
    }
  }
  EXPECT_LE(most_in_an_hour(), 8);
  EXPECT_GE(refusals_.size(), 8U);
  auto later = process("later");
  pass(hours(2));
  refuses_ = false;
  const auto made_before = made_.size();
  hammer(tasks, *later, 20);
  pass(minutes(3));
  EXPECT_EQ(made_.size() - made_before, 20U) << "an hour later it may be called again";
}

TEST_F(RefusingEndpoint, LeavesOthersAlone) {
  auto one = process("one");
  ports::TaskGroup tasks(loop_);
  hammer(tasks, *one, 20);
  pass(minutes(2));
  refuses_ = false;
  const auto made_before = made_.size();
  hammer(tasks, *one, 30, "crm/Accounts");
  pass(minutes(2));
  EXPECT_EQ(made_.size() - made_before, 30U);
}

TEST_F(RefusingEndpoint, IsNeverRefusedTooOftenWhileAProcessDies) {
  auto one = process("one");
  auto other = process("other");
  ports::TaskGroup tasks(loop_);
  {
    ports::TaskGroup doomed(loop_);
    hammer(doomed, *one, 20);
    hammer(tasks, *other, 20);
    pass(seconds(5));
  }
  one.reset();
  pass(minutes(10));
  auto successor = process("successor");
  hammer(tasks, *successor, 20);
  pass(minutes(5));
  EXPECT_LT(most_in_an_hour(), 10);
}

TEST_F(SharedBudget, ABucketOfWalmartsIsOneForAllProcesses) {
  const std::string endpoint(walmart::endpoints::put_price);
  WalmartBudget one(loop_, loop_, {store_.get(), 1, "one"}, Milliseconds{1'000});
  WalmartBudget other(loop_, loop_, {store_.get(), 1, "other"}, Milliseconds{1'000});
  std::int64_t admitted = 0;
  const auto call = [&](WalmartBudget& budget) {
    auto admission = budget.admit(endpoint, CallPriority::prices, std::nullopt);
    admission.start();
    pass(Milliseconds{10});
    if (admission.done() && admission.take()) ++admitted;
  };
  for (int round = 0; round < 80; ++round) {
    call(one);
    call(other);
  }
  EXPECT_EQ(admitted, 100) << "100 an hour, whoever calls";
  pass(minutes(6));
  for (int round = 0; round < 10; ++round) {
    call(one);
    call(other);
  }
  EXPECT_EQ(admitted, 110);
}

TEST_F(SharedBudget, ManyThatWaitForOneBucketOfWalmartsAskTheStoreInTurn) {
  const std::string endpoint(walmart::endpoints::returns);
  WalmartBudget budget(loop_, loop_, {store_.get(), 1, "one"}, Milliseconds{60'000});
  ports::TaskGroup tasks(loop_);
  int admitted = 0;
  const auto call = [&budget, &admitted](std::string name) -> Task<void> {
    if (co_await budget.admit(std::move(name), CallPriority::prices, std::nullopt)) ++admitted;
  };
  for (int i = 0; i < 60; ++i) tasks.spawn(call(endpoint));
  pass(Milliseconds{1'000});
  EXPECT_EQ(admitted, 50);
  EXPECT_GT(tasks.running(), 2U) << "the bucket is empty and many wait";
  const int before = commits_;
  pass(Milliseconds{30'000});
  EXPECT_LE(commits_ - before, 40) << "50 a minute come back one by one";
  while (tasks.running() > 0 && loop_.step()) {
  }
}

TEST_F(SharedBudget, A429OfWalmartsToOneProcessHoldsTheOtherBack) {
  const std::string endpoint(walmart::endpoints::put_price);
  WalmartBudget one(loop_, loop_, {store_.get(), 1, "one"}, Milliseconds{1'000});
  WalmartBudget other(loop_, loop_, {store_.get(), 1, "other"}, Milliseconds{1'000});
  auto first = one.admit(endpoint, CallPriority::prices, std::nullopt);
  first.start();
  ASSERT_TRUE(first.done() && first.take());
  ports::HttpResponse refusal;
  refusal.status = 429;
  one.completed(endpoint, refusal);
  pass(Milliseconds{10});
  auto second = other.admit(endpoint, CallPriority::prices, std::nullopt);
  second.start();
  pass(seconds(2));
  ASSERT_TRUE(second.done());
  const auto outcome = second.take();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().cause, domain::Cause::budget_spent);
}

}  // namespace shared_budget_test
}  // namespace connector::simulation
