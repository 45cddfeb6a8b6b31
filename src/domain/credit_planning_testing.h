#pragma once

// What the property tests of credit planning share: carrying plans out, and what must hold of all that was planned.

#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "domain/credit_planning.h"

namespace connector::domain::credit_testing {

inline Decimal cents(std::int64_t count) { return Decimal::from_units(count * 10'000); }
inline Decimal units(int count) { return Decimal::from_integer(count); }

inline constexpr std::int64_t day = 86'400'000;
inline const UtcTime first_day = from_epoch_milliseconds(1'700'000'000'000);

inline void carry_out(std::vector<PlannedPosting>& history, const Plan& plan) {
  std::erase_if(history, [&plan](const PlannedPosting& posting) {
    const auto& key = posting.document.key;
    return std::count(plan.withdrawn.begin(), plan.withdrawn.end(), key) > 0 ||
           std::any_of(plan.documents.begin(), plan.documents.end(), [&](const Document& d) { return d.key == key; });
  });
  for (const Document& document : plan.documents) history.push_back({document});
}

/// Sends some of what may be sent: what a document depends on goes first, and reversals before new credit memos
/// (flows/record_order).
inline void freeze_some(std::vector<PlannedPosting>& history) {
  const bool reverses = std::any_of(history.begin(), history.end(), [](const PlannedPosting& posting) {
    return is_reversal_key(posting.document.key) && !posting.frozen;
  });
  std::set<std::string> frozen;
  for (const PlannedPosting& posting : history) {
    if (posting.frozen) frozen.insert(posting.document.key);
  }
  for (PlannedPosting& posting : history) {
    const std::string& before = posting.document.depends_on;
    if (reverses && posting.document.kind == PostingKind::credit_memo) continue;
    if (posting.frozen || (!before.empty() && !frozen.contains(before)) || !*rc::gen::arbitrary<bool>()) continue;
    posting.frozen = true;
    frozen.insert(posting.document.key);
  }
}

inline Plan plan_all(const PurchaseOrder& order, const Mapping& mapped, const ConnectionSettings& settings,
                     std::vector<PlannedPosting>& history) {
  auto own = history;
  std::erase_if(own, [](const PlannedPosting& posting) { return is_credit_key(posting.document.key); });
  Plan all = plan_order(order, mapped, settings, own);
  carry_out(history, all);
  const Plan credits = plan_credits(order, mapped, settings, history, first_day);
  carry_out(history, credits);
  for (const PlanningProblem& problem : credits.problems) {
    if (!problem.key.ends_with("/awaited")) RC_FAIL(problem.key + ": " + problem.message);
  }
  all.documents.insert(all.documents.end(), credits.documents.begin(), credits.documents.end());
  all.withdrawn.insert(all.withdrawn.end(), credits.withdrawn.begin(), credits.withdrawn.end());
  return all;
}

/// Per invoice, order line, charge and item: what is invoiced less what is credited is never below zero.
inline void check_never_more_than_invoiced(const std::vector<PlannedPosting>& history) {
  using Line = std::tuple<std::string, std::string, std::string, std::string>;
  std::map<Line, Decimal> left;
  std::map<std::string, std::string> corrected;
  const auto move = [&left](const std::string& invoice, const Document& document, bool back) {
    for (const DocumentLine& line : document.lines) {
      const std::string number = line.sku == "@tax" ? "" : line.line_number;
      Decimal& sum = left[{invoice, number, line.sku, line.exact_item}];
      sum += back ? line.amount : -line.amount;
    }
  };
  for (const PlannedPosting& posting : history) {
    const Document& document = posting.document;
    if (document.kind == PostingKind::sales_invoice && !is_credit_key(document.key)) move(document.key, document, true);
    if (document.kind == PostingKind::credit_memo) corrected[document.key] = document.depends_on;
  }
  for (const PlannedPosting& posting : history) {
    const Document& document = posting.document;
    if (document.kind == PostingKind::credit_memo) move(document.depends_on, document, false);
    if (document.key.starts_with("credit-reversal/")) move(corrected[document.depends_on], document, true);
  }
  for (const auto& [line, amount] : left) RC_ASSERT(!amount.is_negative());
}

inline Decimal credited(const std::vector<PlannedPosting>& history) {
  Decimal sum;
  for (const PlannedPosting& posting : history) {
    if (posting.document.kind == PostingKind::credit_memo) sum += posting.document.total;
    if (posting.document.key.starts_with("credit-reversal/")) sum -= posting.document.total;
  }
  return sum;
}

}  // namespace connector::domain::credit_testing
