#include "flows/mapping_check.h"

#include <fmt/format.h>

#include <iterator>
#include <set>

#include "domain/settlement_accounts.h"
#include "exact/reference_data.h"
#include "flows/item_vat_codes.h"
#include "flows/settings_json.h"
#include "flows/unused_gl_accounts.h"

namespace connector::flows {

using domain::MappingRow;
using domain::ResolvedMapping;
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

/// What a G/L account demands or forbids.
struct Use {
  const char* property;
  const char* name;
  std::string MappingRow::*member;
  const char* needed;
  const char* forbidden;
};

constexpr Use kUses[] = {
    {"UseCostcenter", "cost center", &MappingRow::cost_center, "needs_cost_center", "forbids_cost_center"},
    {"UseCostunit", "cost unit", &MappingRow::cost_unit, "needs_cost_unit", "forbids_cost_unit"},
};

struct Problem {
  std::string text;
  std::string reason;
};

std::optional<Problem> problem_with(const std::string& kind, const json::Value& data) {
  if (kind == "item" && data["IsSalesItem"].boolean() == std::optional(false))
    return Problem{"is not marked as a sales item in Exact", "not_for_sale"};
  if (kind == "gl_account" && data["IsBlocked"].boolean() == std::optional(true))
    return Problem{"is blocked in Exact", "blocked"};
  if (kind == "vat_code" && exact::adds_vat(data)) {
    return Problem{"adds VAT on top of Walmart's prices; choose a code of 0% or one whose type includes VAT",
                   "adds_vat"};
  }
  return std::nullopt;
}

std::optional<Problem> problem_of_use(const Use& use, std::int64_t demand, const std::string& code) {
  if (demand == exact::kUseMandatory && code.empty()) {
    return Problem{fmt::format("demands a {}, and neither this row nor one it falls back to names one", use.name),
                   use.needed};
  }
  if (demand == exact::kUseForbidden && !code.empty()) {
    return Problem{fmt::format("forbids a {}, and this row or one it falls back to names {}; map another account, or "
                               "make it optional on the account in Exact",
                               use.name, code),
                   use.forbidden};
  }
  return std::nullopt;
}

/// Checks codes against the cached lists and gathers what it finds.
class MappingCheck {
 public:
  MappingCheck(store::Reader& reader, store::ConnectionId connection, const domain::ConnectionSettings& settings)
      : reader_(reader), connection_(connection), settings_(settings) {}

  Result<void> check_code(const std::string& sku, const char* column, const char* kind, const std::string& code) {
    if (code.empty()) return {};
    auto loaded = reader_.watermark(connection_, std::string("reference/") + kind);
    if (!loaded) return domain::fail(loaded.error());
    if (!*loaded) {
      if (unread_.insert(kind).second) {
        findings_.push_back(
            {"*", column, "", "could not be checked: Exact's list of this kind was not readable", "not_read"});
      }
      return {};
    }
    auto data = data_of(kind, code);
    if (!data) return domain::fail(data.error());
    if (!*data) {
      findings_.push_back({sku, column, code, "does not exist in Exact", "absent"});
    } else if (auto problem = problem_with(kind, **data)) {
      findings_.push_back({sku, column, code, std::move(problem->text), std::move(problem->reason)});
    }
    return {};
  }

  /// Whether the account on which the row's lines are booked takes the row's cost center and cost unit, as far as the
  /// row itself has a part in it: else the row that has is named.
  Result<void> check_use(const MappingRow& row, const ResolvedMapping& resolved) {
    if (resolved.row.sku != row.sku) return {};
    if (!resolved.row.gl_account.empty() && names_gl_account(row.sku, settings_)) {
      return check_use_of_account(row, resolved, "gl_account", resolved.row.gl_account, resolved.row.gl_account,
                                  !row.gl_account.empty());
    }
    for (const std::string& item : items_of(row, resolved)) {
      auto data = data_of("item", item);
      if (!data) return domain::fail(data.error());
      if (!*data) continue;
      const std::string account = exact::revenue_account_of(**data);
      const bool is_own_item = row.exact_item == item || row.sku == item || !resolved.kit.empty();
      auto checked = check_use_of_account(row, resolved, "exact_item", item, account, is_own_item);
      if (!checked) return checked;
    }
    return {};
  }

  /// A journal entry of a payout has no VAT.
  void check_settlement(const MappingRow& row) {
    if (row.vat_code.empty()) return;
    findings_.push_back({row.sku, "vat_code", row.vat_code,
                         "would keep the journal entries of payouts from balancing; leave it empty", "unbalanced"});
  }

  std::vector<MappingFinding> take() { return std::move(findings_); }

 private:
  Result<std::optional<json::Value>> data_of(const char* kind, const std::string& code) {
    auto found = reader_.reference(connection_, kind, code);
    if (!found) return domain::fail(found.error());
    if (!*found) return std::nullopt;
    auto data = json::parse((*found)->data.empty() ? "{}" : (*found)->data);
    if (!data) return domain::fail(data.error());
    return std::optional(std::move(*data));
  }

  static std::vector<std::string> items_of(const MappingRow& row, const ResolvedMapping& resolved) {
    std::vector<std::string> items;
    for (const auto& component : resolved.kit) items.push_back(component.exact_item);
    if (items.empty()) items.push_back(resolved.row.exact_item.empty() ? row.sku : resolved.row.exact_item);
    return items;
  }

  Result<void> check_use_of_account(const MappingRow& row, const ResolvedMapping& resolved, const char* column,
                                    const std::string& code, const std::string& account, bool is_own) {
    auto data = data_of("gl_account", account);
    if (!data) return domain::fail(data.error());
    if (!*data) return {};
    for (const Use& use : kUses) {
      if (!is_own && (row.*use.member).empty()) continue;
      const auto demand = (**data)[use.property].integer().value_or(exact::kUseOptional);
      auto problem = problem_of_use(use, demand, resolved.row.*use.member);
      if (!problem) continue;
      if (code != account) problem->text = fmt::format("is booked on {}, which {}", account, problem->text);
      findings_.push_back({row.sku, column, code, std::move(problem->text), std::move(problem->reason)});
    }
    return {};
  }

  store::Reader& reader_;
  store::ConnectionId connection_;
  const domain::ConnectionSettings& settings_;
  std::set<std::string> unread_;
  std::vector<MappingFinding> findings_;
};

}  // namespace

Result<std::vector<MappingFinding>> check_mapping(store::Reader& reader, store::ConnectionId connection) {
  auto mapping = reader.mapping(connection);
  if (!mapping) return domain::fail(mapping.error());
  auto row = reader.connection(connection);
  if (!row) return domain::fail(row.error());
  if (!*row) return domain::fail(domain::Cause::bad_input, "the connection no longer exists");
  auto settings = settings_of(**row);
  if (!settings) return domain::fail(settings.error());
  MappingCheck check(reader, connection, *settings);
  for (const MappingRow& mapped : mapping->rows()) {
    for (const CheckedColumn& column : kColumns) {
      if (auto checked = check.check_code(mapped.sku, column.column, column.kind, mapped.*column.member); !checked)
        return domain::fail(checked.error());
    }
    // Rows of settlements stand for themselves.
    const bool is_alone = domain::is_settlement_mapping(mapped.sku);
    const ResolvedMapping resolved = is_alone ? ResolvedMapping{mapped, false, {}} : mapping->resolve(mapped.sku);
    if (auto checked = check.check_use(mapped, resolved); !checked) return domain::fail(checked.error());
    if (is_alone) check.check_settlement(mapped);
  }
  for (const auto& [sku, components] : mapping->kits()) {
    for (const auto& component : components) {
      if (auto checked = check.check_code(sku, "exact_item", "item", component.exact_item); !checked)
        return domain::fail(checked.error());
    }
  }
  for (const auto& [ship_node, warehouse] : mapping->ship_node_warehouses()) {
    if (auto checked = check.check_code("ship node " + ship_node, "warehouse", "warehouse", warehouse); !checked)
      return domain::fail(checked.error());
  }
  for (const auto& [setting, journal] :
       {std::pair("sales_journal", settings->sales_journal), {"settlement_journal", settings->settlement_journal}}) {
    if (auto checked = check.check_code("setting", setting, "journal", journal); !checked)
      return domain::fail(checked.error());
  }
  std::vector<MappingFinding> findings = check.take();
  auto of_items = item_vat_codes(reader, connection);
  if (!of_items) return domain::fail(of_items.error());
  std::move(of_items->begin(), of_items->end(), std::back_inserter(findings));
  auto unused = unused_gl_accounts(reader, connection);
  if (!unused) return domain::fail(unused.error());
  std::move(unused->begin(), unused->end(), std::back_inserter(findings));
  return findings;
}

Result<std::vector<MappingFinding>> check_edition(store::Reader& reader, store::ConnectionId connection,
                                                  const exact::Edition& edition) {
  std::vector<MappingFinding> findings;
  auto row = reader.connection(connection);
  if (!row) return domain::fail(row.error());
  if (!*row || edition.direct_invoices.value_or(true)) return findings;
  auto settings = settings_of(**row);
  if (!settings) return domain::fail(settings.error());
  if (settings->document_mode != domain::DocumentMode::sales_order_and_invoice) return findings;
  auto mapping = reader.mapping(connection);
  if (!mapping) return domain::fail(mapping.error());
  for (const MappingRow& mapped : mapping->rows()) {
    if (mapped.warehouse.empty()) continue;
    findings.push_back(
        {mapped.sku, "warehouse", mapped.warehouse,
         "only Exact's Advanced and Premium trade editions take a warehouse on sales orders, and this seems "
         "to be none: leave it empty if Exact refuses them",
         "not_in_edition", true});
  }
  return findings;
}

}  // namespace connector::flows
