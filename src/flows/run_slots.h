#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "ports/call.h"
#include "ports/concurrency.h"

namespace connector::flows {

/// Lets only so many flows of a process run, and lists of reference data be read, at once, the most urgent first: after
/// a downtime those of all connections are due together. Executor thread only.
class RunSlots {
 public:
  RunSlots(ports::Executor& executor, std::size_t count) : executor_(executor), free_(count) {}
  RunSlots(const RunSlots&) = delete;
  RunSlots& operator=(const RunSlots&) = delete;

  class Slot {
   public:
    explicit Slot(RunSlots* owner) : owner_(owner) {}
    Slot(Slot&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (owner_ != nullptr) owner_->give_back();
    }

   private:
    RunSlots* owner_;
  };
  /// Waits for a turn; the slot is free again when it is destroyed.
  ports::Task<Slot> take(ports::CallPriority priority);
  std::size_t waiting() const { return waiting_.size(); }

 private:
  using Key = std::pair<ports::CallPriority, std::uint64_t>;
  struct Place;
  void give_back();

  ports::Executor& executor_;
  std::size_t free_;
  std::uint64_t last_ticket_ = 0;
  std::map<Key, Place*> waiting_;
};

}  // namespace connector::flows
