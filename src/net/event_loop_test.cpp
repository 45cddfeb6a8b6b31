#include "net/event_loop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "net/system_clock.h"
#include "net/system_random.h"
#include "ports/concurrency.h"

namespace connector::net {
namespace event_loop_test {

using domain::Milliseconds;

ports::Task<int> answer_after(EventLoop& loop, Milliseconds delay) {
  co_await ports::sleep_for(loop, delay);
  co_return 42;
}

ports::Task<void> throw_after(EventLoop& loop, Milliseconds delay) {
  co_await ports::sleep_for(loop, delay);
  throw std::logic_error("a bug");
}

ports::Task<int> at_once() { co_return 7; }

TEST(EventLoop, RunsTasksToTheirEnd) {
  EventLoop loop;
  EXPECT_EQ(run_until_complete(loop, answer_after(loop, Milliseconds(5))), 42);
  EXPECT_EQ(run_until_complete(loop, at_once()), 7);
  EXPECT_THROW(run_until_complete(loop, throw_after(loop, Milliseconds(1))), std::logic_error);
  EXPECT_EQ(run_until_complete(loop, answer_after(loop, Milliseconds(1))), 42);
}

TEST(EventLoop, IsInterruptedByStop) {
  EventLoop loop;
  loop.call_after(Milliseconds(5), [&loop] { loop.stop(); });
  EXPECT_THROW(run_until_complete(loop, answer_after(loop, Milliseconds(60'000))), Interrupted);
  loop.stop();
  EXPECT_THROW(run_until_complete(loop, answer_after(loop, Milliseconds(60'000))), Interrupted);
}

TEST(EventLoop, FiresTimersInOrderAndForgetsCancelledOnes) {
  EventLoop loop;
  std::vector<int> fired;
  loop.call_after(Milliseconds(20), [&] {
    fired.push_back(3);
    loop.stop();
  });
  const auto never = loop.call_after(Milliseconds(10), [&fired] { fired.push_back(-1); });
  loop.call_after(Milliseconds(10), [&fired] { fired.push_back(2); });
  const auto inner = loop.call_after(Milliseconds(15), [&fired] { fired.push_back(-2); });
  loop.call_after(Milliseconds(1), [&] {
    fired.push_back(1);
    loop.cancel(inner);
  });
  loop.call_after(Milliseconds::max(), [&fired] { fired.push_back(-3); });
  loop.cancel(never);
  loop.cancel(never);
  loop.cancel(123'456);
  loop.run();
  EXPECT_EQ(fired, (std::vector<int>{1, 2, 3}));
}

TEST(EventLoop, ATimerWithoutDelayDoesNotStarveTheOthers) {
  EventLoop loop;
  int rounds = 0;
  std::function<void()> again = [&] {
    ++rounds;
    loop.call_after(Milliseconds(0), again);
  };
  loop.call_after(Milliseconds(0), again);
  loop.post([&] { loop.call_after(Milliseconds(20), [&loop] { loop.stop(); }); });
  loop.run();
  EXPECT_GT(rounds, 1);
}

TEST(EventLoop, TakesWorkFromOtherThreads) {
  EventLoop loop;
  int count = 0;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&loop, &count] {
      for (int i = 0; i < 1'000; ++i) {
        loop.post([&loop, &count] {
          if (++count == 4'000) loop.stop();
        });
      }
    });
  }
  loop.run();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(count, 4'000);
}

TEST(EventLoop, StopsOnSignals) {
  EventLoop loop;
  int graceful = 0;
  loop.handle_stop_signals([&graceful] {
    ++graceful;
    ::raise(SIGTERM);
  });
  loop.post([] { ::raise(SIGINT); });
  loop.run();
  EXPECT_EQ(graceful, 1);
  loop.handle_stop_signals();
  loop.post([] { ::raise(SIGTERM); });
  loop.run();
}

TEST(SystemClock, IsInThisCentury) {
  const auto now = SystemClock().now();
  EXPECT_GT(now, *domain::parse_iso8601("2024-01-01"));
  EXPECT_LT(now, *domain::parse_iso8601("2100-01-01"));
}

TEST(SystemRandom, DoesNotRepeat) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) seen.insert(random.uuid());
  EXPECT_EQ(seen.size(), 1'000U);
  std::string large(100'000, '\0');
  random.fill(large.data(), large.size());
  EXPECT_LT(std::count(large.begin(), large.end(), '\0'), 1'000);
}

}  // namespace event_loop_test
}  // namespace connector::net
