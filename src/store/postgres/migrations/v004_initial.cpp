#include "store/postgres/migrations/steps.h"

namespace connector::store::postgres {

// The schema that SQLite's steps 1 to 4 make, with its units. Texts are compared byte by byte, whatever the database's
// locale is, as SQLite does.
Migration initial_schema() {
  return {4, "initial schema", R"sql(
CREATE TABLE connection(
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL,
  market TEXT COLLATE "C" NOT NULL,
  division BIGINT NOT NULL,
  settings TEXT COLLATE "C" NOT NULL,
  paused BIGINT NOT NULL,
  mapping_version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  removed BIGINT NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX connection_name ON connection(name) WHERE removed=0;
CREATE TABLE secret(
  connection BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  sealed TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY(connection, name));
CREATE TABLE purchase_order(
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  connection BIGINT NOT NULL REFERENCES connection(id),
  purchase_order_id TEXT COLLATE "C" NOT NULL,
  customer_order_id TEXT COLLATE "C" NOT NULL,
  order_time BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  facts_digest BYTEA NOT NULL,
  facts TEXT COLLATE "C" NOT NULL);
CREATE UNIQUE INDEX purchase_order_key ON purchase_order(connection, purchase_order_id);
CREATE TABLE posting(
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  connection BIGINT NOT NULL REFERENCES connection(id),
  source_id TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  kind BIGINT NOT NULL,
  state BIGINT NOT NULL,
  queue BIGINT,
  due_at BIGINT,
  priority BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  in_doubt BIGINT NOT NULL,
  cause BIGINT NOT NULL,
  mapping_version BIGINT NOT NULL,
  lease_owner TEXT COLLATE "C" NOT NULL,
  lease_until BIGINT,
  next_attempt_at BIGINT,
  first_failed_at BIGINT,
  last_sent_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  total BIGINT NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  document_date TEXT COLLATE "C" NOT NULL,
  reference TEXT COLLATE "C" NOT NULL,
  depends_on TEXT COLLATE "C" NOT NULL,
  target_id TEXT COLLATE "C" NOT NULL,
  target_number TEXT COLLATE "C" NOT NULL,
  body_digest BYTEA NOT NULL,
  cause_detail TEXT COLLATE "C" NOT NULL,
  target_data TEXT COLLATE "C" NOT NULL);
CREATE UNIQUE INDEX posting_key ON posting(connection, source_id, key);
CREATE INDEX posting_ready ON posting(connection, priority) WHERE queue=0;
CREATE INDEX posting_waiting ON posting(connection, due_at) WHERE queue=1;
CREATE INDEX posting_blocked ON posting(connection, depends_on) WHERE queue=2;
CREATE INDEX posting_set_aside ON posting(connection, state, mapping_version) WHERE queue=3;
CREATE TABLE posting_document(
  id BIGINT PRIMARY KEY REFERENCES posting(id),
  document TEXT COLLATE "C" NOT NULL);
CREATE TABLE posting_body(
  id BIGINT PRIMARY KEY REFERENCES posting(id),
  body TEXT COLLATE "C" NOT NULL);
CREATE TABLE posting_count(
  connection BIGINT NOT NULL,
  state BIGINT NOT NULL,
  cause BIGINT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY(connection, state, cause));
CREATE TABLE mapping_row(
  connection BIGINT NOT NULL REFERENCES connection(id),
  position BIGINT NOT NULL,
  sku TEXT COLLATE "C" NOT NULL,
  exact_item TEXT COLLATE "C" NOT NULL,
  gl_account TEXT COLLATE "C" NOT NULL,
  cost_center TEXT COLLATE "C" NOT NULL,
  cost_unit TEXT COLLATE "C" NOT NULL,
  vat_code TEXT COLLATE "C" NOT NULL,
  warehouse TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY(connection, position));
CREATE TABLE kit_component(
  connection BIGINT NOT NULL REFERENCES connection(id),
  sku TEXT COLLATE "C" NOT NULL,
  position BIGINT NOT NULL,
  exact_item TEXT COLLATE "C" NOT NULL,
  quantity BIGINT NOT NULL,
  price_share BIGINT NOT NULL,
  PRIMARY KEY(connection, sku, position));
CREATE TABLE sku_alias(
  connection BIGINT NOT NULL REFERENCES connection(id),
  alias TEXT COLLATE "C" NOT NULL,
  sku TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY(connection, alias));
CREATE TABLE ship_node(
  connection BIGINT NOT NULL REFERENCES connection(id),
  ship_node TEXT COLLATE "C" NOT NULL,
  warehouse TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY(connection, ship_node));
CREATE TABLE reference(
  connection BIGINT NOT NULL REFERENCES connection(id),
  kind TEXT COLLATE "C" NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  data TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY(connection, kind, code));
CREATE INDEX reference_id ON reference(connection, kind, id);
CREATE TABLE watermark(
  connection BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY(connection, name));
CREATE TABLE audit(
  sequence BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  connection BIGINT NOT NULL,
  actor TEXT COLLATE "C" NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  source_id TEXT COLLATE "C" NOT NULL,
  posting_key TEXT COLLATE "C" NOT NULL,
  attempt BIGINT NOT NULL,
  cause TEXT COLLATE "C" NOT NULL,
  correlation_id TEXT COLLATE "C" NOT NULL,
  detail TEXT COLLATE "C" NOT NULL,
  hash BYTEA NOT NULL);
CREATE INDEX audit_source ON audit(connection, source_id);
CREATE INDEX audit_person ON audit(actor) WHERE actor<>'system';
CREATE TABLE audit_head(
  one BIGINT PRIMARY KEY CHECK(one=1),
  sequence BIGINT NOT NULL,
  hash BYTEA NOT NULL);
INSERT INTO audit_head(one, sequence, hash) VALUES(1, 0, decode(repeat('00', 32), 'hex'));
CREATE TABLE lease(
  name TEXT COLLATE "C" PRIMARY KEY,
  owner TEXT COLLATE "C" NOT NULL,
  token BIGINT NOT NULL,
  until BIGINT NOT NULL);
CREATE TABLE flow(
  connection BIGINT NOT NULL REFERENCES connection(id),
  name TEXT COLLATE "C" NOT NULL,
  paused BIGINT NOT NULL,
  wanted_at BIGINT,
  started_at BIGINT,
  succeeded_at BIGINT,
  failed_at BIGINT,
  failures BIGINT NOT NULL,
  last_error TEXT COLLATE "C" NOT NULL,
  report TEXT COLLATE "C" NOT NULL,
  backfill_from BIGINT,
  backfill_to BIGINT,
  backfill_at BIGINT,
  PRIMARY KEY(connection, name));
CREATE TABLE notice(
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  connection BIGINT NOT NULL REFERENCES connection(id),
  source TEXT COLLATE "C" NOT NULL,
  event_id TEXT COLLATE "C" NOT NULL,
  topic TEXT COLLATE "C" NOT NULL,
  flow TEXT COLLATE "C" NOT NULL,
  entity TEXT COLLATE "C" NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  received_at BIGINT NOT NULL,
  done_at BIGINT,
  attempts BIGINT NOT NULL,
  next_attempt_at BIGINT,
  last_error TEXT COLLATE "C" NOT NULL);
CREATE UNIQUE INDEX notice_event ON notice(connection, source, event_id, entity);
CREATE INDEX notice_open ON notice(connection) WHERE done_at IS NULL;
CREATE INDEX notice_origin ON notice(connection, source, flow, received_at);
CREATE INDEX posting_target ON posting(connection, target_id) WHERE target_id<>'';
CREATE TABLE budget(
  connection BIGINT NOT NULL REFERENCES connection(id),
  name TEXT COLLATE "C" NOT NULL,
  call_limit BIGINT NOT NULL,
  taken BIGINT NOT NULL,
  reset BIGINT NOT NULL,
  PRIMARY KEY(connection, name));
CREATE TABLE console_user(
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL,
  role TEXT COLLATE "C" NOT NULL,
  password_hash TEXT COLLATE "C" NOT NULL,
  disabled BIGINT NOT NULL,
  invitation_hash TEXT COLLATE "C" NOT NULL,
  invitation_until BIGINT,
  created_at BIGINT NOT NULL,
  signed_in_at BIGINT);
CREATE UNIQUE INDEX console_user_name ON console_user(lower(name));
CREATE TABLE console_session(
  token_hash TEXT COLLATE "C" PRIMARY KEY,
  "user" BIGINT NOT NULL REFERENCES console_user(id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL);
CREATE TABLE api_token(
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL,
  token_hash TEXT COLLATE "C" NOT NULL UNIQUE,
  role TEXT COLLATE "C" NOT NULL,
  created_by TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT);
CREATE INDEX purchase_order_time ON purchase_order(connection, order_time);
CREATE TABLE order_term(
  connection BIGINT NOT NULL,
  term TEXT COLLATE "C" NOT NULL,
  order_id BIGINT NOT NULL,
  PRIMARY KEY(connection, term, order_id));
CREATE TABLE posted_hour(
  connection BIGINT NOT NULL,
  hour BIGINT NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  kind BIGINT NOT NULL,
  count BIGINT NOT NULL,
  total BIGINT NOT NULL,
  PRIMARY KEY(connection, hour, currency, kind));
)sql"};
}

}  // namespace connector::store::postgres
