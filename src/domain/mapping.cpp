#include "domain/mapping.h"

#include <algorithm>
#include <utility>

namespace connector::domain {
namespace {

constexpr std::string_view everything = "*";

bool is_charge(std::string_view key) { return key.starts_with('@'); }

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
  });
  return lower;
}

/// How a key is compared: charges in any case of letters, SKUs as they are.
std::string comparable(std::string_view key) { return is_charge(key) ? lower_case(key) : std::string(key); }

bool is_pattern(std::string_view key) { return key.size() > 1 && key.ends_with('*'); }

void fill(std::string& member, const std::string& from) {
  if (member.empty()) member = from;
}

}  // namespace

Mapping::Mapping(std::vector<MappingRow> rows, std::map<std::string, std::vector<KitComponent>> kits,
                 std::map<std::string, std::string> aliases, std::map<std::string, std::string> ship_node_warehouses)
    : rows_(std::move(rows)),
      kits_(std::move(kits)),
      aliases_(std::move(aliases)),
      ship_nodes_(std::move(ship_node_warehouses)) {
  for (std::size_t index = 0; index < rows_.size(); ++index) {
    const std::string& sku = rows_[index].sku;
    if (sku == everything) {
      if (!fallback_) fallback_ = index;
    } else if (is_pattern(sku)) {
      patterns_.push_back(index);
    } else {
      exact_.emplace(comparable(sku), index);
    }
  }
  std::stable_sort(patterns_.begin(), patterns_.end(),
                   [this](std::size_t a, std::size_t b) { return rows_[a].sku.size() > rows_[b].sku.size(); });
}

std::vector<const MappingRow*> Mapping::matching(std::string_view key) const {
  std::vector<const MappingRow*> found;
  const std::string wanted = comparable(key);
  if (const auto own = exact_.find(wanted); own != exact_.end()) found.push_back(&rows_[own->second]);
  for (const std::size_t index : patterns_) {
    std::string_view prefix = rows_[index].sku;
    prefix.remove_suffix(1);
    const bool applies = is_charge(prefix) ? wanted.starts_with(lower_case(prefix)) : wanted.starts_with(prefix);
    if (applies) found.push_back(&rows_[index]);
  }
  return found;
}

ResolvedMapping Mapping::resolve(std::string_view sku) const {
  ResolvedMapping resolved;
  const auto alias = aliases_.find(std::string(sku));
  resolved.row.sku = alias == aliases_.end() ? std::string(sku) : alias->second;
  if (const auto kit = kits_.find(resolved.row.sku); kit != kits_.end()) resolved.kit = kit->second;

  const auto fall_back_to = [&resolved](const MappingRow& row) {
    fill(resolved.row.gl_account, row.gl_account);
    fill(resolved.row.cost_center, row.cost_center);
    fill(resolved.row.cost_unit, row.cost_unit);
    fill(resolved.row.vat_code, row.vat_code);
    fill(resolved.row.warehouse, row.warehouse);
  };
  for (const MappingRow* row : matching(resolved.row.sku)) {
    fall_back_to(*row);
    fill(resolved.row.exact_item, row->exact_item);
  }
  if (fallback_) {
    resolved.warehouse_by_default = resolved.row.warehouse.empty() && !rows_[*fallback_].warehouse.empty();
    fall_back_to(rows_[*fallback_]);
    if (!is_charge(resolved.row.sku)) fill(resolved.row.exact_item, rows_[*fallback_].exact_item);
  }
  return resolved;
}

bool Mapping::has_row_for(std::string_view sku) const {
  const auto alias = aliases_.find(std::string(sku));
  return !matching(alias == aliases_.end() ? sku : std::string_view(alias->second)).empty();
}

std::string Mapping::warehouse_for(const ResolvedMapping& resolved, std::string_view ship_node) const {
  if (!resolved.row.warehouse.empty() && !resolved.warehouse_by_default) return resolved.row.warehouse;
  return warehouse_of(ship_node).value_or(resolved.row.warehouse);
}

std::optional<std::string> Mapping::warehouse_of(std::string_view ship_node) const {
  const auto found = ship_nodes_.find(std::string(ship_node));
  if (found == ship_nodes_.end()) return std::nullopt;
  return found->second;
}

std::string charge_mapping_key(std::string_view charge_type) {
  const std::string name = lower_case(charge_type);
  if (name == "product") return "";
  return "@" + (name.empty() ? "unknown" : name);
}

}  // namespace connector::domain
