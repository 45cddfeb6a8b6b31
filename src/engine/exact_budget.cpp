#include "engine/exact_budget.h"

#include <algorithm>

#include "exact/endpoints.h"
#include "json/value.h"

namespace connector::engine {

using domain::Cause;
using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;
using ports::CallPriority;
using ports::Task;

namespace {

constexpr Milliseconds kHour = std::chrono::hours(1);
/// The window opens on the server's clock; a little later is safely inside.
constexpr Milliseconds kResetMargin{250};
constexpr Milliseconds kDefault429Pause{60'000};
constexpr Milliseconds kFirstEndpointPause{10'000};
constexpr Milliseconds kMinute = std::chrono::minutes(1);
constexpr Milliseconds kDay = std::chrono::hours(24);
constexpr const char* kMinuteName = "exact/minute";
constexpr const char* kDayName = "exact/day";
/// Calls taken from the store at once, at most: what a process that is killed takes with it until the window ends.
constexpr std::int64_t kMostAtOnce = 16;
/// Calls of other processes that may be under way when the first answer tells of a window.
constexpr std::int64_t kUnknownCalls = 8;
/// Before the store is asked again that gave nothing.
constexpr Milliseconds kEmptyPause{250};

/// Token calls have limits of their own and spend no window of a division (exact.md 2).
bool is_sign_in(std::string_view endpoint) { return endpoint == exact::endpoints::token; }

bool counts_as_error(int status) { return status == 400 || status == 401 || status == 403 || status == 404; }

Result<void> stopping() { return domain::fail(Cause::cancelled, "the process is stopping: no call leaves any more"); }

}  // namespace

ExactBudget::ExactBudget(ports::Executor& executor, ports::Clock& clock, ExactBudgetOptions options, BudgetStore shared)
    : executor_(executor), clock_(clock), options_(options), changed_(executor), shared_(shared) {}

UtcTime ExactBudget::server_now() const { return clock_.now() + server_ahead_; }

ExactBudget::Window ExactBudget::current(const Window& window) const {
  Window now = window;
  if (now.limit && server_now() >= now.reset + kResetMargin) {
    now.remaining = *now.limit - static_cast<std::int64_t>(in_flight_);
  }
  return now;
}

bool ExactBudget::has_room(CallPriority priority) const {
  if (clock_.now() < blocked_until_) return false;
  if (!heard_) return in_flight_ < options_.unknown_limit_calls;
  const Window minute = current(minute_);
  if (minute.limit && minute.remaining <= 0) return false;
  const Window day = current(day_);
  if (!day.limit) return true;
  return day.remaining > day_reserve(priority);
}

std::int64_t ExactBudget::day_reserve(CallPriority priority) const {
  if (priority <= CallPriority::orders || !day_.limit) return 0;
  return std::min(options_.day_reserve_for_orders, *day_.limit / 10);
}

bool ExactBudget::take_granted() {
  if (shared_.store == nullptr) return true;
  if (granted_ <= 0 || server_now() >= granted_until_) return false;
  --granted_;
  return true;
}

void ExactBudget::follow(Window& window, const store::BudgetWindow& shared, Milliseconds length) {
  const bool next_window = shared.reset - window.reset > length / 2;
  const std::int64_t left = shared.limit - shared.taken + granted_;
  window.remaining = window.limit && !next_window ? std::min(current(window).remaining, left) : left;
  window.limit = shared.limit;
  window.reset = std::max(window.reset, shared.reset);
}

/// Takes calls from the store for those who wait.
Task<void> ExactBudget::refill(CallPriority priority) {
  const UtcTime now = server_now();
  const auto ask_of = [this](const char* name, const Window& window, Milliseconds length, std::int64_t reserve) {
    store::BudgetAsk ask;
    ask.name = name;
    ask.length = length;
    ask.limit = window.limit;
    ask.reset = window.reset;
    ask.used = window.limit ? *window.limit - window.remaining + granted_ : 0;
    if (!shared_known_) ask.used += kUnknownCalls;
    ask.in_flight = static_cast<std::int64_t>(in_flight_);
    ask.reserve = reserve;
    return ask;
  };
  // What was not spent within its window is gone.
  if (now >= granted_until_) granted_ = 0;
  std::vector<store::BudgetAsk> asks{ask_of(kMinuteName, minute_, kMinute, 0),
                                     ask_of(kDayName, day_, kDay, day_reserve(priority))};
  const auto wanted = std::clamp<std::int64_t>(static_cast<std::int64_t>(waiting_.size()), 1, kMostAtOnce);
  auto work = [connection = shared_.connection, asks = std::move(asks), wanted, now](store::Transaction& transaction) {
    return transaction.take_budget(connection, asks, wanted, now);
  };
  auto grant = co_await shared_.store->write(std::move(work));
  if (!grant) {
    // A store in trouble stops nobody here: its own failures are told where they matter.
    granted_ = 1;
    granted_until_ = now + kMinute;
    co_return;
  }
  // While no limit is known nothing is written down: no more is taken than is spent at once.
  granted_ += grant->windows.empty() ? std::min<std::int64_t>(1, grant->granted) : grant->granted;
  granted_until_ = now + kMinute;
  shared_known_ = shared_known_ || !grant->windows.empty();
  for (const auto& window : grant->windows) {
    const bool is_minute = window.name == kMinuteName;
    follow(is_minute ? minute_ : day_, window, is_minute ? kMinute : kDay);
    granted_until_ = std::min(granted_until_, window.reset);
    heard_ = true;
  }
  if (grant->granted == 0) co_await changed_.wait(kEmptyPause);
}

std::size_t ExactBudget::allowance(CallPriority priority) const {
  if (!has_room(priority)) return 0;
  if (!heard_) return options_.unknown_limit_calls - in_flight_;
  std::int64_t room = 1'000'000;
  if (const Window minute = current(minute_); minute.limit) room = std::min(room, minute.remaining);
  if (const Window day = current(day_); day.limit) room = std::min(room, day.remaining);
  // What others take shows only when calls are taken: work that is claimed in vain waits out its lease.
  if (shared_.store != nullptr && minute_.limit) room = std::min(room, kMostAtOnce);
  const auto taken = static_cast<std::int64_t>(waiting_.size());
  return static_cast<std::size_t>(std::max<std::int64_t>(0, room - taken));
}

Milliseconds ExactBudget::wait_for(CallPriority priority) const {
  const UtcTime now = clock_.now();
  if (now < blocked_until_) return blocked_until_ - now;
  if (!heard_) return Milliseconds{1'000};
  const Window minute = current(minute_);
  const Window day = current(day_);
  Milliseconds wait{1};
  if (day.limit && !has_room(priority) && !(minute.limit && minute.remaining <= 0)) {
    wait = std::max(wait, day.reset + kResetMargin - server_now());
  } else if (day.limit && day.remaining <= 0) {
    wait = std::max(wait, day.reset + kResetMargin - server_now());
  }
  if (minute.limit && minute.remaining <= 0) wait = std::max(wait, minute.reset + kResetMargin - server_now());
  return wait;
}

Milliseconds ExactBudget::returns_in(CallPriority priority) const {
  return has_room(priority) ? Milliseconds::zero() : wait_for(priority);
}

std::optional<UtcTime> ExactBudget::rested_until(std::string_view endpoint) const {
  const UtcTime now = clock_.now();
  if (auto block = endpoint_blocks_.find(endpoint); block != endpoint_blocks_.end() && now < block->second.until) {
    return block->second.until;
  }
  auto found = errors_.find(endpoint);
  if (found == errors_.end()) return std::nullopt;
  const auto& times = found->second;
  if (times.size() < options_.errors_per_hour) return std::nullopt;
  const UtcTime oldest_counted = times[times.size() - options_.errors_per_hour];
  if (now - oldest_counted >= kHour) return std::nullopt;
  return oldest_counted + kHour;
}

Task<Result<void>> ExactBudget::admit(std::string endpoint, CallPriority priority) {
  if (closed_) co_return stopping();
  if (is_sign_in(endpoint)) co_return Result<void>{};
  const UtcTime started = clock_.now();
  const int rank = static_cast<int>(priority);
  struct Waiting {
    Waiting(std::multiset<int>& all, int own) : ranks(all), self(all.insert(own)) {}
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting() { ranks.erase(self); }
    std::multiset<int>& ranks;
    std::multiset<int>::iterator self;
  };
  std::optional<Waiting> waiting;
  while (true) {
    if (auto until = rested_until(endpoint)) {
      co_return domain::fail(Cause::rate_limited, "Exact's endpoint " + endpoint + " is rested until " +
                                                      domain::to_iso8601(*until) +
                                                      " because too many of its answers were refusals");
    }
    const bool first = waiting_.empty() || rank <= *waiting_.begin();
    if (first && has_room(priority)) {
      if (take_granted()) break;
      if (!refilling_) {
        struct Refilling {
          explicit Refilling(bool& flag) : is_on(flag) { is_on = true; }
          Refilling(const Refilling&) = delete;
          Refilling& operator=(const Refilling&) = delete;
          ~Refilling() { is_on = false; }
          bool& is_on;
        };
        {
          const Refilling refilling(refilling_);
          co_await refill(priority);
        }
        changed_.notify_all();
        if (closed_) co_return stopping();
        continue;
      }
    }
    const Milliseconds wait = std::max(Milliseconds{1}, has_room(priority) ? Milliseconds{50} : wait_for(priority));
    const Milliseconds waited = clock_.now() - started;
    if (waited + wait > options_.longest_wait) {
      co_return domain::fail(Cause::budget_spent,
                             "Exact allows no call before " + domain::to_iso8601(clock_.now() + wait));
    }
    if (!waiting) waiting.emplace(waiting_, rank);
    co_await changed_.wait(std::min(wait, Milliseconds{5'000}));
    if (closed_) co_return stopping();
  }
  ++in_flight_;
  ++calls_;
  const auto take = [this](Window& window) {
    if (!window.limit) return;
    window = current(window);
    if (server_now() >= window.reset + kResetMargin) {
      // The next window's end is unknown until an answer tells it; both windows are at least this long.
      window.reset = server_now() + kDefault429Pause;
    }
    --window.remaining;
  };
  take(minute_);
  take(day_);
  co_return Result<void>{};
}

void ExactBudget::learn(Window& window, const exact::RateWindow& stated) {
  if (stated.limit) window.limit = *stated.limit;
  const auto after_in_flight =
      stated.remaining ? *stated.remaining - static_cast<std::int64_t>(in_flight_) : window.remaining;
  const bool next_window = stated.reset && *stated.reset > window.reset;
  if (stated.reset) window.reset = *stated.reset;
  // Answers overtake each other: within one window only the lowest count is believed.
  if (stated.remaining) window.remaining = next_window ? after_in_flight : std::min(window.remaining, after_in_flight);
}

void ExactBudget::completed(std::string_view endpoint, const ports::HttpOutcome& outcome) {
  if (is_sign_in(endpoint)) return;
  if (in_flight_ > 0) --in_flight_;
  if (outcome) {
    heard_ = true;
    const auto& headers = outcome->headers;
    const exact::RateLimits limits = exact::read_rate_limits(headers);
    learn(minute_, limits.minute);
    learn(day_, limits.day);
    const UtcTime now = clock_.now();
    if (outcome->status == 429) {
      ++answers_429_;
      const bool minute_group = limits.minute.reset.has_value();
      const bool day_group = limits.day.reset.has_value();
      if (minute_group) minute_.remaining = std::min<std::int64_t>(minute_.remaining, 0);
      if (day_group) day_.remaining = std::min<std::int64_t>(day_.remaining, 0);
      if (!minute_group && !day_group) {
        Milliseconds pause = kDefault429Pause;
        if (const auto after = ports::find_header(headers, "Retry-After")) {
          if (const auto seconds = json::Value(json::Number{std::string(*after)}).integer())
            pause = std::chrono::seconds(*seconds);
          blocked_until_ = std::max(blocked_until_, now + pause);
        } else {
          // Without headers it may be the error limit of one endpoint, which lasts an hour and longer (exact.md 2), or
          // a gateway's passing word: ask again soon, then less and less often. A 429 counts as no error.
          auto& block = endpoint_blocks_[std::string(endpoint)];
          if (now >= block.until) {
            block.until = now + std::min<Milliseconds>(kHour, kFirstEndpointPause * (1 << std::min(block.times, 9)));
            ++block.times;
          }
        }
      }
    } else if (outcome->status < 400) {
      endpoint_blocks_.erase(std::string(endpoint));
    } else if (counts_as_error(outcome->status)) {
      auto& times = errors_[std::string(endpoint)];
      times.push_back(now);
      while (!times.empty() && now - times.front() > kHour) times.pop_front();
    }
  }
  changed_.notify_all();
}

void ExactBudget::close() {
  closed_ = true;
  changed_.notify_all();
}

}  // namespace connector::engine
