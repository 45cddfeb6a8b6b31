#include "net/event_loop.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <map>
#include <unordered_map>

namespace connector::net {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// Far enough for every purpose, near enough that time points do not overflow.
constexpr domain::Milliseconds longest_delay = std::chrono::hours(24 * 365);

}  // namespace

struct EventLoop::State {
  // The order of the timers that are due together is that of their creation.
  using Key = std::pair<SteadyTime, ports::TimerId>;

  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
  std::map<Key, std::function<void()>> timers;
  std::unordered_map<ports::TimerId, SteadyTime> due;
  ports::TimerId last_timer = 0;
  // One system timer serves all; it is not moved when its timer is cancelled, most of them are.
  boost::asio::steady_timer alarm{context};
  SteadyTime alarm_at = SteadyTime::max();
  std::unique_ptr<boost::asio::signal_set> signals;
  std::function<void()> on_first_signal;

  void arm() {
    if (timers.empty() || timers.begin()->first.first >= alarm_at) return;
    alarm_at = timers.begin()->first.first;
    alarm.expires_at(alarm_at);
    alarm.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      alarm_at = SteadyTime::max();
      fire();
    });
  }

  void fire() {
    // A timer that is set meanwhile waits for the next round, even with no delay.
    const Key last{std::chrono::steady_clock::now(), last_timer};
    while (!timers.empty() && timers.begin()->first <= last) {
      auto node = timers.extract(timers.begin());
      due.erase(node.key().second);
      node.mapped()();
    }
    arm();
  }

  void wait_for_signal() {
    signals->async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      if (auto first = std::exchange(on_first_signal, {})) {
        wait_for_signal();
        first();
      } else {
        context.stop();
      }
    });
  }
};

EventLoop::EventLoop() : state_(std::make_unique<State>()) {}

EventLoop::~EventLoop() {
  // What the functions own may cancel timers when it goes.
  state_->due.clear();
  while (!state_->timers.empty()) const auto gone = state_->timers.extract(state_->timers.begin());
}

void EventLoop::post(std::function<void()> function) { boost::asio::post(state_->context, std::move(function)); }

ports::TimerId EventLoop::call_after(domain::Milliseconds delay, std::function<void()> function) {
  const auto at = std::chrono::steady_clock::now() + std::clamp(delay, domain::Milliseconds::zero(), longest_delay);
  const auto timer = ++state_->last_timer;
  state_->timers.emplace(State::Key{at, timer}, std::move(function));
  state_->due.emplace(timer, at);
  state_->arm();
  return timer;
}

void EventLoop::cancel(ports::TimerId timer) {
  const auto found = state_->due.find(timer);
  if (found == state_->due.end()) return;
  const State::Key key{found->second, timer};
  state_->due.erase(found);
  const auto gone = state_->timers.extract(key);
}

void EventLoop::run() {
  state_->context.run();
  state_->context.restart();
}

void EventLoop::stop() { state_->context.stop(); }

void EventLoop::handle_stop_signals(std::function<void()> on_first) {
  state_->on_first_signal = std::move(on_first);
  state_->signals = std::make_unique<boost::asio::signal_set>(state_->context, SIGINT, SIGTERM);
  state_->wait_for_signal();
}

boost::asio::io_context& EventLoop::context() { return state_->context; }

}  // namespace connector::net
