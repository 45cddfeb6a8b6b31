#include "domain/line_charges.h"

#include <algorithm>
#include <utility>

#include "domain/allocation.h"
#include "domain/mutation.h"

namespace connector::domain {
namespace {

/// Beyond this many units a line is priced at once: no real order line is as large, and a damaged quantity must
/// not cost a loop of its size.
const Decimal most_units_priced_singly = Decimal::from_integer(10'000);

constexpr std::string_view tax_description = "Sales tax collected by Walmart";

DocumentLine codes_of(const ResolvedMapping& mapping) {
  DocumentLine line;
  line.exact_item = mapping.row.exact_item;
  line.gl_account = mapping.row.gl_account;
  line.cost_center = mapping.row.cost_center;
  line.cost_unit = mapping.row.cost_unit;
  line.vat_code = mapping.row.vat_code;
  return line;
}

std::string first_currency(const PurchaseOrder& order, const OrderLine& line) {
  for (const Charge& charge : line.charges) {
    if (!charge.currency.empty()) return charge.currency;
  }
  for (const OrderLine& other : order.lines) {
    for (const Charge& charge : other.charges) {
      if (!charge.currency.empty()) return charge.currency;
    }
  }
  return "";
}

}  // namespace

LineCharges::LineCharges(const PurchaseOrder& order, const OrderLine& line, const Mapping& mapping,
                         const ConnectionSettings& settings)
    : line_(line), mapping_(mapping), currency_(first_currency(order, line)), digits_(minor_digits(currency_)) {
  Booking product{line.sku, line.product_name, mapping.resolve(line.sku), {}, true};
  if (product.mapping.row.exact_item.empty()) product.mapping.row.exact_item = product.mapping.row.sku;
  warehouse_ = mapping.warehouse_for(product.mapping, mutated(Mutation::warehouse_of_fallback) ? "" : order.ship_node);
  bookings_.push_back(std::move(product));

  const bool at_zero = order.order_type == "REPLACEMENT" && settings.replacement_prices == ReplacementPrices::zero;
  const bool discounts_apart = mapping.has_row_for(discount_key);
  const Decimal times = settings.charge_reading == ChargeReading::per_unit ? line.quantity : Decimal::from_integer(1);
  for (const Charge& charge : line.charges) {
    const Decimal tax = charge.tax.value_or(Decimal());
    if (!charge.currency.empty() && charge.currency != currency_ && !(charge.amount.is_zero() && tax.is_zero())) {
      mixes_currencies_ = true;
    }
    if (at_zero) continue;
    std::string key = charge_mapping_key(charge.type);
    const bool is_discount = key.empty() && charge.amount.is_negative() && discounts_apart;
    if (is_discount) key = discount_key;
    Booking& target = key.empty() ? bookings_.front() : booking(key, charge.name);
    target.totals.push_back(charge.amount * times);
    if (settings.tax_policy == TaxPolicy::include) target.totals.push_back(tax * times);
    if (settings.tax_policy == TaxPolicy::clearing_account) clearing_taxes_.push_back(tax * times);
  }
}

LineCharges::Booking& LineCharges::booking(std::string_view key, std::string_view description) {
  const auto found =
      std::find_if(bookings_.begin() + 1, bookings_.end(), [key](const Booking& b) { return b.key == key; });
  if (found != bookings_.end()) return *found;
  bookings_.push_back(Booking{std::string(key), std::string(description), mapping_.resolve(key), {}, false});
  return bookings_.back();
}

Decimal LineCharges::amount(const std::vector<Decimal>& totals, Decimal from, Decimal to) const {
  Decimal sum;
  for (const Decimal total : totals) sum += allocated(total, line_.quantity, from, to, digits_);
  return sum;
}

void LineCharges::append(std::vector<DocumentLine>& lines, const Booking& booking, Decimal amount,
                         Decimal quantity) const {
  const std::vector<KitComponent> single{{booking.mapping.row.exact_item, Decimal::from_integer(1), Decimal()}};
  const auto& parts = booking.mapping.kit.empty() ? single : booking.mapping.kit;
  std::vector<Decimal> weights;
  weights.reserve(parts.size());
  for (const KitComponent& part : parts) weights.push_back(part.price_share);
  const auto amounts = split_by_weights(amount, weights, digits_);
  for (std::size_t index = 0; index < parts.size(); ++index) {
    for (const auto& [units, price] : priced_units(amounts[index], quantity * parts[index].quantity, digits_)) {
      DocumentLine line = codes_of(booking.mapping);
      line.line_number = line_.line_number;
      line.sku = booking.key;
      line.description = booking.description;
      line.exact_item = parts[index].exact_item;
      line.quantity = units;
      line.unit_price = price;
      line.amount = units * price;
      if (booking.is_product) line.warehouse = warehouse_;
      lines.push_back(std::move(line));
    }
  }
}

std::vector<DocumentLine> LineCharges::invoice_lines(Decimal from, Decimal to) const {
  std::vector<DocumentLine> lines;
  for (const Booking& booking : bookings_) {
    const Decimal value = amount(booking.totals, from, to);
    if (booking.is_product) {
      append(lines, booking, value, to - from);
    } else if (!value.is_zero()) {
      append(lines, booking, value, Decimal::from_integer(1));
    }
  }
  return lines;
}

Decimal LineCharges::clearing_tax(Decimal from, Decimal to) const { return amount(clearing_taxes_, from, to); }

void LineCharges::append_priced_by_unit(std::vector<DocumentLine>& lines, const Booking& booking, Decimal from,
                                        Decimal to) const {
  const bool singly = from.is_integer() && to.is_integer() && to - from <= most_units_priced_singly;
  const Decimal step = singly ? Decimal::from_integer(1) : to - from;
  for (Decimal position = from; position < to; position += step) {
    const Decimal value = amount(booking.totals, position, position + step);
    if (!booking.is_product && value.is_zero()) continue;
    std::vector<DocumentLine> priced;
    append(priced, booking, value, step);
    for (DocumentLine& line : priced) {
      const auto same = std::find_if(lines.begin(), lines.end(), [&line](const DocumentLine& other) {
        return other.sku == line.sku && other.exact_item == line.exact_item && other.unit_price == line.unit_price;
      });
      if (same == lines.end()) {
        lines.push_back(std::move(line));
      } else {
        same->quantity += line.quantity;
        same->amount += line.amount;
      }
    }
  }
}

std::vector<DocumentLine> LineCharges::order_lines(Decimal from, Decimal to) const {
  std::vector<DocumentLine> lines;
  for (const Booking& booking : bookings_) append_priced_by_unit(lines, booking, from, to);
  const Booking tax{std::string(tax_key), std::string(tax_description), mapping_.resolve(tax_key), clearing_taxes_,
                    false};
  append_priced_by_unit(lines, tax, from, to);
  return lines;
}

DocumentLine clearing_tax_line(const Mapping& mapping, Decimal tax) {
  DocumentLine line = codes_of(mapping.resolve(mutated(Mutation::tax_on_shipping_item) ? "@shipping" : tax_key));
  line.sku = tax_key;
  line.description = tax_description;
  line.quantity = Decimal::from_integer(1);
  line.unit_price = tax;
  line.amount = tax;
  return line;
}

}  // namespace connector::domain
