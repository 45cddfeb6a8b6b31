#include "domain/settlement.h"

namespace connector::domain {

namespace {

constexpr std::string_view kSource = "payout-";
constexpr std::string_view kKey = "settlement/";

}  // namespace

Settlement summed(const Settlement& settlement) {
  SettledItems sums;
  for (const SettlementAmount& amount : settlement.amounts) sums[amount.item] += amount.amount;
  Settlement result = settlement;
  result.amounts.clear();
  for (const auto& [item, sum] : sums) result.amounts.push_back({item, "", sum});
  return result;
}

std::map<std::string, SettledItems> settled_orders(const Settlement& settlement) {
  std::map<std::string, SettledItems> orders;
  for (const SettlementAmount& amount : settlement.amounts) {
    if (!amount.purchase_order_id.empty()) orders[amount.purchase_order_id][amount.item] += amount.amount;
  }
  return orders;
}

std::string settlement_source(Date payout_date) { return std::string(kSource) + to_iso8601(payout_date); }

std::optional<Date> payout_date_of(std::string_view source) {
  if (!source.starts_with(kSource)) return std::nullopt;
  const auto date = parse_date(source.substr(kSource.size()));
  return date ? std::optional(*date) : std::nullopt;
}

std::string settlement_key(Date payout_date) { return std::string(kKey) + settlement_source(payout_date); }

bool is_settlement_key(std::string_view posting_key) { return posting_key.starts_with(kKey); }

}  // namespace connector::domain
