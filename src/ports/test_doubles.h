#pragma once

#include <deque>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "ports/call.h"
#include "ports/clock.h"
#include "ports/concurrency.h"
#include "ports/executor.h"
#include "ports/http.h"
#include "ports/random.h"

/// Doubles of the ports for unit tests: no test waits, and every answer is scripted.
namespace connector::ports::testing {

/// Time that only moves when nothing else is left to do, and then to the next timer.
class ManualTime : public Clock, public Executor {
 public:
  explicit ManualTime(domain::UtcTime start) : now_(start) {}

  domain::UtcTime now() const override { return now_; }
  void set(domain::UtcTime now) { now_ = now; }
  void pass(domain::Milliseconds duration) { run_until(now_ + duration); }

  void post(std::function<void()> function) override { ready_.push_back(std::move(function)); }
  TimerId call_after(domain::Milliseconds delay, std::function<void()> function) override {
    timers_.emplace(std::make_pair(now_ + delay, ++last_timer_), std::move(function));
    return last_timer_;
  }
  void cancel(TimerId timer) override {
    std::erase_if(timers_, [timer](const auto& entry) { return entry.first.second == timer; });
  }

  /// Runs what is ready now, without moving time.
  void run_ready() {
    while (!ready_.empty()) {
      auto function = std::move(ready_.front());
      ready_.pop_front();
      function();
    }
  }

  void run_until(domain::UtcTime until) {
    run_ready();
    while (!timers_.empty() && timers_.begin()->first.first <= until) step();
    now_ = until;
  }

  /// Runs `task` to its end, moving time as far as needed.
  template <class T>
  T run(Task<T> task) {
    task.start();
    return finish(std::move(task));
  }

  /// The same for a task that was started before.
  template <class T>
  T finish(Task<T> task) {
    run_ready();
    while (!task.done()) {
      if (timers_.empty()) throw std::logic_error("the task waits for something that never comes");
      step();
    }
    return task.take();
  }

 private:
  void step() {
    auto first = timers_.begin();
    now_ = std::max(now_, first->first.first);
    auto function = std::move(first->second);
    timers_.erase(first);
    function();
    run_ready();
  }

  domain::UtcTime now_;
  std::deque<std::function<void()>> ready_;
  std::map<std::pair<domain::UtcTime, TimerId>, std::function<void()>> timers_;
  TimerId last_timer_ = 0;
};

/// Counts upwards: reproducible, and no two ids are the same.
class CountingRandom : public Random {
 public:
  void fill(void* bytes, std::size_t count) override {
    auto* out = static_cast<unsigned char*>(bytes);
    for (std::size_t index = 0; index < count; ++index) out[index] = static_cast<unsigned char>(next_ + index);
    ++next_;
  }

 private:
  std::size_t next_ = 0;
};

/// Admits everything, unless told to refuse, and remembers what it was asked.
class OpenGate : public CallGate {
 public:
  Task<domain::Result<void>> admit(std::string endpoint, CallPriority, std::optional<domain::UtcTime>) override {
    admitted.push_back(endpoint);
    if (refusal) co_return domain::fail(*refusal);
    co_return domain::Result<void>{};
  }
  bool must_wait(std::string_view) const override { return done.size() < told_to_wait; }
  void completed(std::string_view endpoint, const HttpOutcome&) override { done.emplace_back(endpoint); }
  void completed_in_doubt(std::string_view endpoint, const HttpOutcome& outcome) override {
    in_doubt.emplace_back(endpoint);
    completed(endpoint, outcome);
  }

  std::size_t told_to_wait = 0;  ///< so many admitted calls are told to wait after all
  std::vector<std::string> admitted;
  std::vector<std::string> done;
  std::vector<std::string> in_doubt;  ///< of those done
  std::optional<domain::Error> refusal;
};

/// Answers requests in the order scripted and keeps them; every answer takes `delay`.
class ScriptedTransport : public HttpTransport {
 public:
  using Reply = std::function<HttpOutcome(const HttpRequest&)>;
  explicit ScriptedTransport(ManualTime& time) : time_(time) {}

  void answer(int status, std::string body, HttpHeaders headers = {}) {
    HttpResponse response{status, std::move(headers), std::move(body)};
    reply([response](const HttpRequest&) -> HttpOutcome { return response; });
  }
  void fail(TransportFailure::Kind kind, bool may_have_arrived) {
    reply([kind, may_have_arrived](const HttpRequest&) -> HttpOutcome {
      return tl::unexpected(TransportFailure{kind, "scripted", may_have_arrived});
    });
  }
  void reply(Reply reply) { script_.push_back(std::move(reply)); }

  Task<HttpOutcome> send(HttpRequest request) override {
    requests.push_back(request);
    if (delay.count() > 0) co_await sleep_for(time_, delay);
    if (script_.empty()) {
      co_return tl::unexpected(TransportFailure{TransportFailure::Kind::cancelled, "nothing is scripted", false});
    }
    Reply next = std::move(script_.front());
    script_.pop_front();
    co_return next(requests.back());
  }

  bool all_sent() const { return script_.empty(); }

  std::vector<HttpRequest> requests;
  domain::Milliseconds delay{0};

 private:
  ManualTime& time_;
  std::deque<Reply> script_;
};

}  // namespace connector::ports::testing
