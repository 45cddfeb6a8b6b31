#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/document.h"
#include "domain/time.h"

namespace connector::domain {

/// What an order contributes to a day's invoice: its own document, which is not sent by itself.
struct SummaryShare {
  std::string key;  ///< of the order's posting, e.g. "invoice/1796277083022/1"
  Document document;
};

/// The lines of a day's invoice: one per G/L account, cost center, cost unit, VAT code and item, so that both the books
/// and the items' turnover are right. Units of one item at several prices stand at their average, in two lines where
/// that is no whole number of cents; charges have quantity one. Amounts add up to those of the shares exactly. Pure;
/// the order of the shares does not matter.
std::vector<DocumentLine> summary_lines(const std::vector<SummaryShare>& shares, std::string_view currency);

/// A day's invoice of these shares: lines, total and the list of orders. `empty` names key, reference, date, currency.
Document summarized(Document empty, std::vector<SummaryShare> shares);

/// The list of orders for a person: "1796277083022 12.34, ...".
std::string order_list(const Document& summary);

/// "daily/2026-11-23/USD/1"
std::string daily_key(Date day, std::string_view currency, int ordinal);
/// "WM-D20261123-USD", "-n" appended from the second on.
std::string daily_reference(std::string_view prefix, Date day, std::string_view currency, int ordinal);
/// The day that a daily_reference with this prefix names; nullopt for any other reference.
std::optional<Date> day_of(std::string_view reference, std::string_view prefix);

}  // namespace connector::domain
