#pragma once

#include <optional>
#include <string>

#include "engine/retry_policy.h"
#include "store/store.h"

namespace connector::engine {

// What becomes of a posting, step by step: changes of a row in memory, for whoever stores it. Pure, but for the jitter.

/// Whether the target accepted it and works on it in its background.
bool is_accepted(const store::PostingRow& row);

/// Its document exists.
void become_posted(store::PostingRow& row, std::string target_id, std::string target_number, std::string target_data);

/// It is posted, and something about its document is for a person to see.
void note_finding(store::PostingRow& row, const domain::Error& finding);

/// The target makes its document in the background, and is asked for it at `look_up_at`. It stays in doubt. Since when
/// it has failed is kept: what is accepted may come to nothing again and again.
void become_accepted(store::PostingRow& row, std::string target_data, domain::UtcTime look_up_at);

/// To be sent, as if nothing had hindered it yet: not before `due` if that is given.
void become_planned(store::PostingRow& row, std::optional<domain::UtcTime> due = std::nullopt);

/// What it comes from no longer wants it. `why`: for people; empty where that is plain.
void become_withdrawn(store::PostingRow& row, std::string why = {});

/// A person decided that it is not to be sent.
void become_skipped(store::PostingRow& row, std::string reason);

/// What the target accepted came to nothing, certainly without effect.
void become_unmade(store::PostingRow& row);

/// Nothing is done until a person, or what was mended, lets it go. `in_doubt`: what stands in the target in its place
/// must not be doubled then.
void become_held(store::PostingRow& row, const domain::Error& why, bool in_doubt);

/// Tried again at `at`; whether it failed, and why, stays as it was.
void become_due(store::PostingRow& row, domain::UtcTime at);

/// No failure: something else has to come first.
void become_waiting(store::PostingRow& row, const domain::Error& why, domain::UtcTime until);

/// Its body cannot be made up: it waits for what it depends on, for the turn that it has if there is one, or for a
/// person.
void become_unsendable(store::PostingRow& row, const domain::Error& why, domain::UtcTime now);

/// There was no time to look it up, which is no failure of its own: due again, the later the longer that goes on. Where
/// it had not failed before, the first of such put-offs in a row begins its time without success.
void become_put_off(store::PostingRow& row, domain::UtcTime now);

/// A look-up told something of it: whatever was put off before is over.
void end_put_offs(store::PostingRow& row);

/// Whether it was put off again and again for longer than `give_up_after`, or after a failure for twice as long.
bool is_put_off_too_long(const store::PostingRow& row, domain::UtcTime now, const RetryPolicy& retry);

/// The document that it was given is another posting's: looked up again.
void become_doubtful(store::PostingRow& row, domain::UtcTime now);

void clear_lease(store::PostingRow& row);

/// It failed: due again after a pause that grows with the time since the first failure in a row.
void back_off(store::PostingRow& row, const domain::Error& error, domain::UtcTime now, const RetryPolicy& retry,
              ports::Random& random);

/// Whether it has failed for longer than `give_up_after`.
bool is_given_up(const store::PostingRow& row, domain::UtcTime now, const RetryPolicy& retry);

/// The same as back_off until it is given up, and then held. A budget that is spent comes back by itself: never for
/// that.
void retry_or_hold(store::PostingRow& row, const domain::Error& error, domain::UtcTime now, const RetryPolicy& retry,
                   ports::Random& random);

/// When the target's background work is asked for next: after `pause`, else the later the longer it takes (`since`), by
/// five minutes at most. Full pauses of the clock, so that what was accepted about the same time is looked up together.
domain::UtcTime look_up_time(domain::UtcTime now, std::optional<domain::Milliseconds> pause,
                             std::optional<domain::UtcTime> since = std::nullopt);

/// When what waits for another posting or run is looked at again: after a tenth of its age, from 10 s to 5 minutes.
domain::UtcTime end_of_wait(domain::UtcTime now, domain::UtcTime since);

}  // namespace connector::engine
