#include "engine/posting_worker.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <utility>

#include "domain/mutation.h"
#include "engine/digest.h"
#include "engine/posting_audit.h"
#include "engine/posting_steps.h"
#include "engine/restored_doubt.h"
#include "store/restoration.h"

namespace connector::engine {

using domain::Cause;
using domain::Milliseconds;
using domain::Mutation;
using domain::Result;
using domain::UtcTime;
using ports::Task;
using store::PostingRow;
using store::PostingState;

namespace {

/// After requests that could not leave, nothing is claimed for a while: first this long, then twice as long each time.
constexpr Milliseconds kFirstRest{500};
constexpr Milliseconds kLongestRest{30'000};
constexpr Milliseconds kSignInRest{60'000};
/// While the budget is spent, what spends another's is looked for so often.
constexpr Milliseconds kHasteLook{10'000};
/// The most that one claim takes beside what it was asked for, because they share calls.
constexpr std::size_t kMostLookUps = 300;
/// The longest that an outcome waits for others to share its commit.
constexpr Milliseconds kGathering{5};

/// Leases up to `limit` due postings, and of those in doubt as many more as share their calls: each call that may leave
/// finds many. `in_haste`: of those alone that spend no budget of the target's.
Result<std::vector<PostingRow>> lease_due(store::Transaction& transaction, store::ConnectionId connection,
                                          const store::Claimant& claimant, std::size_t limit, bool in_haste,
                                          const LookUpsPerCall& per_call) {
  if (in_haste) return transaction.claim(connection, claimant, limit, store::Due::hasty);
  auto rows = transaction.claim(connection, claimant, limit, store::Due::all);
  if (!rows) return domain::fail(rows.error());
  for (const bool accepted : {false, true}) {
    const auto doubtful = std::count_if(rows->begin(), rows->end(), [accepted](const PostingRow& row) {
      return row.in_doubt && is_accepted(row) == accepted;
    });
    const std::size_t beside = (accepted ? per_call.accepted : per_call.unclear) - 1;
    const std::size_t more = std::min(static_cast<std::size_t>(doubtful) * beside, kMostLookUps);
    if (more == 0) continue;
    auto found = transaction.claim(connection, claimant, more, accepted ? store::Due::accepted : store::Due::unclear);
    if (!found) return domain::fail(found.error());
    rows->insert(rows->end(), std::make_move_iterator(found->begin()), std::make_move_iterator(found->end()));
  }
  return rows;
}

/// What was leased goes back to where it was, as if it had not been looked at.
void give_back(PostingRow& row, UtcTime now) {
  if (row.first_failed_at) {
    become_due(row, now);
  } else {
    row.state = PostingState::planned;
    row.next_attempt_at.reset();
  }
  clear_lease(row);
  row.updated_at = now;
}

/// Plans what was leased anew and leaves it to the next claim. All are given back first: of one source are several.
Result<void> plan_anew(store::Transaction& transaction, std::vector<PostingRow> rows, const Planner& plan,
                       std::int64_t mapping_version, UtcTime now) {
  for (PostingRow& row : rows) {
    give_back(row, now);
    if (auto updated = transaction.update_posting(row); !updated) return updated;
  }
  for (const PostingRow& row : rows) {
    if (auto planned = plan(transaction, row); !planned) return planned;
    auto present = transaction.posting(row.connection, row.key);
    if (!present) return domain::fail(present.error());
    if (!*present || (*present)->mapping_version >= mapping_version) continue;
    (*present)->mapping_version = mapping_version;
    if (auto updated = transaction.update_posting(**present); !updated) return updated;
  }
  return {};
}

/// What the transaction that leased a posting decides of it.
enum class Intent { send, ask_first, wait, hold };

/// Freezes the body. `restored`: when the store was put back from a backup. Error: store_failure alone.
Result<Intent> decide(store::Transaction& transaction, PostingRow& row, const Freezer& freeze,
                      const std::optional<UtcTime>& restored, UtcTime now) {
  const bool may_stand_there = may_stand_unknown(row, restored, now);
  auto body = freeze(transaction, row);
  if (!body && body.error().cause == Cause::store_failure) return domain::fail(body.error());
  if (!body) {
    // The mapping version stays that of the plan: what was mended since has it planned anew at once.
    become_unsendable(row, body.error(), now);
    clear_lease(row);
    return row.state == PostingState::held ? Intent::hold : Intent::wait;
  }
  row.body = std::move(*body);
  row.body_digest = sha256_hex(row.body);
  row.target_data.clear();
  row.in_doubt = true;  // from here on a crash leaves an unclear outcome
  row.cause.reset();
  row.cause_detail.clear();
  if (!may_stand_there) row.last_sent_at = now;
  return may_stand_there ? Intent::ask_first : Intent::send;
}

Result<void> store_intent(store::Transaction& transaction, PostingRow& row, Intent intent, UtcTime now) {
  row.updated_at = now;
  const bool forgotten = row.in_doubt && mutated(Mutation::forget_intent);
  auto updated = transaction.update_posting(row);
  if (!updated || intent == Intent::wait || forgotten) return updated;
  const char* action = intent == Intent::send        ? "posting.sending"
                       : intent == Intent::ask_first ? "posting.asked_first"
                                                     : "posting.held";
  return transaction.append_audit(posting_audit(row, action, now));
}

/// 0 if the connection is gone.
Result<std::int64_t> mapping_version_of(store::Reader& reader, store::ConnectionId connection) {
  const auto row = reader.connection(connection);
  if (!row) return domain::fail(row.error());
  return *row ? (*row)->mapping_version : 0;
}

/// Whether the target answered.
bool tells_something(LookUpOutcome::Kind kind) {
  return kind != LookUpOutcome::Kind::unknown && kind != LookUpOutcome::Kind::put_off;
}

/// The target does not have it: it goes on as if it had never been sent.
Result<PostingRow> store_unsent(store::Transaction& transaction, PostingRow row, UtcTime now) {
  row.in_doubt = false;
  row.updated_at = now;
  row.lease_until.reset();  // the owner stays: with the attempt it is what fences
  const char* action = row.state == PostingState::held ? "posting.held" : "posting.absent";
  if (auto stored = store_step(transaction, row, action, now); !stored) return domain::fail(stored.error());
  return row;
}

}  // namespace

PostingWorker::PostingWorker(Ports ports, Target& target, store::ConnectionId connection, WorkerOptions options)
    : ports_(ports),
      target_(target),
      connection_(connection),
      options_(std::move(options)),
      in_flight_(ports.executor),
      wake_(ports.executor),
      commit_(ports.executor),
      room_(ports.executor) {}

void PostingWorker::stop() {
  stopping_ = true;
  wake();
}

void PostingWorker::wake() {
  ++wakings_;
  wake_.notify_all();
}

Task<Result<PostingWorker::Claim>> PostingWorker::claim(std::size_t limit, bool in_haste) {
  const UtcTime now = ports_.clock.now();
  auto work = [connection = connection_, claimant = store::Claimant{options_.owner, now, now + options_.lease()}, limit,
               in_haste, per_call = target_.look_ups_per_call(), plan = target_.planner(),
               freeze = target_.freezer()](store::Transaction& transaction) -> Result<Claim> {
    Claim claim;
    auto rows = lease_due(transaction, connection, claimant, limit, in_haste, per_call);
    if (!rows) return domain::fail(rows.error());
    if (rows->empty()) return claim;
    const auto restored = store::restored_at(transaction);
    if (!restored) return domain::fail(restored.error());
    claim.restored = *restored;
    const auto mapping_version = mapping_version_of(transaction, connection);
    if (!mapping_version) return domain::fail(mapping_version.error());
    std::vector<PostingRow> outdated;
    for (PostingRow& row : *rows) {
      if (row.in_doubt && !mutated(Mutation::forget_look_up)) {
        claim.doubtful.push_back(std::move(row));
        continue;
      }
      if (plan && row.mapping_version < *mapping_version && !mutated(Mutation::outdated_plans_sent)) {
        outdated.push_back(std::move(row));
        continue;
      }
      const auto intent = decide(transaction, row, freeze, *restored, claimant.now);
      if (!intent) return domain::fail(intent.error());
      auto stored = store_intent(transaction, row, *intent, claimant.now);
      if (!stored) return domain::fail(stored.error());
      if (*intent == Intent::send) {
        claim.sendable.push_back(std::move(row));
      } else if (*intent == Intent::ask_first) {
        claim.doubtful.push_back(std::move(row));
      } else if (*intent == Intent::hold) {
        claim.held.push_back(std::move(row));
      }
    }
    claim.planned_anew = outdated.size();
    auto planned = plan_anew(transaction, std::move(outdated), plan, *mapping_version, claimant.now);
    if (!planned) return domain::fail(planned.error());
    return claim;
  };
  co_return co_await ports_.store.write(std::move(work));
}

UtcTime PostingWorker::last_departure(const PostingRow& row) const {
  return *row.lease_until - options_.request_timeout;
}

Task<void> PostingWorker::attempt(PostingRow row) {
  UtcTime not_after = last_departure(row);
  if (mutated(Mutation::send_after_lease)) not_after += std::chrono::hours(24);
  SendOutcome outcome = co_await target_.send(row, not_after);
  co_await finish(std::move(row), std::move(outcome));
}

Task<void> PostingWorker::gather() {
  const bool first = gathered_++ == 0;
  if (gathered_ + recording_ >= in_flight_.running() || gathered_ >= options_.concurrency / 2) {
    release();
    co_return;
  }
  const std::uint64_t turn = releases_;
  // One timer for all that wait; whoever comes later is let go with the first.
  co_await commit_.wait(first ? kGathering : Milliseconds::max());
  if (turn == releases_) release();
}

void PostingWorker::release() {
  ++releases_;
  recording_ += std::exchange(gathered_, 0);
  commit_.notify_all();
  room_.notify_all();
}

Task<void> PostingWorker::finish(PostingRow row, SendOutcome outcome) {
  const UtcTime now = ports_.clock.now();
  std::string action;
  switch (outcome.kind) {
    case SendOutcome::Kind::posted:
      action = "posting.posted";
      become_posted(row, std::move(outcome.target_id), std::move(outcome.target_number),
                    std::move(outcome.target_data));
      if (!outcome.error.message.empty()) note_finding(row, outcome.error);
      ++counts_.posted;
      break;
    case SendOutcome::Kind::accepted:
      action = "posting.accepted";
      become_accepted(row, std::move(outcome.target_data), look_up_time(now, outcome.look_again_in));
      break;
    case SendOutcome::Kind::refused:
      action = "posting.held";
      become_held(row, outcome.error, false);
      ++counts_.held;
      ++counts_.failed_attempts;
      break;
    case SendOutcome::Kind::not_sent:
      action = "posting.not_sent";
      row.in_doubt = false;
      if (outcome.error.cause == Cause::cancelled) {
        become_due(row, now);  // no failure: for whoever works next
        break;
      }
      fail_or_wait(row, outcome.error, outcome.not_before, now);
      ++counts_.failed_attempts;
      break;
    case SendOutcome::Kind::unclear:
      action = "posting.unclear";
      row.in_doubt = !mutated(Mutation::doubt_forgotten);
      // However long it failed before: what may stand in Exact is looked up first.
      back_off(row, outcome.error, now, options_.retry, ports_.random);
      ++counts_.failed_attempts;
      break;
  }
  const bool is_failure = outcome.kind == SendOutcome::Kind::unclear || outcome.kind == SendOutcome::Kind::not_sent;
  const bool tells_of_others = outcome.error.cause != Cause::cancelled && !outcome.others_may_go;
  if (!is_failure) {
    heard();
  } else if (outcome.error.cause != Cause::cancelled) {
    failed(outcome.error, now);
  }
  if (outcome.kind == SendOutcome::Kind::not_sent && tells_of_others) {
    rest(outcome.error.cause, now);
  } else if (!is_failure) {
    rests_ = 0;
  }
  co_await record(std::move(row), std::move(action), std::move(outcome.correlation_id));
}

void PostingWorker::fail_or_wait(PostingRow& row, const domain::Error& error, std::optional<UtcTime> not_before,
                                 UtcTime now) {
  const auto failing_since = row.first_failed_at;
  retry_or_hold(row, error, now, options_.retry, ports_.random);
  if (!not_before || !row.next_attempt_at || *row.next_attempt_at >= *not_before) return;
  become_due(row, *not_before + options_.retry.delay(1, ports_.random));
  row.first_failed_at = failing_since;
}

void PostingWorker::failed(const domain::Error& error, UtcTime now) {
  if (failing_) {
    failing_->error = error;
  } else {
    failing_ = Failing{now, error};
  }
}

bool PostingWorker::is_hindered(Milliseconds through_outage, UtcTime now) const {
  if (!failing_ || through_outage == Milliseconds::max()) return false;
  return failing_->error.cause == Cause::authentication_failed || now - failing_->since > through_outage;
}

std::optional<domain::Error> PostingWorker::hindrance() const {
  if (failing_) return failing_->error;
  if (!is_spent_) return std::nullopt;
  return domain::Error{Cause::budget_spent,
                       "no calls are left for now; more are allowed at " +
                           domain::to_iso8601_seconds(ports_.clock.now() + target_.allowance_returns_in())};
}

void PostingWorker::rest(Cause cause, UtcTime now) {
  if (cause == Cause::authentication_failed) {
    rest_until_ = std::max(rest_until_, now + kSignInRest);
  } else if (now >= rest_until_ && domain::is_transient(cause)) {
    rest_until_ = now + std::min(kLongestRest, kFirstRest * (1 << std::min(rests_, 6)));
    ++rests_;
  }
}

Task<void> PostingWorker::record(PostingRow given, std::string action, std::string correlation_id) {
  const UtcTime now = ports_.clock.now();
  const bool missing_reference =
      given.state == PostingState::held && given.cause && domain::is_missing_reference(*given.cause);
  given.lease_until.reset();  // the owner stays: with the attempt it is what fences
  given.updated_at = now;
  // Shared, because its texts are long.
  const auto row = std::make_shared<PostingRow>(std::move(given));
  const auto recorded = std::make_shared<std::string>(std::move(action));
  const bool may_be_anothers = *recorded == "posting.adopted" && target_.may_find_anothers(*row);
  // The mapping version stays that of the plan: what has changed since has a refused document planned anew.
  auto work = [row, recorded, correlation_id, now, may_be_anothers](store::Transaction& transaction) -> Result<void> {
    if (row->state == PostingState::held && mutated(Mutation::one_cause_for_all)) row->cause = Cause::missing_journal;
    if (may_be_anothers) {
      auto owner = transaction.posting_of_target(row->connection, row->target_id);
      if (!owner) return domain::fail(owner.error());
      if (*owner && (*owner)->kind == row->kind && (*owner)->key != row->key) {
        become_doubtful(*row, now);
        *recorded = "posting.pending";
      }
    }
    auto updated = mutated(Mutation::drop_fencing) ? transaction.update_posting(*row)
                                                   : transaction.update_posting(*row, row->attempt);
    if (!updated && updated.error().cause == Cause::fenced) {
      *recorded = "posting.fenced";
      return transaction.append_audit(posting_audit(*row, *recorded, now, correlation_id));
    }
    if (!updated || mutated(Mutation::outcomes_not_audited)) return updated;
    return transaction.append_audit(posting_audit(*row, *recorded, now, correlation_id));
  };
  co_await gather();
  // When the store itself fails, the lease runs out and the posting is looked up again: nothing is lost.
  auto written = co_await ports_.store.write(std::move(work));
  --recording_;
  if (written && on_step) on_step(*row, *recorded, correlation_id);
  if (written && on_change) on_change(*row);
  if (missing_reference && on_missing_reference) on_missing_reference();
  if (written && row->state == PostingState::held && on_held) co_await on_held(*row);
}

std::optional<UtcTime> PostingWorker::quiet_until(const PostingRow& row, const std::optional<UtcTime>& restored) const {
  std::optional<UtcTime> since = row.last_sent_at;
  // What left before the store was put back, and is not known to it, may still be on its way as well.
  if (may_stand_unknown(row, restored, ports_.clock.now())) since = std::max(since, restored);
  if (!since) return since;
  return *since + options_.quiet_period();
}

Task<void> PostingWorker::resolve(std::vector<PostingRow> rows, std::optional<UtcTime> restored) {
  // What was absent then may stand there by the time that this process goes on.
  const UtcTime asked_at = ports_.clock.now();
  // All were leased at once. What is found later than that another worker has taken over, and asks for again.
  const UtcTime not_after = last_departure(rows.front());
  std::vector<LookUpOutcome> outcomes = co_await target_.look_up(rows, not_after);
  ports::TaskGroup group(ports_.executor);
  const UtcTime now = ports_.clock.now();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    LookUpOutcome outcome = i < outcomes.size() ? std::move(outcomes[i]) : LookUpOutcome{};
    if (tells_something(outcome.kind)) {
      heard();
      end_put_offs(rows[i]);
    }
    switch (outcome.kind) {
      case LookUpOutcome::Kind::found:
      case LookUpOutcome::Kind::differs:
      case LookUpOutcome::Kind::refused:
        group.spawn(adopt(std::move(rows[i]), std::move(outcome)));
        break;
      case LookUpOutcome::Kind::absent:
        if (const auto quiet = quiet_until(rows[i], restored);
            quiet && asked_at < *quiet && !mutated(Mutation::absence_believed_at_once)) {
          group.spawn(postpone_doubt(std::move(rows[i]), std::move(outcome), quiet));
        } else if (is_given_up(rows[i], now, options_.retry)) {
          group.spawn(give_up(std::move(rows[i]), std::move(outcome.correlation_id)));
        } else {
          group.spawn(send_again(std::move(rows[i]), std::move(outcome.error)));
        }
        break;
      case LookUpOutcome::Kind::unmade:
        group.spawn(ask_later(std::move(rows[i]), std::move(outcome)));
        break;
      case LookUpOutcome::Kind::pending:
      case LookUpOutcome::Kind::put_off:
      case LookUpOutcome::Kind::unknown:
        group.spawn(postpone_doubt(std::move(rows[i]), std::move(outcome)));
        break;
    }
  }
  co_await group.join();
}

Task<void> PostingWorker::adopt(PostingRow row, LookUpOutcome outcome) {
  const char* action = "posting.held";
  // What the target took into its background is known to be of this posting: it was posted, not met.
  const bool was_accepted = is_accepted(row);
  if (outcome.kind == LookUpOutcome::Kind::found) {
    action = "posting.adopted";
    become_posted(row, std::move(outcome.target_id), std::move(outcome.target_number), std::move(outcome.target_data));
    if (!outcome.error.message.empty()) note_finding(row, outcome.error);
    ++(was_accepted ? counts_.posted : counts_.adopted);
  } else {
    // What stands in the target with this reference must not be doubled when the posting is released.
    become_held(row, outcome.error, outcome.kind == LookUpOutcome::Kind::differs);
    ++counts_.held;
  }
  co_await record(std::move(row), action, std::move(outcome.correlation_id));
}

/// Accepted and not made: sent anew after a pause that grows, until a person has to decide.
Task<void> PostingWorker::ask_later(PostingRow row, LookUpOutcome outcome) {
  become_unmade(row);
  retry_or_hold(row, outcome.error, ports_.clock.now(), options_.retry, ports_.random);
  ++counts_.failed_attempts;
  const char* action = row.state == PostingState::held ? "posting.held" : "posting.not_sent";
  co_await record(std::move(row), action, std::move(outcome.correlation_id));
}

/// It has failed for so long that a person decides; Exact does not have it.
Task<void> PostingWorker::give_up(PostingRow row, std::string correlation_id) {
  const domain::Error unended{Cause::unclear_outcome, "the last attempt did not end, and Exact does not have it"};
  become_held(row, row.cause ? domain::Error{*row.cause, row.cause_detail} : unended, false);
  ++counts_.held;
  co_await record(std::move(row), "posting.held", std::move(correlation_id));
}

Task<void> PostingWorker::postpone_doubt(PostingRow row, LookUpOutcome outcome, std::optional<UtcTime> quiet_until) {
  const UtcTime now = ports_.clock.now();
  row.in_doubt = true;
  // What was learnt on the way (a feed's id) makes the next look-up shorter.
  if (!outcome.target_data.empty()) row.target_data = outcome.target_data;
  if (outcome.kind == LookUpOutcome::Kind::unknown && outcome.error.cause == Cause::cancelled) {
    become_due(row, now);
  } else if (outcome.kind == LookUpOutcome::Kind::unknown) {
    fail_or_wait(row, outcome.error, outcome.not_before, now);
    failed(outcome.error, now);
    if (!outcome.others_may_go) rest(outcome.error.cause, now);
  } else if (outcome.kind == LookUpOutcome::Kind::put_off) {
    if (is_put_off_too_long(row, now, options_.retry)) {
      become_held(row,
                  {Cause::api_outage,
                   "for days there was no time left to look it up: calls take too long, or too few are allowed"},
                  true);
      ++counts_.held;
    } else {
      become_put_off(row, now);
    }
  } else if (outcome.kind == LookUpOutcome::Kind::absent) {
    become_due(row, std::max(quiet_until.value_or(now), now + Milliseconds{1}));
  } else {
    become_due(row, look_up_time(now, outcome.look_again_in, row.last_sent_at));
  }
  const char* action = row.state == PostingState::held                ? "posting.held"
                       : outcome.kind == LookUpOutcome::Kind::unknown ? "posting.look_up_failed"
                       : outcome.kind == LookUpOutcome::Kind::put_off ? "posting.look_up_put_off"
                       : outcome.kind == LookUpOutcome::Kind::absent  ? "posting.not_found_yet"
                                                                      : "posting.pending";
  co_await record(std::move(row), action, std::move(outcome.correlation_id));
}

/// The document is absent beyond doubt: a new intent with the next attempt number, then the same body again, unless it
/// was planned under an older mapping.
Task<void> PostingWorker::send_again(PostingRow row, domain::Error objection) {
  const UtcTime now = ports_.clock.now();
  auto work = [row, now, objection = std::move(objection), until = now + options_.lease(),
               freeze_anew = target_.may_be_out_of_date(row), plans_anew = target_.planner() != nullptr,
               freeze = target_.freezer()](store::Transaction& transaction) -> Result<PostingRow> {
    PostingRow next = row;
    const auto mapping_version = mapping_version_of(transaction, row.connection);
    if (!mapping_version) return domain::fail(mapping_version.error());
    if (plans_anew && row.mapping_version < *mapping_version && !mutated(Mutation::outdated_plans_sent)) {
      next.cause.reset();
      next.cause_detail.clear();
      become_due(next, now);
      return store_unsent(transaction, std::move(next), now);
    }
    if (next.body.empty() || freeze_anew) {
      auto body = freeze(transaction, next);
      if (!body && body.error().cause == Cause::store_failure) return domain::fail(body.error());
      if (!body) {
        become_unsendable(next, body.error(), now);
        return store_unsent(transaction, std::move(next), now);
      }
      next.body = std::move(*body);
      next.body_digest = sha256_hex(next.body);
    }
    const auto restored = store::restored_at(transaction);
    if (!restored) return domain::fail(restored.error());
    if (may_stand_unknown(row, *restored, now) && !mutated(Mutation::restored_parts_trusted)) {
      auto kept_back = kept_back_by_another(transaction, row, objection, **restored, now);
      if (!kept_back) return domain::fail(kept_back.error());
      if (*kept_back) return keep_back(transaction, std::move(next), **kept_back, now);
    }
    next.attempt = row.attempt + 1;
    next.last_sent_at = now;
    next.lease_until = until;
    next.state = PostingState::sending;
    next.updated_at = now;
    if (auto updated = transaction.update_posting(next, row.attempt); !updated) return domain::fail(updated.error());
    if (auto audited = transaction.append_audit(posting_audit(next, "posting.sending_again", now)); !audited) {
      return domain::fail(audited.error());
    }
    return next;
  };
  auto next = co_await ports_.store.write(std::move(work));
  if (!next) co_return;  // fenced, or the store failed: the lease runs out and the look-up is made again
  if (next->state == PostingState::held) co_return co_await tell_held(std::move(*next));
  if (next->state != PostingState::sending) co_return;
  co_await attempt(std::move(*next));
}

Task<Result<bool>> PostingWorker::step(Milliseconds patience, bool forever) {
  const UtcTime now = ports_.clock.now();
  const std::uint64_t wakings = wakings_;
  if (now < rest_until_) {
    if (!forever && in_flight_.running() == 0 && rest_until_ - now > patience) co_return false;
    co_await wake_.wait(std::min<Milliseconds>(rest_until_ - now, Milliseconds{1'000}));
    co_return true;
  }
  // Half, so that the intents of many requests share one commit, the one that records the outcomes of those before.
  const std::size_t low_mark = options_.concurrency / 2;
  const std::size_t requests = in_flight_.running() - std::min(in_flight_.running(), recording_);
  if (requests > low_mark) {
    co_await room_.wait(options_.idle_poll);
    co_return true;
  }
  const std::size_t allowance = target_.allowance();
  const std::size_t room = options_.concurrency - std::min(options_.concurrency, requests);
  if (allowance == 0) {
    if (now - looked_in_haste_at_ >= kHasteLook) {
      looked_in_haste_at_ = now;
      auto worked = co_await claim_and_send(room, forever, true);
      if (worked && *worked) looked_in_haste_at_ = {};
      if (!worked || *worked) co_return worked;
    }
    const Milliseconds wait = std::max(Milliseconds{10}, target_.allowance_returns_in());
    if (!forever && wait > patience && in_flight_.running() == 0) {
      is_spent_ = true;
      co_return false;
    }
    co_await wake_.wait(std::min(wait, Milliseconds{1'000}));
    co_return true;
  }
  if (!is_idle_) {
    auto worked = co_await claim_and_send(std::min(room, allowance), forever, false);
    if (!worked || *worked) co_return worked;
    if (in_flight_.running() > 0) {
      const std::size_t running = in_flight_.running();
      co_await in_flight_.below(running);
      co_return true;
    }
  }
  // Claiming takes the store's write lock: once nothing was due it is only looked, however often.
  const bool was_idle = std::exchange(is_idle_, true);
  auto due_query = [connection = connection_](store::Reader& reader) { return reader.next_due(connection); };
  auto due = co_await ports_.store.read(std::move(due_query));
  if (!due) {
    if (!forever) co_return domain::fail(due.error());
    co_await wake_.wait(options_.idle_poll);
    co_return true;
  }
  const UtcTime looked_at = ports_.clock.now();
  if (was_idle && *due && **due <= looked_at) {
    is_idle_ = false;
    co_return true;
  }
  if (!forever && (!*due || **due - looked_at > patience)) co_return false;
  Milliseconds wait = options_.is_woken ? Milliseconds::max() : options_.idle_poll;
  if (*due) wait = std::min(wait, std::max(Milliseconds{1}, **due - looked_at));
  if (wakings == wakings_) co_await wake_.wait(wait);
  co_return true;
}

Task<void> PostingWorker::tell_held(PostingRow row) {
  ++counts_.held;
  if (on_step) on_step(row, "posting.held", {});
  if (on_change) on_change(row);
  if (on_missing_reference && row.cause && domain::is_missing_reference(*row.cause)) on_missing_reference();
  if (on_held) co_await on_held(row);
}

Task<Result<bool>> PostingWorker::claim_and_send(std::size_t limit, bool forever, bool in_haste) {
  auto claimed = co_await claim(limit, in_haste);
  if (!claimed) {
    if (!forever) co_return domain::fail(claimed.error());
    co_await wake_.wait(options_.idle_poll);
    co_return true;
  }
  for (const PostingRow& row : claimed->held) co_await tell_held(row);
  bool worked = !claimed->held.empty() || claimed->planned_anew > 0;
  for (PostingRow& row : claimed->sendable) {
    worked = true;
    in_flight_.spawn(attempt(std::move(row)));
  }
  const LookUpsPerCall per_call = target_.look_ups_per_call();
  std::map<std::pair<domain::PostingKind, bool>, std::vector<PostingRow>> doubtful;
  for (PostingRow& row : claimed->doubtful) {
    worked = true;
    const bool accepted = is_accepted(row);
    auto& batch = doubtful[{row.kind, accepted}];
    batch.push_back(std::move(row));
    if (batch.size() >= (accepted ? per_call.accepted : per_call.unclear)) {
      in_flight_.spawn(resolve(std::exchange(batch, {}), claimed->restored));
    }
  }
  for (auto& [kind, batch] : doubtful) {
    if (!batch.empty()) in_flight_.spawn(resolve(std::move(batch), claimed->restored));
  }
  co_return worked;
}

Task<Result<void>> PostingWorker::run_until_idle(Milliseconds patience, Milliseconds through_outage) {
  is_spent_ = false;
  while (!stopping_ && !is_hindered(through_outage, ports_.clock.now())) {
    auto more = co_await step(patience, false);
    if (!more) co_return domain::fail(more.error());
    if (!*more) break;
  }
  co_await in_flight_.join();
  co_return Result<void>{};
}

Task<void> PostingWorker::run_while(const bool* more_to_come) {
  while (!stopping_ && *more_to_come) {
    auto more = co_await step(Milliseconds::zero(), true);
    if (!more) co_await wake_.wait(options_.idle_poll);
  }
}

Task<void> PostingWorker::run() {
  while (!stopping_) {
    auto more = co_await step(Milliseconds::zero(), true);
    if (!more) co_await wake_.wait(options_.idle_poll);
  }
  co_await in_flight_.join();
}

}  // namespace connector::engine
