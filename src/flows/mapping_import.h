#pragma once

#include <optional>
#include <vector>

#include "flows/mapping_csv.h"
#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

/// The parts of a mapping that files give; a part without a file stays as it is in the store.
struct ImportedMapping {
  std::vector<domain::MappingRow> rows;
  std::optional<ShipNodes> ship_nodes;
  std::optional<Kits> kits;
  std::optional<Aliases> aliases;
  json::Value digests;  ///< SHA-256 per file, for the audit trail
};

/// Replaces a connection's mapping, has planned anew what was held for want of it, and completes `record` and appends
/// it to the audit trail. Returns how many rows of each part there are then.
domain::Result<json::Value> import_mapping(store::Transaction& transaction, store::ConnectionId connection,
                                           const ImportedMapping& imported, store::AuditRecord record);

/// Rows to write over those of the same SKU (charges in any case of letters), and SKUs whose rows go.
struct MappingChange {
  std::vector<domain::MappingRow> rows;
  std::vector<std::string> removed;
};

/// The rows after a change, in their order, new ones last; or every row that is wrong, as in a file of them.
CsvResult<std::vector<domain::MappingRow>> changed_rows(const std::vector<domain::MappingRow>& before,
                                                        const MappingChange& change);

/// Writes rows in place of those before; `record` tells of each SKU what it was and became.
domain::Result<void> write_mapping_rows(store::Transaction& transaction, store::ConnectionId connection,
                                        std::vector<domain::MappingRow> rows, store::AuditRecord record);

/// SHA-256 of all parts: what a person who changes one says to have seen.
std::string mapping_revision(const domain::Mapping& mapping);

json::Value to_json(const domain::MappingRow& row);
/// The items of a kit.
json::Value to_json(const std::vector<domain::KitComponent>& components);
/// Members that are absent are empty.
domain::MappingRow mapping_row_from_json(const json::Value& value);

}  // namespace connector::flows
