#include "simulation/shop_mapping.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace connector::simulation {

namespace {

domain::MappingRow row(std::string key, const char* item, const char* account, const char* cost_center) {
  domain::MappingRow result;
  result.sku = std::move(key);
  result.exact_item = item;
  result.gl_account = account;
  result.cost_center = cost_center;
  return result;
}

domain::MappingRow& row_of(std::vector<domain::MappingRow>& rows, const std::string& sku) {
  const auto found = std::ranges::find(rows, sku, &domain::MappingRow::sku);
  return found != rows.end() ? *found : rows.emplace_back(row(sku, "", "", ""));
}

}  // namespace

domain::Mapping mapping_of(ShopMapping kind, const MappingMistakes& mistakes,
                           const std::map<std::string, std::string>& ship_nodes) {
  std::vector<domain::MappingRow> rows;
  if (kind == ShopMapping::one_account) {
    rows = {row("*", "", "8000", ""),   row("@shipping", "SHIPPING", "", ""),  row("@discount", "DISCOUNT", "", ""),
            row("@fee", "FEE", "", ""), row("@restocking_fee", "FEE", "", ""), row("@return_shipping", "FEE", "", ""),
            row("@tax", "TAX", "", "")};
  } else {
    rows = {row("*", "", "8000", "WM"),
            row("WM-001*", "", "8100", ""),
            row("WM-0015", "", "8500", "ADM"),
            row("@shipping", "SHIPPING", "8200", ""),
            row("@discount", "DISCOUNT", "8300", ""),
            row("@fee", "FEE", "8200", "ADM"),
            row("@restocking_fee", "FEE", "8200", "ADM"),
            row("@return_shipping", "FEE", "8200", "ADM"),
            row("@tax", "TAX", "1900", "")};
    rows.front().vat_code = "0";
  }
  rows.front().warehouse = "1";
  for (const auto& [part, account] :
       {std::pair{"payout", "1290"}, {"receivable", "1300"}, {"fee", "4500"}, {"tax", "1900"}, {"reserve", "1295"}}) {
    rows.push_back(row(std::string("@settlement/") + part, "", account, ""));
  }
  // A mistake is in one column: all else that the SKU had stays with it.
  if (!mistakes.mistyped_account.empty()) row_of(rows, mistakes.mistyped_account).gl_account = kMistypedAccount;
  if (!mistakes.without_item.empty()) row_of(rows, mistakes.without_item).exact_item = "NO-SUCH-ITEM";
  return {std::move(rows), {}, {}, ship_nodes};
}

BookingPlace place_of(ShopMapping kind, const std::string& item) {
  if (kind == ShopMapping::one_account) return {"8000", "", ""};
  if (item == "SHIPPING") return {"8200", "WM", "0"};
  if (item == "DISCOUNT") return {"8300", "WM", "0"};
  if (item == "FEE") return {"8200", "ADM", "0"};
  if (item == "TAX") return {"1900", "WM", "0"};
  if (item == "WM-0015") return {"8500", "ADM", "0"};
  return {item.starts_with("WM-001") ? "8100" : "8000", "WM", "0"};
}

}  // namespace connector::simulation
