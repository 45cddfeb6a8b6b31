#include "flows/mapping_check.h"

#include <map>
#include <set>

namespace connector::flows {

using domain::MappingRow;
using domain::Result;

namespace {

struct CheckedColumn {
  const char* column;
  const char* kind;
  std::string MappingRow::*member;
};

constexpr CheckedColumn kColumns[] = {
    {"exact_item", "item", &MappingRow::exact_item},          {"gl_account", "gl_account", &MappingRow::gl_account},
    {"cost_center", "cost_center", &MappingRow::cost_center}, {"cost_unit", "cost_unit", &MappingRow::cost_unit},
    {"vat_code", "vat_code", &MappingRow::vat_code},          {"warehouse", "warehouse", &MappingRow::warehouse},
};

struct Problem {
  std::string text;
  std::string reason;
};

std::optional<Problem> problem_with(const std::string& kind, const json::Value& data, const MappingRow& row) {
  if (kind == "item" && data["IsSalesItem"].boolean() == std::optional(false))
    return Problem{"is not marked as a sales item in Exact", "not_for_sale"};
  if (kind == "gl_account" && data["IsBlocked"].boolean() == std::optional(true))
    return Problem{"is blocked in Exact", "blocked"};
  if (kind == "gl_account" && data["UseCostcenter"].integer() == std::optional<std::int64_t>(1) &&
      row.cost_center.empty()) {
    return Problem{"demands a cost center, and this row names none", "needs_cost_center"};
  }
  if (kind == "vat_code" && data["Type"].text_or("") == "E" && data["Percentage"].decimal() &&
      !data["Percentage"].decimal()->is_zero()) {
    return Problem{"adds VAT on top of Walmart's prices; choose a code of 0% or one whose type includes VAT",
                   "adds_vat"};
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<MappingFinding>> check_mapping(store::Reader& reader, store::ConnectionId connection) {
  std::vector<MappingFinding> findings;
  auto mapping = reader.mapping(connection);
  if (!mapping) return domain::fail(mapping.error());
  std::set<std::string> unread;
  auto check = [&](const std::string& sku, const char* column, const char* kind, const std::string& code,
                   const MappingRow& row) -> Result<void> {
    if (code.empty()) return {};
    auto loaded = reader.watermark(connection, std::string("reference/") + kind);
    if (!loaded) return domain::fail(loaded.error());
    if (!*loaded) {
      if (unread.insert(kind).second) {
        findings.push_back(
            {"*", column, "", "could not be checked: Exact's list of this kind was not readable", "not_read"});
      }
      return {};
    }
    auto found = reader.reference(connection, kind, code);
    if (!found) return domain::fail(found.error());
    if (!*found) {
      findings.push_back({sku, column, code, "does not exist in Exact", "absent"});
      return {};
    }
    auto data = json::parse((*found)->data.empty() ? "{}" : (*found)->data);
    if (!data) return domain::fail(data.error());
    if (auto problem = problem_with(kind, *data, row)) {
      findings.push_back({sku, column, code, std::move(problem->text), std::move(problem->reason)});
    }
    return {};
  };
  for (const MappingRow& row : mapping->rows()) {
    for (const CheckedColumn& column : kColumns) {
      if (auto checked = check(row.sku, column.column, column.kind, row.*column.member, row); !checked) {
        return domain::fail(checked.error());
      }
    }
  }
  for (const auto& [sku, components] : mapping->kits()) {
    for (const auto& component : components) {
      if (auto checked = check(sku, "exact_item", "item", component.exact_item, MappingRow{}); !checked) {
        return domain::fail(checked.error());
      }
    }
  }
  for (const auto& [ship_node, warehouse] : mapping->ship_node_warehouses()) {
    if (auto checked = check("ship node " + ship_node, "warehouse", "warehouse", warehouse, MappingRow{}); !checked) {
      return domain::fail(checked.error());
    }
  }
  return findings;
}

}  // namespace connector::flows
