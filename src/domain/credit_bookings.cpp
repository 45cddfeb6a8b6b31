#include "domain/credit_bookings.h"

#include "domain/allocation.h"
#include "domain/credit_ledger.h"
#include "domain/line_charges.h"
#include "domain/shipments.h"

namespace connector::domain {
namespace {

/// How the invoice treats the tax of an order line; the setting may have changed since.
TaxPolicy tax_policy_of(const Document& invoice, const OrderLine& line, int digits,
                        const ConnectionSettings& settings) {
  Decimal plain;
  Decimal tax;
  const Decimal times = settings.charge_reading == ChargeReading::per_unit ? line.quantity : Decimal::from_integer(1);
  for (const CoveredUnits& units : invoice.covers) {
    if (units.line_number != line.line_number) continue;
    for (const Charge& charge : line.charges) {
      plain += allocated(charge.amount * times, line.quantity, units.from, units.to, digits);
      const Decimal charged_tax = charge.tax.value_or(Decimal()) * times;
      tax += allocated(charged_tax, line.quantity, units.from, units.to, digits);
    }
  }
  Decimal invoiced;
  bool cleared = false;
  for (const DocumentLine& made : invoice.lines) {
    if (made.sku == tax_key) {
      cleared = cleared || made.line_number.empty() || made.line_number == line.line_number;
    } else if (made.line_number == line.line_number) {
      invoiced += made.amount;
    }
  }
  if (cleared) return TaxPolicy::clearing_account;
  if (tax.is_zero()) return settings.tax_policy == TaxPolicy::include ? TaxPolicy::include : TaxPolicy::exclude;
  if (invoiced == plain + tax) return TaxPolicy::include;
  if (invoiced == plain) return TaxPolicy::exclude;
  return settings.tax_policy;
}

}  // namespace

Amounts bookings_of(const RefundFact& fact, const OrderLine& line, const Document* invoice,
                    const ConnectionSettings& settings) {
  const int digits = minor_digits(invoice == nullptr ? "" : invoice->currency);
  const TaxPolicy policy = invoice == nullptr ? settings.tax_policy : tax_policy_of(*invoice, line, digits, settings);
  Amounts amounts;
  const auto add = [&](std::string_view key, Decimal amount) {
    if (!amount.is_zero()) amounts[{fact.order_line_number, std::string(key)}] += amount;
  };
  for (const RefundAmount& part : fact.amounts) {
    const std::string key = charge_mapping_key(part.charge_type);
    add(key, policy == TaxPolicy::include ? part.amount + part.tax : part.amount);
    if (policy == TaxPolicy::clearing_account) add(tax_key, part.tax);
  }
  add(restocking_key, -fact.restocking_fee);
  add(return_shipping_key, -fact.return_shipping_fee);
  return amounts;
}

Document invoiced_elsewhere(const PurchaseOrder& order, const Mapping& mapping, const ConnectionSettings& settings) {
  Document document;
  document.kind = PostingKind::sales_invoice;
  Decimal tax;
  for (const OrderLine& line : order.lines) {
    const LineCharges charges(order, line, mapping, settings);
    const Decimal left = shipped_quantity(line);
    if (left <= Decimal()) continue;
    if (document.currency.empty()) document.currency = charges.currency();
    if (charges.mixes_currencies() || charges.currency() != document.currency) continue;
    for (DocumentLine& made : charges.invoice_lines(Decimal(), left)) {
      made.warehouse.clear();
      document.lines.push_back(std::move(made));
    }
    document.covers.push_back({line.line_number, Decimal(), left});
    tax += charges.clearing_tax(Decimal(), left);
  }
  if (!tax.is_zero()) document.lines.push_back(clearing_tax_line(mapping, tax));
  return document;
}

DocumentLine fee_line(const Mapping& mapping, const Booking& booking, Decimal amount) {
  const ResolvedMapping resolved = mapping.resolve(booking.second);
  DocumentLine line;
  line.line_number = booking.first;
  line.sku = booking.second;
  line.description = booking.second == restocking_key ? "Restocking fee" : "Return shipping";
  line.exact_item = resolved.row.exact_item;
  line.gl_account = resolved.row.gl_account;
  line.cost_center = resolved.row.cost_center;
  line.cost_unit = resolved.row.cost_unit;
  line.vat_code = resolved.row.vat_code;
  line.quantity = Decimal::from_integer(1);
  line.unit_price = amount;
  line.amount = amount;
  return line;
}

}  // namespace connector::domain
