#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/document.h"
#include "domain/line_charges.h"
#include "domain/order.h"
#include "domain/planned_posting.h"
#include "domain/time.h"

namespace connector::domain {

/// An order line together with its charges.
struct PlannedLine {
  const OrderLine* line = nullptr;
  LineCharges charges;
};

/// What leaves on one date, in one currency and (for direct invoices) from one warehouse: one invoice, and one
/// delivery where there is a sales order.
struct Consignment {
  int ordinal = 0;     ///< n of "invoice/PO/n"
  bool fixed = false;  ///< a document of it is frozen, so its units and date stay
  std::optional<Date> date;
  std::string currency;
  std::string warehouse;
  std::vector<CoveredUnits> covers;
  std::vector<std::string> tracking_numbers;
};

/// "invoice/PO/n"
std::string ordinal_key(std::string_view stem, std::string_view purchase_order_id, int ordinal);
/// n of "<stem>/<purchase order>/n"; nullopt for any other key.
std::optional<int> ordinal_of(std::string_view key, std::string_view stem, std::string_view purchase_order_id);
/// One ordinal each for `count` documents: those of unfrozen documents that they resemble, closely if there is such a
/// one, and new ones for the others.
std::vector<int> reused_ordinals(
    std::size_t count, std::string_view stem, std::string_view purchase_order_id,
    const std::vector<PlannedPosting>& history,
    const std::function<bool(std::size_t index, const Document& document, bool closely)>& resembles);

/// Distributes all that has left over consignments: those of the history with a frozen document as they are, all
/// else anew by ship date, under the ordinals of unfrozen documents first. In ascending order of ordinals.
std::vector<Consignment> consignments_of(std::string_view purchase_order_id, const std::vector<PlannedLine>& lines,
                                         bool by_warehouse, std::string_view zone,
                                         const std::vector<PlannedPosting>& history);

}  // namespace connector::domain
