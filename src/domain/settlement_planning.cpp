#include "domain/settlement_planning.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/letter_case.h"

namespace connector::domain {

namespace {

/// Walmart.com settles in US dollars; cents are the smallest amount that Exact books.
constexpr int kDigits = 2;

/// What keeps the lines from being booked; empty if nothing does.
std::string unmapped(const std::vector<DocumentLine>& lines, const Mapping& mapping) {
  std::string absent;
  std::string unusable;
  for (const DocumentLine& line : lines) {
    const MappingRow* row = mapping.own_row(line.sku);
    const auto name = [&line](std::string& list) {
      list += (list.empty() ? "" : ", ") + line.sku + " (" + line.amount.abs().to_fixed(kDigits) + ")";
    };
    if (row == nullptr || row->gl_account.empty()) {
      name(absent);
    } else if (!row->vat_code.empty()) {
      name(unusable);
    }
  }
  std::string message;
  if (!absent.empty()) message = "no G/L account is mapped for " + absent + ": import rows that say where it is booked";
  if (!unusable.empty()) {
    message +=
        (message.empty() ? "" : "; ") +
        fmt::format("{} names a vat_code, with which a journal entry would not balance: leave it empty", unusable);
  }
  return message;
}

DocumentLine line_for(const std::string& key, Decimal amount, const Mapping& mapping) {
  DocumentLine line;
  line.sku = key;
  line.description = key.substr(key.starts_with(settlement_prefix) ? settlement_prefix.size() : 1);
  line.quantity = Decimal::from_integer(1);
  line.unit_price = amount;
  line.amount = amount;
  if (const MappingRow* row = mapping.own_row(key)) {
    line.gl_account = row->gl_account;
    line.cost_center = row->cost_center;
    line.cost_unit = row->cost_unit;
  }
  return line;
}

std::string describe(const Settlement& settlement) {
  if (!settlement.period_start || !settlement.period_end) return "Walmart settlement";
  return fmt::format("Walmart settlement {} to {}", to_iso8601(*settlement.period_start),
                     to_iso8601(*settlement.period_end));
}

Document entry_of(const Settlement& settlement, const std::map<std::string, Decimal>& sums, const Mapping& mapping,
                  const ConnectionSettings& settings) {
  Document document;
  document.kind = PostingKind::journal_entry;
  document.key = settlement_key(settlement.payout_date);
  document.reference = settings.reference_prefix + settlement_source(settlement.payout_date);
  document.purchase_order_id = settlement_source(settlement.payout_date);
  document.currency = settlement.currency;
  document.date = settlement.payout_date;
  document.description = describe(settlement);
  document.total = settlement.total_payable;
  if (!settlement.total_payable.is_zero()) {
    document.lines.push_back(line_for(std::string(payout_key), settlement.total_payable, mapping));
  }
  for (const auto& [key, sum] : sums) document.lines.push_back(line_for(key, -sum, mapping));
  return document;
}

}  // namespace

std::string contradiction_in(const Settlement& settlement) {
  Decimal sum;
  SettledItems items;
  for (const SettlementAmount& amount : settlement.amounts) {
    sum += amount.amount;
    items[amount.item] += amount.amount;
  }
  if (settlement.currency.empty()) return "it names no currency";
  if (settlement.period_end && *settlement.period_end > settlement.payout_date) {
    return "its period ends on " + to_iso8601(*settlement.period_end) + ", after the payout";
  }
  if (sum != settlement.total_payable) {
    return fmt::format("its amounts add up to {}, and Walmart pays {}", sum.to_string(),
                       settlement.total_payable.to_string());
  }
  for (const auto& [item, amount] : items) {
    if (amount == amount.rounded(kDigits)) continue;
    return fmt::format("{} of {} is no whole number of cents", amount.to_string(), item.amount_type);
  }
  return "";
}

std::map<std::string, Decimal> settled_by_key(const Settlement& settlement, const Mapping& mapping, TaxPolicy policy) {
  std::map<std::string, Decimal> sums;
  for (const SettlementAmount& amount : settlement.amounts) {
    sums[booking_key(amount.item, policy, mapping)] += amount.amount;
  }
  std::erase_if(sums, [](const auto& entry) { return entry.second.is_zero(); });
  return sums;
}

SettledReceivable receivable_of(const SettledItems& items, const Mapping& mapping, TaxPolicy policy) {
  SettledReceivable result;
  for (const auto& [item, sum] : items) {
    if (booking_key(item, policy, mapping) != receivable_key) continue;
    (lower_case(item.transaction_type) == "refund" ? result.refunds : result.sales) += sum;
  }
  return result;
}

Plan plan_settlement(const Settlement& settlement, const Mapping& mapping, const ConnectionSettings& settings,
                     const std::vector<PlannedPosting>& history, const PeriodCalendar& calendar) {
  Plan plan;
  const bool is_sent =
      std::any_of(history.begin(), history.end(), [](const PlannedPosting& posting) { return posting.frozen; });
  if (is_sent) return plan;
  const std::string key = settlement_key(settlement.payout_date);
  const auto sums = settled_by_key(settlement, mapping, settings.tax_policy);
  const Document entry = entry_of(settlement, sums, mapping, settings);
  if (settings.settlements != Settlements::post || entry.lines.empty()) {
    for (const PlannedPosting& posting : history) plan.withdrawn.push_back(posting.document.key);
    return plan;
  }
  const auto before = without_posting_dates(history);
  const bool is_known = std::any_of(before.begin(), before.end(),
                                    [&entry](const PlannedPosting& posting) { return posting.document == entry; });
  if (!is_known) plan.documents.push_back(entry);
  if (const std::string contradiction = contradiction_in(settlement); !contradiction.empty()) {
    plan.problems.push_back({Cause::unexpected_source_data, key,
                             "Walmart's settlement file contradicts itself: " + contradiction +
                                 "; compare it in Seller Center, book it by hand and skip this posting"});
    return plan;
  }
  if (std::string message = unmapped(entry.lines, mapping); !message.empty()) {
    plan.problems.push_back({Cause::mapping_error, key, std::move(message)});
    return plan;
  }
  return in_periods(std::move(plan), history, calendar, settings.closed_period);
}

}  // namespace connector::domain
