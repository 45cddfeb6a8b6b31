#include "flows/unreadable_source.h"

#include "engine/posting_audit.h"
#include "engine/posting_steps.h"

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
  row.mapping_version = context.mapping_version;
  if (!*existing) row.created_at = now;
  engine::become_held(row, error, row.in_doubt);
  return engine::store_decision(transaction, row, action, now);
}

}  // namespace connector::flows
