#include "store/sqlite/migrations/steps.h"

namespace connector::store::sqlite {

// Not released yet: each area appends its tables under a comment of its own. Units are those of version 1.
Migration every_flow_schema() {
  return {2, "every flow", R"sql(
-- schedules: what is known of each flow's runs, and what persons asked of it
CREATE TABLE flow(
  connection INTEGER NOT NULL REFERENCES connection(id),
  name TEXT NOT NULL,
  paused INTEGER NOT NULL,
  wanted_at INTEGER,
  started_at INTEGER,
  succeeded_at INTEGER,
  failed_at INTEGER,
  failures INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  report TEXT NOT NULL,
  backfill_from INTEGER,
  backfill_to INTEGER,
  backfill_at INTEGER,
  PRIMARY KEY(connection, name)) WITHOUT ROWID;

-- webhooks: what a remote told, reduced to the entity to look at; open while done_at is NULL
CREATE TABLE notice(
  id INTEGER PRIMARY KEY,
  connection INTEGER NOT NULL REFERENCES connection(id),
  source TEXT NOT NULL,
  event_id TEXT NOT NULL,
  topic TEXT NOT NULL,
  flow TEXT NOT NULL,
  entity TEXT NOT NULL,
  action TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  done_at INTEGER,
  attempts INTEGER NOT NULL,
  next_attempt_at INTEGER,
  last_error TEXT NOT NULL);
CREATE UNIQUE INDEX notice_event ON notice(connection, source, event_id, entity);
CREATE INDEX notice_open ON notice(connection) WHERE done_at IS NULL;
CREATE INDEX notice_received ON notice(connection, flow, received_at);
CREATE INDEX posting_target ON posting(connection, target_id) WHERE target_id<>'';

-- budgets: what all processes together have taken of a remote's window; of a bucket that refills (walmart/...) taken is
-- what is missing in thousandths of a call, and reset the time it was reckoned at
CREATE TABLE budget(
  connection INTEGER NOT NULL REFERENCES connection(id),
  name TEXT NOT NULL,
  call_limit INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  reset INTEGER NOT NULL,
  PRIMARY KEY(connection, name)) WITHOUT ROWID;
)sql"};
}

}  // namespace connector::store::sqlite
