#pragma once

#include "sandbox/walmart/order.h"
#include "sandbox/walmart/switches.h"

namespace connector::sandbox::walmart {

/// Fractional digits of amounts in a currency: 2, or 0 for yen and won.
int currency_digits(std::string_view currency);

struct Money {
  domain::Decimal amount, tax;
};

/// What the customer was charged of one charge for the units shipped so far: their share, rounded to the cent.
Money charged(const Line& line, const Charge& charge);
/// The amounts an order shows for a charge: line total or per unit, zero once the whole line is cancelled, and after a
/// partial cancellation as first charged or reduced, by the switches.
Money shown(const Line& line, const Charge& charge, const Switches& switches);

/// Charged minus refunded so far for a charge type (PRODUCT counts discounts).
Money refundable(const Line& line, std::string_view charge_type);
/// The refund of `quantity` shipped units with all their charges, cut to what is still refundable.
std::vector<RefundCharge> refund_for_units(const Line& line, std::int64_t quantity, const std::string& reason);
/// Everything that is still refundable.
std::vector<RefundCharge> full_refund(const Line& line, const std::string& reason);

}  // namespace connector::sandbox::walmart
