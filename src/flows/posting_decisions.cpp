#include "flows/posting_decisions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "domain/settlement.h"
#include "engine/posting_steps.h"
#include "flows/closed_periods.h"
#include "flows/daily_summary.h"
#include "flows/order_facts.h"
#include "flows/posting_states.h"
#include "flows/record_order.h"

namespace connector::flows {
namespace {

using domain::Cause;
using domain::Result;
using store::PostingRow;
using store::PostingState;

Result<void> require_undecided(const PostingRow& row) {
  switch (row.state) {
    case PostingState::posted:
      return domain::fail(Cause::bad_input, fmt::format("{} is posted already", row.key));
    case PostingState::withdrawn:
      return domain::fail(Cause::bad_input, fmt::format("{} is withdrawn: its order no longer wants it", row.key));
    case PostingState::sending:
      return domain::fail(Cause::bad_input, fmt::format("{} is being sent right now; look again in a minute", row.key));
    case PostingState::planned:
    case PostingState::retry:
    case PostingState::held:
    case PostingState::skipped:
      return {};
  }
  return {};
}

Result<PostingRow> reread(store::Transaction& transaction, const PostingRow& row) {
  auto found = transaction.posting(row.connection, row.key);
  if (!found) return domain::fail(found.error());
  if (!*found) return domain::fail(Cause::not_found, fmt::format("{} is gone", row.key));
  return **std::move(found);
}

/// What it waits for will never be posted, or is not there.
Result<bool> waits_in_vain(store::Reader& reader, const PostingRow& row) {
  const bool waits = row.state == PostingState::planned || row.state == PostingState::retry;
  if (!waits || row.in_doubt || row.depends_on.empty()) return false;
  auto before = reader.posting(row.connection, row.depends_on);
  if (!before) return domain::fail(before.error());
  return !*before || (*before)->state == PostingState::skipped || (*before)->state == PostingState::withdrawn;
}

Result<PostingRow> write_and_audit(store::Transaction& transaction, PostingRow row, store::AuditRecord record) {
  if (auto updated = transaction.update_posting(row); !updated) return domain::fail(updated.error());
  record.connection = row.connection;
  record.source_id = row.source_id;
  record.posting_key = row.key;
  record.attempt = row.attempt;
  if (auto audited = transaction.append_audit(std::move(record)); !audited) return domain::fail(audited.error());
  return row;
}

/// Whether something of the same source comes right after it and is still to be.
bool has_dependents(const PostingRow& row, const std::vector<PostingRow>& siblings) {
  return std::any_of(siblings.begin(), siblings.end(), [&row](const PostingRow& sibling) {
    return sibling.depends_on == row.key && sibling.state != PostingState::posted &&
           sibling.state != PostingState::withdrawn;
  });
}

/// What comes after a posting that a person skipped, or no longer skips, is planned anew: it is held and says why,
/// waits for something else, or is released.
Result<void> tell_dependents(store::Transaction& transaction, const PostingRow& skipped, domain::UtcTime now) {
  auto siblings = transaction.postings_of(skipped.connection, skipped.source_id);
  if (!siblings) return domain::fail(siblings.error());
  if (!has_dependents(skipped, *siblings)) return {};
  auto order = known_order(transaction, skipped.connection, skipped.source_id);
  if (!order) return domain::fail(order.error());
  if (!*order) return {};
  auto planning = read_planning_context(transaction, skipped.connection);
  if (!planning) return domain::fail(planning.error());
  auto replanned = replan_order(transaction, *planning, skipped.source_id, now);
  if (!replanned) return domain::fail(replanned.error());
  return {};
}

/// Whether what was skipped has nothing to send yet, or may not be sent as it was.
bool is_planned_anew(const PostingRow& row) {
  if (row.state != PostingState::skipped || row.attempt > 0 || row.in_doubt) return false;
  return row.document.empty() || domain::is_settlement_key(row.key);
}

}  // namespace

Result<PostingRow> retry_posting(store::Transaction& transaction, PostingRow row, store::AuditRecord record) {
  if (auto fits = require_undecided(row); !fits) return domain::fail(fits.error());
  const bool was_skipped = row.state == PostingState::skipped;
  auto in_vain = waits_in_vain(transaction, row);
  if (!in_vain) return domain::fail(in_vain.error());
  if (row.state == PostingState::held && row.cause == std::optional(Cause::confirmation_needed)) {
    engine::become_planned(row);
  } else if ((row.state == PostingState::held && !row.in_doubt) || *in_vain || is_planned_anew(row)) {
    if (was_skipped) {
      // What a person skipped counts as sent; it is planned as if it had only been held.
      engine::become_held(
          row, {Cause::unexpected_source_data, "it is planned anew once what it comes from was read again"}, false);
      if (auto updated = transaction.update_posting(row); !updated) return domain::fail(updated.error());
    }
    if (row.cause == std::optional(Cause::closed_period)) {
      if (auto forgotten = forget_closed_periods(transaction, row.connection); !forgotten) {
        return domain::fail(forgotten.error());
      }
    }
    auto planning = read_planning_context(transaction, row.connection);
    if (!planning) return domain::fail(planning.error());
    auto replanned = replan_order(transaction, *planning, row.source_id, record.at);
    if (!replanned) return domain::fail(replanned.error());
    auto fresh = reread(transaction, row);
    if (!fresh) return fresh;
    row = *std::move(fresh);
  } else {
    row.state = row.attempt == 0 && !row.in_doubt ? PostingState::planned : PostingState::retry;
    row.cause.reset();
    row.cause_detail.clear();
  }
  if (row.state == PostingState::planned || row.state == PostingState::retry) {
    row.next_attempt_at = record.at;
    row.first_failed_at.reset();
  }
  if (auto said = say_what_it_waits_for(transaction, row); !said) return domain::fail(said.error());
  row.updated_at = record.at;
  const auto now = record.at;
  auto written = write_and_audit(transaction, std::move(row), std::move(record));
  if (!written || !was_skipped) return written;
  if (auto told = tell_dependents(transaction, *written, now); !told) return domain::fail(told.error());
  return reread(transaction, *written);
}

Result<PostingRow> skip_posting(store::Transaction& transaction, PostingRow row, const std::string& reason,
                                store::AuditRecord record) {
  if (auto fits = require_undecided(row); !fits) return domain::fail(fits.error());
  if (row.state == PostingState::skipped) {
    return domain::fail(Cause::bad_input, fmt::format("{} is skipped already: {}", row.key, row.cause_detail));
  }
  if (reason.find_first_not_of(" \t\r\n") == std::string::npos) {
    return domain::fail(Cause::bad_input, "say why it is skipped: whoever audits the books will ask");
  }
  std::vector<PostingRow> shares;
  if (row.kind == domain::PostingKind::daily_invoice) {
    auto waiting = transaction.blocked_by(row.connection, row.key);
    if (!waiting) return domain::fail(waiting.error());
    shares = *std::move(waiting);
    if (auto skipped = flows::skip_shares(transaction, row, reason, record.at); !skipped) {
      return domain::fail(skipped.error());
    }
  }
  engine::become_skipped(row, reason);
  row.updated_at = record.at;
  auto written = write_and_audit(transaction, row, record);
  if (!written) return written;
  shares.push_back(std::move(row));
  for (const PostingRow& skipped : shares) {
    if (auto told = tell_dependents(transaction, skipped, record.at); !told) return domain::fail(told.error());
  }
  return written;
}

}  // namespace connector::flows
