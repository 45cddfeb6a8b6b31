#include "ports/concurrency.h"

#include <exception>
#include <iterator>
#include <optional>
#include <utility>

namespace connector::ports {
namespace {

/// Resumes a coroutine through the executor, unless its awaiter was destroyed meanwhile.
class Resumption {
 public:
  Resumption() = default;
  Resumption(const Resumption&) = delete;
  Resumption& operator=(const Resumption&) = delete;
  ~Resumption() {
    if (handle_) *handle_ = {};
  }
  void post(Executor& executor, std::coroutine_handle<> handle) {
    handle_ = std::make_shared<std::coroutine_handle<>>(handle);
    executor.post([target = handle_] {
      if (auto waiter = std::exchange(*target, {})) waiter.resume();
    });
  }

 private:
  std::shared_ptr<std::coroutine_handle<>> handle_;
};

}  // namespace

struct Signal::Waiter {
  Waiter(Signal* of, domain::Milliseconds longest) : signal(of), executor(of->executor_), timeout(longest) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() { leave(); }

  bool await_ready() const noexcept { return timeout <= domain::Milliseconds::zero(); }
  void await_suspend(std::coroutine_handle<> waiting) {
    handle = waiting;
    position = signal->waiters_.insert(signal->waiters_.end(), this);
    queued = true;
    if (timeout == domain::Milliseconds::max()) return;
    timer = executor.call_after(timeout, [this] {
      timer = 0;
      leave();
      handle.resume();
    });
  }
  void await_resume() const noexcept {}

  void leave() {
    if (std::exchange(queued, false)) signal->waiters_.erase(position);
    if (timer != 0) executor.cancel(std::exchange(timer, 0));
  }
  void notify() {
    leave();
    resumption.post(executor, handle);
  }

  Signal* signal;
  Executor& executor;
  domain::Milliseconds timeout;
  std::coroutine_handle<> handle;
  std::list<Waiter*>::iterator position;
  bool queued = false;
  TimerId timer = 0;
  Resumption resumption;
};

Signal::~Signal() {
  while (!waiters_.empty()) waiters_.front()->leave();
}

void Signal::notify_all() {
  while (!waiters_.empty()) waiters_.front()->notify();
}

Task<void> Signal::wait(domain::Milliseconds timeout) {
  Waiter waiter(this, timeout);
  co_await waiter;
}

struct TaskGroup::Root {
  std::optional<Task<void>> task;
  std::list<std::unique_ptr<Root>>::iterator position;
  bool starting = true;
  bool finished = false;
};

TaskGroup::TaskGroup(Executor& executor) : executor_(executor), finished_(executor) {}

TaskGroup::~TaskGroup() {
  *alive_ = false;
  // What the destroyed frames own may still spawn or ask running().
  while (!roots_.empty()) {
    const auto root = std::move(roots_.front());
    roots_.pop_front();
    if (!root->finished) --running_;
  }
}

Task<void> TaskGroup::run(Task<void> task, Root* root) {
  try {
    // The inner frame goes before the task counts as finished.
    Task<void> inner = std::move(task);
    co_await inner;
  } catch (...) {
    std::terminate();
  }
  root->finished = true;
  --running_;
  roots_.splice(roots_.begin(), roots_, root->position);
  finished_.notify_all();
  if (root->starting || reaping_) co_return;
  reaping_ = true;
  // This frame still executes: it is destroyed from the executor.
  executor_.post([this, alive = alive_] {
    if (*alive) reap();
  });
}

void TaskGroup::reap() {
  reaping_ = false;
  while (!roots_.empty() && roots_.front()->finished) {
    const auto root = std::move(roots_.front());
    roots_.pop_front();
  }
}

void TaskGroup::spawn(Task<void> task) {
  roots_.push_back(std::make_unique<Root>());
  Root* root = roots_.back().get();
  root->position = std::prev(roots_.end());
  root->task.emplace(run(std::move(task), root));
  ++running_;
  root->task->start();
  root->starting = false;
  if (!root->finished) return;
  const auto finished = std::move(*root->position);
  roots_.erase(finished->position);
}

Task<void> TaskGroup::join() {
  while (running_ > 0) co_await finished_.wait(domain::Milliseconds::max());
}

Task<void> TaskGroup::below(std::size_t limit) {
  while (running_ > 0 && running_ >= limit) co_await finished_.wait(domain::Milliseconds::max());
}

struct AsyncMutex::Waiter {
  explicit Waiter(AsyncMutex* of) : mutex(of) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() {
    if (queued) std::erase(mutex->waiters_, this);
    // Destroyed between being granted the lock and resuming with it.
    if (granted) mutex->unlock();
  }

  bool await_ready() noexcept {
    if (mutex->locked_) return false;
    mutex->locked_ = true;
    granted = true;
    return true;
  }
  void await_suspend(std::coroutine_handle<> waiting) {
    handle = waiting;
    mutex->waiters_.push_back(this);
    queued = true;
  }
  Guard await_resume() noexcept {
    granted = false;
    return Guard(mutex);
  }

  AsyncMutex* mutex;
  std::coroutine_handle<> handle;
  bool queued = false;
  bool granted = false;
  Resumption resumption;
};

Task<AsyncMutex::Guard> AsyncMutex::lock() {
  Waiter waiter(this);
  co_return co_await waiter;
}

void AsyncMutex::unlock() {
  if (waiters_.empty()) {
    locked_ = false;
    return;
  }
  Waiter* next = waiters_.front();
  waiters_.pop_front();
  next->queued = false;
  next->granted = true;
  next->resumption.post(executor_, next->handle);
}

}  // namespace connector::ports
