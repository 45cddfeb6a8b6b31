#include "engine/error_budget.h"

#include <algorithm>
#include <set>

namespace connector::engine {

using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;
using ports::Task;

namespace {

/// Exact counts by the hour; clocks differ by seconds.
constexpr Milliseconds kCounts = std::chrono::minutes(61);
/// What a process holds lapses so long after it asked last: a killed one keeps nobody waiting for longer.
constexpr Milliseconds kHeld = std::chrono::minutes(2);
/// No call is under way for longer, and clocks differ.
constexpr Milliseconds kLongestCall{45'000};
constexpr Milliseconds kNoSlotPause{250};
constexpr Milliseconds kLongestNoSlotPause{4'000};
constexpr Milliseconds kStoreFailedPause{5'000};
constexpr std::string_view kPrefix = "refused/exact/";

std::string slot_name(std::string_view endpoint, int slot) {
  return std::string(kPrefix) + std::string(endpoint) + "#" + std::to_string(slot);
}

/// What the names of an endpoint's leases begin with; the slot's number follows.
std::string lease_prefix(const BudgetStore& shared, std::string_view endpoint) {
  return std::to_string(shared.connection) + "/" + std::string(kPrefix) + std::string(endpoint) + "#";
}

std::string lease_name(const BudgetStore& shared, std::string_view endpoint, int slot) {
  return lease_prefix(shared, endpoint) + std::to_string(slot);
}

/// Slots of which another process holds the lease.
Result<std::set<int>> slots_of_others(store::Reader& reader, const BudgetStore& shared, std::string_view endpoint,
                                      UtcTime now) {
  const std::string prefix = lease_prefix(shared, endpoint);
  auto leases = reader.leases(prefix, now);
  if (!leases) return domain::fail(leases.error());
  std::set<int> slots;
  for (const store::Lease& lease : *leases) {
    const auto slot = number_behind(prefix, lease.name);
    if (slot && lease.owner != shared.owner) slots.insert(*slot);
  }
  return slots;
}

/// A row of the budgets' table: how its endpoint and slot stand in its name.
struct SlotRow {
  std::string_view endpoint;
  int slot = 0;
};

std::optional<SlotRow> slot_of(std::string_view name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  const auto mark = name.rfind('#');
  if (mark == std::string_view::npos) return std::nullopt;
  const auto slot = number_behind(name.substr(0, mark + 1), name);
  if (!slot) return std::nullopt;
  return SlotRow{name.substr(0, mark), *slot};
}

/// What one process may hold at most: half of what refused answers have left.
std::size_t share_of(std::size_t slots, std::size_t refused) {
  return std::max<std::size_t>((slots - std::min(slots, refused)) / 2, 1);
}

}  // namespace

struct ErrorBudget::Asked {
  BudgetStore shared;
  std::string endpoint;
  UtcTime now{};
  std::size_t slots = 0;
  std::size_t wanted = 0;  ///< to hold in all, of which those in use are kept in any case
  std::vector<int> in_use;
  std::vector<int> held;
  std::vector<Refused> untold;
};

struct ErrorBudget::Told {
  std::vector<int> held;
  std::map<int, UtcTime> refused;
};

ErrorBudget::ErrorBudget(ports::Executor& executor, ports::Clock& clock, std::size_t slots, BudgetStore shared)
    : clock_(clock), slots_(slots), shared_(std::move(shared)), tasks_(executor) {}

std::optional<std::pair<std::string, UtcTime>> ErrorBudget::refused_answer(const store::BudgetWindow& row) {
  const auto slot = slot_of(row.name);
  if (!slot) return std::nullopt;
  return std::pair(std::string(slot->endpoint), row.reset);
}

std::size_t ErrorBudget::refused_now(const Endpoint& endpoint) const {
  const UtcTime now = clock_.now();
  const auto count = std::count_if(endpoint.refused.begin(), endpoint.refused.end(),
                                   [now](const auto& each) { return each.second > now; });
  const auto untold = std::count_if(endpoint.untold.begin(), endpoint.untold.end(),
                                    [now](const Refused& each) { return each.slot < 0 && each.until > now; });
  return static_cast<std::size_t>(count + untold);
}

std::optional<UtcTime> ErrorBudget::rested_until(std::string_view name) const {
  const auto found = endpoints_.find(name);
  if (found == endpoints_.end() || refused_now(found->second) < slots_) return std::nullopt;
  const UtcTime now = clock_.now();
  std::optional<UtcTime> first;
  const auto look_at = [&first, now](UtcTime until) {
    if (until > now) first = std::min(first.value_or(until), until);
  };
  for (const auto& [slot, until] : found->second.refused) look_at(until);
  for (const Refused& each : found->second.untold) look_at(each.until);
  return first;
}

bool ErrorBudget::has_slot(std::string_view name, bool unlimited) const {
  const auto found = endpoints_.find(name);
  if (shared_.store == nullptr) {
    if (found == endpoints_.end()) return true;
    const std::size_t refused = refused_now(found->second);
    return (unlimited && refused == 0) || refused + found->second.without_slot < slots_;
  }
  if (found == endpoints_.end()) return false;
  const Endpoint& endpoint = found->second;
  if (clock_.now() < endpoint.alone_until) return endpoint.in_use.empty() && endpoint.without_slot == 0;
  if (!endpoint.known) return false;
  if (unlimited && refused_now(endpoint) == 0) return true;
  return !endpoint.held.empty() && clock_.now() + kLongestCall < endpoint.held_until;
}

std::size_t ErrorBudget::may_leave(std::string_view name, bool unlimited) const {
  const auto found = endpoints_.find(name);
  if (found == endpoints_.end() || !has_slot(name, unlimited)) return 0;
  const bool counted = shared_.store != nullptr && !(unlimited && refused_now(found->second) == 0);
  return counted ? found->second.held.size() : slots_;
}

bool ErrorBudget::may_ask(std::string_view name) const {
  if (shared_.store == nullptr) return false;
  const auto found = endpoints_.find(name);
  if (found == endpoints_.end()) return true;
  const Endpoint& endpoint = found->second;
  if (endpoint.asking || clock_.now() < endpoint.ask_again_at) return false;
  return !endpoint.known || endpoint.in_use.empty() || endpoint.in_use.size() < share_of(slots_, refused_now(endpoint));
}

void ErrorBudget::take(std::string_view name) {
  Endpoint& endpoint = endpoints_[std::string(name)];
  if (endpoint.held.empty()) {
    ++endpoint.without_slot;
    return;
  }
  endpoint.in_use.push_back(endpoint.held.back());
  endpoint.held.pop_back();
}

void ErrorBudget::give_back(std::string_view name, bool was_refused) {
  Endpoint& endpoint = endpoints_[std::string(name)];
  int slot = -1;
  if (endpoint.without_slot > 0) {
    --endpoint.without_slot;
  } else if (!endpoint.in_use.empty()) {
    slot = endpoint.in_use.back();
    endpoint.in_use.pop_back();
  }
  if (!was_refused) {
    if (slot >= 0) endpoint.held.push_back(slot);
    return;
  }
  const UtcTime until = clock_.now() + kCounts;
  endpoint.untold.push_back({slot, until});
  if (slot >= 0) endpoint.refused[slot] = until;
  if (shared_.store == nullptr) {
    std::erase_if(endpoint.untold, [now = clock_.now()](const Refused& each) { return each.until <= now; });
  } else if (!endpoint.asking) {
    tasks_.spawn(tell_of_refused(std::string(name)));
  }
}

Task<void> ErrorBudget::tell_of_refused(std::string endpoint) { co_await ask(std::move(endpoint), 0, {}); }

/// In one transaction with what it decides by, so that no two processes come by the same slot.
Result<ErrorBudget::Told> ErrorBudget::tell(store::Transaction& transaction, const Asked& asked) {
  Told told;
  auto rows = transaction.budget_windows(asked.shared.connection);
  if (!rows) return domain::fail(rows.error());
  for (const store::BudgetWindow& row : *rows) {
    const auto slot = slot_of(row.name);
    if (slot && slot->endpoint == asked.endpoint && row.reset > asked.now) told.refused[slot->slot] = row.reset;
  }
  const auto acquire = [&](int slot) {
    return transaction.acquire_lease(lease_name(asked.shared, asked.endpoint, slot), asked.shared.owner, asked.now,
                                     asked.now + kHeld);
  };
  const auto release = [&](int slot) {
    return transaction.release_lease(lease_name(asked.shared, asked.endpoint, slot), asked.shared.owner);
  };
  auto others = slots_of_others(transaction, asked.shared, asked.endpoint, asked.now);
  if (!others) return domain::fail(others.error());
  const auto is_free = [&](int slot) {
    return !told.refused.contains(slot) && !others->contains(slot) &&
           std::find(asked.in_use.begin(), asked.in_use.end(), slot) == asked.in_use.end() &&
           std::find(asked.held.begin(), asked.held.end(), slot) == asked.held.end();
  };
  for (const Refused& each : asked.untold) {
    int slot = each.slot;
    for (int other = 0; slot < 0 && other < static_cast<int>(asked.slots); ++other) {
      if (is_free(other)) slot = other;
    }
    // All slots are taken: those of calls under way count for it.
    if (slot < 0) continue;
    if (auto released = release(slot); !released) return domain::fail(released.error());
    store::BudgetAsk ask;
    ask.name = slot_name(asked.endpoint, slot);
    ask.length = kCounts;
    ask.limit = 1;
    ask.used = 1;
    ask.reset = each.until;
    auto put = transaction.take_budget(asked.shared.connection, {ask}, 0, asked.now);
    if (!put) return domain::fail(put.error());
    told.refused[slot] = each.until;
  }
  for (const int slot : asked.in_use) {
    auto renewed = acquire(slot);
    if (!renewed) return domain::fail(renewed.error());
  }
  const std::size_t most = std::min(asked.wanted, share_of(asked.slots, told.refused.size()));
  for (const int slot : asked.held) {
    if (told.refused.contains(slot)) continue;
    if (asked.in_use.size() + told.held.size() >= most) {
      if (auto released = release(slot); !released) return domain::fail(released.error());
      continue;
    }
    auto renewed = acquire(slot);
    if (!renewed) return domain::fail(renewed.error());
    if (*renewed) told.held.push_back(slot);
  }
  if (asked.in_use.size() + told.held.size() >= most) return told;
  std::vector<int> free;
  for (int slot = 0; slot < static_cast<int>(asked.slots); ++slot) {
    if (is_free(slot)) free.push_back(slot);
  }
  // Half of what is free, so that the next process comes by some, too.
  free.resize(std::min((free.size() + 1) / 2, most - asked.in_use.size() - told.held.size()));
  for (const int slot : free) {
    auto acquired = acquire(slot);
    if (!acquired) return domain::fail(acquired.error());
    if (*acquired) told.held.push_back(slot);
  }
  return told;
}

Task<void> ErrorBudget::ask(std::string name, std::size_t waiting, WithSlots with_slots) {
  Endpoint& endpoint = endpoints_[name];  // never erased
  endpoint.asking = true;
  do {
    Asked asked;
    asked.shared = shared_;
    asked.endpoint = name;
    asked.now = clock_.now();
    asked.slots = slots_;
    asked.in_use = endpoint.in_use;
    asked.held = std::exchange(endpoint.held, {});
    asked.wanted = endpoint.in_use.size() + waiting;
    asked.untold = std::exchange(endpoint.untold, {});
    const UtcTime asked_at = asked.now;
    auto untold = asked.untold;
    auto work = [asked = std::move(asked),
                 with_slots = std::exchange(with_slots, {})](store::Transaction& transaction) -> Result<Told> {
      auto told = tell(transaction, asked);
      if (!told || told->held.empty() || !with_slots) return told;
      if (auto done = with_slots(transaction); !done) return domain::fail(done.error());
      return told;
    };
    auto told = co_await shared_.store->write(std::move(work));
    if (!told) {
      endpoint.untold.insert(endpoint.untold.end(), untold.begin(), untold.end());
      endpoint.alone_until = endpoint.ask_again_at = clock_.now() + kStoreFailedPause;
      break;
    }
    endpoint.known = true;
    // Calls that ended meanwhile left theirs, which were renewed.
    endpoint.held.insert(endpoint.held.end(), told->held.begin(), told->held.end());
    endpoint.held_until = asked_at + kHeld;
    // What was refused meanwhile comes on top.
    for (const auto& each : endpoint.untold) {
      if (each.slot >= 0) told->refused[each.slot] = each.until;
    }
    endpoint.refused = std::move(told->refused);
    endpoint.empty = endpoint.held.empty() && waiting > 0 ? endpoint.empty + 1 : 0;
    if (endpoint.empty > 0) {
      endpoint.ask_again_at =
          clock_.now() + std::min(kLongestNoSlotPause, kNoSlotPause * (1 << std::min(endpoint.empty - 1, 6)));
    }
  } while (!endpoint.untold.empty());
  endpoint.asking = false;
}

Task<void> ErrorBudget::leave() {
  co_await tasks_.join();
  if (shared_.store == nullptr) co_return;
  std::vector<std::string> leases;
  for (auto& [name, endpoint] : endpoints_) {
    for (const int slot : std::exchange(endpoint.held, {})) leases.push_back(lease_name(shared_, name, slot));
  }
  if (leases.empty()) co_return;
  auto work = [leases = std::move(leases), owner = shared_.owner](store::Transaction& transaction) -> Result<void> {
    for (const std::string& lease : leases) {
      if (auto released = transaction.release_lease(lease, owner); !released) return released;
    }
    return {};
  };
  // If the store fails they lapse.
  (void)co_await shared_.store->write(std::move(work));
}

}  // namespace connector::engine
