#include "flows/mapping_import.h"

#include <map>

#include "engine/digest.h"

namespace connector::flows {

using domain::Mapping;
using domain::MappingRow;
using domain::Result;

namespace {

/// Of one change that is told in the audit trail at most; the rest is counted.
constexpr std::size_t kToldChanges = 100;

Result<void> replace(store::Transaction& transaction, store::ConnectionId connection, const Mapping& mapping,
                     store::AuditRecord record) {
  if (auto replaced = transaction.replace_mapping(connection, mapping); !replaced) return replaced;
  record.connection = connection;
  return transaction.append_audit(std::move(record));
}

json::Value counts_of(const Mapping& mapping) {
  json::Value counts;
  counts.set("rows", mapping.rows().size());
  counts.set("ship_nodes", mapping.ship_node_warehouses().size());
  counts.set("kits", mapping.kits().size());
  counts.set("aliases", mapping.aliases().size());
  return counts;
}

/// The entries of one part of a mapping, by what they are called.
using Entries = std::map<std::string, json::Value>;

Entries entries_of(const std::vector<MappingRow>& rows) {
  Entries entries;
  for (const MappingRow& row : rows) entries[row.sku] = to_json(row);
  return entries;
}

Entries entries_of(const Kits& kits) {
  Entries entries;
  for (const auto& [sku, components] : kits) entries[sku] = to_json(components);
  return entries;
}

/// Of aliases and ship nodes.
Entries entries_of(const std::map<std::string, std::string>& texts) { return {texts.begin(), texts.end()}; }

/// Tells in `detail` what differs: [{name, "before": entry or null, "after": entry or null}]. Returns how many.
std::size_t tell_differences(json::Value& detail, const char* list_name, const char* name, const Entries& before,
                             const Entries& after) {
  Entries all = before;
  all.insert(after.begin(), after.end());
  json::Value list{json::Array{}};
  std::size_t count = 0;
  for (const auto& [key, unused] : all) {
    const auto old_entry = before.find(key);
    const auto new_entry = after.find(key);
    json::Value entry;
    entry.set(name, key);
    entry.set("before", old_entry == before.end() ? json::Value() : old_entry->second);
    entry.set("after", new_entry == after.end() ? json::Value() : new_entry->second);
    if (entry["before"] == entry["after"]) continue;
    if (++count <= kToldChanges) list.push_back(std::move(entry));
  }
  if (count > 0) detail.set(list_name, std::move(list));
  return count;
}

/// What became of a whole mapping, part by part.
void tell_changes(json::Value& detail, const Mapping& before, const Mapping& after) {
  std::size_t count = tell_differences(detail, "changes", "sku", entries_of(before.rows()), entries_of(after.rows()));
  count += tell_differences(detail, "kit_changes", "sku", entries_of(before.kits()), entries_of(after.kits()));
  count +=
      tell_differences(detail, "alias_changes", "alias", entries_of(before.aliases()), entries_of(after.aliases()));
  count += tell_differences(detail, "ship_node_changes", "ship_node", entries_of(before.ship_node_warehouses()),
                            entries_of(after.ship_node_warehouses()));
  detail.set("count", count);
}

}  // namespace

Result<json::Value> import_mapping(store::Transaction& transaction, store::ConnectionId connection,
                                   const ImportedMapping& imported, store::AuditRecord record) {
  auto before = transaction.mapping(connection);
  if (!before) return domain::fail(before.error());
  const Mapping mapping(imported.rows, imported.kits.value_or(before->kits()),
                        imported.aliases.value_or(before->aliases()),
                        imported.ship_nodes.value_or(before->ship_node_warehouses()));
  json::Value detail = counts_of(mapping);
  detail.set("sha256", imported.digests);
  tell_changes(detail, *before, mapping);
  record.detail = json::write(detail);
  if (auto done = replace(transaction, connection, mapping, std::move(record)); !done)
    return domain::fail(done.error());
  return counts_of(mapping);
}

Result<void> write_mapping(store::Transaction& transaction, store::ConnectionId connection, const Mapping& mapping,
                           store::AuditRecord record) {
  auto before = transaction.mapping(connection);
  if (!before) return domain::fail(before.error());
  json::Value detail;
  tell_changes(detail, *before, mapping);
  record.detail = json::write(detail);
  return replace(transaction, connection, mapping, std::move(record));
}

std::string mapping_revision(const Mapping& mapping) {
  return engine::sha256_hex(write_mapping_csv(mapping.rows()) + write_ship_nodes_csv(mapping.ship_node_warehouses()) +
                            write_kits_csv(mapping.kits()) + write_aliases_csv(mapping.aliases()));
}

json::Value to_json(const MappingRow& row) {
  json::Value value;
  value.set("sku", row.sku);
  value.set("exact_item", row.exact_item);
  value.set("gl_account", row.gl_account);
  value.set("cost_center", row.cost_center);
  value.set("cost_unit", row.cost_unit);
  value.set("vat_code", row.vat_code);
  value.set("warehouse", row.warehouse);
  return value;
}

json::Value to_json(const std::vector<domain::KitComponent>& components) {
  json::Value list{json::Array{}};
  for (const auto& component : components) {
    json::Value entry;
    entry.set("exact_item", component.exact_item);
    entry.set("quantity", component.quantity);
    entry.set("price_share", component.price_share);
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace connector::flows
