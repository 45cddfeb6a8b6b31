#include <map>

#include "store/sql/bulk_insert.h"
#include "store/sql/digest_column.h"
#include "store/sql/transaction.h"

namespace connector::store::sql {

using domain::Cause;
using domain::fail;

namespace {

/// Of all connections, kept in memory by each connection to the store: some megabytes.
constexpr std::size_t kMostKnownRows = 20'000;

std::size_t rows_of(const domain::Mapping& mapping) {
  return mapping.rows().size() + mapping.kits().size() + mapping.aliases().size();
}

Result<void> unknown_connection() { return fail(Cause::bad_input, "no such connection in the store"); }

/// Of a Query or a BulkInsert.
template <class Insert>
Result<void> finish_insert(Insert& insert) {
  auto done = insert.finish();
  return insert.violated_constraint() ? unknown_connection() : done;
}

}  // namespace

Result<std::optional<OrderRow>> SqlTransaction::order(ConnectionId connection, std::string_view purchase_order_id) {
  Query query(database_,
              "SELECT customer_order_id, order_time, seen_at, state, facts_digest, facts FROM purchase_order"
              " WHERE connection=? AND purchase_order_id=?",
              connection, purchase_order_id);
  std::optional<OrderRow> row;
  if (query.step()) {
    row.emplace();
    row->connection = connection;
    row->purchase_order_id = purchase_order_id;
    row->customer_order_id = query.text(0);
    row->order_time = query.time(1);
    row->seen_at = query.time(2);
    row->state = query.text(3);
    row->facts_digest = digest_text(query, 4);
    row->facts = query.text(5);
  }
  if (auto done = query.finish(); !done) return fail(done.error());
  return row;
}

Result<void> SqlTransaction::put_order(const OrderRow& row) {
  const DigestColumn digest(row.facts_digest);
  Query query(database_,
              "INSERT INTO purchase_order(connection, purchase_order_id, customer_order_id, order_time, seen_at, state,"
              " facts_digest, facts) VALUES(?,?,?,?,?,?,?,?) ON CONFLICT(connection, purchase_order_id) DO UPDATE SET"
              " customer_order_id=excluded.customer_order_id, order_time=excluded.order_time,"
              " seen_at=excluded.seen_at, state=excluded.state, facts_digest=excluded.facts_digest,"
              " facts=excluded.facts",
              row.connection, row.purchase_order_id, row.customer_order_id, row.order_time, row.seen_at, row.state,
              digest.value(), row.facts);
  return finish_insert(query);
}

Result<std::optional<std::int64_t>> SqlTransaction::mapping_version(ConnectionId connection) {
  Query query(database_, "SELECT mapping_version FROM connection WHERE id=?", connection);
  std::optional<std::int64_t> version;
  if (query.step()) version = query.integer(0);
  if (auto done = query.finish(); !done) return fail(done.error());
  return version;
}

Result<domain::Mapping> SqlTransaction::mapping(ConnectionId connection) {
  const auto version = mapping_version(connection);
  if (!version) return fail(version.error());
  if (const auto known = mappings_.find(connection); known != mappings_.end() && known->second.version == *version) {
    return known->second.mapping;
  }
  auto mapping = read_mapping(connection);
  if (mapping && *version && !mapping_changed_) remember(connection, **version, *mapping);
  return mapping;
}

void SqlTransaction::remember(ConnectionId connection, std::int64_t version, const domain::Mapping& mapping) {
  if (const auto known = mappings_.find(connection); known != mappings_.end()) {
    known_rows_ -= rows_of(known->second.mapping);
    mappings_.erase(known);
  }
  if (known_rows_ + rows_of(mapping) > kMostKnownRows) {
    mappings_.clear();
    known_rows_ = 0;
  }
  known_rows_ += rows_of(mapping);
  mappings_.emplace(connection, KnownMapping{version, mapping});
}

Result<domain::Mapping> SqlTransaction::read_mapping(ConnectionId connection) {
  std::vector<domain::MappingRow> rows;
  Query row(database_,
            "SELECT sku, exact_item, gl_account, cost_center, cost_unit, vat_code, warehouse FROM mapping_row"
            " WHERE connection=? ORDER BY position",
            connection);
  while (row.step()) {
    rows.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6)});
  }
  if (auto done = row.finish(); !done) return fail(done.error());

  std::map<std::string, std::vector<domain::KitComponent>> kits;
  Query component(database_,
                  "SELECT sku, exact_item, quantity, price_share FROM kit_component WHERE connection=?"
                  " ORDER BY sku, position",
                  connection);
  while (component.step()) {
    kits[component.text(0)].push_back({component.text(1), domain::Decimal::from_units(component.integer(2)),
                                       domain::Decimal::from_units(component.integer(3))});
  }
  if (auto done = component.finish(); !done) return fail(done.error());

  std::map<std::string, std::string> aliases;
  Query alias(database_, "SELECT alias, sku FROM sku_alias WHERE connection=?", connection);
  while (alias.step()) aliases.emplace(alias.text(0), alias.text(1));
  if (auto done = alias.finish(); !done) return fail(done.error());

  std::map<std::string, std::string> warehouses;
  Query node(database_, "SELECT ship_node, warehouse FROM ship_node WHERE connection=?", connection);
  while (node.step()) warehouses.emplace(node.text(0), node.text(1));
  if (auto done = node.finish(); !done) return fail(done.error());

  return domain::Mapping(std::move(rows), std::move(kits), std::move(aliases), std::move(warehouses));
}

Result<void> SqlTransaction::replace_mapping(ConnectionId connection, const domain::Mapping& mapping) {
  mapping_changed_ = true;
  if (auto raised = raise_mapping_version(connection); !raised) return fail(raised.error());
  for (const auto* sql : {"DELETE FROM mapping_row WHERE connection=?", "DELETE FROM kit_component WHERE connection=?",
                          "DELETE FROM sku_alias WHERE connection=?", "DELETE FROM ship_node WHERE connection=?"}) {
    Query remove(database_, sql, connection);
    if (auto done = remove.finish(); !done) return done;
  }
  std::int64_t position = 0;
  BulkInsert rows(database_, "INSERT INTO mapping_row VALUES");
  for (const auto& row : mapping.rows()) {
    rows.add(connection, ++position, row.sku, row.exact_item, row.gl_account, row.cost_center, row.cost_unit,
             row.vat_code, row.warehouse);
  }
  BulkInsert components(database_, "INSERT INTO kit_component VALUES");
  for (const auto& [sku, kit] : mapping.kits()) {
    position = 0;
    for (const auto& component : kit) {
      components.add(connection, sku, ++position, component.exact_item, component.quantity.units(),
                     component.price_share.units());
    }
  }
  BulkInsert aliases(database_, "INSERT INTO sku_alias VALUES");
  for (const auto& [alias, sku] : mapping.aliases()) aliases.add(connection, alias, sku);
  BulkInsert nodes(database_, "INSERT INTO ship_node VALUES");
  for (const auto& [ship_node, warehouse] : mapping.ship_node_warehouses()) {
    nodes.add(connection, ship_node, warehouse);
  }
  for (BulkInsert* insert : {&rows, &components, &aliases, &nodes}) {
    if (auto done = finish_insert(*insert); !done) return done;
  }
  return {};
}

Result<std::optional<ReferenceRow>> SqlTransaction::reference(ConnectionId connection, std::string_view kind,
                                                              std::string_view code) {
  Query query(database_, "SELECT id, data FROM reference WHERE connection=? AND kind=? AND code=?", connection, kind,
              code);
  std::optional<ReferenceRow> row;
  if (query.step()) row = ReferenceRow{std::string(kind), std::string(code), query.text(0), query.text(1)};
  if (auto done = query.finish(); !done) return fail(done.error());
  return row;
}

Result<std::vector<ReferenceRow>> SqlTransaction::references(ConnectionId connection, std::string_view kind) {
  Query query(database_, "SELECT code, id, data FROM reference WHERE connection=? AND kind=? ORDER BY code", connection,
              kind);
  std::vector<ReferenceRow> rows;
  while (query.step()) rows.push_back({std::string(kind), query.text(0), query.text(1), query.text(2)});
  if (auto done = query.finish(); !done) return fail(done.error());
  return rows;
}

Result<void> SqlTransaction::visit_newest_references(
    std::string_view kind, const std::function<Result<void>(ConnectionId, std::string_view data)>& visit) {
  Query query(
      database_,
      "SELECT newest.connection, reference.data FROM ("
      " SELECT id AS connection, (SELECT code FROM reference WHERE reference.connection=connection.id AND kind=?1"
      "  ORDER BY code DESC LIMIT 1) AS code FROM connection WHERE removed=0) AS newest"
      " JOIN reference ON reference.connection=newest.connection AND reference.kind=?1"
      " AND reference.code=newest.code ORDER BY 1",
      kind);
  while (query.step()) {
    if (auto visited = visit(query.integer(0), query.view(1)); !visited) return visited;
  }
  return query.finish();
}

Result<void> SqlTransaction::put_reference(ConnectionId connection, const ReferenceRow& row) {
  if (!row.id.empty()) {
    // The entity's code may have been changed in Exact; its old code must not live on.
    Query renamed(database_, "DELETE FROM reference WHERE connection=? AND kind=? AND id=? AND code<>?", connection,
                  row.kind, row.id, row.code);
    if (auto done = renamed.finish(); !done) return done;
  }
  Query query(database_,
              "INSERT INTO reference(connection, kind, code, id, data) VALUES(?,?,?,?,?)"
              " ON CONFLICT(connection, kind, code) DO UPDATE SET id=excluded.id, data=excluded.data",
              connection, row.kind, row.code, row.id, row.data);
  return finish_insert(query);
}

Result<void> SqlTransaction::delete_reference(ConnectionId connection, std::string_view kind, std::string_view id) {
  Query query(database_, "DELETE FROM reference WHERE connection=? AND kind=? AND id=?", connection, kind, id);
  return query.finish();
}

Result<void> SqlTransaction::replace_references(ConnectionId connection, std::string_view kind,
                                                const std::vector<ReferenceRow>& rows) {
  Query remove(database_, "DELETE FROM reference WHERE connection=? AND kind=?", connection, kind);
  if (auto done = remove.finish(); !done) return done;
  // The last of a code counts.
  std::map<std::string_view, const ReferenceRow*> by_code;
  for (const auto& row : rows) {
    if (row.kind != kind) return fail(Cause::bad_input, "a reference row of another kind than the list's");
    by_code[row.code] = &row;
  }
  BulkInsert insert(database_, "INSERT INTO reference(connection, kind, code, id, data) VALUES");
  for (const auto& [code, row] : by_code) insert.add(connection, kind, code, row->id, row->data);
  return finish_insert(insert);
}

}  // namespace connector::store::sql
