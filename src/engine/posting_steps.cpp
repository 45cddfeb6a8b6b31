#include "engine/posting_steps.h"

#include <algorithm>
#include <utility>

#include "domain/mutation.h"

namespace connector::engine {

using domain::Cause;
using domain::Error;
using domain::Milliseconds;
using domain::Mutation;
using domain::UtcTime;
using store::PostingRow;
using store::PostingState;

namespace {

/// Work in the target's background takes some seconds; it is asked for after one to two of these, as earlier only
/// costs calls.
constexpr Milliseconds kBackgroundPause{4'000};
constexpr Milliseconds kShortestWait{10'000};
constexpr Milliseconds kLongestWait = std::chrono::minutes(5);
constexpr Milliseconds kLeftAlone = std::chrono::hours(1);

void clear_failure(PostingRow& row) {
  row.cause.reset();
  row.cause_detail.clear();
  row.first_failed_at.reset();
  row.next_attempt_at.reset();
}

void give_cause(PostingRow& row, const Error& why) {
  row.cause = why.cause;
  row.cause_detail = why.message;
}

/// Failures in a row, read off the time since the first one, so that no counter is needed.
int failures_since(UtcTime first, UtcTime now, const RetryPolicy& retry) {
  const auto waited = (now - first).count() / std::max<std::int64_t>(1, retry.initial.count());
  int failures = 1;
  for (double sum = 1.0, step = retry.factor; sum <= static_cast<double>(waited) && failures < 40; ++failures) {
    sum += step;
    step *= std::max(1.01, retry.factor);
  }
  return failures;
}

/// It was due for so long that no worker can have been there: what is put off comes again within minutes.
bool was_left_alone(const PostingRow& row, UtcTime now) {
  return row.next_attempt_at && now - *row.next_attempt_at > kLeftAlone;
}

}  // namespace

bool is_accepted(const PostingRow& row) { return !row.target_data.empty(); }

void become_posted(PostingRow& row, std::string target_id, std::string target_number, std::string target_data) {
  row.state = PostingState::posted;
  row.in_doubt = false;
  row.target_id = std::move(target_id);
  row.target_number = std::move(target_number);
  row.target_data = std::move(target_data);
  clear_failure(row);
}

void become_planned(PostingRow& row, std::optional<UtcTime> due) {
  row.state = PostingState::planned;
  clear_failure(row);
  row.next_attempt_at = due;
}

void become_withdrawn(PostingRow& row, std::string why) {
  row.state = PostingState::withdrawn;
  clear_failure(row);
  row.cause_detail = std::move(why);
}

void become_skipped(PostingRow& row, std::string reason) {
  row.state = PostingState::skipped;
  clear_failure(row);
  row.cause_detail = std::move(reason);
}

void note_finding(PostingRow& row, const Error& finding) { give_cause(row, finding); }

void become_accepted(PostingRow& row, std::string target_data, UtcTime look_up_at) {
  row.cause.reset();
  row.cause_detail.clear();
  become_due(row, look_up_at);
  row.target_data = std::move(target_data);
}

void become_unmade(PostingRow& row) {
  row.in_doubt = false;
  row.target_data.clear();
}

void become_held(PostingRow& row, const Error& why, bool in_doubt) {
  row.state = PostingState::held;
  row.in_doubt = in_doubt;
  row.next_attempt_at.reset();
  give_cause(row, why);
}

void become_due(PostingRow& row, UtcTime at) {
  row.state = PostingState::retry;
  row.next_attempt_at = at;
}

void become_waiting(PostingRow& row, const Error& why, UtcTime until) {
  become_due(row, until);
  give_cause(row, why);
}

void become_unsendable(PostingRow& row, const Error& why, UtcTime now) {
  if (why.cause != Cause::waiting_for_dependency) return become_held(row, why, false);
  const bool has_turn = row.next_attempt_at && *row.next_attempt_at > now;
  become_waiting(row, why, has_turn ? *row.next_attempt_at : end_of_wait(now, row.created_at));
}

void become_doubtful(PostingRow& row, UtcTime now) {
  clear_failure(row);
  become_due(row, look_up_time(now, std::nullopt, row.last_sent_at));
  row.in_doubt = true;
  row.target_id.clear();
  row.target_number.clear();
}

void become_put_off(PostingRow& row, UtcTime now) {
  const bool failed_before = row.first_failed_at && row.cause != Cause::fenced;
  if (!failed_before) {
    if (!row.first_failed_at || was_left_alone(row, now)) row.first_failed_at = now;
    give_cause(row, {Cause::fenced, "there was no time left to look it up"});
  }
  become_due(row, look_up_time(now, std::nullopt, *row.first_failed_at));
}

bool is_put_off_too_long(const PostingRow& row, UtcTime now, const RetryPolicy& retry) {
  if (!row.first_failed_at || was_left_alone(row, now)) return false;
  return now - *row.first_failed_at > retry.give_up_after * (row.cause == Cause::fenced ? 1 : 2);
}

void end_put_offs(PostingRow& row) {
  if (row.cause != Cause::fenced) return;
  row.cause.reset();
  row.cause_detail.clear();
  row.first_failed_at.reset();
}

void clear_lease(PostingRow& row) {
  row.lease_owner.clear();
  row.lease_until.reset();
}

void back_off(PostingRow& row, const Error& error, UtcTime now, const RetryPolicy& retry, ports::Random& random) {
  if (!row.first_failed_at) row.first_failed_at = now;
  give_cause(row, error);
  become_due(row, now + retry.delay(failures_since(*row.first_failed_at, now, retry), random));
}

bool is_given_up(const PostingRow& row, UtcTime now, const RetryPolicy& retry) {
  return row.first_failed_at && now - *row.first_failed_at > retry.give_up_after;
}

void retry_or_hold(PostingRow& row, const Error& error, UtcTime now, const RetryPolicy& retry, ports::Random& random) {
  back_off(row, error, now, retry, random);
  const bool is_over = error.cause != Cause::budget_spent && is_given_up(row, now, retry);
  if (is_over || mutated(Mutation::every_failure_held)) become_held(row, error, row.in_doubt);
}

UtcTime look_up_time(UtcTime now, std::optional<Milliseconds> pause, std::optional<UtcTime> since) {
  if (pause) return now + *pause;
  const Milliseconds waited =
      since ? std::clamp((now - *since) / 2, Milliseconds::zero(), kLongestWait) : Milliseconds::zero();
  const UtcTime earliest = now + std::max(kBackgroundPause, waited);
  return earliest + kBackgroundPause - earliest.time_since_epoch() % kBackgroundPause;
}

UtcTime end_of_wait(UtcTime now, UtcTime since) {
  return now + std::clamp((now - since) / 10, kShortestWait, kLongestWait);
}

}  // namespace connector::engine
