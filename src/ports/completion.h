#pragma once

#include <coroutine>
#include <memory>
#include <optional>
#include <utility>

#include "ports/executor.h"

namespace connector::ports {

/// Bridges callbacks to coroutines: one side awaits `wait()`, the other calls `set` once.
/// Copies share the state. The waiter resumes through the executor; if the waiting frame is
/// destroyed first, `set` becomes a no-op. Executor thread only (post there from other threads).
template <class T>
class Completion {
  struct State {
    Executor& executor;
    std::optional<T> value;
    std::coroutine_handle<> waiter;
  };

 public:
  explicit Completion(Executor& executor) : state_(std::make_shared<State>(State{executor, std::nullopt, {}})) {}

  bool is_set() const { return state_->value.has_value(); }

  void set(T value) const {
    if (state_->value) return;
    state_->value.emplace(std::move(value));
    if (state_->waiter) {
      state_->executor.post([state = state_] {
        if (auto waiter = std::exchange(state->waiter, {})) waiter.resume();
      });
    }
  }

  class Awaiter {
   public:
    explicit Awaiter(std::shared_ptr<State> state) : state_(std::move(state)) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() { state_->waiter = {}; }
    bool await_ready() const noexcept { return state_->value.has_value(); }
    void await_suspend(std::coroutine_handle<> handle) noexcept { state_->waiter = handle; }
    T await_resume() { return std::move(*state_->value); }

   private:
    std::shared_ptr<State> state_;
  };

  Awaiter wait() const { return Awaiter(state_); }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace connector::ports
