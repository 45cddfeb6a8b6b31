#include "domain/credit_matching.h"

#include <algorithm>

namespace connector::domain {
namespace {

constexpr std::string_view kReturnSubject = "Walmart return ";
constexpr std::string_view kOfOrder = " of order ";

enum class CreditMatch { same_refund, same_return, same_line };

bool matches(const OpenRefund& refund, const SentCredit& sent, CreditMatch match, const std::string& purchase_order_id,
             const std::string& zone) {
  if (match == CreditMatch::same_line) return true;
  const Document& credit = sent.posting->document;
  const std::string start = credit_subject(purchase_order_id, refund.fact.return_id);
  if (credit.description != start && !credit.description.starts_with(start + ",")) return false;
  if (match == CreditMatch::same_return) return true;
  return booking_date(refund.fact.time, std::nullopt, zone) == credit.date;
}

/// Moves what the credit gives back of the refund from both into the refund's list.
void absorb(OpenRefund& refund, SentCredit& sent, std::size_t index) {
  AbsorbedCredit absorbed{index, {}, {}};
  for (auto& [booking, amount] : refund.open) {
    const auto given = sent.given.find(booking);
    if (given == sent.given.end()) continue;
    const Decimal part = toward_zero(amount, given->second);
    if (part.is_zero()) continue;
    given->second -= part;
    amount -= part;
    absorbed.amounts[booking] = part;
  }
  if (absorbed.amounts.empty() && !refund.is_free) return;
  Decimal& units = sent.units[refund.line->line_number];
  absorbed.units = std::min(refund.units, std::max(Decimal(), units));
  units -= absorbed.units;
  refund.units -= absorbed.units;
  if (absorbed.amounts.empty() && absorbed.units.is_zero()) return;
  refund.absorbed.push_back(std::move(absorbed));
}

/// True if credit memos without units gave back at least one unit's money of a refund whose units are still to come:
/// somebody told the money before the units (the order may tell the refund of a return before the return does).
bool is_money_without_its_units(const OpenRefund& refund) {
  if (refund.units <= Decimal()) return false;
  Decimal units = refund.units;
  Decimal money;
  Decimal money_alone;
  for (const auto& [booking, amount] : refund.open) {
    if (booking.second.empty()) money += amount;
  }
  for (const AbsorbedCredit& absorbed : refund.absorbed) {
    units += absorbed.units;
    for (const auto& [booking, amount] : absorbed.amounts) {
      if (!booking.second.empty()) continue;
      money += amount;
      if (absorbed.units.is_zero()) money_alone += amount;
    }
  }
  return !money_alone.is_zero() && money_alone * units >= money;
}

/// True if what is left of a refund makes no credit memo of its own: units whose money was given back without them,
/// or a fee without the money that it is kept back of.
bool needs_a_new_credit(const OpenRefund& refund) {
  if (refund.absorbed.empty()) return false;
  Decimal left;
  bool money_is_given = true;
  for (const auto& [booking, amount] : refund.open) {
    left += amount;
    if (booking.second.empty() && !amount.is_zero()) money_is_given = false;
  }
  if (left.is_negative() || is_money_without_its_units(refund)) return true;
  return refund.units > Decimal() && money_is_given && !refund.is_free;
}

void release(OpenRefund& refund, std::vector<SentCredit>& sent_credits, std::map<std::size_t, std::string>& released) {
  for (const AbsorbedCredit& absorbed : refund.absorbed) {
    SentCredit& sent = sent_credits[absorbed.sent];
    for (const auto& [booking, amount] : absorbed.amounts) {
      sent.given[booking] += amount;
      refund.open[booking] += amount;
    }
    sent.units[refund.line->line_number] += absorbed.units;
    refund.units += absorbed.units;
    released.insert_or_assign(absorbed.sent, refund.fact.return_id);
  }
  refund.absorbed.clear();
}

}  // namespace

Decimal toward_zero(Decimal value, Decimal limit) {
  if (value.is_negative()) return std::max(value, std::min(Decimal(), limit));
  return std::min(value, std::max(Decimal(), limit));
}

std::string credit_subject(const std::string& purchase_order_id, const std::string& return_id) {
  if (return_id.empty()) return "Walmart refund of order " + purchase_order_id;
  return std::string(kReturnSubject) + return_id + std::string(kOfOrder) + purchase_order_id;
}

std::optional<std::string> return_in_subject(std::string_view description) {
  if (!description.starts_with(kReturnSubject)) return std::nullopt;
  const auto end = description.find(kOfOrder, kReturnSubject.size());
  if (end == std::string_view::npos) return std::nullopt;
  return std::string(description.substr(kReturnSubject.size(), end - kReturnSubject.size()));
}

std::optional<Date> booking_date(const std::optional<UtcTime>& time, const std::optional<Date>& not_before,
                                 const std::string& zone) {
  if (!time) return std::nullopt;
  const auto date = date_in_zone(*time, zone);
  if (!date) return std::nullopt;
  return not_before && *date < *not_before ? *not_before : *date;
}

SentCredit::SentCredit(const PlannedPosting& credit) : posting(&credit), ledger(credit.document) {
  count(credit.document, false);
}

void SentCredit::take_back(const Document& reversal) {
  count(reversal, true);
  ledger.subtract(reversal);
}

void SentCredit::count(const Document& document, bool back) {
  for (const DocumentLine& line : document.lines) {
    given[{line.line_number, std::string(booking_of(line))}] += back ? -line.amount : line.amount;
  }
  for (const CoveredUnits& covered : document.covers) {
    units[covered.line_number] += back ? covered.from - covered.to : covered.to - covered.from;
  }
}

std::map<std::size_t, std::string> match_credits(std::vector<OpenRefund>& refunds, std::vector<SentCredit>& sent,
                                                 const std::string& purchase_order_id, const std::string& zone) {
  for (const CreditMatch match : {CreditMatch::same_refund, CreditMatch::same_return, CreditMatch::same_line}) {
    for (OpenRefund& refund : refunds) {
      for (std::size_t index = 0; index < sent.size(); ++index) {
        if (matches(refund, sent[index], match, purchase_order_id, zone)) absorb(refund, sent[index], index);
      }
    }
  }
  std::map<std::size_t, std::string> released;
  for (OpenRefund& refund : refunds) {
    if (needs_a_new_credit(refund)) release(refund, sent, released);
  }
  return released;
}

}  // namespace connector::domain
