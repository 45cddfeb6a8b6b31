#include "flows/settlement_json.h"

#include "flows/json_members.h"

namespace connector::flows {

using domain::Result;
using domain::SettledItems;
using domain::Settlement;
using domain::SettlementItem;
using json::Value;

namespace {

Value item_json(const SettlementItem& item, domain::Decimal amount) {
  Value object{json::Object{}};
  put(object, "transaction_type", item.transaction_type);
  put(object, "description", item.description);
  put(object, "amount_type", item.amount_type);
  object.set("amount", amount);
  return object;
}

SettlementItem item_of(const MemberReader& member) {
  return {member.text("transaction_type"), member.text("description"), member.text("amount_type")};
}

}  // namespace

Value to_json(const Settlement& settlement) {
  Value object{json::Object{}};
  put(object, "payout_date", std::optional(settlement.payout_date));
  put(object, "period_start", settlement.period_start);
  put(object, "period_end", settlement.period_end);
  object.set("total_payable", settlement.total_payable);
  put(object, "currency", settlement.currency);
  Value amounts{json::Array{}};
  for (const auto& amount : settlement.amounts) amounts.push_back(item_json(amount.item, amount.amount));
  object.set("amounts", std::move(amounts));
  return object;
}

Result<Settlement> settlement_from_json(const Value& value) {
  domain::Error error{domain::Cause::store_failure, ""};
  const MemberReader member(value, error);
  Settlement settlement;
  settlement.payout_date = member.date("payout_date").value_or(domain::Date{});
  settlement.period_start = member.date("period_start");
  settlement.period_end = member.date("period_end");
  settlement.total_payable = member.decimal("total_payable");
  settlement.currency = member.text("currency");
  for (const Value& amount : value["amounts"].array()) {
    const MemberReader part(amount, error);
    settlement.amounts.push_back({item_of(part), "", part.decimal("amount")});
  }
  if (!error.message.empty()) return domain::fail(error.cause, "a stored settlement: " + error.message);
  return settlement;
}

Value to_json(const SettledOrder& order) {
  Value object{json::Object{}};
  for (const auto& [payout_date, items] : order) {
    Value list{json::Array{}};
    for (const auto& [item, amount] : items) list.push_back(item_json(item, amount));
    object.set(domain::to_iso8601(payout_date), std::move(list));
  }
  return object;
}

Result<SettledOrder> settled_order_from_json(const Value& value) {
  domain::Error error{domain::Cause::store_failure, ""};
  SettledOrder order;
  for (const auto& [date_text, list] : value.object()) {
    const auto date = domain::parse_date(date_text);
    if (!date) return domain::fail(error.cause, "a stored order of settlements: the date " + date_text);
    SettledItems& items = order[*date];
    for (const Value& entry : list.array()) {
      const MemberReader part(entry, error);
      items[item_of(part)] += part.decimal("amount");
    }
  }
  if (!error.message.empty()) return domain::fail(error.cause, "a stored order of settlements: " + error.message);
  return order;
}

}  // namespace connector::flows
