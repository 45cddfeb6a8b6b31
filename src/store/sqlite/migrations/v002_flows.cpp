#include "store/sqlite/migrations/steps.h"

namespace connector::store::sqlite {

// Units are those of version 1.
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

-- The console: users, their sessions, tokens of other programs; what its lists are searched and summed by.
-- Secrets stand as SHA-256 of what the holder shows; passwords as argon2id.
CREATE TABLE console_user(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  role TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  disabled INTEGER NOT NULL,
  invitation_hash TEXT NOT NULL,
  invitation_until INTEGER,
  created_at INTEGER NOT NULL,
  signed_in_at INTEGER);
CREATE TABLE console_session(
  token_hash TEXT PRIMARY KEY,
  user INTEGER NOT NULL REFERENCES console_user(id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE api_token(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  used_at INTEGER);
CREATE INDEX purchase_order_time ON purchase_order(connection, order_time);
CREATE TABLE order_term(
  connection INTEGER NOT NULL,
  term TEXT NOT NULL,
  order_id INTEGER NOT NULL,
  PRIMARY KEY(connection, term, order_id)) WITHOUT ROWID;
CREATE TABLE posted_hour(
  connection INTEGER NOT NULL,
  hour INTEGER NOT NULL,
  currency TEXT NOT NULL,
  kind INTEGER NOT NULL,
  count INTEGER NOT NULL,
  total INTEGER NOT NULL,
  PRIMARY KEY(connection, hour, currency, kind)) WITHOUT ROWID;
)sql"};
}

}  // namespace connector::store::sqlite
