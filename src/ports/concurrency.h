#pragma once

#include <coroutine>
#include <deque>
#include <list>
#include <memory>

#include "ports/executor.h"
#include "ports/task.h"

namespace connector::ports {

/// Suspends the awaiting coroutine for `delay`; safe to destroy while suspended.
class SleepFor {
 public:
  SleepFor(Executor& executor, domain::Milliseconds delay) : executor_(executor), delay_(delay) {}
  SleepFor(const SleepFor&) = delete;
  SleepFor& operator=(const SleepFor&) = delete;
  ~SleepFor() {
    if (timer_ != 0) executor_.cancel(timer_);
  }
  bool await_ready() const noexcept { return delay_ <= domain::Milliseconds::zero(); }
  void await_suspend(std::coroutine_handle<> handle) {
    timer_ = executor_.call_after(delay_, [this, handle] {
      timer_ = 0;
      handle.resume();
    });
  }
  void await_resume() const noexcept {}

 private:
  Executor& executor_;
  domain::Milliseconds delay_;
  TimerId timer_ = 0;
};

inline SleepFor sleep_for(Executor& executor, domain::Milliseconds delay) { return SleepFor(executor, delay); }

/// A manually signalled condition: `wait()` suspends until the next `notify_all()`, or at
/// most `timeout`. Executor thread only.
class Signal {
 public:
  explicit Signal(Executor& executor) : executor_(executor) {}
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  /// Coroutines that still wait stay suspended until their frames are destroyed.
  ~Signal();
  void notify_all();
  Task<void> wait(domain::Milliseconds timeout);

 private:
  struct Waiter;
  Executor& executor_;
  std::list<Waiter*> waiters_;
};

/// Owns detached root tasks. The destructor destroys those that still run. An exception
/// that escapes a root task is a bug: it terminates the process. Executor thread only.
class TaskGroup {
 public:
  explicit TaskGroup(Executor& executor);
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup();
  /// Starts the task at once, on the caller's stack, until its first suspension.
  void spawn(Task<void> task);
  std::size_t running() const { return running_; }
  /// Resumes when no task runs any more.
  Task<void> join();
  /// Resumes when fewer than `limit` tasks run.
  Task<void> below(std::size_t limit);

 private:
  struct Root;
  Task<void> run(Task<void> task, Root* root);
  void reap();
  Executor& executor_;
  std::list<std::unique_ptr<Root>> roots_;
  std::size_t running_ = 0;
  bool reaping_ = false;
  Signal finished_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// Mutual exclusion between coroutines of one executor, first come first served.
class AsyncMutex {
 public:
  explicit AsyncMutex(Executor& executor) : executor_(executor) {}
  class Guard {
   public:
    explicit Guard(AsyncMutex* mutex) : mutex_(mutex) {}
    Guard(Guard&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
    Guard& operator=(Guard&&) = delete;
    ~Guard() {
      if (mutex_ != nullptr) mutex_->unlock();
    }

   private:
    AsyncMutex* mutex_;
  };
  Task<Guard> lock();

 private:
  struct Waiter;
  void unlock();
  Executor& executor_;
  std::deque<Waiter*> waiters_;
  bool locked_ = false;
};

}  // namespace connector::ports
