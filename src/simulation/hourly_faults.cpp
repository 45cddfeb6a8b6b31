#include "simulation/hourly_faults.h"

#include <fmt/format.h>

#include <utility>

namespace connector::simulation {

using domain::Milliseconds;
using domain::UtcTime;
using std::chrono::hours;
using std::chrono::minutes;

HourlyFaults::HourlyFaults(Plan plan, Victims victims, SeededRandom& random, SeededRandom days, Trace& trace)
    : plan_(plan),
      installation_(victims.installation),
      loop_(installation_.loop),
      network_(installation_.network),
      disk_(installation_.disk),
      fleet_(victims.fleet),
      people_(victims.people),
      exact_(victims.exact),
      random_(random),
      days_(days),
      trace_(trace),
      minute_limit_(exact_.switches().minute_limit) {}

void HourlyFaults::maybe_this_hour(std::uint32_t rate, std::function<void(std::uint64_t)> action) {
  // The draws do not depend on the rates, so that one fault less leaves the others where they were.
  const bool comes = random_.chance(rate);
  const Milliseconds when{static_cast<std::int64_t>(random_.below(3'600'000))};
  const std::uint64_t detail = random_.next();
  if (!comes) return;
  loop_.call_after(when, [this, action = std::move(action), detail] {
    if (has_stopped_) return;
    ++happened_;
    action(detail);
  });
}

void HourlyFaults::for_a_while(const std::string& what, Milliseconds most, std::uint64_t detail,
                               const std::function<void()>& begin, std::function<void()> end) {
  const Milliseconds length{1'000 + static_cast<std::int64_t>(detail % static_cast<std::uint64_t>(most.count()))};
  note(fmt::format("{} for {} s", what, length.count() / 1'000));
  begin();
  ++lasting_;
  loop_.call_after(length, [this, what, end = std::move(end)] {
    --lasting_;
    ++ended_;
    if (has_stopped_) return;
    note(what + " is over");
    end();
  });
}

void HourlyFaults::plan_hour() {
  for (int remote = 0; remote < network_.remotes(); ++remote) plan_remote(remote);
  plan_machine();
  plan_people();
  plan_other_apps();
}

void HourlyFaults::plan_remote(int remote) {
  const std::string& name = network_.name_of(remote);
  maybe_this_hour(plan_.rates.outage, [this, remote, name](std::uint64_t detail) {
    for_a_while(
        name + " cannot be reached", hours{4}, detail, [this, remote] { network_.set_outage(remote, true); },
        [this, remote] { network_.set_outage(remote, false); });
  });
  maybe_this_hour(plan_.rates.server_error_burst, [this, remote, name](std::uint64_t detail) {
    for_a_while(
        name + " answers 503", minutes{15}, detail, [this, remote] { network_.set_burst(remote, true); },
        [this, remote] { network_.set_burst(remote, false); });
  });
  maybe_this_hour(plan_.rates.answers_lost_for_long, [this, remote, name](std::uint64_t detail) {
    for_a_while(
        name + " answers 504 after it did the work", hours{2}, detail,
        [this, remote] { network_.set_answers_lost(remote, true); },
        [this, remote] { network_.set_answers_lost(remote, false); });
  });
  maybe_this_hour(plan_.rates.token_endpoint_down, [this, remote, name](std::uint64_t detail) {
    for_a_while(
        name + "'s sign-in is down", minutes{40}, detail, [this, remote] { network_.set_token_down(remote, true); },
        [this, remote] { network_.set_token_down(remote, false); });
  });
}

void HourlyFaults::plan_machine() {
  maybe_this_hour(plan_.rates.kill, [this](std::uint64_t detail) { fleet_.kill(detail); });
  maybe_this_hour(plan_.rates.power_loss, [this](std::uint64_t) { fleet_.lose_power(on_power_loss); });
  maybe_this_hour(plan_.rates.pause, [this](std::uint64_t detail) { fleet_.pause(detail); });
  maybe_this_hour(plan_.rates.clock_jump, [this](std::uint64_t detail) {
    installation_.clock_jump =
        Milliseconds{static_cast<std::int64_t>(detail % static_cast<std::uint64_t>(2 * kLargestJump.count()))} -
        kLargestJump;
    note(fmt::format("the clock is wrong by {} ms", installation_.clock_jump.count()));
  });
  maybe_this_hour(plan_.rates.disk_full, [this](std::uint64_t detail) {
    for_a_while(
        "the disk is full", minutes{10}, detail, [this] { disk_.faults.is_full = true; },
        [this] { disk_.faults.is_full = false; });
  });
  maybe_this_hour(plan_.rates.store_locked, [this](std::uint64_t detail) {
    for_a_while(
        "the store is locked", minutes{3}, detail, [this] { disk_.faults.is_locked = true; },
        [this] { disk_.faults.is_locked = false; });
  });
}

void HourlyFaults::plan_people() {
  maybe_this_hour(plan_.rates.mapping_edited, [this](std::uint64_t) { people_.edit_mapping(); });
  maybe_this_hour(plan_.rates.account_mistyped, [this](std::uint64_t) { people_.mistype_account(); });
  maybe_this_hour(plan_.rates.item_blocked, [this](std::uint64_t) { people_.block_item(); });
  maybe_this_hour(plan_.rates.account_blocked, [this](std::uint64_t) { people_.block_account(); });
  maybe_this_hour(plan_.rates.period_closed, [this](std::uint64_t) { people_.close_period(); });
  maybe_this_hour(plan_.rates.document_edited, [this](std::uint64_t) { people_.edit_document(); });
  maybe_this_hour(plan_.rates.document_deleted, [this](std::uint64_t) {
    if (const std::string id = people_.delete_document(); !id.empty()) on_document_deleted(id);
  });
}

void HourlyFaults::plan_other_apps() {
  maybe_this_hour(plan_.rates.budget_spent, [this](std::uint64_t detail) {
    for_a_while(
        "another app leaves five calls a minute", hours{2}, detail, [this] { exact_.switches().minute_limit = 5; },
        [this] { exact_.switches().minute_limit = minute_limit_; });
  });
  maybe_spend_day();
}

/// Another app makes nearly all calls of Exact's day. Not when the next day begins so late that what then waits could
/// not be done within the patience of whoever waits for it.
void HourlyFaults::maybe_spend_day() {
  const bool comes = days_.chance(plan_.rates.day_spent);
  const auto left = static_cast<std::int64_t>(20 + days_.below(280));
  const UtcTime end_of_day = std::chrono::ceil<std::chrono::days>(loop_.now());
  if (!comes || end_of_day > plan_.end + hours{10}) return;
  ++happened_;
  note(fmt::format("another app leaves {} calls of Exact's day", left));
  exact_.leave_of_day(exact_.divisions().front()->code(), left, loop_.now());
}

void HourlyFaults::stop() {
  has_stopped_ = true;
  for (int remote = 0; remote < network_.remotes(); ++remote) {
    network_.set_outage(remote, false);
    network_.set_burst(remote, false);
    network_.set_answers_lost(remote, false);
    network_.set_token_down(remote, false);
  }
  disk_.faults.is_full = disk_.faults.is_locked = false;
  exact_.switches().minute_limit = minute_limit_;
  installation_.clock_jump = Milliseconds::zero();
}

}  // namespace connector::simulation
