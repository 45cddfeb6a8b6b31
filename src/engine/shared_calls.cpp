#include "engine/shared_calls.h"

#include <algorithm>
#include <charconv>

namespace connector::engine {

using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;
using ports::CallPriority;

namespace {

/// A little longer than until the next try of the one who waits.
constexpr Milliseconds kTurn{3'000};

/// Calls that other processes may have made while no limit was known.
constexpr std::int64_t kUnknownCalls = 8;

/// What persons ask for is little and goes with the orders.
CallPriority rank_of(CallPriority priority) { return std::max(priority, CallPriority::orders); }

std::string lease_prefix(store::ConnectionId connection) { return "calls/exact/" + std::to_string(connection) + "/"; }

std::string lease_name(store::ConnectionId connection, CallPriority rank) {
  return lease_prefix(connection) + std::to_string(static_cast<int>(rank));
}

/// Who of an installation's processes waits for calls.
struct Waiting {
  bool is_outranked = false;  ///< another process waits for more urgent calls
  bool is_noted = false;      ///< this process is noted as waiting at its rank
};

Result<Waiting> who_waits(store::Reader& reader, const CallRequest& request) {
  const std::string prefix = lease_prefix(request.shared.connection);
  auto leases = reader.leases(prefix, request.now);
  if (!leases) return domain::fail(leases.error());
  Waiting waiting;
  const int own = static_cast<int>(rank_of(request.priority));
  for (const store::Lease& lease : *leases) {
    const auto rank = number_behind(prefix, lease.name);
    const bool is_own = lease.owner == request.shared.owner;
    if (rank && !is_own && *rank < own) waiting.is_outranked = true;
    if (rank && is_own && *rank == own) waiting.is_noted = true;
  }
  return waiting;
}

Result<void> note_waiting(store::Transaction& transaction, const CallRequest& request, const CallGrant& grant,
                          bool is_noted) {
  const std::string name = lease_name(request.shared.connection, rank_of(request.priority));
  if (request.waiting <= grant.budget.granted) {
    return is_noted ? transaction.release_lease(name, request.shared.owner) : Result<void>{};
  }
  UtcTime until = request.now + kTurn;
  // Who got nothing comes again in the next window.
  if (grant.budget.granted < request.wanted) {
    for (const auto& window : grant.budget.windows) {
      if (window.taken >= window.limit)
        until = std::max(until, std::min(window.reset, request.now + kTurn * 20) + kTurn);
    }
  }
  auto held = transaction.acquire_lease(name, request.shared.owner, request.now, until);
  if (!held) return domain::fail(held.error());
  return {};
}

}  // namespace

std::optional<int> number_behind(std::string_view prefix, std::string_view name) {
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  int number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
  return number;
}

Result<CallGrant> take_shared_calls(store::Transaction& transaction, const CallRequest& request) {
  CallGrant grant;
  const bool ranked = !request.shared.owner.empty();
  Waiting waiting;
  if (ranked) {
    auto found = who_waits(transaction, request);
    if (!found) return domain::fail(found.error());
    waiting = *found;
    grant.outranked = waiting.is_outranked;
  }
  std::vector<store::BudgetAsk> asks = request.asks;
  if (request.first) {
    auto known = transaction.budget_windows(request.shared.connection);
    if (!known) return domain::fail(known.error());
    const bool is_told = std::any_of(known->begin(), known->end(), [&asks](const store::BudgetWindow& window) {
      return window.name == asks.front().name;
    });
    for (store::BudgetAsk& ask : asks) ask.used += is_told ? 0 : kUnknownCalls;
  }
  const std::int64_t wanted = grant.outranked ? 0 : request.wanted;
  auto taken = transaction.take_budget(request.shared.connection, asks, wanted, request.now);
  if (!taken) return domain::fail(taken.error());
  grant.budget = std::move(*taken);
  if (ranked && !grant.outranked && !grant.budget.windows.empty()) {
    if (auto noted = note_waiting(transaction, request, grant, waiting.is_noted); !noted)
      return domain::fail(noted.error());
  }
  return grant;
}

Result<void> leave_shared_calls(store::Transaction& transaction, const BudgetStore& shared) {
  return transaction.release_leases(lease_prefix(shared.connection), shared.owner);
}

Result<void> give_back_calls(store::Transaction& transaction, const CallRequest& request, std::int64_t calls) {
  auto now = transaction.take_budget(request.shared.connection, request.asks, 0, request.now);
  if (!now) return domain::fail(now.error());
  for (const store::BudgetAsk& ask : request.asks) {
    const auto window = std::find_if(now->windows.begin(), now->windows.end(),
                                     [&ask](const store::BudgetWindow& each) { return each.name == ask.name; });
    if (window == now->windows.end() || window->reset != ask.reset) continue;
    auto given = transaction.take_budget(request.shared.connection, {ask}, -calls, request.now);
    if (!given) return domain::fail(given.error());
  }
  return {};
}

}  // namespace connector::engine
