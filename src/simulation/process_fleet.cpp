#include "simulation/process_fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace connector::simulation {

using domain::Milliseconds;
using std::chrono::minutes;

Milliseconds ProcessFleet::span(Milliseconds most) {
  return Milliseconds{static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(most.count())))};
}

void ProcessFleet::assign_clocks(int processes, std::uint32_t rate, Milliseconds most) {
  slots_.resize(static_cast<std::size_t>(processes));
  for (Slot& each : slots_) {
    if (random_.chance(rate)) each.skew = span(most * 2) - most;
  }
}

void ProcessFleet::start_all() {
  for (std::size_t index = 0; index < slots_.size(); ++index) {
    if (!slot(index).process) start(index);
  }
}

void ProcessFleet::start(std::size_t index) {
  slot(index).is_planned_to_start = false;
  if (slot(index).process) return;
  const std::string name = fmt::format("p{}/{}", index + 1, ++slot(index).starts);
  auto process = std::make_unique<SimulatedProcess>(
      installation_, SimulatedProcess::Options{name, random_.next(), slot(index).skew, true});
  process->on_death = [this, index] {
    note(fmt::format("p{} dies at a write of its store", index + 1));
    plan_end(index);
  };
  // It may die or fall asleep before it has started in full.
  process->on_write_sent = [this, index, starting = process.get()] {
    if (killed_at_send == 0 || !random_.chance(killed_at_send)) return;
    note(fmt::format("p{} dies as a request has left", index + 1));
    starting->die();
    plan_end(index);
  };
  process->on_sleep = [this, index, sleeping = process.get()] { put_to_sleep(index, *sleeping); };
  auto opened = process->open();
  if (opened) opened = process->serve(log_);
  if (!opened || process->is_dead()) {
    note(fmt::format("{} cannot start: {}", name, opened ? "it died" : opened.error().message));
    process.reset();
    plan_start(index, std::chrono::seconds(30));
    return;
  }
  note(name + " starts");
  slot(index).process = std::move(process);
}

void ProcessFleet::plan_start(std::size_t index, Milliseconds after) {
  if (std::exchange(slot(index).is_planned_to_start, true)) return;
  installation_.loop.call_after(after, [this, index] { start(index); });
}

/// A process cannot be destroyed from within: its end comes right after the event that runs.
void ProcessFleet::plan_end(std::size_t index) {
  if (std::exchange(slot(index).is_planned_to_end, true)) return;
  installation_.loop.call_after(Milliseconds::zero(), [this, index] {
    slot(index).is_planned_to_end = false;
    end(index);
  });
}

bool ProcessFleet::destroy(Slot& which) {
  if (!which.process) return false;
  which.process->die();
  which.process.reset();
  ++deaths_;
  return true;
}

void ProcessFleet::end(std::size_t index) {
  if (destroy(slot(index)) && on_end) on_end();
  plan_start(index, span(minutes{3}));
}

void ProcessFleet::kill(std::uint64_t chance) {
  const std::size_t index = chance % slots_.size();
  if (!slot(index).process) return;
  note(fmt::format("p{} is killed", index + 1));
  end(index);
}

void ProcessFleet::put_to_sleep(std::size_t index, SimulatedProcess& process) {
  const auto until = installation_.loop.now() + Milliseconds{20'000} + span(minutes{10});
  note(fmt::format("p{} sleeps until {}", index + 1, domain::to_iso8601(until)));
  process.pause(until);
}

void ProcessFleet::pause(std::uint64_t chance) {
  const std::size_t index = chance % slots_.size();
  if (slot(index).process) put_to_sleep(index, *slot(index).process);
}

void ProcessFleet::lose_power(const std::function<void()>& meanwhile, Milliseconds pause) {
  note("power fails");
  for (Slot& each : slots_) destroy(each);
  meanwhile();
  for (std::size_t index = 0; index < slots_.size(); ++index) {
    plan_start(index, pause + span(minutes{3}));
  }
}

void ProcessFleet::end() {
  for (Slot& each : slots_) each.process.reset();
}

SimulatedProcess* ProcessFleet::some_alive(std::uint64_t chance) const {
  std::vector<SimulatedProcess*> alive;
  for (const Slot& each : slots_) {
    if (each.process && !each.process->is_dead()) alive.push_back(each.process.get());
  }
  return alive.empty() ? nullptr : alive[chance % alive.size()];
}

bool ProcessFleet::needs_sign_in() const {
  return std::any_of(slots_.begin(), slots_.end(), [](const Slot& each) {
    return each.process && each.process->service() != nullptr &&
           each.process->service()->references_status().last_error.find("sign in") != std::string::npos;
  });
}

}  // namespace connector::simulation
