#include "engine/shared_calls.h"

#include <algorithm>

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

/// Whether another process holds the lease of a more urgent rank.
Result<bool> is_outranked(store::Transaction& transaction, const CallRequest& request) {
  const CallPriority own = rank_of(request.priority);
  for (auto rank = CallPriority::orders; rank < own; rank = static_cast<CallPriority>(static_cast<int>(rank) + 1)) {
    // Taken for no time at all: it only shows whether another's stands.
    auto free = transaction.acquire_lease(lease_name(request.shared.connection, rank), request.shared.owner,
                                          request.now, request.now);
    if (!free) return domain::fail(free.error());
    if (!*free) return true;
  }
  return false;
}

Result<void> note_waiting(store::Transaction& transaction, const CallRequest& request, const CallGrant& grant) {
  const std::string name = lease_name(request.shared.connection, rank_of(request.priority));
  if (request.waiting <= grant.budget.granted) return transaction.release_lease(name, request.shared.owner);
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

Result<CallGrant> take_shared_calls(store::Transaction& transaction, const CallRequest& request) {
  CallGrant grant;
  const bool ranked = !request.shared.owner.empty();
  if (ranked) {
    auto outranked = is_outranked(transaction, request);
    if (!outranked) return domain::fail(outranked.error());
    grant.outranked = *outranked;
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
    if (auto noted = note_waiting(transaction, request, grant); !noted) return domain::fail(noted.error());
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
