#include "domain/consignments.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

#include "domain/shipments.h"

namespace connector::domain {
namespace {

/// The consignments that documents of the history speak of.
std::map<int, Consignment> known_consignments(std::string_view purchase_order_id,
                                              const std::vector<PlannedPosting>& history) {
  std::map<int, Consignment> known;
  for (const PlannedPosting& posting : history) {
    const Document& document = posting.document;
    auto ordinal = ordinal_of(document.key, "invoice", purchase_order_id);
    if (!ordinal) ordinal = ordinal_of(document.key, "delivery", purchase_order_id);
    if (!ordinal) continue;
    Consignment& consignment = known[*ordinal];
    consignment.ordinal = *ordinal;
    // A frozen document tells better than one that was only planned.
    if (consignment.fixed && !posting.frozen) continue;
    consignment.fixed = consignment.fixed || posting.frozen;
    consignment.date = document.date;
    consignment.currency = document.currency;
    consignment.warehouse = document.direct ? document.warehouse : "";
    consignment.covers = document.covers;
  }
  return known;
}

void cover(Consignment& consignment, CoveredUnits units, const std::vector<std::string>& tracking_numbers) {
  auto& covers = consignment.covers;
  if (!covers.empty() && covers.back().line_number == units.line_number && covers.back().to == units.from) {
    covers.back().to = units.to;
  } else {
    covers.push_back(std::move(units));
  }
  for (const std::string& number : tracking_numbers) {
    auto& known = consignment.tracking_numbers;
    if (std::find(known.begin(), known.end(), number) == known.end()) known.push_back(number);
  }
}

Consignment& consignment_for(std::vector<Consignment>& all, const Shipment& shipment, const LineCharges& charges,
                             bool by_warehouse) {
  const std::string warehouse = by_warehouse ? charges.warehouse() : "";
  const auto found = std::find_if(all.begin(), all.end(), [&](const Consignment& c) {
    return c.date == shipment.date && c.currency == charges.currency() && c.warehouse == warehouse;
  });
  if (found != all.end()) return *found;
  Consignment consignment;
  consignment.date = shipment.date;
  consignment.currency = charges.currency();
  consignment.warehouse = warehouse;
  all.push_back(std::move(consignment));
  return all.back();
}

/// What of a line no fixed consignment covers, added to the consignments of its ship dates.
void distribute(const PlannedLine& planned, const std::map<int, Consignment>& known, bool by_warehouse,
                std::string_view zone, std::vector<Consignment>& open) {
  std::vector<CoveredUnits> taken;
  std::vector<std::pair<std::optional<Date>, Decimal>> covered;
  for (const auto& [ordinal, consignment] : known) {
    if (!consignment.fixed) continue;
    for (const CoveredUnits& units : consignment.covers) {
      if (units.line_number != planned.line->line_number) continue;
      taken.push_back(units);
      covered.emplace_back(consignment.date, units.to - units.from);
    }
  }
  const auto free = free_units(planned.line->quantity, std::move(taken));
  std::size_t index = 0;
  Decimal used;  // of free[index]
  for (const Shipment& shipment : uncovered(shipments_of(*planned.line, zone), covered)) {
    Decimal quantity = shipment.quantity;
    while (quantity > Decimal() && index < free.size()) {
      const Decimal from = free[index].from + used;
      const Decimal part = std::min(quantity, free[index].to - from);
      Consignment& consignment = consignment_for(open, shipment, planned.charges, by_warehouse);
      cover(consignment, {planned.line->line_number, from, from + part}, shipment.tracking_numbers);
      quantity -= part;
      used += part;
      if (from + part == free[index].to) {
        ++index;
        used = Decimal();
      }
    }
  }
}

/// Gives ordinals of unfrozen documents to the consignments that resemble them most, new ones to the others.
void number(std::vector<Consignment>& open, const std::map<int, Consignment>& known) {
  std::map<int, const Consignment*> reusable;
  for (const auto& [ordinal, consignment] : known) {
    if (!consignment.fixed) reusable.emplace(ordinal, &consignment);
  }
  const auto reuse = [&](auto resembles) {
    for (Consignment& consignment : open) {
      if (consignment.ordinal != 0) continue;
      const auto found = std::find_if(reusable.begin(), reusable.end(),
                                      [&](const auto& entry) { return resembles(consignment, *entry.second); });
      if (found == reusable.end()) continue;
      consignment.ordinal = found->first;
      reusable.erase(found);
    }
  };
  reuse([](const Consignment& a, const Consignment& b) {
    return a.date == b.date && a.currency == b.currency && a.warehouse == b.warehouse;
  });
  reuse([](const Consignment& a, const Consignment& b) { return a.date == b.date && a.currency == b.currency; });
  reuse([](const Consignment&, const Consignment&) { return true; });
  int next = known.empty() ? 1 : known.rbegin()->first + 1;
  for (Consignment& consignment : open) {
    if (consignment.ordinal == 0) consignment.ordinal = next++;
  }
}

}  // namespace

std::string ordinal_key(std::string_view stem, std::string_view purchase_order_id, int ordinal) {
  return fmt::format("{}/{}/{}", stem, purchase_order_id, ordinal);
}

std::optional<int> ordinal_of(std::string_view key, std::string_view stem, std::string_view purchase_order_id) {
  const std::string start = fmt::format("{}/{}/", stem, purchase_order_id);
  if (!key.starts_with(start)) return std::nullopt;
  key.remove_prefix(start.size());
  int ordinal = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), ordinal);
  if (error != std::errc() || end != key.data() + key.size() || ordinal <= 0) return std::nullopt;
  return ordinal;
}

std::vector<int> reused_ordinals(
    std::size_t count, std::string_view stem, std::string_view purchase_order_id,
    const std::vector<PlannedPosting>& history,
    const std::function<bool(std::size_t index, const Document& document, bool closely)>& resembles) {
  std::map<int, const Document*> reusable;
  int last = 0;
  for (const PlannedPosting& posting : history) {
    const auto ordinal = ordinal_of(posting.document.key, stem, purchase_order_id);
    if (!ordinal) continue;
    last = std::max(last, *ordinal);
    if (!posting.frozen) reusable.emplace(*ordinal, &posting.document);
  }
  std::vector<int> ordinals(count, 0);
  for (const bool closely : {true, false}) {
    for (std::size_t index = 0; index < count; ++index) {
      if (ordinals[index] != 0) continue;
      const auto found = std::find_if(reusable.begin(), reusable.end(),
                                      [&](const auto& entry) { return resembles(index, *entry.second, closely); });
      if (found == reusable.end()) continue;
      ordinals[index] = found->first;
      reusable.erase(found);
    }
  }
  for (int& ordinal : ordinals) {
    if (ordinal == 0) ordinal = ++last;
  }
  return ordinals;
}

std::vector<Consignment> consignments_of(std::string_view purchase_order_id, const std::vector<PlannedLine>& lines,
                                         bool by_warehouse, std::string_view zone,
                                         const std::vector<PlannedPosting>& history) {
  const auto known = known_consignments(purchase_order_id, history);
  std::vector<Consignment> all;
  for (const PlannedLine& line : lines) distribute(line, known, by_warehouse, zone, all);
  std::stable_sort(all.begin(), all.end(), [](const Consignment& a, const Consignment& b) {
    if (a.date != b.date) return is_earlier(a.date, b.date);
    return std::tie(a.currency, a.warehouse) < std::tie(b.currency, b.warehouse);
  });
  number(all, known);
  for (const auto& [ordinal, consignment] : known) {
    if (consignment.fixed) all.push_back(consignment);
  }
  std::sort(all.begin(), all.end(), [](const Consignment& a, const Consignment& b) { return a.ordinal < b.ordinal; });
  return all;
}

}  // namespace connector::domain
