#pragma once

#include <map>
#include <string>
#include <utility>

#include "domain/document.h"
#include "domain/mapping.h"
#include "domain/order.h"
#include "domain/refund_facts.h"
#include "domain/settings.h"

namespace connector::domain {

/// What an order line books under one heading ("" product, "@shipping", "@tax", ...).
using Booking = std::pair<std::string, std::string>;
using Amounts = std::map<Booking, Decimal>;

/// What a refund books per heading, as `invoice` treated the line's tax (nullptr: as the settings say). Fees that are
/// kept back are negative.
Amounts bookings_of(const RefundFact& fact, const OrderLine& line, const Document* invoice,
                    const ConnectionSettings& settings);
/// What an invoice of all that has left would be today; of an order whose real one stands in another system.
Document invoiced_elsewhere(const PurchaseOrder& order, const Mapping& mapping, const ConnectionSettings& settings);
/// The line of a fee that is kept back: `amount` is negative.
DocumentLine fee_line(const Mapping& mapping, const Booking& booking, Decimal amount);

}  // namespace connector::domain
