#include "flows/unused_gl_accounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "domain/credit_ledger.h"
#include "domain/settlement_accounts.h"
#include "exact/reference_data.h"
#include "flows/items_of_rows.h"
#include "flows/settings_json.h"

namespace connector::flows {

using domain::DocumentMode;
using domain::MappingRow;
using domain::Result;

namespace {

constexpr std::size_t kItemsNamed = 3;
constexpr std::size_t kRowsNamed = 10;

std::string charge_key(std::string_view sku) { return domain::charge_mapping_key(sku.substr(1)); }

struct SalesItem {
  std::string revenue_account;  ///< empty while unknown
  bool is_sales_item = true;
};
using SalesItems = std::map<std::string, SalesItem>;

/// What the items of one row are booked on, against the account that is mapped.
struct Comparison {
  std::vector<std::pair<std::string, std::string>> others;  ///< item, account
  std::size_t same = 0;
  std::size_t unknown = 0;
};

Comparison compare(const SalesItems& items, const std::vector<std::string>& codes, const std::string& mapped) {
  Comparison comparison;
  for (const std::string& code : codes) {
    const auto item = items.find(code);
    if (item == items.end()) continue;
    const std::string& account = item->second.revenue_account;
    if (account.empty()) {
      ++comparison.unknown;
    } else if (account == mapped) {
      ++comparison.same;
    } else {
      comparison.others.emplace_back(code, account);
    }
  }
  return comparison;
}

std::string accounts_of(const std::vector<std::pair<std::string, std::string>>& others) {
  std::string text;
  for (std::size_t index = 0; index < std::min(others.size(), kItemsNamed); ++index) {
    text += fmt::format("{}{} for {}", index == 0 ? "" : ", ", others[index].second, others[index].first);
  }
  if (others.size() > kItemsNamed) text += fmt::format(" and {} more", others.size() - kItemsNamed);
  return text;
}

MappingFinding finding_of(const std::string& sku, const std::string& mapped, const Comparison& comparison,
                          bool is_one_item) {
  MappingFinding finding{sku, "gl_account", mapped, "", "item_account", true};
  if (comparison.others.empty()) {
    finding.problem = fmt::format(
        "is not used: for sales orders Exact books on the item's own account, which is not known here; see that it is "
        "{}, or choose another document_mode",
        mapped);
    return finding;
  }
  finding.reason = "other_account";
  finding.account = is_one_item ? comparison.others.front().second : accounts_of(comparison.others);
  finding.is_remark = sku == "*" && comparison.same > 0;
  finding.problem = fmt::format(
      "is not used{}: for sales orders Exact books on the revenue account of {}; give {} account {} in Exact, or "
      "choose another document_mode",
      comparison.same > 0 ? " for all its items" : "",
      is_one_item ? fmt::format("item {}, which is {}", comparison.others.front().first, finding.account)
                  : "each item, " + finding.account,
      is_one_item ? "the item" : "the items", mapped);
  return finding;
}

Result<SalesItems> read_items(store::Reader& reader, store::ConnectionId connection) {
  auto rows = reader.references(connection, "item");
  if (!rows) return domain::fail(rows.error());
  SalesItems items;
  for (const store::ReferenceRow& row : *rows) {
    auto data = json::parse(row.data.empty() ? "{}" : row.data);
    if (!data) return domain::fail(data.error());
    items[row.code] = {exact::revenue_account_of(*data), (*data)["IsSalesItem"].boolean() != std::optional(false)};
  }
  return items;
}

}  // namespace

bool names_gl_account(const std::string& sku, const domain::ConnectionSettings& settings) {
  if (settings.document_mode != DocumentMode::sales_order_and_invoice) return true;
  if (domain::is_settlement_mapping(sku)) return true;
  if (!is_charge_row(sku)) return false;
  const std::string key = charge_key(sku);
  return key == domain::restocking_key || key == domain::return_shipping_key;
}

Result<std::vector<MappingFinding>> unused_gl_accounts(store::Reader& reader, store::ConnectionId connection) {
  std::vector<MappingFinding> findings;
  auto row = reader.connection(connection);
  if (!row) return domain::fail(row.error());
  if (!*row) return findings;
  auto settings = settings_of(**row);
  if (!settings) return domain::fail(settings.error());
  if (settings->document_mode != DocumentMode::sales_order_and_invoice) return findings;
  auto loaded = reader.watermark(connection, "reference/item");
  if (!loaded) return domain::fail(loaded.error());
  if (!*loaded) return findings;
  auto mapping = reader.mapping(connection);
  if (!mapping) return domain::fail(mapping.error());
  auto items = read_items(reader, connection);
  if (!items) return domain::fail(items.error());

  std::vector<std::string> sales_items;
  for (const auto& [code, item] : *items) {
    if (item.is_sales_item) sales_items.push_back(code);
  }
  const ItemsByRow by_row = items_by_row(*mapping, sales_items);
  for (const MappingRow& mapped : mapping->rows()) {
    const domain::ResolvedMapping resolved = mapping->resolve(mapped.sku);
    const bool is_another_sku = resolved.row.sku != mapped.sku;
    if (resolved.row.gl_account.empty() || is_another_sku || names_gl_account(mapped.sku, *settings)) continue;
    if (is_left_out_charge(mapped.sku, settings->tax_policy)) continue;
    const std::vector<std::string> codes = items_of_row(mapped, resolved, by_row);
    const Comparison comparison = compare(*items, codes, resolved.row.gl_account);
    if (comparison.others.empty() && comparison.unknown == 0) continue;
    findings.push_back(finding_of(mapped.sku, resolved.row.gl_account, comparison, codes.size() == 1));
  }
  return findings;
}

std::string describe_unused_gl_accounts(const std::vector<MappingFinding>& findings) {
  if (findings.empty()) return {};
  std::string text = "mapped G/L accounts are not used, because for sales orders Exact books on the item's own: ";
  for (std::size_t index = 0; index < std::min(findings.size(), kRowsNamed); ++index) {
    const MappingFinding& finding = findings[index];
    text += fmt::format("{}{} {} ({})", index == 0 ? "" : ", ", finding.sku, finding.code,
                        finding.account.empty() ? "the item's own account is not known" : "Exact: " + finding.account);
  }
  if (findings.size() > kRowsNamed) text += fmt::format(" and {} more", findings.size() - kRowsNamed);
  return text + "; mapping check names each row";
}

}  // namespace connector::flows
