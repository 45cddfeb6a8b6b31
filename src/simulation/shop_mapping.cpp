#include "simulation/shop_mapping.h"

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
  const std::string& without_item = mistakes.without_item;
  const std::string& mistyped = mistakes.mistyped_account;
  if (!without_item.empty() || !mistyped.empty()) {
    std::erase_if(rows,
                  [&](const domain::MappingRow& each) { return each.sku == without_item || each.sku == mistyped; });
  }
  if (!without_item.empty()) rows.push_back(row(without_item, "NO-SUCH-ITEM", "", ""));
  if (!mistyped.empty() && mistyped != without_item) rows.push_back(row(mistyped, "", kMistypedAccount, ""));
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
