#include "domain/refund_facts.h"

#include <gtest/gtest.h>

#include <map>

namespace connector::domain {
namespace refund_facts_test {

Decimal money(const char* text) { return Decimal::parse(text).value(); }

// Seed 28 of the simulation, three days with 300 orders: three units were sent back, but two had been refunded before.
TEST(RefundFacts, AReturnOfLessMoneyThanItsUnitsCostLeavesTheTaxOfTheRestToTheOrdersRefund) {
  PurchaseOrder order;
  OrderLine& line = order.lines.emplace_back();
  line.line_number = "1";
  line.quantity = Decimal::from_integer(3);
  line.charges = {{"PRODUCT", "ItemPrice", "USD", money("267.5"), money("27.42"), "Tax1"},
                  {"SHIPPING", "Shipping", "USD", money("16.14"), money("1.65"), "Tax2"}};
  line.statuses = {{LineStatus::delivered, "Delivered", line.quantity, {}, "", "", ""}};
  line.refunds = {{"R7", "DamagedItem", {"PRODUCT", "ItemPrice", "USD", money("178.33"), money("18.28"), "Tax1"}},
                  {"R7", "DamagedItem", {"SHIPPING", "Shipping", "USD", money("10.76"), money("1.1"), "Tax2"}}};
  ReturnedLine& returned = order.returns.emplace_back();
  returned.return_id = "197560317189376191";
  returned.order_line_number = "1";
  returned.currency = "USD";
  returned.status = "COMPLETED";
  returned.quantity = returned.refunded = line.quantity;
  returned.charges = {{"PRODUCT", "ItemPrice", money("89.17"), money("9.14")},
                      {"SHIPPING", "Shipping", money("5.38"), money("0.55")}};
  returned.totals = {{"lineProductTaxes", money("9.14")},
                     {"lineTotalTaxes", money("9.69")},
                     {"lineShippingFee", money("5.38")},
                     {"lineSubTotal", money("94.55")},
                     {"lineTotal", money("104.24")}};

  std::map<std::string, Decimal> amounts, taxes;
  for (const RefundFact& fact : refunds_of(order, {})) {
    for (const RefundAmount& part : fact.amounts) {
      amounts[part.charge_type] += part.amount;
      taxes[part.charge_type] += part.tax;
    }
  }
  EXPECT_EQ(amounts, (std::map<std::string, Decimal>{{"PRODUCT", money("267.5")}, {"SHIPPING", money("16.14")}}));
  EXPECT_EQ(taxes, (std::map<std::string, Decimal>{{"PRODUCT", money("27.42")}, {"SHIPPING", money("1.65")}}));
}

}  // namespace refund_facts_test
}  // namespace connector::domain
