#include "store/sqlite/migrations/steps.h"

namespace connector::store::sqlite {

// Not released yet: each area appends its tables under a comment of its own. Units are those of version 1.
Migration every_flow_schema() {
  return {2, "every flow", R"sql(
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
