#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/result.h"
#include "ports/call.h"
#include "store/store.h"

namespace connector::engine {

/// Where all processes of an installation take the calls of one connection from.
struct BudgetStore {
  store::Store* store = nullptr;  ///< nullptr: this process is alone
  store::ConnectionId connection = 0;
  std::string owner;  ///< this process; empty: it lets nobody go first and asks nobody to wait
};

/// The number that stands behind `prefix` in the name of a lease or window and ends it; nullopt if none does.
std::optional<int> number_behind(std::string_view prefix, std::string_view name);

/// One asking of the store for calls.
struct CallRequest {
  BudgetStore shared;
  ports::CallPriority priority = ports::CallPriority::orders;
  std::vector<store::BudgetAsk> asks;
  std::int64_t wanted = 0;
  std::int64_t waiting = 0;  ///< at this priority or a more urgent one, in this process
  domain::UtcTime now{};     ///< by the remote's clock
  /// This process has not heard of the shared windows yet: if no process has, others may have calls under way that were
  /// made before anyone knew a limit.
  bool first = false;
};

struct CallGrant {
  store::BudgetGrant budget;
  bool outranked = false;  ///< another process waits for more urgent calls
};

/// Takes calls from the windows that all processes share. Who does not get all that it waits for holds a lease named
/// after its priority for a while, and less urgent callers of other processes take nothing meanwhile.
domain::Result<CallGrant> take_shared_calls(store::Transaction& transaction, const CallRequest& request);

/// Lets less urgent callers of other processes go on: the owner waits no more.
domain::Result<void> leave_shared_calls(store::Transaction& transaction, const BudgetStore& shared);

/// Gives back calls that were taken and will not be made, unless their window is over.
domain::Result<void> give_back_calls(store::Transaction& transaction, const CallRequest& request, std::int64_t calls);

}  // namespace connector::engine
