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

/// Writes a mapping in place of the one before; `record` tells of each entry what it was and became.
domain::Result<void> write_mapping(store::Transaction& transaction, store::ConnectionId connection,
                                   const domain::Mapping& mapping, store::AuditRecord record);

/// SHA-256 of all parts: what a person who changes one says to have seen.
std::string mapping_revision(const domain::Mapping& mapping);

json::Value to_json(const domain::MappingRow& row);
/// The items of a kit.
json::Value to_json(const std::vector<domain::KitComponent>& components);

}  // namespace connector::flows
