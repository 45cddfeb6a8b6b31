#pragma once

#include <array>
#include <string>
#include <vector>

#include "sandbox/exact/entity_type.h"

namespace connector::sandbox::exact {

/// What is fixed about one table: its own entity type, indexes and relations.
struct TableDefinition {
  TableId id = TableId::none;
  EntityType type;
  std::vector<std::string> indexed;  ///< properties with a hash index
  TableId lines = TableId::none;     ///< table of the document's lines
  std::string lines_property;        ///< the collection of lines, e.g. "SalesInvoiceLines"
  TableId parent = TableId::none;    ///< table of the line's document
  std::string parent_key;            ///< the line's reference to it, e.g. "InvoiceID"
  int deleted_entity_type = 0;       ///< EntityType in sync/Deleted; 0 = deletions are not listed
  std::string topic;                 ///< webhook topic; empty = none
};

/// All tables' definitions with their properties linked; built once, immutable, thread-safe.
const TableDefinition& table_definition(TableId id);

/// Gives each property of `view`, which looks at table `id`, its source: by name, or by `aliases` (view name, own
/// name).
void link_view(EntityType& view, TableId id, const std::vector<std::pair<std::string, std::string>>& aliases);

}  // namespace connector::sandbox::exact
