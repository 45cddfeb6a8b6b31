#include "engine/restored_doubt.h"

#include <algorithm>

#include "domain/mutation.h"
#include "engine/posting_audit.h"
#include "engine/posting_steps.h"
#include "engine/retry_requested.h"

namespace connector::engine {

using domain::Cause;
using domain::Milliseconds;
using domain::Mutation;
using domain::Result;
using domain::UtcTime;
using store::PostingRow;
using store::PostingState;

namespace {

/// So long after the store was put back from a backup nothing is sent that it does not know to have been sent since,
/// unless Exact was asked whether it stands there.
constexpr Milliseconds kAskedAfterRestoring = std::chrono::hours(24 * 30);

/// Whether sending it twice does harm. Prices, counted quantities and acknowledgements are the same however often they
/// are said, and a feed that was made for another may look like theirs.
bool can_be_doubled(domain::PostingKind kind) {
  return kind != domain::PostingKind::stock_count && kind != domain::PostingKind::price_feed &&
         kind != domain::PostingKind::item_price && kind != domain::PostingKind::urgent_price &&
         kind != domain::PostingKind::order_acknowledgement;
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

}  // namespace

bool may_stand_unknown(const PostingRow& row, const std::optional<UtcTime>& restored, UtcTime now) {
  if (mutated(Mutation::restored_store_trusted)) return false;
  return restored && now - *restored < kAskedAfterRestoring && can_be_doubled(row.kind) &&
         (!row.last_sent_at || *row.last_sent_at < *restored);
}

Result<std::optional<domain::Error>> kept_back_by_another(store::Reader& reader, const PostingRow& row,
                                                          const domain::Error& objection, UtcTime restored,
                                                          UtcTime now) {
  auto rows = reader.postings_of(row.connection, row.source_id);
  if (!rows) return domain::fail(rows.error());
  std::optional<domain::Error> doubt;
  if (!objection.message.empty()) doubt = objection;
  for (const PostingRow& other : *rows) {
    if (other.id == row.id || other.kind != row.kind || other.currency != row.currency) continue;
    const bool is_open = other.state == PostingState::planned || other.state == PostingState::retry;
    const bool is_to_be_sought = is_open && !other.in_doubt && may_stand_unknown(other, restored, now);
    if (!other.in_doubt && !is_to_be_sought) continue;
    if (!is_to_be_sought && other.state != PostingState::sending && other.state != PostingState::retry) {
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

Result<PostingRow> keep_back(store::Transaction& transaction, PostingRow row, const domain::Error& why, UtcTime now) {
  const bool waits = why.cause == Cause::waiting_for_dependency;
  if (waits) {
    become_waiting(row, why, look_up_time(now, std::nullopt, row.created_at));
    row.in_doubt = true;
  } else {
    become_held(row, why, false);
  }
  row.updated_at = now;
  row.lease_until.reset();  // the owner stays: with the attempt it is what fences
  auto stored = store_step(transaction, row, waits ? "posting.not_found_yet" : "posting.held", now);
  if (!stored) return domain::fail(stored.error());
  return row;
}

}  // namespace connector::engine
