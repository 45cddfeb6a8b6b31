#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/shared_calls.h"
#include "ports/clock.h"
#include "ports/concurrency.h"

namespace connector::engine {

/// Keeps the refused answers of each endpoint below the number in an hour at which Exact blocks it (exact.md 2), of all
/// processes together and across their restarts. An endpoint has so many slots: a call under way holds one, and a
/// refused answer keeps it for an hour. So whatever is under way may be refused at once. With a store the slots of
/// calls are leases, a few at a time, and those of refused answers stand beside the budgets. Executor thread only.
class ErrorBudget {
 public:
  ErrorBudget(ports::Executor& executor, ports::Clock& clock, std::size_t slots, BudgetStore shared);

  /// Until when all slots are known to be kept by refused answers.
  std::optional<domain::UtcTime> rested_until(std::string_view endpoint) const;
  /// Whether a call may leave. A remote that states no limits (`unlimited`) is slowed down only once it refused
  /// something.
  bool has_slot(std::string_view endpoint, bool unlimited) const;
  /// How many calls may leave now.
  std::size_t may_leave(std::string_view endpoint, bool unlimited) const;
  /// Whether asking the store may bring a slot.
  bool may_ask(std::string_view endpoint) const;
  /// What is done in the transaction that brought slots.
  using WithSlots = std::function<domain::Result<void>(store::Transaction&)>;
  /// Asks the store for slots and tells it of refused answers. `waiting` callers need one. `with_slots` may be empty.
  ports::Task<void> ask(std::string endpoint, std::size_t waiting, WithSlots with_slots);
  /// A call that `has_slot` allowed leaves.
  void take(std::string_view endpoint);
  /// It is over.
  void give_back(std::string_view endpoint, bool was_refused);
  /// Before the process ends: leaves the slots that no call holds to others, who would wait for its leases to lapse.
  ports::Task<void> leave();

  /// The refused answer that a row of the budgets' table stands for: its endpoint, and until when it counts.
  static std::optional<std::pair<std::string, domain::UtcTime>> refused_answer(const store::BudgetWindow& row);

 private:
  struct Refused {
    int slot = -1;  ///< -1: the call left without one
    domain::UtcTime until{};
  };
  struct Endpoint {
    bool known = false;  ///< the store has told of it
    bool asking = false;
    std::vector<int> held;    ///< slots for calls that may leave
    std::vector<int> in_use;  ///< of calls under way
    std::size_t without_slot = 0;
    domain::UtcTime held_until{};
    std::map<int, domain::UtcTime> refused;  ///< slots kept by refused answers, of all processes
    std::vector<Refused> untold;             ///< the store does not know of them
    domain::UtcTime ask_again_at{};
    domain::UtcTime alone_until{};  ///< the store failed: this process goes on by what it knows, one call at a time
    int empty = 0;
  };
  struct Asked;
  struct Told;
  static domain::Result<Told> tell(store::Transaction& transaction, const Asked& asked);
  ports::Task<void> tell_of_refused(std::string endpoint);
  std::size_t refused_now(const Endpoint& endpoint) const;

  ports::Clock& clock_;
  std::size_t slots_;
  BudgetStore shared_;
  std::map<std::string, Endpoint, std::less<>> endpoints_;
  ports::TaskGroup tasks_;
};

}  // namespace connector::engine
