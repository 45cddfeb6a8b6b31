#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/decimal.h"
#include "domain/result.h"

namespace connector::domain {

/// One row of the mapping file (design.md 1.4). Empty members fall back.
struct MappingRow {
  std::string sku;  ///< exact SKU, prefix pattern "HOME-*", "*", or a charge "@shipping"
  std::string exact_item;
  std::string gl_account;
  std::string cost_center;
  std::string cost_unit;
  std::string vat_code;
  std::string warehouse;
  bool operator==(const MappingRow&) const = default;
};

/// One Exact item of a kit: a SKU that stands for several items.
struct KitComponent {
  std::string exact_item;
  Decimal quantity;     ///< items per one unit of the SKU
  Decimal price_share;  ///< weight of the SKU's price; weights need not add up to one
  bool operator==(const KitComponent&) const = default;
};

/// What a SKU or charge resolves to after all fallbacks.
struct ResolvedMapping {
  MappingRow row;                     ///< `sku` after aliases; members may still be empty: Exact's item defaults apply
  bool warehouse_by_default = false;  ///< row.warehouse comes from `*`, so a ship node's warehouse goes before it
  std::vector<KitComponent> kit;      ///< empty unless the SKU is a kit; then row.exact_item is unused
};

/// All mappings of a connection; a value that never changes, cheap to copy however many rows it has, and safe to share
/// between threads.
class Mapping {
 public:
  Mapping();
  Mapping(std::vector<MappingRow> rows, std::map<std::string, std::vector<KitComponent>> kits,
          std::map<std::string, std::string> aliases, std::map<std::string, std::string> ship_node_warehouses);

  /// Alias first, then exact SKU, then prefix patterns (longest first), then `*`, member by member.
  /// When nothing names an item exact_item is empty; for a SKU the caller then takes the item of that code.
  /// Charges ("@shipping", in any case of letters) take no item from `*`: a catch-all product is no freight.
  ResolvedMapping resolve(std::string_view sku) const;
  /// True if an own row or a prefix pattern, not `*` alone, applies to the SKU or charge.
  bool has_row_for(std::string_view sku) const;
  /// The row of exactly this SKU or charge, without aliases, patterns and `*`; nullptr if there is none. Valid as long
  /// as a copy of the mapping.
  const MappingRow* own_row(std::string_view sku) const;
  /// Warehouse code of a ship node; nullopt when unmapped.
  std::optional<std::string> warehouse_of(std::string_view ship_node) const;
  /// The warehouse from which a SKU leaves a ship node: the SKU's own, else the ship node's, else that of `*`.
  std::string warehouse_for(const ResolvedMapping& resolved, std::string_view ship_node) const;
  const std::vector<MappingRow>& rows() const;
  const std::map<std::string, std::vector<KitComponent>>& kits() const;
  const std::map<std::string, std::string>& aliases() const;
  const std::map<std::string, std::string>& ship_node_warehouses() const;
  bool operator==(const Mapping& other) const;

 private:
  struct Contents;
  std::shared_ptr<const Contents> contents_;
};

/// The mapping key of a charge type that is no product: SHIPPING -> "@shipping", FEE -> "@fee", any other
/// NAME -> "@name"; empty for PRODUCT, whose key is the SKU.
std::string charge_mapping_key(std::string_view charge_type);

}  // namespace connector::domain
