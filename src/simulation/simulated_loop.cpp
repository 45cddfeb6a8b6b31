#include "simulation/simulated_loop.h"

#include <algorithm>

namespace connector::simulation {

ports::TimerId SimulatedLoop::call_after(domain::Milliseconds delay, std::function<void()> function) {
  const ports::TimerId id = ++last_id_;
  const domain::UtcTime due = now_ + std::max(delay, domain::Milliseconds::zero());
  queue_.emplace(Key{due, id}, std::move(function));
  due_.emplace(id, due);
  return id;
}

void SimulatedLoop::cancel(ports::TimerId timer) {
  auto found = due_.find(timer);
  if (found == due_.end()) return;
  queue_.erase(Key{found->second, timer});
  due_.erase(found);
}

bool SimulatedLoop::step() {
  if (queue_.empty()) return false;
  auto first = queue_.begin();
  now_ = std::max(now_, first->first.first);
  auto function = std::move(first->second);
  due_.erase(first->first.second);
  queue_.erase(first);
  ++events_;
  function();
  return true;
}

void SimulatedLoop::run_until(domain::UtcTime until) {
  while (!queue_.empty() && queue_.begin()->first.first <= until) step();
  now_ = std::max(now_, until);
}

}  // namespace connector::simulation
