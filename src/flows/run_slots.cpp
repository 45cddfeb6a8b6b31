#include "flows/run_slots.h"

namespace connector::flows {

/// A waiter's place in the queue; leaves it, and passes on what it was given, when the waiter is destroyed.
struct RunSlots::Place {
  Place(RunSlots& slots, Key key) : owner(slots), key(key), turn(slots.executor_) { owner.waiting_.emplace(key, this); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    owner.waiting_.erase(key);
    if (granted) owner.give_back();
  }
  RunSlots& owner;
  Key key;
  ports::Signal turn;
  bool granted = false;
};

ports::Task<RunSlots::Slot> RunSlots::take(ports::CallPriority priority) {
  if (free_ > 0) {
    --free_;
    co_return Slot(this);
  }
  Place place(*this, Key{priority, ++last_ticket_});
  while (!place.granted) co_await place.turn.wait(std::chrono::hours(1));
  place.granted = false;
  co_return Slot(this);
}

void RunSlots::give_back() {
  if (waiting_.empty()) {
    ++free_;
    return;
  }
  Place* next = waiting_.begin()->second;
  waiting_.erase(waiting_.begin());
  next->granted = true;
  next->turn.notify_all();
}

}  // namespace connector::flows
