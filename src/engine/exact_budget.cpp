#include "engine/exact_budget.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include "domain/mutation.h"
#include "engine/call_refusals.h"
#include "exact/endpoints.h"
#include "json/value.h"
#include "ports/counted.h"

namespace connector::engine {

using domain::Cause;
using domain::Milliseconds;
using domain::Mutation;
using domain::Result;
using domain::UtcTime;
using ports::CallPriority;
using ports::Task;

namespace {

/// Calls that may be in flight while the remote's limits are still unknown.
constexpr std::int64_t kUnknownLimitCalls = 4;
/// Of the day window, kept for orders once no more is left (design.md 1.1, invariant 7).
constexpr std::int64_t kDayReserveForOrders = 250;
/// Refused answers that an endpoint may give in an hour; Exact blocks at ten (exact.md 2), and a process that is
/// killed may take the knowledge of one with it.
constexpr std::size_t kErrorsPerHour = 8;
/// A call that would have to wait longer than this fails with budget_spent instead.
constexpr Milliseconds kLongestAdmission{75'000};
/// The longest that an endpoint is left alone after a 429 without a word.
constexpr Milliseconds kHour = std::chrono::hours(1);
/// The window opens on the server's clock; a little later is safely inside.
constexpr Milliseconds kResetMargin{250};
constexpr Milliseconds kDefault429Pause{60'000};
constexpr Milliseconds kFirstEndpointPause{10'000};
constexpr const char* kMinuteName = "exact/minute";
constexpr const char* kDayName = "exact/day";
/// Calls taken from the store at once, at most: what a process that is killed takes with it until the window ends.
constexpr std::int64_t kMostAtOnce = 16;
/// Before the store is asked again that gave nothing: first this long, then twice as long up to the longest.
constexpr Milliseconds kEmptyPause{250};
constexpr Milliseconds kLongestEmptyPause{2'000};
/// While no process knows a limit the store is asked this often whether one came to know it.
constexpr Milliseconds kUnlimitedLook{5'000};
constexpr std::int64_t kUnlimited = 1'000'000;
/// How soon a call that waits for others of its endpoint to end looks again at the latest.
constexpr Milliseconds kSlotPause{250};

/// Token calls have limits of their own and spend no window of a division (exact.md 2).
bool is_sign_in(std::string_view endpoint) { return endpoint == exact::endpoints::token; }

bool counts_as_error(int status) { return status == 400 || status == 401 || status == 403 || status == 404; }

}  // namespace

ExactBudget::ExactBudget(ports::Executor& executor, ports::Clock& clock, BudgetStore shared)
    : clock_(clock),
      changed_(executor),
      errors_(executor, clock, kErrorsPerHour, shared),
      shared_(std::move(shared)),
      tasks_(executor) {}

UtcTime ExactBudget::window_time() const { return clock_.now() - kResetMargin; }

CallWindow ExactBudget::current(CallWindow window) const {
  window.roll(window_time(), in_flight_);
  return window;
}

std::int64_t ExactBudget::unspent() const { return window_time() < granted_until_ ? granted_ : 0; }

ExactBudget::Window ExactBudget::shown(const CallWindow& known) const {
  const CallWindow window = current(known);
  if (!window.limit()) return {};
  return {window.limit(), std::min(window.open(unspent()), *window.limit() - window.told()), window.reset()};
}

std::int64_t ExactBudget::left(const CallWindow& known) const {
  if (!known.limit()) return kUnlimited;
  return current(known).left(window_time(), in_flight_, unspent());
}

void ExactBudget::roll() {
  const UtcTime now = window_time();
  const bool over = limits_known() && (now >= minute_.reset() || now >= day_.reset());
  if (over && in_flight_ > 0) begun_before_ = true;
  minute_.roll(now, in_flight_);
  day_.roll(now, in_flight_);
  // What was not spent within its window is gone.
  if (now >= granted_until_) granted_ = 0;
}

bool ExactBudget::has_room(CallPriority priority) const {
  if (clock_.now() < blocked_until_) return false;
  if (!heard_) return in_flight_ < kUnknownLimitCalls;
  return left(minute_) > 0 && left(day_) > day_reserve(priority);
}

std::int64_t ExactBudget::day_reserve(CallPriority priority) const {
  if (priority <= CallPriority::orders || !day_.limit() || mutated(Mutation::no_reserve_for_orders)) return 0;
  return std::min(kDayReserveForOrders, *day_.limit() / 10);
}

bool ExactBudget::is_first(CallPriority priority) const {
  return waiting_.empty() || static_cast<int>(priority) <= *waiting_.begin();
}

bool ExactBudget::is_free_of_limits() const { return is_unlimited() && clock_.now() < unlimited_until_; }

bool ExactBudget::lacks_call() const { return shared_.store != nullptr && !is_free_of_limits() && granted_ <= 0; }

bool ExactBudget::take_granted() {
  if (shared_.store == nullptr) {
    minute_.take(1);
    day_.take(1);
    return true;
  }
  if (lacks_call()) return false;
  if (!is_free_of_limits()) --granted_;
  return true;
}

CallRequest ExactBudget::request(CallPriority priority) const {
  CallRequest request;
  request.shared = shared_;
  request.priority = priority;
  request.now = window_time();
  request.first = !shared_known_;
  const auto ask_of = [this, &request](const char* name, const CallWindow& window, std::int64_t reserve) {
    store::BudgetAsk ask;
    ask.name = name;
    ask.length = window.length();
    ask.limit = window.limit();
    ask.reset = window.reset();
    ask.used = window.told();
    ask.in_flight = in_flight_;
    ask.reserve = reserve;
    if (window.limit()) ask.reserve += window.caution(request.now, in_flight_);
    request.asks.push_back(std::move(ask));
  };
  ask_of(kMinuteName, minute_, 0);
  ask_of(kDayName, day_, day_reserve(priority));
  const auto rank = static_cast<int>(std::max(priority, CallPriority::orders));
  request.waiting = std::distance(waiting_.begin(), waiting_.upper_bound(rank));
  request.wanted = std::clamp<std::int64_t>(request.waiting, 1, kMostAtOnce);
  return request;
}

Task<Result<CallGrant>> ExactBudget::ask_store(CallRequest asking) {
  auto work = [asked = std::move(asking)](store::Transaction& transaction) {
    return take_shared_calls(transaction, asked);
  };
  co_return co_await shared_.store->write(std::move(work));
}

/// Takes calls from the store for those who wait.
Task<void> ExactBudget::refill(CallPriority priority, std::size_t may_leave) {
  CallRequest asking = request(priority);
  // Calls that are taken long before they leave hide those that another program makes meanwhile.
  asking.wanted = std::min(asking.wanted, std::max<std::int64_t>(1, static_cast<std::int64_t>(may_leave)));
  const auto grant = co_await ask_store(std::move(asking));
  if (take_in(grant)) co_return;
  co_await changed_.wait(std::min(kLongestEmptyPause, kEmptyPause * (1 << std::min(empty_ - 1, 6))));
}

bool ExactBudget::take_in(const Result<CallGrant>& grant) {
  roll();
  if (!grant) {
    // A store in trouble stops nobody here: its own failures are told where they matter.
    granted_ = 1;
    granted_until_ = window_time() + minute_.length();
    return true;
  }
  const store::BudgetGrant& taken = grant->budget;
  if (taken.windows.empty()) {
    // While no limit is known nothing is written down: no more is taken than is spent at once.
    granted_ = 1;
    granted_until_ = window_time() + minute_.length();
    unlimited_until_ = clock_.now() + kUnlimitedLook;
    return true;
  }
  shared_known_ = true;
  granted_ += taken.granted;
  granted_until_ = taken.windows.front().reset;
  for (const auto& window : taken.windows) {
    (window.name == kMinuteName ? minute_ : day_).follow(window.limit, window.taken, window.reset);
    granted_until_ = std::min(granted_until_, window.reset);
    heard_ = true;
  }
  roll();
  empty_ = taken.granted > 0 ? 0 : empty_ + 1;
  return taken.granted > 0;
}

Task<void> ExactBudget::tell_others() {
  CallRequest telling = request(CallPriority::orders);
  telling.first = false;  // what the remote said needs no caution
  telling.shared.owner.clear();
  telling.wanted = 0;
  // If the store fails each hears it from the remote.
  (void)co_await ask_store(std::move(telling));
}

Task<void> ExactBudget::give_back() {
  const std::int64_t calls = granted_;
  granted_ = 0;
  auto work = [asked = request(CallPriority::orders), calls](store::Transaction& transaction) {
    return give_back_calls(transaction, asked, calls);
  };
  // If the store fails they are lost until the window ends.
  (void)co_await shared_.store->write(std::move(work));
}

std::size_t ExactBudget::allowance(CallPriority priority) const {
  if (!has_room(priority)) return 0;
  if (!heard_) return static_cast<std::size_t>(kUnknownLimitCalls - in_flight_);
  std::int64_t room = std::min(left(minute_), left(day_) - day_reserve(priority));
  // What others take shows only when calls are taken: work that is claimed in vain waits out its lease.
  if (shared_.store != nullptr && minute_.limit()) room = std::min(room, kMostAtOnce);
  auto taken = static_cast<std::int64_t>(waiting_.size());
  for (const auto& [endpoint, count] : want_slots_) taken += static_cast<std::int64_t>(count);
  return static_cast<std::size_t>(std::max<std::int64_t>(0, room - taken));
}

Milliseconds ExactBudget::wait_for(CallPriority priority) const {
  const UtcTime now = clock_.now();
  if (now < blocked_until_) return blocked_until_ - now;
  if (!heard_) return Milliseconds{1'000};
  Milliseconds wait{1};
  const auto look_at = [&](const CallWindow& known, std::int64_t reserve) {
    if (left(known) > reserve) return;
    // What only the calls under way forbid shows with their answers.
    const Window window = shown(known);
    wait = std::max(wait, window.remaining <= reserve ? window.reset - window_time() : kEmptyPause);
  };
  look_at(minute_, 0);
  look_at(day_, day_reserve(priority));
  return wait;
}

Milliseconds ExactBudget::returns_in(CallPriority priority) const {
  return has_room(priority) ? Milliseconds::zero() : wait_for(priority);
}

std::optional<UtcTime> ExactBudget::spent_until(CallPriority priority) const {
  const Milliseconds wait = returns_in(priority);
  if (wait <= kLongestAdmission) return std::nullopt;
  return clock_.now() + wait;
}

std::optional<UtcTime> ExactBudget::rested_until(std::string_view endpoint) const {
  const UtcTime now = clock_.now();
  if (auto block = endpoint_blocks_.find(endpoint); block != endpoint_blocks_.end() && now < block->second.until) {
    return block->second.until;
  }
  return errors_.rested_until(endpoint);
}

bool ExactBudget::must_wait(std::string_view endpoint) const {
  const auto is_spent = [this](const CallWindow& known) {
    const CallWindow window = current(known);
    return window.limit() && window.told() >= *window.limit();
  };
  return clock_.now() < blocked_until_ || rested_until(endpoint) || is_spent(minute_) || is_spent(day_);
}

/// Waits a while for a slot, and takes a call in the same commit if none was taken before; the caller looks again.
Task<void> ExactBudget::wait_for_slot(std::string endpoint, CallPriority priority) {
  const ports::Counted waiting(want_slots_[endpoint]);
  if (errors_.may_ask(endpoint)) {
    ErrorBudget::WithSlots take_call;
    const auto grant = std::make_shared<std::optional<Result<CallGrant>>>();
    std::optional<ports::Counted<int>> refilling;
    if (refillings_ == 0 && lacks_call() && has_room(priority) && is_first(priority)) {
      refilling.emplace(refillings_);
      CallRequest asking = request(priority);
      asking.wanted = 1;
      take_call = [grant, asked = std::move(asking)](store::Transaction& transaction) -> Result<void> {
        const auto& taken = grant->emplace(take_shared_calls(transaction, asked));
        return taken ? Result<void>{} : domain::fail(taken.error());
      };
    }
    co_await errors_.ask(endpoint, want_slots_[endpoint], std::move(take_call));
    if (*grant) take_in(**grant);
    changed_.notify_all();
  } else {
    co_await changed_.wait(kSlotPause);
  }
}

Task<Result<void>> ExactBudget::admit(std::string endpoint, CallPriority priority, std::optional<UtcTime> not_after) {
  if (closed_) co_return domain::fail(stopping());
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
  bool lacks_slot = false;
  while (true) {
    roll();
    if (clock_.now() - started > kLongestAdmission) {
      co_return domain::fail(Cause::budget_spent,
                             lacks_slot ? "other calls to Exact's endpoint " + endpoint +
                                              " are under way, or of a process that was killed in the last two "
                                              "minutes: more at once might all be refused, and Exact would block it"
                                        : "more urgent calls to Exact leave no room for " + endpoint);
    }
    if (not_after && clock_.now() > *not_after) co_return domain::fail(too_late(endpoint));
    if (auto until = rested_until(endpoint)) {
      co_return domain::fail(Cause::rate_limited, "Exact's endpoint " + endpoint + " is rested until " +
                                                      domain::to_iso8601(*until) +
                                                      " because too many of its answers were refusals");
    }
    lacks_slot = !errors_.has_slot(endpoint, is_unlimited());
    if (lacks_slot) {
      // Whoever waits for the calls of one endpoint keeps nobody of another waiting.
      waiting.reset();
      co_await wait_for_slot(endpoint, priority);
      if (closed_) co_return domain::fail(stopping());
      continue;
    }
    if (is_first(priority) && has_room(priority)) {
      if (take_granted()) break;
      if (refillings_ == 0) {
        if (!waiting) waiting.emplace(waiting_, rank);
        {
          const ports::Counted refilling(refillings_);
          const std::size_t may_leave = errors_.may_leave(endpoint, is_unlimited());
          co_await refill(priority, may_leave);
        }
        changed_.notify_all();
        if (closed_) co_return domain::fail(stopping());
        continue;
      }
    }
    const Milliseconds wait = std::max(Milliseconds{1}, has_room(priority) ? Milliseconds{50} : wait_for(priority));
    const Milliseconds waited = clock_.now() - started;
    if (waited + wait > kLongestAdmission) {
      co_return domain::fail(Cause::budget_spent,
                             "Exact allows no call before " + domain::to_iso8601(clock_.now() + wait));
    }
    if (not_after && clock_.now() + wait > *not_after) co_return domain::fail(too_late(endpoint));
    if (!waiting) waiting.emplace(waiting_, rank);
    co_await changed_.wait(std::min(wait, Milliseconds{5'000}));
    if (closed_) co_return domain::fail(stopping());
  }
  errors_.take(endpoint);
  ++in_flight_;
  ++calls_;
  co_return Result<void>{};
}

void ExactBudget::learn_429(std::string_view endpoint, const ports::HttpHeaders& headers,
                            const exact::RateLimits& limits) {
  const UtcTime now = clock_.now();
  ++answers_429_;
  const bool is_minute = minute_.refused(limits.minute);
  const bool is_day = day_.refused(limits.day);
  if (is_minute || is_day) {
    if (shared_.store != nullptr && !closed_) tasks_.spawn(tell_others());
    return;
  }
  if (const auto after = ports::find_header(headers, "Retry-After")) {
    Milliseconds pause = kDefault429Pause;
    if (const auto seconds = json::parse_integer(*after)) pause = std::chrono::seconds(*seconds);
    blocked_until_ = std::max(blocked_until_, now + pause);
    return;
  }
  // With calls left in both windows, or no word of them, it may be the error limit of one endpoint, which lasts an hour
  // and longer (exact.md 2), or a gateway's passing word: ask again soon, then less and less often. A 429 counts as no
  // error.
  auto& block = endpoint_blocks_[std::string(endpoint)];
  if (now < block.until) return;
  block.until = now + std::min<Milliseconds>(kHour, kFirstEndpointPause * (1 << std::min(block.times, 9)));
  ++block.times;
}

void ExactBudget::completed(std::string_view endpoint, const ports::HttpOutcome& outcome) {
  settle(endpoint, outcome, outcome && counts_as_error(outcome->status));
}

void ExactBudget::completed_in_doubt(std::string_view endpoint, const ports::HttpOutcome& outcome) {
  const bool is_hidden = outcome ? outcome->status >= 500 : outcome.error().may_have_arrived;
  settle(endpoint, outcome, is_hidden || (outcome && counts_as_error(outcome->status)));
}

void ExactBudget::settle(std::string_view endpoint, const ports::HttpOutcome& outcome, bool was_refused) {
  if (is_sign_in(endpoint)) return;
  roll();
  if (in_flight_ > 0) --in_flight_;
  const bool never_left = !outcome && !outcome.error().may_have_arrived;
  if (never_left && !begun_before_ && limits_known()) {
    if (shared_.store != nullptr) {
      ++granted_;
    } else {
      minute_.take(-1);
      day_.take(-1);
    }
  }
  if (in_flight_ == 0) begun_before_ = false;
  errors_.give_back(endpoint, was_refused);
  if (outcome && mutated(Mutation::limits_ignored)) {
    heard_ = true;
  } else if (outcome) {
    heard_ = true;
    const exact::RateLimits limits = exact::read_rate_limits(outcome->headers);
    minute_.learn(limits.minute, in_flight_);
    day_.learn(limits.day, in_flight_);
    if (outcome->status == 429) {
      learn_429(endpoint, outcome->headers, limits);
    } else if (outcome->status < 400) {
      endpoint_blocks_.erase(std::string(endpoint));
    }
  }
  const bool scarce = minute_.limit() && minute_.open(0) < *minute_.limit() / 2;
  if (granted_ > 0 && scarce && waiting_.empty() && shared_.store != nullptr && !closed_) tasks_.spawn(give_back());
  changed_.notify_all();
}

Task<void> ExactBudget::leave() {
  co_await tasks_.join();
  if (shared_.store == nullptr) co_return;
  if (limits_known() && unspent() > 0) co_await give_back();
  co_await errors_.leave();
  // Who never asked for calls holds no rank among those that wait.
  if (!shared_known_) co_return;
  auto work = [shared = shared_](store::Transaction& transaction) { return leave_shared_calls(transaction, shared); };
  // If the store fails they lapse.
  (void)co_await shared_.store->write(std::move(work));
}

void ExactBudget::close() {
  closed_ = true;
  changed_.notify_all();
}

}  // namespace connector::engine
