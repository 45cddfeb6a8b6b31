#include "flows/unreadable_source.h"

#include "engine/posting_audit.h"

namespace connector::flows {

using domain::Result;
using store::PostingRow;
using store::PostingState;

Result<void> hold_unreadable(store::Transaction& transaction, const PlanningContext& context, PostingRow posting,
                             const domain::Error& error, const char* action, domain::UtcTime now) {
  auto existing = transaction.posting(context.connection, posting.key);
  if (!existing) return domain::fail(existing.error());
  if (*existing && (*existing)->cause_detail == error.message && (*existing)->state != PostingState::withdrawn) {
    return {};
  }
  PostingRow row = *existing ? **existing : std::move(posting);
  row.connection = context.connection;
  row.state = PostingState::held;
  row.cause = error.cause;
  row.cause_detail = error.message;
  row.mapping_version = context.mapping_version;
  row.updated_at = now;
  if (!*existing) row.created_at = now;
  auto stored = *existing ? transaction.update_posting(row) : transaction.insert_posting(row);
  if (!stored) return stored;
  return transaction.append_audit(engine::posting_audit(row, action, now));
}

}  // namespace connector::flows
