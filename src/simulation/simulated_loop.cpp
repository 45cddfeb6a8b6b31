#include "simulation/simulated_loop.h"

#include <algorithm>
#include <utility>

namespace connector::simulation {

namespace {

constexpr unsigned kSlotBits = 24;
constexpr std::uint64_t kSlotMask = (1ULL << kSlotBits) - 1;

}  // namespace

ports::TimerId SimulatedLoop::call_after(domain::Milliseconds delay, std::function<void()> function,
                                         const Owner* owner) {
  std::uint32_t slot = 0;
  if (free_slots_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  const std::uint64_t order = ++last_order_;
  slots_[slot] = Slot{std::move(function), owner, order};
  queue_.push(Event{now_ + std::max(delay, domain::Milliseconds::zero()), order, slot});
  return (order << kSlotBits) | slot;
}

void SimulatedLoop::release(std::uint32_t slot) {
  slots_[slot].owner = nullptr;
  slots_[slot].order = 0;
  // Destroyed last: what it holds may cancel other timers.
  const auto function = std::exchange(slots_[slot].function, nullptr);
  free_slots_.push_back(slot);
}

void SimulatedLoop::cancel(ports::TimerId timer) {
  const auto slot = static_cast<std::uint32_t>(timer & kSlotMask);
  if (slot < slots_.size() && slots_[slot].order == timer >> kSlotBits) release(slot);
}

void SimulatedLoop::forget(const Owner* owner) {
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot].order != 0 && slots_[slot].owner == owner) release(slot);
  }
}

bool SimulatedLoop::step() {
  while (!queue_.empty()) {
    const Event event = queue_.top();
    queue_.pop();
    Slot& slot = slots_[event.slot];
    if (slot.order != event.order) continue;  // cancelled
    now_ = std::max(now_, event.due);
    if (slot.owner != nullptr && slot.owner->paused_until > now_) {
      queue_.push(Event{slot.owner->paused_until, event.order, event.slot});
      continue;
    }
    auto function = std::exchange(slot.function, nullptr);
    release(event.slot);
    ++events_;
    function();
    return true;
  }
  return false;
}

void SimulatedLoop::run_until(domain::UtcTime until) {
  while (!queue_.empty() && queue_.top().due <= until) {
    const Event& top = queue_.top();
    if (slots_[top.slot].order != top.order) {
      queue_.pop();
      continue;
    }
    // A paused owner's event may move past `until`.
    const auto* owner = slots_[top.slot].owner;
    if (owner != nullptr && owner->paused_until > until) {
      const Event event = top;
      queue_.pop();
      queue_.push(Event{owner->paused_until, event.order, event.slot});
      continue;
    }
    step();
  }
  now_ = std::max(now_, until);
}

}  // namespace connector::simulation
