#include "app/commands/work_left.h"

#include <fmt/format.h>

#include "flows/posting_states.h"

namespace connector::app {

using domain::Cause;
using domain::Error;
using store::PostingState;

namespace {

/// Those that lie with the remote as a whole, not with one posting.
bool is_of_remote(Cause cause) {
  return cause == Cause::api_outage || cause == Cause::rate_limited || cause == Cause::budget_spent ||
         cause == Cause::authentication_failed;
}

const char* what_happened(Cause cause) {
  if (cause == Cause::authentication_failed) return "the sign-in was refused";
  return cause == Cause::api_outage ? "the remote could not be reached or failed" : "no calls were left";
}

std::optional<Error> met_earlier(const std::vector<store::Reader::StateCount>& counts) {
  std::optional<Error> gravest;
  for (const auto& count : counts) {
    if (count.state != PostingState::retry || !count.cause || !is_of_remote(*count.cause)) continue;
    // The sign-in first: the others end by themselves.
    if (gravest && *count.cause != Cause::authentication_failed) continue;
    gravest = Error{*count.cause, fmt::format("{} at the last attempt of {} posting{}; `posting retry --all-failed` "
                                              "has them tried again by the next sync",
                                              what_happened(*count.cause), count.count, count.count == 1 ? "" : "s")};
  }
  return gravest;
}

}  // namespace

WorkLeft work_left(const std::vector<store::Reader::StateCount>& counts, std::optional<Error> heard,
                   std::optional<std::int64_t> for_their_day) {
  WorkLeft left;
  left.for_their_day = for_their_day;
  left.waiting = -for_their_day.value_or(0);
  for (const auto& count : counts) {
    if (count.state == PostingState::held) {
      left.held += count.count;
      left.held_by_cause.set(count.cause ? domain::to_string(*count.cause) : std::string_view("none"), count.count);
    } else if (flows::is_open(count.state)) {
      left.waiting += count.count;
    }
  }
  if (left.waiting > 0) left.hindrance = heard ? std::move(heard) : met_earlier(counts);
  return left;
}

ExitCode conclude_run(const WorkLeft& left, Context& context) {
  const ExitCode code = left.held + left.waiting > 0 ? ExitCode::differences : ExitCode::done;
  if (!left.hindrance) return code;
  context.output.problem(*left.hindrance);
  return graver(code, exit_code_of(left.hindrance->cause));
}

}  // namespace connector::app
