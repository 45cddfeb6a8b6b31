#pragma once

#include <string>
#include <utility>
#include <vector>

#include "csv/csv.h"
#include "domain/mapping.h"
#include "json/value.h"

namespace connector::flows {

/// What a person changes in a mapping, as it was typed. Rows (charges in any case of letters), kits and aliases are
/// written over those of the same name; the names in `removed...` go, before the others are written.
struct MappingChange {
  struct KitItem {
    std::string exact_item;
    std::string quantity;
    std::string price_share;
  };
  struct Kit {
    std::string sku;
    std::vector<KitItem> items;
  };
  std::vector<domain::MappingRow> rows;
  std::vector<std::string> removed_rows;
  std::vector<Kit> kits;
  std::vector<std::string> removed_kits;
  std::vector<std::pair<std::string, std::string>> aliases;  ///< alias and SKU
  std::vector<std::string> removed_aliases;
};

/// {"rows", "remove", "kits": [{"sku", "items"}], "remove_kits", "aliases": [{"alias", "sku"}], "remove_aliases"}; what
/// is absent is empty. Numbers may be written as text.
MappingChange mapping_change_from_json(const json::Value& value);

/// The mapping after a change: rows in their order, new ones last. Or all that is wrong by the rules of the files; each
/// fault names what it is about, and has no row number.
csv::Result<domain::Mapping> changed_mapping(const domain::Mapping& before, const MappingChange& change);

}  // namespace connector::flows
