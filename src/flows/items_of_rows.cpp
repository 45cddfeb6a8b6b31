#include "flows/items_of_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace connector::flows {

using domain::Mapping;
using domain::MappingRow;
using domain::ResolvedMapping;

namespace {

constexpr std::size_t kItemsInText = 3;

bool is_prefix_row(std::string_view sku) { return sku.size() > 1 && sku.ends_with('*'); }

}  // namespace

bool is_charge_row(std::string_view sku) { return sku.starts_with('@'); }

bool is_left_out_charge(std::string_view sku, domain::TaxPolicy policy) {
  return is_charge_row(sku) && domain::charge_mapping_key(sku.substr(1)) == "@tax" &&
         policy != domain::TaxPolicy::clearing_account;
}

ItemsByRow items_by_row(const Mapping& mapping, const std::vector<std::string>& sales_items) {
  std::set<std::string> spoken_of;
  std::vector<std::string> patterns;
  for (const MappingRow& row : mapping.rows()) {
    spoken_of.insert(row.sku);
    spoken_of.insert(row.exact_item);
    if (is_prefix_row(row.sku) && !is_charge_row(row.sku)) patterns.push_back(row.sku);
  }
  for (const auto& [sku, components] : mapping.kits()) {
    spoken_of.insert(sku);
    for (const auto& component : components) spoken_of.insert(component.exact_item);
  }
  std::stable_sort(patterns.begin(), patterns.end(),
                   [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  ItemsByRow found;
  for (const std::string& code : sales_items) {
    if (spoken_of.contains(code)) continue;
    const auto pattern = std::find_if(patterns.begin(), patterns.end(), [&code](const std::string& candidate) {
      return code.starts_with(std::string_view(candidate).substr(0, candidate.size() - 1));
    });
    found[pattern == patterns.end() ? "*" : *pattern].push_back(code);
  }
  return found;
}

std::vector<std::string> items_of_row(const MappingRow& row, const ResolvedMapping& resolved,
                                      const ItemsByRow& by_row) {
  std::vector<std::string> codes;
  if (!resolved.kit.empty()) {
    for (const auto& component : resolved.kit) codes.push_back(component.exact_item);
  } else if (!resolved.row.exact_item.empty()) {
    codes.push_back(resolved.row.exact_item);
  } else if (row.sku == "*" || is_prefix_row(row.sku)) {
    if (const auto found = by_row.find(row.sku); found != by_row.end()) codes = found->second;
  } else if (!is_charge_row(row.sku)) {
    codes.push_back(row.sku);
  }
  return codes;
}

std::string name_items(const std::vector<std::string>& codes) {
  std::string text;
  for (std::size_t index = 0; index < std::min(codes.size(), kItemsInText); ++index) {
    text += (index == 0 ? "" : ", ") + codes[index];
  }
  if (codes.size() > kItemsInText) text += fmt::format(" and {} more", codes.size() - kItemsInText);
  return text;
}

}  // namespace connector::flows
