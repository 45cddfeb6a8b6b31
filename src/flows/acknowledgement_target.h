#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "engine/target.h"
#include "engine/walmart_budget.h"
#include "ports/clock.h"
#include "walmart/client.h"

namespace connector::flows {

/// Acknowledges orders at Walmart. Doing it twice does no harm, and whether an order still waits for it is seen by
/// reading the order. So few are on their way at once that Walmart's limit keeps no other posting waiting. Executor
/// thread only.
class AcknowledgementTarget {
 public:
  AcknowledgementTarget(walmart::Client& walmart, engine::WalmartBudget& budget, ports::Clock& clock)
      : walmart_(walmart), budget_(budget), clock_(clock) {}

  /// The body of an acknowledgement is empty. Error: waiting_for_dependency when the setting is off, until the plan
  /// withdraws it, and when Walmart takes no more now, with the posting's turn.
  engine::Freezer freezer() const;
  ports::Task<engine::SendOutcome> send(store::PostingRow row, domain::UtcTime not_after);

 private:
  std::int64_t room() const;

  walmart::Client& walmart_;
  engine::WalmartBudget& budget_;
  ports::Clock& clock_;
  std::int64_t on_their_way_ = 0;
  /// Milliseconds since 1970 of the last turn given; freezers run on the store's thread.
  std::shared_ptr<std::atomic<std::int64_t>> last_turn_ = std::make_shared<std::atomic<std::int64_t>>(0);
};

/// Reads the order, to see whether it still waits to be acknowledged. The client must outlive the task.
ports::Task<engine::LookUpOutcome> look_up_acknowledgement(walmart::Client* walmart, store::PostingRow row);

}  // namespace connector::flows
