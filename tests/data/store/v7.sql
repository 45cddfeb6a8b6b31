PRAGMA application_id=1296843598;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE schema_version(version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL, description TEXT NOT NULL);
INSERT INTO schema_version VALUES(1,1795000000000,'initial schema');
INSERT INTO schema_version VALUES(2,1795000000000,'every flow');
INSERT INTO schema_version VALUES(3,1795000000000,'audit by person');
INSERT INTO schema_version VALUES(4,1795000000000,'notices by origin');
INSERT INTO schema_version VALUES(5,1795000000000,'posted by all');
INSERT INTO schema_version VALUES(6,1795000000000,'connections by division');
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
INSERT INTO connection VALUES(1,'first','us',17,'{}',0,1,1000,0);
CREATE TABLE secret(
  connection INTEGER NOT NULL,
  name TEXT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY(connection, name)) WITHOUT ROWID;
INSERT INTO secret VALUES(1,'token','sealed');
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
INSERT INTO purchase_order VALUES(1,1,'100','C-100',0,0,'open',X'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','{"lines":[]}');
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
INSERT INTO posting VALUES(1,1,'100','invoice/100/1',5,4,NULL,NULL,0,1,0,0,0,'',NULL,NULL,NULL,NULL,1000,1000,12340000,'USD','','WM-100','','guid-1','',X'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','','');
INSERT INTO posting VALUES(2,1,'101','invoice/101/1',5,3,3,NULL,0,0,0,3,0,'',NULL,NULL,NULL,NULL,1000,1000,12340000,'USD','','WM-101','','','',X'','','');
INSERT INTO posting VALUES(3,1,'102','invoice/102/1',5,0,0,NULL,0,0,0,0,0,'',NULL,NULL,NULL,NULL,1000,1000,12340000,'USD','','WM-102','','','',X'','','');
CREATE TABLE posting_document(
  id INTEGER PRIMARY KEY REFERENCES posting(id),
  document TEXT NOT NULL);
INSERT INTO posting_document VALUES(1,'{"kind":"sales_invoice"}');
INSERT INTO posting_document VALUES(2,'{"kind":"sales_invoice"}');
INSERT INTO posting_document VALUES(3,'{"kind":"sales_invoice"}');
CREATE TABLE posting_body(
  id INTEGER PRIMARY KEY REFERENCES posting(id),
  body TEXT NOT NULL);
INSERT INTO posting_body VALUES(1,'{"YourRef":"WM-100"}');
CREATE TABLE posting_count(
  connection INTEGER NOT NULL,
  state INTEGER NOT NULL,
  cause INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY(connection, state, cause)) WITHOUT ROWID;
INSERT INTO posting_count VALUES(1,0,0,1);
INSERT INTO posting_count VALUES(1,3,3,1);
INSERT INTO posting_count VALUES(1,4,0,1);
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
INSERT INTO mapping_row VALUES(1,1,'*','ITEM','8000','','','','');
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
INSERT INTO reference VALUES(1,'item','ITEM','guid-2','{}');
CREATE TABLE watermark(
  connection INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY(connection, name)) WITHOUT ROWID;
INSERT INTO watermark VALUES(0,'connections/version','1');
INSERT INTO watermark VALUES(1,'orders','2026-11-23T00:00:00Z');
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
INSERT INTO audit VALUES(1,5000,1,'system','one','100','',0,'','','{}',X'fd784f326304a58a41aa0baadd0701e716e2e0ba0565d3b69a4c31df698ad1a4');
INSERT INTO audit VALUES(2,5000,1,'system','two','100','',0,'','','{}',X'776d33a04c93a9dbe52c28f26e0806cb7f101a5b42eb6bb9eb16bbc974f19f8f');
CREATE TABLE audit_head(
  one INTEGER PRIMARY KEY CHECK(one=1),
  sequence INTEGER NOT NULL,
  hash BLOB NOT NULL);
INSERT INTO audit_head VALUES(1,2,X'776d33a04c93a9dbe52c28f26e0806cb7f101a5b42eb6bb9eb16bbc974f19f8f');
CREATE TABLE lease(
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  token INTEGER NOT NULL,
  until INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO lease VALUES('refresh','worker',1,10);
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
CREATE TABLE budget(
  connection INTEGER NOT NULL REFERENCES connection(id),
  name TEXT NOT NULL,
  call_limit INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  reset INTEGER NOT NULL,
  PRIMARY KEY(connection, name)) WITHOUT ROWID;
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
CREATE UNIQUE INDEX connection_name ON connection(name) WHERE removed=0;
CREATE UNIQUE INDEX purchase_order_key ON purchase_order(connection, purchase_order_id);
CREATE UNIQUE INDEX posting_key ON posting(connection, source_id, key);
CREATE INDEX posting_ready ON posting(connection, priority) WHERE queue=0;
CREATE INDEX posting_waiting ON posting(connection, due_at) WHERE queue=1;
CREATE INDEX posting_blocked ON posting(connection, depends_on) WHERE queue=2;
CREATE INDEX posting_set_aside ON posting(connection, state, mapping_version) WHERE queue=3;
CREATE INDEX reference_id ON reference(connection, kind, id);
CREATE INDEX audit_source ON audit(connection, source_id);
CREATE UNIQUE INDEX notice_event ON notice(connection, source, event_id, entity);
CREATE INDEX notice_open ON notice(connection) WHERE done_at IS NULL;
CREATE INDEX posting_target ON posting(connection, target_id) WHERE target_id<>'';
CREATE INDEX purchase_order_time ON purchase_order(connection, order_time);
CREATE INDEX audit_person ON audit(actor) WHERE actor<>'system';
CREATE INDEX notice_origin ON notice(connection, source, flow, received_at);
CREATE INDEX connection_division ON connection(division) WHERE removed=0;
DROP INDEX posting_ready;
CREATE INDEX posting_ready ON posting(connection, priority, id) WHERE queue=0;
INSERT INTO schema_version VALUES(7,1795000000000,'ready in order');
COMMIT;
