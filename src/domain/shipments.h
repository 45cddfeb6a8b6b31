#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/decimal.h"
#include "domain/document.h"
#include "domain/order.h"
#include "domain/time.h"

namespace connector::domain {

/// A part of an order line's quantity that left on one date.
struct Shipment {
  std::optional<Date> date;  ///< nullopt: Walmart tells no time at all
  Decimal quantity;
  std::vector<std::string> tracking_numbers;  ///< without repetition
};

/// What of the line has left, by date in `zone` (ship time, else the line's status time), earliest first and
/// undated last; at most the ordered quantity, so that of contradicting data the latest is not believed.
std::vector<Shipment> shipments_of(const OrderLine& line, std::string_view zone);

/// Shipments that are left over after those that documents of these dates and quantities cover: a
/// covered quantity is taken from its own date first and from the earliest ones then.
std::vector<Shipment> uncovered(std::vector<Shipment> shipments,
                                const std::vector<std::pair<std::optional<Date>, Decimal>>& covered);

/// The units of [0, quantity) that none of `covered` (all of one line) takes, in ascending order.
std::vector<CoveredUnits> free_units(Decimal quantity, std::vector<CoveredUnits> covered);

/// True if `a` is before `b`; no date is after all dates.
bool is_earlier(const std::optional<Date>& a, const std::optional<Date>& b);

}  // namespace connector::domain
