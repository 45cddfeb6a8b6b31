#include "sandbox/walmart/settlement_books.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "sandbox/walmart/errors.h"
#include "sandbox/walmart/json_text.h"
#include "sandbox/walmart/seller.h"
#include "sandbox/walmart/settlement_rows.h"

namespace connector::sandbox::walmart {
namespace {

using domain::Decimal;

struct SettledOrder {
  std::string purchase_order_id;
  Decimal sale, sale_tax, refund, refund_tax;

  void add(const SettlementRow& row) {
    namespace words = settlement_words;
    const bool is_sale = row.type == words::sale;
    if (!is_sale && row.type != words::refund) return;
    const auto is_one_of = [&row](std::initializer_list<std::string_view> types) {
      return std::find(types.begin(), types.end(), row.amount_type) != types.end();
    };
    if (is_one_of({words::product_price, words::shipping, words::fee})) (is_sale ? sale : refund) += row.amount;
    if (is_one_of({words::product_tax, words::shipping_tax, words::fee_tax})) {
      (is_sale ? sale_tax : refund_tax) += row.amount;
    }
  }
};

std::string day(domain::UtcTime time) {
  return domain::to_iso8601(domain::Date{std::chrono::floor<std::chrono::days>(time)});
}

void append_amounts(JsonText& json, const std::vector<SettlementRow>& rows) {
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, Decimal> sums;
  for (const SettlementRow& row : rows) sums[{row.type, row.description, row.amount_type}] += row.amount;
  json.open("amounts", '[');
  for (const auto& [words, amount] : sums) {
    json.open('{').text("transactionType", std::get<0>(words)).text("description", std::get<1>(words));
    json.text("amountType", std::get<2>(words)).text("amount", amount.to_fixed(2)).close('}');
  }
  json.close(']');
}

void append_orders(JsonText& json, const std::vector<SettlementRow>& rows) {
  // The rows of an order stand together.
  std::vector<SettledOrder> orders;
  for (const SettlementRow& row : rows) {
    if (!row.line) continue;
    const bool is_new = orders.empty() || orders.back().purchase_order_id != row.line->purchase_order_id;
    if (is_new) orders.push_back({row.line->purchase_order_id, {}, {}, {}, {}});
    orders.back().add(row);
  }
  json.open("orders", '[');
  for (const SettledOrder& order : orders) {
    json.open('{').text("purchaseOrderId", order.purchase_order_id);
    json.text("sale", order.sale.to_fixed(2)).text("saleTax", order.sale_tax.to_fixed(2));
    json.text("refund", order.refund.to_fixed(2)).text("refundTax", order.refund_tax.to_fixed(2)).close('}');
  }
  json.close(']');
}

}  // namespace

ports::HttpResponse get_settlements(Seller& seller, domain::UtcTime now) {
  const auto& periods = seller.settlements.close(seller.orders, seller.switches, now);
  std::string body;
  JsonText json(body);
  json.open('{').open("settlements", '[');
  for (std::size_t settlement = 0; settlement < periods.size(); ++settlement) {
    const SettlementPeriod& period = periods[settlement];
    const auto rows = settlement_rows(seller, settlement);
    json.open('{').text("payoutDate", day(period.payout)).text("periodStart", day(period.start));
    json.text("periodEnd", day(period.end)).text("currency", settlement_currency);
    json.text("totalPayable", total_payable(rows).to_fixed(2));
    append_amounts(json, rows);
    append_orders(json, rows);
    json.close('}');
  }
  json.close(']').close('}');
  return json_reply(std::move(body));
}

}  // namespace connector::sandbox::walmart
