#include "flows/price_records.h"
#include "flows/json_members.h"
#include "flows/price_flow.h"

namespace connector::flows {

using domain::Decimal;
using domain::ListPrice;
using domain::PriceDecision;
using domain::Result;
using json::Value;

Result<std::map<std::string, PriceDecision>> price_decisions(store::Reader& reader, store::ConnectionId connection) {
  auto rows = reader.references(connection, kPriceDecision);
  if (!rows) return domain::fail(rows.error());
  std::map<std::string, PriceDecision> decisions;
  for (const auto& row : *rows) {
    auto data = json::parse(row.data);
    if (!data) return domain::fail(data.error());
    PriceDecision decision;
    decision.fact = (*data)["fact"].text_or("");
    decision.state =
        domain::parse_price_decision_state((*data)["state"].string()).value_or(PriceDecision::State::refused);
    decision.amount = (*data)["amount"].decimal().value_or(Decimal());
    decision.posting_key = (*data)["posting"].text_or("");
    decision.error = (*data)["error"].text_or("");
    decisions.emplace(row.code, std::move(decision));
  }
  return decisions;
}

Result<void> put_price_decision(store::Transaction& transaction, store::ConnectionId connection, const std::string& sku,
                                const PriceDecision& decision) {
  Value data{json::Object{}};
  data.set("fact", decision.fact);
  data.set("state", domain::to_string(decision.state));
  data.set("amount", decision.amount);
  put(data, "posting", decision.posting_key);
  put(data, "error", decision.error);
  return transaction.put_reference(connection, {kPriceDecision, sku, "", json::write(data)});
}

store::ReferenceRow list_price_row(const ListPrice& price) {
  Value data{json::Object{}};
  data.set("item", price.item);
  data.set("currency", price.currency);
  data.set("price", price.price);
  data.set("minimum_quantity", price.minimum_quantity);
  if (price.for_one_customer) data.set("for_one_customer", true);
  if (price.in_other_unit) data.set("in_other_unit", true);
  put(data, "from", price.from);
  put(data, "to", price.to);
  data.set("timestamp", price.timestamp);
  return {kListPrice, price.id, price.id, json::write(data)};
}

Result<std::map<std::string, std::vector<ListPrice>>> list_prices(store::Reader& reader,
                                                                  store::ConnectionId connection) {
  auto rows = reader.references(connection, kListPrice);
  if (!rows) return domain::fail(rows.error());
  std::map<std::string, std::vector<ListPrice>> lists;
  domain::Error error{domain::Cause::store_failure, ""};
  for (const auto& row : *rows) {
    auto data = json::parse(row.data);
    if (!data) return domain::fail(data.error());
    const MemberReader member(*data, error);
    ListPrice price;
    price.id = row.id;
    price.item = member.text("item");
    price.currency = member.text("currency");
    price.price = member.decimal("price");
    price.minimum_quantity = member.decimal("minimum_quantity");
    price.for_one_customer = member.flag("for_one_customer");
    price.in_other_unit = member.flag("in_other_unit");
    price.from = member.date("from");
    price.to = member.date("to");
    price.timestamp = (*data)["timestamp"].integer().value_or(0);
    lists[price.item].push_back(std::move(price));
  }
  if (!error.message.empty()) return domain::fail(error);
  return lists;
}

}  // namespace connector::flows
