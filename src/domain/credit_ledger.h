#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/decimal.h"
#include "domain/document.h"

namespace connector::domain {

/// The mapping keys of what a seller keeps back of a refund.
inline constexpr std::string_view restocking_key = "@restocking_fee";
inline constexpr std::string_view return_shipping_key = "@return_shipping";

/// What a document line books for its order line: "" for the product and its discount, "@shipping", "@tax", ...
std::string_view booking_of(const DocumentLine& line);

/// What may still be taken back of one document (an invoice, or a credit memo that is reversed): per line the amount
/// and per order line the units. Whatever is taken carries the codes of the line it is taken from.
class CreditLedger {
 public:
  explicit CreditLedger(const Document& document);

  const Document& document() const { return *document_; }
  /// Amount left for a booking of an order line; tax of a document that states it without order lines is shared.
  Decimal left(std::string_view line_number, std::string_view booking) const;
  Decimal units_left(std::string_view line_number) const;
  /// Takes `amount` (at most what is left) together with `units`: the product with its discount in proportion.
  /// Without units, or for other charges, the quantity is one.
  std::vector<DocumentLine> take(std::string_view line_number, std::string_view booking, Decimal amount, Decimal units,
                                 int digits);
  /// Takes the first `units` of the order line that are left.
  std::vector<CoveredUnits> take_units(std::string_view line_number, Decimal units);
  /// A document that has taken from this one before.
  void subtract(const Document& taken);
  /// A document that has put back what another one took.
  void add(const Document& put_back);

 private:
  struct Entry {
    DocumentLine line;  ///< codes; quantity and amount are those of the whole document
    Decimal left;
  };
  bool is_for(const Entry& entry, std::string_view line_number, std::string_view booking) const;
  void move(const Document& other, bool back);
  std::vector<DocumentLine> take_amount(const std::vector<Entry*>& entries, Decimal amount, Decimal part_of_units,
                                        Decimal whole_units, int digits);

  const Document* document_;
  std::vector<Entry> entries_;
  std::vector<CoveredUnits> units_;
  std::vector<CoveredUnits> covered_;
};

}  // namespace connector::domain
