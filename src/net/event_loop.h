#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "ports/executor.h"
#include "ports/task.h"

namespace boost::asio {
class io_context;
}

namespace connector::net {

/// Thrown by run_until_complete when the loop was stopped before the task ended.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// The real executor: one thread that waits for sockets, timers and posted functions. All but
/// post() and stop() belong to the thread that runs it. An exception that escapes a function
/// leaves run(). What uses context() must be destroyed before the loop.
class EventLoop : public ports::Executor {
 public:
  EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop() override;

  void post(std::function<void()> function) override;
  ports::TimerId call_after(domain::Milliseconds delay, std::function<void()> function) override;
  void cancel(ports::TimerId timer) override;

  /// Runs until stop(). A stop() that came first makes the next run() return at once. May be repeated.
  void run();
  /// Thread-safe.
  void stop();
  /// SIGINT and SIGTERM call `on_first` once (empty: stop()); the second signal stops the loop.
  void handle_stop_signals(std::function<void()> on_first = {});

  /// For the other parts of net only.
  boost::asio::io_context& context();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

namespace detail {

template <class T>
struct RootResult {
  std::optional<T> value;
  std::exception_ptr exception;
  bool done = false;
  ports::Task<void> run(ports::Task<T> task, EventLoop& loop) {
    try {
      value.emplace(co_await task);
    } catch (...) {
      exception = std::current_exception();
    }
    done = true;
    loop.stop();
  }
};

template <>
struct RootResult<void> {
  std::exception_ptr exception;
  bool done = false;
  ports::Task<void> run(ports::Task<void> task, EventLoop& loop) {
    try {
      co_await task;
    } catch (...) {
      exception = std::current_exception();
    }
    done = true;
    loop.stop();
  }
};

}  // namespace detail

/// Runs the loop on this thread until the task ends and yields its result or exception. Throws
/// Interrupted, with the task destroyed, if the loop was stopped before. For commands and tests.
template <class T>
T run_until_complete(EventLoop& loop, ports::Task<T> task) {
  detail::RootResult<T> result;
  ports::Task<void> root = result.run(std::move(task), loop);
  root.start();
  loop.run();
  if (!result.done) throw Interrupted();
  if (result.exception) std::rethrow_exception(result.exception);
  if constexpr (!std::is_void_v<T>) return std::move(*result.value);
}

}  // namespace connector::net
