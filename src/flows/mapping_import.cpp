#include "flows/mapping_import.h"

#include <algorithm>
#include <map>

#include "engine/digest.h"

namespace connector::flows {

using domain::Mapping;
using domain::MappingRow;
using domain::Result;

namespace {

/// Of one change that is told in the audit trail at most; the rest is counted.
constexpr std::size_t kToldChanges = 100;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool is_same_key(const std::string& left, const std::string& right) {
  if (left == right) return true;
  return left.starts_with('@') && lower(left) == lower(right);
}

Result<void> replace(store::Transaction& transaction, store::ConnectionId connection, const Mapping& mapping,
                     store::AuditRecord record) {
  if (auto replaced = transaction.replace_mapping(connection, mapping); !replaced) return replaced;
  // What was held for want of a mapping is planned again.
  if (auto raised = transaction.raise_mapping_version(connection); !raised) return domain::fail(raised.error());
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

/// [{"sku", "before": row or null, "after": row or null}], of what differs.
json::Value differences(const std::vector<MappingRow>& before, const std::vector<MappingRow>& after,
                        std::size_t& count) {
  std::map<std::string, std::pair<const MappingRow*, const MappingRow*>> by_sku;
  for (const MappingRow& row : before) by_sku[row.sku].first = &row;
  for (const MappingRow& row : after) by_sku[row.sku].second = &row;
  json::Value list{json::Array{}};
  count = 0;
  for (const auto& [sku, rows] : by_sku) {
    const auto& [old_row, new_row] = rows;
    if (old_row != nullptr && new_row != nullptr && *old_row == *new_row) continue;
    if (++count > kToldChanges) continue;
    json::Value entry;
    entry.set("sku", sku);
    entry.set("before", old_row == nullptr ? json::Value() : to_json(*old_row));
    entry.set("after", new_row == nullptr ? json::Value() : to_json(*new_row));
    list.push_back(std::move(entry));
  }
  return list;
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
  record.detail = json::write(detail);
  if (auto done = replace(transaction, connection, mapping, std::move(record)); !done)
    return domain::fail(done.error());
  return counts_of(mapping);
}

CsvResult<std::vector<MappingRow>> changed_rows(const std::vector<MappingRow>& before, const MappingChange& change) {
  std::vector<MappingRow> rows = before;
  for (const std::string& sku : change.removed) {
    std::erase_if(rows, [&](const MappingRow& row) { return is_same_key(row.sku, sku); });
  }
  for (const MappingRow& row : change.rows) {
    const auto known =
        std::find_if(rows.begin(), rows.end(), [&](const MappingRow& old) { return is_same_key(old.sku, row.sku); });
    if (known == rows.end()) {
      rows.push_back(row);
    } else {
      *known = row;
    }
  }
  // The rules of the file are those of the grid.
  return parse_mapping_csv(write_mapping_csv(rows));
}

Result<void> write_mapping_rows(store::Transaction& transaction, store::ConnectionId connection,
                                std::vector<MappingRow> rows, store::AuditRecord record) {
  auto before = transaction.mapping(connection);
  if (!before) return domain::fail(before.error());
  std::size_t count = 0;
  json::Value detail;
  detail.set("changes", differences(before->rows(), rows, count));
  detail.set("count", count);
  record.detail = json::write(detail);
  const Mapping mapping(std::move(rows), before->kits(), before->aliases(), before->ship_node_warehouses());
  return replace(transaction, connection, mapping, std::move(record));
}

std::string mapping_revision(const Mapping& mapping) { return engine::sha256_hex(write_mapping_csv(mapping.rows())); }

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

MappingRow mapping_row_from_json(const json::Value& value) {
  const auto text = [&value](std::string_view name) { return value[name].text_or(""); };
  return {text("sku"),       text("exact_item"), text("gl_account"), text("cost_center"),
          text("cost_unit"), text("vat_code"),   text("warehouse")};
}

}  // namespace connector::flows
