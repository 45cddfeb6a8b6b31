#include "engine/posting_worker.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <utility>

#include "domain/mutation.h"
#include "engine/digest.h"
#include "engine/posting_audit.h"
#include "engine/retry_requested.h"
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
/// The most that one claim takes beside what it was asked for, because they share calls.
constexpr std::size_t kMostLookUps = 300;
/// Work in the target's background takes some seconds; it is asked for after one to two of these, as earlier only
/// costs calls.
constexpr Milliseconds kBackgroundPause{4'000};
/// So long after the store was put back from a backup nothing is sent that it does not know to have been sent since,
/// unless Exact was asked whether it stands there.
constexpr Milliseconds kAskedAfterRestoring = std::chrono::hours(24 * 30);
/// What waits for another posting or run is looked at again after a tenth of its age, within these bounds.
constexpr Milliseconds kShortestWait{10'000};
constexpr Milliseconds kLongestWait = std::chrono::minutes(5);
/// The longest that an outcome waits for others to share its commit.
constexpr Milliseconds kGathering{5};

/// Whether sending it twice does harm. Prices and counted quantities are the same however often they are said, and a
/// feed that was made for another may look like theirs.
bool can_be_doubled(domain::PostingKind kind) {
  return kind != domain::PostingKind::stock_count && kind != domain::PostingKind::price_feed &&
         kind != domain::PostingKind::item_price && kind != domain::PostingKind::urgent_price;
}

/// Whether Exact may hold the document although the store does not know, because it was put back from a backup.
bool may_stand_unknown(const PostingRow& row, const std::optional<UtcTime>& restored, UtcTime now) {
  if (mutated(Mutation::restored_store_trusted)) return false;
  return restored && now - *restored < kAskedAfterRestoring && can_be_doubled(row.kind) &&
         (!row.last_sent_at || *row.last_sent_at < *restored);
}

Result<bool> was_retried_since(store::Reader& reader, const PostingRow& row, UtcTime restored) {
  store::AuditFilter filter;
  filter.connection = row.connection;
  filter.posting_key = row.key;
  auto records = reader.audit(filter);
  if (!records) return domain::fail(records.error());
  return std::any_of(records->begin(), records->end(), [restored](const store::AuditRecord& record) {
    return record.action == kRetryRequested && record.at >= restored;
  });
}

/// Why a document that the store does not know, and Exact does not hold under its reference, is not sent yet. What was
/// made in some parts before may be planned in other parts now: documents of one source and kind come one by one
/// (waiting_for_dependency), and one that may stand in another, or for which the look-up has an objection, needs a
/// person's word (confirmation_needed).
Result<std::optional<domain::Error>> kept_back_by_another(store::Reader& reader, const PostingRow& row,
                                                          const domain::Error& objection, UtcTime restored) {
  auto rows = reader.postings_of(row.connection, row.source_id);
  if (!rows) return domain::fail(rows.error());
  std::optional<domain::Error> doubt;
  if (!objection.message.empty()) doubt = objection;
  for (const PostingRow& other : *rows) {
    if (other.id == row.id || other.kind != row.kind || other.currency != row.currency || !other.in_doubt) continue;
    if (other.state != PostingState::sending && other.state != PostingState::retry) {
      doubt = {Cause::confirmation_needed,
               "the store was put back from a backup, and what Exact holds in place of " + other.key +
                   " may hold this one too: compare them, then skip this one, or retry it to have it sent"};
    } else if (other.id < row.id) {
      return domain::Error{Cause::waiting_for_dependency, "waits until " + other.key + " was looked up in Exact"};
    }
  }
  if (!doubt) return doubt;
  const auto retried = was_retried_since(reader, row, restored);
  if (!retried) return domain::fail(retried.error());
  if (*retried) doubt.reset();
  return doubt;
}

/// When the target's background work is asked for next: the longer it takes, the later. Full pauses of the clock, so
/// that what was accepted about the same time is looked up together.
UtcTime look_up_time(UtcTime now, std::optional<Milliseconds> pause, std::optional<UtcTime> since = std::nullopt) {
  if (pause) return now + *pause;
  const Milliseconds waited =
      since ? std::clamp((now - *since) / 2, Milliseconds::zero(), kLongestWait) : Milliseconds::zero();
  const UtcTime earliest = now + std::max(kBackgroundPause, waited);
  return earliest + kBackgroundPause - earliest.time_since_epoch() % kBackgroundPause;
}

/// The target works on it and said so.
bool is_accepted(const PostingRow& row) { return !row.target_data.empty(); }

/// What a look-up found is another posting's: it is looked up again.
void leave_in_doubt(PostingRow& row, UtcTime now) {
  row.state = PostingState::retry;
  row.in_doubt = true;
  row.target_id.clear();
  row.target_number.clear();
  row.next_attempt_at = look_up_time(now, std::nullopt, row.last_sent_at);
}

void clear_lease(PostingRow& row) {
  row.lease_owner.clear();
  row.lease_until.reset();
}

void clear_failure(PostingRow& row) {
  row.cause.reset();
  row.cause_detail.clear();
  row.first_failed_at.reset();
  row.next_attempt_at.reset();
}

/// Waits in doubt for another posting, or for a person.
Result<PostingRow> keep_back(store::Transaction& transaction, PostingRow row, const domain::Error& why, UtcTime now) {
  const bool waits = why.cause == Cause::waiting_for_dependency;
  row.state = waits ? PostingState::retry : PostingState::held;
  row.in_doubt = waits;
  row.cause = why.cause;
  row.cause_detail = why.message;
  row.next_attempt_at.reset();
  if (waits) row.next_attempt_at = look_up_time(now, std::nullopt, row.created_at);
  row.updated_at = now;
  row.lease_until.reset();  // the owner stays: with the attempt it is what fences
  if (auto updated = transaction.update_posting(row, row.attempt); !updated) return domain::fail(updated.error());
  const char* action = waits ? "posting.not_found_yet" : "posting.held";
  if (auto audited = transaction.append_audit(posting_audit(row, action, now)); !audited) {
    return domain::fail(audited.error());
  }
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
  wake_.notify_all();
}

Task<Result<PostingWorker::Claim>> PostingWorker::claim(std::size_t limit) {
  const UtcTime now = ports_.clock.now();
  // What is looked up shares calls: each that may leave finds many postings.
  auto work = [connection = connection_, now, limit, owner = options_.owner, until = now + options_.lease(),
               per_call = target_.look_ups_per_call(),
               freeze = target_.freezer()](store::Transaction& transaction) -> Result<Claim> {
    Claim claim;
    auto rows = transaction.claim_due(connection, now, limit, owner, until);
    if (!rows) return domain::fail(rows.error());
    if (rows->empty()) return claim;
    for (const bool accepted : {false, true}) {
      const auto doubtful = std::count_if(rows->begin(), rows->end(), [accepted](const PostingRow& row) {
        return row.in_doubt && is_accepted(row) == accepted;
      });
      const std::size_t beside = (accepted ? per_call.accepted : per_call.unclear) - 1;
      const std::size_t more = std::min(static_cast<std::size_t>(doubtful) * beside, kMostLookUps);
      if (more == 0) continue;
      auto found = transaction.claim_in_doubt(connection, now, more, owner, until, accepted);
      if (!found) return domain::fail(found.error());
      rows->insert(rows->end(), std::make_move_iterator(found->begin()), std::make_move_iterator(found->end()));
    }
    const auto restored = store::restored_at(transaction);
    if (!restored) return domain::fail(restored.error());
    for (PostingRow& row : *rows) {
      if (row.in_doubt && !mutated(Mutation::forget_look_up)) {
        claim.doubtful.push_back(std::move(row));
        continue;
      }
      std::string action = "posting.sending";
      const bool may_stand_there = may_stand_unknown(row, *restored, now);
      auto body = freeze(transaction, row);
      if (body) {
        row.body = std::move(*body);
        row.body_digest = sha256_hex(row.body);
        if (may_stand_there) {
          action = "posting.asked_first";
        } else {
          row.last_sent_at = now;
        }
        row.target_data.clear();
        row.in_doubt = true;  // from here on a crash leaves an unclear outcome
        row.cause.reset();
        row.cause_detail.clear();
      } else if (body.error().cause == Cause::store_failure) {
        return domain::fail(body.error());
      } else if (body.error().cause == Cause::waiting_for_dependency) {
        action = "posting.waiting";
        row.state = PostingState::retry;
        row.cause = body.error().cause;
        row.cause_detail = body.error().message;
        row.next_attempt_at = now + std::clamp((now - row.created_at) / 10, kShortestWait, kLongestWait);
        clear_lease(row);
      } else {
        action = "posting.held";
        row.state = PostingState::held;
        row.cause = body.error().cause;
        row.cause_detail = body.error().message;
        // The mapping version stays that of the plan: what was mended since has it planned anew at once.
        row.next_attempt_at.reset();
        clear_lease(row);
      }
      row.updated_at = now;
      const bool forgotten = row.in_doubt && mutated(Mutation::forget_intent);
      if (auto updated = transaction.update_posting(row); !updated) return domain::fail(updated.error());
      if (action != "posting.waiting" && !forgotten) {
        if (auto audited = transaction.append_audit(posting_audit(row, action, now)); !audited) {
          return domain::fail(audited.error());
        }
      }
      if (row.state == PostingState::sending && may_stand_there) {
        claim.doubtful.push_back(std::move(row));
      } else if (row.state == PostingState::sending) {
        claim.sendable.push_back(std::move(row));
      } else if (row.state == PostingState::held) {
        claim.held.push_back(std::move(row));
      }
    }
    return claim;
  };
  co_return co_await ports_.store.write(std::move(work));
}

Task<void> PostingWorker::attempt(PostingRow row) {
  UtcTime not_after = *row.lease_until - options_.request_timeout;
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
      row.state = PostingState::posted;
      row.in_doubt = false;
      row.target_id = std::move(outcome.target_id);
      row.target_number = std::move(outcome.target_number);
      row.target_data = std::move(outcome.target_data);
      clear_failure(row);
      ++counts_.posted;
      break;
    case SendOutcome::Kind::accepted:
      action = "posting.accepted";
      row.state = PostingState::retry;
      row.target_data = std::move(outcome.target_data);
      clear_failure(row);
      row.next_attempt_at = look_up_time(now, outcome.look_again_in);
      break;
    case SendOutcome::Kind::refused:
      action = "posting.held";
      row.state = PostingState::held;
      row.in_doubt = false;
      row.cause = outcome.error.cause;
      row.cause_detail = outcome.error.message;
      row.next_attempt_at.reset();
      ++counts_.held;
      ++counts_.failed_attempts;
      break;
    case SendOutcome::Kind::not_sent:
      action = "posting.not_sent";
      row.in_doubt = false;
      if (outcome.error.cause == Cause::cancelled) {
        row.state = PostingState::retry;  // no failure: due again at once, for whoever works next
        row.next_attempt_at = now;
        break;
      }
      retry_or_hold(row, outcome.error, now);
      // Each attempt before that would be written down and come to nothing.
      if (outcome.not_before && row.next_attempt_at && *row.next_attempt_at < *outcome.not_before) {
        row.next_attempt_at = *outcome.not_before + options_.retry.delay(1, ports_.random);
        row.first_failed_at.reset();  // nothing failed: it waits for its turn
      }
      ++counts_.failed_attempts;
      break;
    case SendOutcome::Kind::unclear:
      action = "posting.unclear";
      row.in_doubt = !mutated(Mutation::doubt_forgotten);
      back_off(row, outcome.error, now);  // however long it failed before: what may stand in Exact is looked up first
      ++counts_.failed_attempts;
      break;
  }
  const bool tells_of_others = outcome.error.cause != Cause::cancelled && !outcome.others_may_go;
  if (outcome.kind == SendOutcome::Kind::not_sent && tells_of_others) {
    rest(outcome.error.cause, now);
  } else if (outcome.kind != SendOutcome::Kind::unclear && outcome.kind != SendOutcome::Kind::not_sent) {
    rests_ = 0;
  }
  co_await record(std::move(row), std::move(action), std::move(outcome.correlation_id));
}

void PostingWorker::rest(Cause cause, UtcTime now) {
  if (cause == Cause::authentication_failed) {
    rest_until_ = std::max(rest_until_, now + kSignInRest);
  } else if (now >= rest_until_ && domain::is_transient(cause)) {
    rest_until_ = now + std::min(kLongestRest, kFirstRest * (1 << std::min(rests_, 6)));
    ++rests_;
  }
}

bool PostingWorker::is_given_up(const PostingRow& row, UtcTime now) const {
  return row.first_failed_at && now - *row.first_failed_at > options_.retry.give_up_after;
}

void PostingWorker::back_off(PostingRow& row, const domain::Error& error, UtcTime now) {
  row.state = PostingState::retry;
  row.cause = error.cause;
  row.cause_detail = error.message;
  if (!row.first_failed_at) row.first_failed_at = now;
  // Failures in a row are read off the time since the first one, so that no counter is needed.
  const auto waited = (now - *row.first_failed_at).count() / std::max<std::int64_t>(1, options_.retry.initial.count());
  int failures = 1;
  for (double sum = 1.0, step = options_.retry.factor; sum <= static_cast<double>(waited) && failures < 40;
       ++failures) {
    sum += step;
    step *= std::max(1.01, options_.retry.factor);
  }
  row.next_attempt_at = now + options_.retry.delay(failures, ports_.random);
}

void PostingWorker::retry_or_hold(PostingRow& row, const domain::Error& error, UtcTime now) {
  back_off(row, error, now);
  // A budget that is spent comes back by itself.
  const bool held =
      (error.cause != Cause::budget_spent && is_given_up(row, now)) || mutated(Mutation::every_failure_held);
  if (!held) return;
  row.state = PostingState::held;
  row.next_attempt_at.reset();
}

Task<void> PostingWorker::record(PostingRow given, std::string action, std::string correlation_id, bool heard_late) {
  const UtcTime now = ports_.clock.now();
  const bool missing_reference =
      given.state == PostingState::held && given.cause && domain::is_missing_reference(*given.cause);
  given.lease_until.reset();  // the owner stays: with the attempt it is what fences
  given.updated_at = now;
  // Shared, because its texts are long.
  const auto row = std::make_shared<PostingRow>(std::move(given));
  const auto recorded = std::make_shared<std::string>(std::move(action));
  const bool may_be_anothers = *recorded == "posting.adopted" && target_.may_find_anothers(*row);
  auto work = [row, recorded, correlation_id, now, may_be_anothers,
               heard_late](store::Transaction& transaction) -> Result<void> {
    if (row->state == PostingState::held) {
      if (mutated(Mutation::one_cause_for_all)) row->cause = Cause::missing_journal;
      // What was refused in the background may have been so long before it was heard: the plan's version stays then,
      // and what has changed since has it planned anew.
      auto connection = transaction.connection(row->connection);
      if (!connection) return domain::fail(connection.error());
      if (*connection && !heard_late) row->mapping_version = (*connection)->mapping_version;
    }
    if (may_be_anothers) {
      auto owner = transaction.posting_of_target(row->connection, row->target_id);
      if (!owner) return domain::fail(owner.error());
      if (*owner && (*owner)->kind == row->kind && (*owner)->key != row->key) {
        leave_in_doubt(*row, now);
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

Task<void> PostingWorker::resolve(std::vector<PostingRow> rows) {
  // What was absent then may stand there by the time that this process goes on.
  const UtcTime asked_at = ports_.clock.now();
  std::vector<LookUpOutcome> outcomes = co_await target_.look_up(rows);
  ports::TaskGroup group(ports_.executor);
  const UtcTime now = ports_.clock.now();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    LookUpOutcome outcome = i < outcomes.size() ? std::move(outcomes[i]) : LookUpOutcome{};
    switch (outcome.kind) {
      case LookUpOutcome::Kind::found:
      case LookUpOutcome::Kind::differs:
      case LookUpOutcome::Kind::refused:
        group.spawn(adopt(std::move(rows[i]), std::move(outcome)));
        break;
      case LookUpOutcome::Kind::absent:
        if (rows[i].last_sent_at && asked_at - *rows[i].last_sent_at < options_.quiet_period() &&
            !mutated(Mutation::absence_believed_at_once)) {
          group.spawn(postpone_doubt(std::move(rows[i]), std::move(outcome)));
        } else if (is_given_up(rows[i], now)) {
          group.spawn(give_up(std::move(rows[i]), std::move(outcome.correlation_id)));
        } else {
          group.spawn(send_again(std::move(rows[i]), std::move(outcome.error)));
        }
        break;
      case LookUpOutcome::Kind::pending:
      case LookUpOutcome::Kind::unknown:
        group.spawn(postpone_doubt(std::move(rows[i]), std::move(outcome)));
        break;
    }
  }
  co_await group.join();
}

Task<void> PostingWorker::adopt(PostingRow row, LookUpOutcome outcome) {
  std::string action;
  row.in_doubt = false;
  if (outcome.kind == LookUpOutcome::Kind::found) {
    action = "posting.adopted";
    row.state = PostingState::posted;
    row.target_id = std::move(outcome.target_id);
    row.target_number = std::move(outcome.target_number);
    row.target_data = std::move(outcome.target_data);
    clear_failure(row);
    ++counts_.adopted;
  } else {
    action = "posting.held";
    row.state = PostingState::held;
    row.cause = outcome.error.cause;
    row.cause_detail = outcome.error.message;
    row.next_attempt_at.reset();
    // What stands in the target with this reference must not be doubled when the posting is released.
    row.in_doubt = outcome.kind == LookUpOutcome::Kind::differs;
    ++counts_.held;
  }
  const bool heard_late = outcome.kind == LookUpOutcome::Kind::refused;
  co_await record(std::move(row), std::move(action), std::move(outcome.correlation_id), heard_late);
}

/// It has failed for so long that a person decides; Exact does not have it.
Task<void> PostingWorker::give_up(PostingRow row, std::string correlation_id) {
  row.in_doubt = false;
  row.state = PostingState::held;
  row.next_attempt_at.reset();
  if (!row.cause) {
    row.cause = Cause::unclear_outcome;
    row.cause_detail = "the last attempt did not end, and Exact does not have it";
  }
  ++counts_.held;
  co_await record(std::move(row), "posting.held", std::move(correlation_id));
}

Task<void> PostingWorker::postpone_doubt(PostingRow row, LookUpOutcome outcome) {
  const UtcTime now = ports_.clock.now();
  row.in_doubt = true;
  // What was learnt on the way (a feed's id) makes the next look-up shorter.
  if (!outcome.target_data.empty()) row.target_data = outcome.target_data;
  if (outcome.kind == LookUpOutcome::Kind::unknown && outcome.error.cause == Cause::cancelled) {
    row.state = PostingState::retry;
    row.next_attempt_at = now;
  } else if (outcome.kind == LookUpOutcome::Kind::unknown) {
    retry_or_hold(row, outcome.error, now);
    if (!outcome.others_may_go) rest(outcome.error.cause, now);
  } else {
    row.state = PostingState::retry;
    const UtcTime quiet_ends = row.last_sent_at ? *row.last_sent_at + options_.quiet_period() : now;
    row.next_attempt_at = outcome.kind == LookUpOutcome::Kind::absent
                              ? std::max(quiet_ends, now + Milliseconds{1})
                              : look_up_time(now, outcome.look_again_in, row.last_sent_at);
  }
  const char* action = outcome.kind == LookUpOutcome::Kind::unknown  ? "posting.look_up_failed"
                       : outcome.kind == LookUpOutcome::Kind::absent ? "posting.not_found_yet"
                                                                     : "posting.pending";
  co_await record(std::move(row), action, std::move(outcome.correlation_id));
}

/// The document is absent beyond doubt: a new intent with the next attempt number, then the same body again.
Task<void> PostingWorker::send_again(PostingRow row, domain::Error objection) {
  const UtcTime now = ports_.clock.now();
  auto work = [row, now, objection = std::move(objection), until = now + options_.lease(),
               freeze = target_.freezer()](store::Transaction& transaction) -> Result<PostingRow> {
    PostingRow next = row;
    if (next.body.empty()) {
      auto body = freeze(transaction, next);
      if (!body) return domain::fail(body.error());
      next.body = std::move(*body);
      next.body_digest = sha256_hex(next.body);
    }
    const auto restored = store::restored_at(transaction);
    if (!restored) return domain::fail(restored.error());
    if (may_stand_unknown(row, *restored, now) && !mutated(Mutation::restored_parts_trusted)) {
      auto kept_back = kept_back_by_another(transaction, row, objection, **restored);
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
  if (next->state != PostingState::sending) co_return;
  co_await attempt(std::move(*next));
}

Task<Result<bool>> PostingWorker::step(Milliseconds patience, bool forever) {
  const UtcTime now = ports_.clock.now();
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
    const Milliseconds wait = std::max(Milliseconds{10}, target_.allowance_returns_in());
    if (!forever && wait > patience && in_flight_.running() == 0) co_return false;
    co_await wake_.wait(std::min(wait, Milliseconds{1'000}));
    co_return true;
  }
  if (!is_idle_) {
    auto worked = co_await claim_and_send(std::min(room, allowance), forever);
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
  Milliseconds wait = options_.idle_poll;
  if (*due) wait = std::min(wait, std::max(Milliseconds{1}, **due - looked_at));
  co_await wake_.wait(wait);
  co_return true;
}

Task<Result<bool>> PostingWorker::claim_and_send(std::size_t limit, bool forever) {
  auto claimed = co_await claim(limit);
  if (!claimed) {
    if (!forever) co_return domain::fail(claimed.error());
    co_await wake_.wait(options_.idle_poll);
    co_return true;
  }
  for (PostingRow& row : claimed->held) {
    ++counts_.held;
    if (on_step) on_step(row, "posting.held", {});
    if (on_change) on_change(row);
    if (on_missing_reference && row.cause && domain::is_missing_reference(*row.cause)) on_missing_reference();
    if (on_held) co_await on_held(row);
  }
  bool worked = !claimed->held.empty();
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
      in_flight_.spawn(resolve(std::exchange(batch, {})));
    }
  }
  for (auto& [kind, batch] : doubtful) {
    if (!batch.empty()) in_flight_.spawn(resolve(std::move(batch)));
  }
  co_return worked;
}

Task<Result<void>> PostingWorker::run_until_idle(Milliseconds patience) {
  while (!stopping_) {
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
