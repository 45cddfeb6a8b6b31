#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/document.h"
#include "domain/mapping.h"
#include "domain/order.h"
#include "domain/settings.h"

namespace connector::domain {

/// The mapping keys that no charge type gives.
inline constexpr std::string_view tax_key = "@tax";
inline constexpr std::string_view discount_key = "@discount";

/// The charges of one order line under the mapping and the settings of a connection: turns any units of the
/// ordered quantity into document lines. Keeps references to all constructor arguments.
class LineCharges {
 public:
  LineCharges(const PurchaseOrder& order, const OrderLine& line, const Mapping& mapping,
              const ConnectionSettings& settings);

  const std::string& currency() const { return currency_; }
  bool mixes_currencies() const { return mixes_currencies_; }
  /// Warehouse that the goods leave: the mapping's, else the ship node's, else that of `*`; may be empty.
  const std::string& warehouse() const { return warehouse_; }

  /// Product line(s) with the units' quantity, other charges with quantity one; without clearing tax.
  std::vector<DocumentLine> invoice_lines(Decimal from, Decimal to) const;
  /// Tax of the units when it goes to a clearing account, else zero.
  Decimal clearing_tax(Decimal from, Decimal to) const;
  /// Lines whose quantities are those of the units, charges and clearing tax as well; priced unit by unit, so that
  /// the lines of any units are a part of the lines of all (sales orders are delivered in parts). One line per
  /// charge, item and unit price.
  std::vector<DocumentLine> order_lines(Decimal from, Decimal to) const;

 private:
  /// All charges of the line that end in one kind of document line.
  struct Booking {
    std::string key;  ///< SKU or "@charge"
    std::string description;
    ResolvedMapping mapping;
    std::vector<Decimal> totals;  ///< each spread over the ordered units by itself
    bool is_product = false;
  };

  Booking& booking(std::string_view key, std::string_view description);
  Decimal amount(const std::vector<Decimal>& totals, Decimal from, Decimal to) const;
  void append(std::vector<DocumentLine>& lines, const Booking& booking, Decimal amount, Decimal quantity) const;
  void append_priced_by_unit(std::vector<DocumentLine>& lines, const Booking& booking, Decimal from, Decimal to) const;

  const OrderLine& line_;
  const Mapping& mapping_;
  std::string currency_;
  int digits_ = 2;
  bool mixes_currencies_ = false;
  std::string warehouse_;
  std::vector<Booking> bookings_;  ///< the product first
  std::vector<Decimal> clearing_taxes_;
};

/// The line that carries `tax` of a document to the clearing account.
DocumentLine clearing_tax_line(const Mapping& mapping, Decimal tax);

}  // namespace connector::domain
