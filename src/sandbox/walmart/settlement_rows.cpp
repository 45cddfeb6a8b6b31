#include "sandbox/walmart/settlement_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "sandbox/walmart/order_money.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {
namespace {

using domain::Decimal;
using domain::UtcTime;
using std::chrono::days;

/// What Walmart takes for packing and sending a unit.
constexpr Decimal fulfillment_fee = Decimal::from_units(-3'450'000);

/// The amounts of one line that settlements tell apart.
struct LineAmounts {
  Money product, shipping, fee;
  std::int64_t units = 0;
  UtcTime last{};  ///< when the last of it happened; of refunds only

  void add(std::string_view type, Decimal amount, Decimal tax) {
    // What is kept back of a refund is no charge: less of the price is given back.
    Money& money = type == "PRODUCT" || type == restocking_fee ? product : type == "SHIPPING" ? shipping : fee;
    money.amount += amount;
    money.tax += tax;
  }
};

Money difference(Money one, Money other) { return {one.amount - other.amount, one.tax - other.tax}; }
Money opposite(Money money) { return {-money.amount, -money.tax}; }

LineAmounts difference(const LineAmounts& one, const LineAmounts& other) {
  return {difference(one.product, other.product), difference(one.shipping, other.shipping),
          difference(one.fee, other.fee), one.units - other.units, one.last};
}

LineAmounts sold_on(const Line* line) {
  LineAmounts sum;
  if (line == nullptr) return sum;
  for (const Charge& charge : line->charges) {
    const Money money = charged(*line, charge);
    sum.add(charge.type, money.amount, money.tax);
  }
  sum.units = line->shipped();
  return sum;
}

/// What was given back, with a return or by the seller's own will; positive.
LineAmounts given_back_on(const Line* line, bool is_of_return) {
  LineAmounts sum;
  if (line == nullptr) return sum;
  for (const Refund& refund : line->refunds) {
    if (refund.is_of_return != is_of_return) continue;
    for (const RefundCharge& charge : refund.charges) sum.add(charge.type, charge.amount, charge.tax);
    sum.units += refund.quantity;
    sum.last = std::max(sum.last, refund.time);
  }
  return sum;
}

Decimal share_of(Decimal amount, std::int64_t per_mille) {
  return (amount * Decimal::from_integer(per_mille) / Decimal::from_integer(1000)).rounded(2);
}

std::shared_ptr<const SettledLine> settled_line(const Order& order, std::size_t index) {
  const Line& line = order.lines[index];
  SettledLine settled;
  settled.purchase_order_id = order.purchase_order_id;
  settled.customer_order_id = order.customer_order_id;
  std::int64_t highest = 0;
  for (const Line& other : order.lines) {
    highest = std::max(highest, json::Value(other.number).integer().value_or(0));
  }
  settled.line_number = std::to_string(highest + static_cast<std::int64_t>(order.lines.size() - index));
  settled.sku = line.sku;
  for (char& letter : settled.sku) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  }
  settled.product_name = line.product_name;
  settled.city = order.address.city;
  settled.state = order.address.state;
  settled.postal_code = order.address.postal_code;
  settled.country = order.address.country;
  settled.method = order.method;
  settled.fulfillment = order.node_type == NodeType::walmart ? "Walmart Fulfilled" : "Seller Fulfilled";
  return std::make_shared<const SettledLine>(std::move(settled));
}

/// The rows of one settlement as they come.
class RowsOfPeriod {
 public:
  explicit RowsOfPeriod(const SettlementPeriod& period) : period_(period) {}

  /// What became of one line; `before` nullptr: it did not count before.
  void add_line(const Order& order, std::size_t index, const Line* before) {
    const Line& line = order.lines[index];
    if (line.currency != settlement_currency) return;
    line_ = nullptr;
    const LineAmounts sold = difference(sold_on(&line), sold_on(before));
    next_.type = settlement_words::sale;
    next_.description = "Purchase";
    add_amounts(order, index, sold, order.created + days(2));
    sales_ += sold.product.amount.rounded(2);
    for (const bool is_of_return : {true, false}) {
      LineAmounts back = difference(given_back_on(&line, is_of_return), given_back_on(before, is_of_return));
      back = {opposite(back.product), opposite(back.shipping), opposite(back.fee), back.units, back.last};
      next_.type = settlement_words::refund;
      next_.description = is_of_return ? "Return Refund" : "Seller Triggered Refund";
      add_amounts(order, index, back, back.last);
    }
    if (order.node_type == NodeType::walmart) {
      next_.type = "Service Fee";
      next_.description = "WFS Fulfillment fee";
      begin(order, index, sold.units, order.created + days(2));
      add("WFS Fee/Reimbursement", fulfillment_fee * Decimal::from_integer(sold.units));
    }
  }

  /// A row of the account.
  void add_of_account(std::string_view type, std::string_view description, std::string_view amount_type,
                      Decimal amount) {
    line_ = nullptr;
    next_ = {type, description, amount_type, {}, period_.end - days(1), {}, 0, nullptr};
    next_.key = key_of(0, 0);
    add(amount_type, amount);
  }

  Decimal sales() const { return sales_; }
  std::vector<SettlementRow> take() { return std::move(rows_); }

 private:
  std::string key_of(std::uint64_t hash, std::size_t line) const {
    const auto start = static_cast<std::uint64_t>(domain::to_epoch_milliseconds(period_.start));
    std::uint64_t mix = mixed(mixed(hash, start), line);
    for (const char letter : next_.description) mix = mixed(mix, static_cast<unsigned char>(letter));
    return fmt::format("{}", mix);
  }

  /// The following rows are about this line.
  void begin(const Order& order, std::size_t index, std::int64_t units, UtcTime posted) {
    next_.units = units;
    next_.posted = std::clamp<UtcTime>(posted, period_.start, period_.end - days(1));
    next_.key = key_of(order.hash, index);
    if (line_ == nullptr) line_ = settled_line(order, index);
    next_.line = line_;
  }

  void add_amounts(const Order& order, std::size_t index, const LineAmounts& amounts, UtcTime posted) {
    namespace words = settlement_words;
    begin(order, index, amounts.units, posted);
    const Decimal product = amounts.product.amount.rounded(2);
    const Decimal shipping = amounts.shipping.amount.rounded(2);
    const Decimal product_tax = amounts.product.tax.rounded(2);
    const Decimal shipping_tax = amounts.shipping.tax.rounded(2);
    const Decimal fee_tax = amounts.fee.tax.rounded(2);
    add(words::product_price, product);
    add(words::product_tax, product_tax);
    add(words::product_tax_withheld, -(product_tax + fee_tax));
    add(words::product_commission, -share_of(product, period_.terms.commission_per_mille));
    add(words::shipping, shipping);
    add(words::shipping_tax, shipping_tax);
    add(words::shipping_tax_withheld, -shipping_tax);
    add(words::shipping_commission, -share_of(shipping, period_.terms.commission_per_mille));
    add(words::fee, amounts.fee.amount.rounded(2));
    add(words::fee_tax, fee_tax);
  }

  void add(std::string_view amount_type, Decimal amount) {
    if (amount.is_zero()) return;
    SettlementRow& row = rows_.emplace_back(next_);
    row.amount_type = amount_type;
    row.amount = amount;
  }

  const SettlementPeriod& period_;
  std::vector<SettlementRow> rows_;
  SettlementRow next_;
  std::shared_ptr<const SettledLine> line_;
  Decimal sales_;
};

/// The rows of orders alone.
RowsOfPeriod rows_of_orders(const Seller& seller, const SettlementPeriod& period) {
  RowsOfPeriod rows(period);
  const Orders& orders = seller.orders;
  for (OrderNumber number = 0; number < orders.size(); ++number) {
    const UtcTime from = orders.settles_from(number);
    if (from >= period.end || std::max(from, orders.record(number).modified) < period.start) continue;
    const auto after = orders.order_before(number, seller.catalogue, period.end);
    const auto before = orders.order_before(number, seller.catalogue, period.start);
    for (std::size_t line = 0; after && line < after->lines.size(); ++line) {
      rows.add_line(*after, line, before ? &before->lines[line] : nullptr);
    }
  }
  return rows;
}

}  // namespace

std::vector<SettlementRow> settlement_rows(const Seller& seller, std::size_t settlement) {
  const auto& periods = seller.settlements.closed();
  const SettlementPeriod& period = periods[settlement];
  RowsOfPeriod rows = rows_of_orders(seller, period);
  rows.add_of_account("Service Fee", "Walmart Product Advertising", "SEM Marketing Fee",
                      -share_of(rows.sales(), period.terms.advertising_per_mille));
  rows.add_of_account("Adjustment", "Something New", "Something New", period.terms.unknown_amount);
  rows.add_of_account("Reserve", "Funds withheld to cover future refunds", "Reserve",
                      -share_of(rows.sales(), period.terms.reserve_per_mille));
  const std::int64_t reserved = settlement == 0 ? 0 : periods[settlement - 1].terms.reserve_per_mille;
  if (reserved != 0) {
    rows.add_of_account("Release Reserve", "Reserve credited back", "Reserve",
                        share_of(rows_of_orders(seller, periods[settlement - 1]).sales(), reserved));
  }
  return rows.take();
}

Decimal total_payable(const std::vector<SettlementRow>& rows) {
  Decimal sum;
  for (const SettlementRow& row : rows) sum += row.amount;
  return sum;
}

}  // namespace connector::sandbox::walmart
