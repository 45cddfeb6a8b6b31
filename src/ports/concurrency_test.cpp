#include "ports/concurrency.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "ports/completion.h"

namespace connector::ports {
namespace concurrency_test {

using domain::Milliseconds;

/// Runs on simulated time; counts timers so that forgotten ones are seen.
class Steps : public Executor {
 public:
  void post(std::function<void()> function) override { ready_.push_back(std::move(function)); }
  TimerId call_after(Milliseconds delay, std::function<void()> function) override {
    timers_.emplace(std::pair(now_ + delay, ++last_), std::move(function));
    return last_;
  }
  void cancel(TimerId timer) override {
    std::erase_if(timers_, [timer](const auto& entry) { return entry.first.second == timer; });
  }
  void run_ready() {
    while (!ready_.empty()) {
      const auto function = std::move(ready_.front());
      ready_.pop_front();
      function();
    }
  }
  /// Fires the next timer, but nothing that it posts.
  void fire_next() {
    now_ = timers_.begin()->first.first;
    const auto function = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    function();
  }
  void advance(Milliseconds by) {
    const auto until = now_ + by;
    run_ready();
    while (!timers_.empty() && timers_.begin()->first.first <= until) {
      fire_next();
      run_ready();
    }
    now_ = until;
  }
  std::size_t timers() const { return timers_.size(); }

 private:
  Milliseconds now_{0};
  TimerId last_ = 0;
  std::deque<std::function<void()>> ready_;
  std::map<std::pair<Milliseconds, TimerId>, std::function<void()>> timers_;
};

using Log = std::vector<std::string>;

/// Tells the log when the frame that owns it is destroyed.
struct Farewell {
  Log& log;
  std::string name;
  Farewell(Log& to, std::string of) : log(to), name(std::move(of)) {}
  Farewell(const Farewell&) = delete;
  Farewell& operator=(const Farewell&) = delete;
  ~Farewell() { log.push_back("end " + name); }
};

Task<void> sleeper(Executor& executor, Log& log, std::string name, Milliseconds delay) {
  const Farewell farewell(log, name);
  co_await sleep_for(executor, delay);
  log.push_back(name);
}

Task<void> waiter(Signal& signal, Log& log, std::string name, Milliseconds timeout) {
  const Farewell farewell(log, name);
  co_await signal.wait(timeout);
  log.push_back(name);
}

Task<void> locker(Executor& executor, AsyncMutex& mutex, Log& log, std::string name, Milliseconds hold) {
  const auto guard = co_await mutex.lock();
  log.push_back("in " + name);
  co_await sleep_for(executor, hold);
  log.push_back("out " + name);
}

Task<void> joiner(TaskGroup& group, Log& log) {
  co_await group.join();
  log.push_back("joined");
}

Task<void> limited(TaskGroup& group, Log& log, std::size_t limit) {
  co_await group.below(limit);
  log.push_back("below");
}

TEST(Signal, WakesAllOnceAndThenNoMore) {
  Steps steps;
  Log log;
  TaskGroup group(steps);
  Signal signal(steps);
  signal.notify_all();
  group.spawn(waiter(signal, log, "a", Milliseconds::max()));
  group.spawn(waiter(signal, log, "b", Milliseconds(50)));
  steps.run_ready();
  EXPECT_EQ(log, Log());
  signal.notify_all();
  EXPECT_EQ(log, Log());
  signal.notify_all();
  steps.run_ready();
  EXPECT_EQ(log, (Log{"a", "end a", "b", "end b"}));
  EXPECT_EQ(steps.timers(), 0U);
}

TEST(Signal, TimesOut) {
  Steps steps;
  Log log;
  TaskGroup group(steps);
  Signal signal(steps);
  group.spawn(waiter(signal, log, "a", Milliseconds(50)));
  steps.advance(Milliseconds(49));
  EXPECT_EQ(log, Log());
  steps.advance(Milliseconds(1));
  EXPECT_EQ(log, (Log{"a", "end a"}));
  signal.notify_all();
  steps.run_ready();
  EXPECT_EQ(group.running(), 0U);
}

TEST(Signal, WaitersMayBeDestroyedAtAnyTime) {
  Steps steps;
  Log log;
  Signal signal(steps);
  auto before = std::make_unique<TaskGroup>(steps);
  before->spawn(waiter(signal, log, "before", Milliseconds(50)));
  before.reset();
  EXPECT_EQ(steps.timers(), 0U);
  auto between = std::make_unique<TaskGroup>(steps);
  between->spawn(waiter(signal, log, "between", Milliseconds(50)));
  signal.notify_all();
  between.reset();
  steps.advance(Milliseconds(100));
  EXPECT_EQ(log, (Log{"end before", "end between"}));
}

TEST(Signal, MayGoBeforeItsWaiters) {
  Steps steps;
  Log log;
  TaskGroup group(steps);
  auto signal = std::make_unique<Signal>(steps);
  group.spawn(waiter(*signal, log, "a", Milliseconds(50)));
  signal.reset();
  steps.advance(Milliseconds(100));
  EXPECT_EQ(log, Log());
  EXPECT_EQ(group.running(), 1U);
}

TEST(TaskGroup, RunsUntilTheFirstSuspensionAtOnce) {
  Steps steps;
  Log log;
  TaskGroup group(steps);
  group.spawn(sleeper(steps, log, "now", Milliseconds(0)));
  EXPECT_EQ(log, (Log{"now", "end now"}));
  EXPECT_EQ(group.running(), 0U);
  group.spawn(sleeper(steps, log, "later", Milliseconds(5)));
  EXPECT_EQ(group.running(), 1U);
  steps.advance(Milliseconds(5));
  EXPECT_EQ(log, (Log{"now", "end now", "later", "end later"}));
  EXPECT_EQ(group.running(), 0U);
}

TEST(TaskGroup, DestroysWhatStillRuns) {
  Steps steps;
  Log log;
  {
    TaskGroup group(steps);
    group.spawn(sleeper(steps, log, "a", Milliseconds(5)));
    group.spawn(sleeper(steps, log, "b", Milliseconds(1)));
    steps.advance(Milliseconds(1));
    EXPECT_EQ(log, (Log{"b", "end b"}));
  }
  EXPECT_EQ(log, (Log{"b", "end b", "end a"}));
  EXPECT_EQ(steps.timers(), 0U);
  steps.run_ready();
}

TEST(TaskGroup, MayGoWithAReapStillPosted) {
  Steps steps;
  Log log;
  Signal signal(steps);
  auto group = std::make_unique<TaskGroup>(steps);
  group->spawn(sleeper(steps, log, "a", Milliseconds(1)));
  steps.fire_next();
  EXPECT_EQ(log, (Log{"a", "end a"}));
  group.reset();
  steps.run_ready();
  EXPECT_EQ(log, (Log{"a", "end a"}));
}

TEST(TaskGroup, JoinAndBelowWait) {
  Steps steps;
  Log log;
  TaskGroup group(steps);
  TaskGroup watchers(steps);
  for (int i = 1; i <= 3; ++i) group.spawn(sleeper(steps, log, std::to_string(i), Milliseconds(i)));
  watchers.spawn(joiner(group, log));
  watchers.spawn(limited(group, log, 2));
  steps.advance(Milliseconds(10));
  EXPECT_EQ(log, (Log{"1", "end 1", "2", "end 2", "below", "3", "end 3", "joined"}));
  EXPECT_EQ(watchers.running(), 0U);
  watchers.spawn(joiner(group, log));
  EXPECT_EQ(log.back(), "joined");
}

TEST(TaskGroup, ReapsManyPromptly) {
  Steps steps;
  Log log;
  TaskGroup group(steps);
  for (int i = 0; i < 20'000; ++i) group.spawn(sleeper(steps, log, "", Milliseconds(1 + i % 3)));
  EXPECT_EQ(group.running(), 20'000U);
  steps.advance(Milliseconds(3));
  EXPECT_EQ(group.running(), 0U);
  EXPECT_EQ(log.size(), 40'000U);
}

Task<void> thrower(Executor& executor) {
  co_await sleep_for(executor, Milliseconds(1));
  throw std::runtime_error("a bug");
}

TEST(TaskGroupDeathTest, AnEscapingExceptionTerminates) {
  EXPECT_DEATH(
      {
        Steps steps;
        TaskGroup group(steps);
        group.spawn(thrower(steps));
        steps.advance(Milliseconds(1));
      },
      "a bug");
}

TEST(AsyncMutex, IsHeldByOneInOrder) {
  Steps steps;
  Log log;
  AsyncMutex mutex(steps);
  TaskGroup group(steps);
  for (const char* name : {"a", "b", "c"}) group.spawn(locker(steps, mutex, log, name, Milliseconds(1)));
  EXPECT_EQ(log, Log{"in a"});
  steps.advance(Milliseconds(10));
  EXPECT_EQ(log, (Log{"in a", "out a", "in b", "out b", "in c", "out c"}));
  EXPECT_EQ(group.running(), 0U);
}

TEST(AsyncMutex, PassesOverDestroyedWaiters) {
  Steps steps;
  Log log;
  AsyncMutex mutex(steps);
  TaskGroup group(steps);
  auto queued = std::make_unique<TaskGroup>(steps);
  group.spawn(locker(steps, mutex, log, "a", Milliseconds(1)));
  queued->spawn(locker(steps, mutex, log, "queued", Milliseconds(1)));
  group.spawn(locker(steps, mutex, log, "b", Milliseconds(1)));
  queued.reset();
  steps.advance(Milliseconds(10));
  EXPECT_EQ(log, (Log{"in a", "out a", "in b", "out b"}));
}

TEST(AsyncMutex, AGrantedButDestroyedWaiterPassesTheLockOn) {
  Steps steps;
  Log log;
  AsyncMutex mutex(steps);
  TaskGroup group(steps);
  auto granted = std::make_unique<TaskGroup>(steps);
  group.spawn(locker(steps, mutex, log, "a", Milliseconds(1)));
  granted->spawn(locker(steps, mutex, log, "granted", Milliseconds(1)));
  group.spawn(locker(steps, mutex, log, "b", Milliseconds(1)));
  steps.fire_next();
  EXPECT_EQ(log, (Log{"in a", "out a"}));
  granted.reset();
  steps.advance(Milliseconds(10));
  EXPECT_EQ(log, (Log{"in a", "out a", "in b", "out b"}));
}

TEST(AsyncMutex, ADestroyedHolderUnlocks) {
  Steps steps;
  Log log;
  AsyncMutex mutex(steps);
  TaskGroup group(steps);
  auto holder = std::make_unique<TaskGroup>(steps);
  holder->spawn(locker(steps, mutex, log, "a", Milliseconds(1'000)));
  group.spawn(locker(steps, mutex, log, "b", Milliseconds(1)));
  holder.reset();
  steps.advance(Milliseconds(10));
  EXPECT_EQ(log, (Log{"in a", "in b", "out b"}));
}

Task<void> await_number(Completion<int> completion, Log& log) {
  const int number = co_await completion.wait();
  log.push_back(std::to_string(number));
}

TEST(Completion, BridgesCallbacks) {
  Steps steps;
  Log log;
  const Completion<int> early(steps);
  const Completion<int> late(steps);
  const Completion<int> lost(steps);
  TaskGroup group(steps);
  early.set(1);
  group.spawn(await_number(early, log));
  group.spawn(await_number(late, log));
  late.set(2);
  late.set(3);
  auto gone = std::make_unique<TaskGroup>(steps);
  gone->spawn(await_number(lost, log));
  lost.set(4);
  gone.reset();
  steps.run_ready();
  EXPECT_EQ(log, (Log{"1", "2"}));
}

}  // namespace concurrency_test
}  // namespace connector::ports
