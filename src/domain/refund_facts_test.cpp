#include "domain/refund_facts.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

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

/// A return of `refunded` of so many units of one line, the totals given.
PurchaseOrder returned(int units, int refunded, const char* price, const char* tax,
                       std::map<std::string, Decimal> totals) {
  PurchaseOrder order;
  OrderLine& line = order.lines.emplace_back();
  line.line_number = "1";
  line.quantity = Decimal::from_integer(units);
  line.charges = {{"PRODUCT", "ItemPrice", "USD", money(price) * line.quantity, money(tax) * line.quantity, "Tax1"}};
  line.statuses = {{LineStatus::delivered, "Delivered", line.quantity, {}, "", "", ""}};
  ReturnedLine& back = order.returns.emplace_back();
  back.return_id = "103738";
  back.order_line_number = "1";
  back.currency = "USD";
  back.quantity = line.quantity;
  back.refunded = Decimal::from_integer(refunded);
  back.charges = {{"PRODUCT", "ItemPrice", money(price), money(tax)}};
  back.totals = std::move(totals);
  return order;
}

TEST(RefundFacts, OfManyUnitsAPartIsNotTakenForTheWhole) {
  const auto only = [](const PurchaseOrder& order) { return refunds_of(order, {}).at(0).amounts.at(0); };
  const auto of_whole =
      only(returned(100, 99, "1", "0", {{"lineSubTotal", money("100")}, {"lineTotal", money("100")}}));
  EXPECT_EQ(of_whole.amount, money("99"));
  const auto of_part = only(returned(100, 99, "1", "0", {{"lineSubTotal", money("99")}, {"lineTotal", money("99")}}));
  EXPECT_EQ(of_part.amount, money("99"));
  const auto taxed = only(returned(10, 9, "2.5", "0.2",
                                   {{"lineSubTotal", money("25")},
                                    {"lineProductTaxes", money("2")},
                                    {"lineTotalTaxes", money("2")},
                                    {"lineTotal", money("27")}}));
  EXPECT_EQ(taxed.amount, money("22.5"));
  EXPECT_EQ(taxed.tax, money("1.8"));
}

TEST(RefundFacts, OfManyUnitsASmallFeeIsKeptBackOnlyWhereTheTotalLacksIt) {
  const auto fact = [](const char* subtotal, const char* fee, const char* total, const char* shipping) {
    return refunds_of(returned(100, 100, "1", "0",
                               {{"lineSubTotal", money(subtotal)},
                                {"lineRestockingFee", money(fee)},
                                {"lineShippingFee", money(shipping)},
                                {"lineTotal", money(total)}}),
                      {})
        .at(0);
  };
  EXPECT_EQ(fact("100", "1", "99", "0").restocking_fee, money("1"));
  EXPECT_EQ(fact("100", "1", "100", "0").restocking_fee, Decimal()) << "named, but paid all the same";
  const auto net = fact("99", "1", "99", "0");
  EXPECT_EQ(net.restocking_fee, money("1")) << "both totals are without it";
  EXPECT_EQ(net.amounts.at(0).amount, money("100"));
  const auto one_of_two = fact("100", "5", "95", "0.5");
  EXPECT_EQ(one_of_two.restocking_fee, money("5"));
  EXPECT_EQ(one_of_two.return_shipping_fee, Decimal());
}

}  // namespace refund_facts_test
}  // namespace connector::domain
