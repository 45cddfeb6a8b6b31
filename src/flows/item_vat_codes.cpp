#include "flows/item_vat_codes.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "domain/settlement_accounts.h"
#include "exact/reference_data.h"
#include "flows/items_of_rows.h"
#include "flows/settings_json.h"

namespace connector::flows {

using domain::MappingRow;
using domain::Result;

namespace {

Result<std::set<std::string>> codes_that_add_vat(store::Reader& reader, store::ConnectionId connection) {
  auto rows = reader.references(connection, "vat_code");
  if (!rows) return domain::fail(rows.error());
  std::set<std::string> codes;
  for (const store::ReferenceRow& row : *rows) {
    auto data = json::parse(row.data.empty() ? "{}" : row.data);
    if (!data) return domain::fail(data.error());
    if (exact::adds_vat(*data)) codes.insert(row.code);
  }
  return codes;
}

/// The VAT code of each item that is for sale, by its code; empty if it has none.
Result<std::map<std::string, std::string>> vat_codes_of_items(store::Reader& reader, store::ConnectionId connection) {
  auto rows = reader.references(connection, "item");
  if (!rows) return domain::fail(rows.error());
  std::map<std::string, std::string> codes;
  for (const store::ReferenceRow& row : *rows) {
    auto data = json::parse(row.data.empty() ? "{}" : row.data);
    if (!data) return domain::fail(data.error());
    if ((*data)["IsSalesItem"].boolean() == std::optional(false)) continue;
    codes.emplace(row.code, exact::sales_vat_code_of(*data));
  }
  return codes;
}

}  // namespace

Result<std::vector<MappingFinding>> item_vat_codes(store::Reader& reader, store::ConnectionId connection) {
  std::vector<MappingFinding> findings;
  auto row = reader.connection(connection);
  if (!row) return domain::fail(row.error());
  if (!*row) return findings;
  auto settings = settings_of(**row);
  if (!settings) return domain::fail(settings.error());
  auto adding = codes_that_add_vat(reader, connection);
  if (!adding) return domain::fail(adding.error());
  if (adding->empty()) return findings;
  auto mapping = reader.mapping(connection);
  if (!mapping) return domain::fail(mapping.error());
  auto items = vat_codes_of_items(reader, connection);
  if (!items) return domain::fail(items.error());

  std::vector<std::string> sales_items;
  for (const auto& [item, code] : *items) sales_items.push_back(item);
  const ItemsByRow by_row = items_by_row(*mapping, sales_items);
  std::vector<MappingRow> rows = mapping->rows();
  for (const auto& [sku, components] : mapping->kits()) {
    if (mapping->own_row(sku) != nullptr) continue;
    MappingRow kit;
    kit.sku = sku;
    rows.push_back(std::move(kit));
  }
  for (const MappingRow& mapped : rows) {
    if (domain::is_settlement_mapping(mapped.sku) || is_left_out_charge(mapped.sku, settings->tax_policy)) continue;
    const domain::ResolvedMapping resolved = mapping->resolve(mapped.sku);
    if (!resolved.row.vat_code.empty() || resolved.row.sku != mapped.sku) continue;
    std::map<std::string, std::vector<std::string>> items_by_code;
    bool are_others_fine = false;
    for (const std::string& item : items_of_row(mapped, resolved, by_row)) {
      const auto known = items->find(item);
      if (known == items->end()) continue;
      if (adding->contains(known->second)) {
        items_by_code[known->second].push_back(item);
      } else {
        are_others_fine = true;
      }
    }
    for (const auto& [code, with_it] : items_by_code) {
      MappingFinding finding{mapped.sku, "vat_code", code, "", "adds_vat", mapped.sku == "*" && are_others_fine};
      finding.problem = fmt::format(
          "is the VAT code that {} in Exact, used because none is mapped: it adds VAT on top of Walmart's prices; "
          "choose a code of 0% or one whose type includes VAT",
          with_it.size() == 1 ? fmt::format("item {} has", with_it.front())
                              : fmt::format("items {} have", name_items(with_it)));
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

}  // namespace connector::flows
