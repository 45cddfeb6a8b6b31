#include "domain/item_skus.h"

namespace connector::domain {

std::string item_code(const ResolvedMapping& resolved) {
  return resolved.row.exact_item.empty() ? resolved.row.sku : resolved.row.exact_item;
}

std::optional<std::set<std::string>> skus_of_same_items(const Mapping& mapping, const std::set<std::string>& wanted) {
  std::set<std::string> items;
  for (const std::string& sku : wanted) {
    const ResolvedMapping resolved = mapping.resolve(sku);
    if (resolved.kit.empty()) items.insert(item_code(resolved));
  }
  // Without a row of its own or an alias, a SKU stands for the item of its own code.
  std::set<std::string> candidates = items;
  for (const MappingRow& row : mapping.rows()) {
    if (!row.sku.ends_with('*')) {
      candidates.insert(row.sku);
    } else if (items.contains(row.exact_item)) {
      return std::nullopt;
    }
  }
  for (const auto& [alias, sku] : mapping.aliases()) candidates.insert(alias);
  std::set<std::string> skus = wanted;
  for (const std::string& candidate : candidates) {
    if (candidate.starts_with('@')) continue;
    const ResolvedMapping resolved = mapping.resolve(candidate);
    if (resolved.kit.empty() && items.contains(item_code(resolved))) skus.insert(candidate);
  }
  return skus;
}

}  // namespace connector::domain
