#include "domain/credit_ledger.h"

#include <algorithm>

#include "domain/allocation.h"
#include "domain/line_charges.h"

namespace connector::domain {
namespace {

Decimal units_of(const std::vector<CoveredUnits>& covers, std::string_view line_number) {
  Decimal sum;
  for (const CoveredUnits& units : covers) {
    if (units.line_number == line_number) sum += units.to - units.from;
  }
  return sum;
}

/// `from` without what `taken` covers.
std::vector<CoveredUnits> without(const std::vector<CoveredUnits>& from, const CoveredUnits& taken) {
  std::vector<CoveredUnits> rest;
  for (const CoveredUnits& units : from) {
    if (units.line_number != taken.line_number || taken.to <= units.from || taken.from >= units.to) {
      rest.push_back(units);
      continue;
    }
    if (units.from < taken.from) rest.push_back({units.line_number, units.from, taken.from});
    if (taken.to < units.to) rest.push_back({units.line_number, taken.to, units.to});
  }
  return rest;
}

}  // namespace

std::string_view booking_of(const DocumentLine& line) {
  if (line.sku == discount_key || !line.sku.starts_with('@')) return "";
  return line.sku;
}

CreditLedger::CreditLedger(const Document& document)
    : document_(&document), units_(document.covers), covered_(document.covers) {
  for (const DocumentLine& line : document.lines) {
    const auto same = std::find_if(entries_.begin(), entries_.end(), [&line](const Entry& entry) {
      return entry.line.line_number == line.line_number && entry.line.sku == line.sku &&
             entry.line.exact_item == line.exact_item;
    });
    if (same == entries_.end()) {
      entries_.push_back({line, line.amount});
    } else {
      same->line.quantity += line.quantity;
      same->line.amount += line.amount;
      same->left += line.amount;
    }
  }
}

bool CreditLedger::is_for(const Entry& entry, std::string_view line_number, std::string_view booking) const {
  if (booking_of(entry.line) != booking) return false;
  return entry.line.line_number == line_number || (booking == tax_key && entry.line.line_number.empty());
}

Decimal CreditLedger::left(std::string_view line_number, std::string_view booking) const {
  Decimal sum;
  for (const Entry& entry : entries_) {
    if (is_for(entry, line_number, booking)) sum += entry.left;
  }
  return sum;
}

Decimal CreditLedger::units_left(std::string_view line_number) const { return units_of(units_, line_number); }

std::vector<CoveredUnits> CreditLedger::take_units(std::string_view line_number, Decimal units) {
  std::vector<CoveredUnits> taken;
  for (const CoveredUnits& free : units_) {
    if (free.line_number != line_number || units <= Decimal()) continue;
    const Decimal part = std::min(units, free.to - free.from);
    taken.push_back({free.line_number, free.from, free.from + part});
    units -= part;
  }
  for (const CoveredUnits& part : taken) units_ = without(units_, part);
  return taken;
}

std::vector<DocumentLine> CreditLedger::take_amount(const std::vector<Entry*>& entries, Decimal amount, Decimal units,
                                                    Decimal whole_units, int digits) {
  std::vector<Decimal> weights;
  weights.reserve(entries.size());
  for (const Entry* entry : entries) weights.push_back(entry->left.abs());
  std::vector<DocumentLine> lines;
  if (entries.empty()) return lines;
  const auto amounts = split_by_weights(amount, weights, digits);
  for (std::size_t index = 0; index < entries.size(); ++index) {
    Entry& entry = *entries[index];
    entry.left -= amounts[index];
    Decimal quantity;
    if (units > Decimal() && whole_units > Decimal()) {
      quantity = proportion(entry.line.quantity, units, whole_units, Decimal::scale);
    }
    if (quantity <= Decimal()) {
      if (amounts[index].is_zero()) continue;
      quantity = Decimal::from_integer(1);
    }
    for (const auto& [count, price] : priced_units(amounts[index], quantity, digits)) {
      DocumentLine line = entry.line;
      line.quantity = count;
      line.unit_price = price;
      line.amount = count * price;
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

std::vector<DocumentLine> CreditLedger::take(std::string_view line_number, std::string_view booking, Decimal amount,
                                             Decimal units, int digits) {
  std::vector<Entry*> charged;
  std::vector<Entry*> discounts;
  for (Entry& entry : entries_) {
    if (!is_for(entry, line_number, booking)) continue;
    (entry.line.sku == discount_key ? discounts : charged).push_back(&entry);
  }
  const Decimal whole_units = units_of(covered_, line_number);
  Decimal discount;
  if (units > Decimal() && whole_units > Decimal()) {
    Decimal whole;
    Decimal left;
    for (const Entry* entry : discounts) {
      whole += entry->line.amount;
      left += entry->left;
    }
    const bool is_rest =
        amount == this->left(line_number, booking) && (!amount.is_zero() || units >= units_left(line_number));
    discount = is_rest ? left : proportion(whole, units, whole_units, digits);
    if (discount.abs() > left.abs() || discount.is_negative() != left.is_negative()) discount = left;
  }
  // On sales orders charges have the quantity of the units, but a refund of them is one amount.
  const Decimal counted = booking.empty() ? units : Decimal();
  auto lines = take_amount(charged, amount - discount, counted, whole_units, digits);
  if (discount.is_zero()) return lines;
  for (DocumentLine& line : take_amount(discounts, discount, Decimal(), whole_units, digits)) {
    lines.push_back(std::move(line));
  }
  return lines;
}

void CreditLedger::move(const Document& other, bool back) {
  for (const DocumentLine& line : other.lines) {
    const auto same = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
      return is_for(entry, line.line_number, booking_of(line)) && entry.line.sku == line.sku &&
             entry.line.exact_item == line.exact_item;
    });
    if (same != entries_.end()) same->left += back ? line.amount : -line.amount;
  }
  for (const CoveredUnits& units : other.covers) {
    units_ = without(units_, units);
    if (back) units_.push_back(units);
  }
  std::stable_sort(units_.begin(), units_.end(),
                   [](const CoveredUnits& a, const CoveredUnits& b) { return a.from < b.from; });
}

void CreditLedger::subtract(const Document& taken) { move(taken, false); }
void CreditLedger::add(const Document& put_back) { move(put_back, true); }

}  // namespace connector::domain
