#include "store/sqlite/migrations/steps.h"

namespace connector::store::sqlite {

// Times are UTC milliseconds since 1970, amounts millionths, enumerations the numbers of codes.h.
//
// posting.queue tells where a posting stands in the work queue, so that taking work costs the same whatever
// waits or lies in history: 0 may be taken now, 1 waits until due_at (a retry, or the lease of one being sent),
// 2 is blocked by depends_on, 3 is set aside (held, skipped, withdrawn), NULL is posted.
//
// posting_document and posting_body are apart from posting so that a change of state rewrites a short row; and from
// each other so that both only grow at their ends: a row that grows later splits pages.
Migration initial_schema() {
  return {1, "initial schema", R"sql(
CREATE TABLE connection(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  market TEXT NOT NULL,
  division INTEGER NOT NULL,
  settings TEXT NOT NULL,
  paused INTEGER NOT NULL,
  mapping_version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX connection_name ON connection(name) WHERE removed=0;

CREATE TABLE secret(
  connection INTEGER NOT NULL,
  name TEXT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY(connection, name)) WITHOUT ROWID;

CREATE TABLE purchase_order(
  id INTEGER PRIMARY KEY,
  connection INTEGER NOT NULL REFERENCES connection(id),
  purchase_order_id TEXT NOT NULL,
  customer_order_id TEXT NOT NULL,
  order_time INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  facts_digest BLOB NOT NULL,
  facts TEXT NOT NULL);
CREATE UNIQUE INDEX purchase_order_key ON purchase_order(connection, purchase_order_id);

CREATE TABLE posting(
  id INTEGER PRIMARY KEY,
  connection INTEGER NOT NULL REFERENCES connection(id),
  source_id TEXT NOT NULL,
  key TEXT NOT NULL,
  kind INTEGER NOT NULL,
  state INTEGER NOT NULL,
  queue INTEGER,
  due_at INTEGER,
  priority INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  in_doubt INTEGER NOT NULL,
  cause INTEGER NOT NULL,
  mapping_version INTEGER NOT NULL,
  lease_owner TEXT NOT NULL,
  lease_until INTEGER,
  next_attempt_at INTEGER,
  first_failed_at INTEGER,
  last_sent_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  total INTEGER NOT NULL,
  currency TEXT NOT NULL,
  document_date TEXT NOT NULL,
  reference TEXT NOT NULL,
  depends_on TEXT NOT NULL,
  target_id TEXT NOT NULL,
  target_number TEXT NOT NULL,
  body_digest BLOB NOT NULL,
  cause_detail TEXT NOT NULL,
  target_data TEXT NOT NULL);
CREATE UNIQUE INDEX posting_key ON posting(connection, source_id, key);
CREATE INDEX posting_ready ON posting(connection, priority) WHERE queue=0;
CREATE INDEX posting_waiting ON posting(connection, due_at) WHERE queue=1;
CREATE INDEX posting_blocked ON posting(connection, depends_on) WHERE queue=2;
CREATE INDEX posting_set_aside ON posting(connection, state, mapping_version) WHERE queue=3;

CREATE TABLE posting_document(
  id INTEGER PRIMARY KEY REFERENCES posting(id),
  document TEXT NOT NULL);
CREATE TABLE posting_body(
  id INTEGER PRIMARY KEY REFERENCES posting(id),
  body TEXT NOT NULL);

CREATE TABLE posting_count(
  connection INTEGER NOT NULL,
  state INTEGER NOT NULL,
  cause INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY(connection, state, cause)) WITHOUT ROWID;

CREATE TABLE mapping_row(
  connection INTEGER NOT NULL REFERENCES connection(id),
  position INTEGER NOT NULL,
  sku TEXT NOT NULL,
  exact_item TEXT NOT NULL,
  gl_account TEXT NOT NULL,
  cost_center TEXT NOT NULL,
  cost_unit TEXT NOT NULL,
  vat_code TEXT NOT NULL,
  warehouse TEXT NOT NULL,
  PRIMARY KEY(connection, position)) WITHOUT ROWID;
CREATE TABLE kit_component(
  connection INTEGER NOT NULL REFERENCES connection(id),
  sku TEXT NOT NULL,
  position INTEGER NOT NULL,
  exact_item TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  price_share INTEGER NOT NULL,
  PRIMARY KEY(connection, sku, position)) WITHOUT ROWID;
CREATE TABLE sku_alias(
  connection INTEGER NOT NULL REFERENCES connection(id),
  alias TEXT NOT NULL,
  sku TEXT NOT NULL,
  PRIMARY KEY(connection, alias)) WITHOUT ROWID;
CREATE TABLE ship_node(
  connection INTEGER NOT NULL REFERENCES connection(id),
  ship_node TEXT NOT NULL,
  warehouse TEXT NOT NULL,
  PRIMARY KEY(connection, ship_node)) WITHOUT ROWID;

CREATE TABLE reference(
  connection INTEGER NOT NULL REFERENCES connection(id),
  kind TEXT NOT NULL,
  code TEXT NOT NULL,
  id TEXT NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY(connection, kind, code)) WITHOUT ROWID;
CREATE INDEX reference_id ON reference(connection, kind, id);

CREATE TABLE watermark(
  connection INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY(connection, name)) WITHOUT ROWID;

CREATE TABLE audit(
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  connection INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  source_id TEXT NOT NULL,
  posting_key TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  cause TEXT NOT NULL,
  correlation_id TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash BLOB NOT NULL);
CREATE INDEX audit_source ON audit(connection, source_id);
CREATE TABLE audit_head(
  one INTEGER PRIMARY KEY CHECK(one=1),
  sequence INTEGER NOT NULL,
  hash BLOB NOT NULL);
INSERT INTO audit_head(one, sequence, hash) VALUES(1, 0, zeroblob(32));

CREATE TABLE lease(
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  token INTEGER NOT NULL,
  until INTEGER NOT NULL) WITHOUT ROWID;
)sql"};
}

}  // namespace connector::store::sqlite
