#include "domain/shipments.h"

#include <algorithm>
#include <utility>

namespace connector::domain {
namespace {

std::optional<Date> booking_date(const std::optional<UtcTime>& time, std::string_view zone) {
  if (!time) return std::nullopt;
  const auto date = date_in_zone(*time, zone);
  if (!date) return std::nullopt;
  return *date;
}

Decimal take(Decimal& from, Decimal wanted) {
  const Decimal taken = std::min(from, wanted);
  from -= taken;
  return taken;
}

}  // namespace

bool is_earlier(const std::optional<Date>& a, const std::optional<Date>& b) {
  if (!a || !b) return a.has_value() && !b.has_value();
  return *a < *b;
}

std::vector<Shipment> shipments_of(const OrderLine& line, std::string_view zone) {
  std::vector<Shipment> shipments;
  for (const QuantityStatus& part : line.statuses) {
    if (!has_left(part.status) || part.quantity <= Decimal()) continue;
    const auto date = booking_date(part.ship_time ? part.ship_time : line.status_time, zone);
    auto found = std::find_if(shipments.begin(), shipments.end(), [&](const Shipment& s) { return s.date == date; });
    if (found == shipments.end()) found = shipments.insert(found, Shipment{date, Decimal(), {}});
    found->quantity += part.quantity;
    auto& numbers = found->tracking_numbers;
    if (!part.tracking_number.empty() &&
        std::find(numbers.begin(), numbers.end(), part.tracking_number) == numbers.end()) {
      numbers.push_back(part.tracking_number);
    }
  }
  std::stable_sort(shipments.begin(), shipments.end(),
                   [](const Shipment& a, const Shipment& b) { return is_earlier(a.date, b.date); });
  Decimal open = line.quantity;
  for (Shipment& shipment : shipments) shipment.quantity = take(open, shipment.quantity);
  std::erase_if(shipments, [](const Shipment& shipment) { return shipment.quantity <= Decimal(); });
  return shipments;
}

std::vector<Shipment> uncovered(std::vector<Shipment> shipments,
                                const std::vector<std::pair<std::optional<Date>, Decimal>>& covered) {
  Decimal elsewhere;
  for (const auto& [date, quantity] : covered) {
    Decimal open = quantity;
    for (Shipment& shipment : shipments) {
      if (shipment.date == date) open -= take(shipment.quantity, open);
    }
    elsewhere += open;
  }
  for (Shipment& shipment : shipments) elsewhere -= take(shipment.quantity, elsewhere);
  std::erase_if(shipments, [](const Shipment& shipment) { return shipment.quantity <= Decimal(); });
  return shipments;
}

std::vector<CoveredUnits> free_units(Decimal quantity, std::vector<CoveredUnits> covered) {
  std::sort(covered.begin(), covered.end(),
            [](const CoveredUnits& a, const CoveredUnits& b) { return a.from < b.from; });
  std::vector<CoveredUnits> free;
  Decimal position;
  for (const CoveredUnits& units : covered) {
    if (units.from > position) free.push_back({units.line_number, position, std::min(units.from, quantity)});
    position = std::max(position, units.to);
    if (position >= quantity) return free;
  }
  if (position < quantity) free.push_back({covered.empty() ? "" : covered.front().line_number, position, quantity});
  return free;
}

}  // namespace connector::domain
