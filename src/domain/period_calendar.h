#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/document.h"
#include "domain/planning.h"
#include "domain/settings.h"
#include "domain/time.h"

namespace connector::domain {

/// Days from `first` to `last`, both included.
struct DateRange {
  Date first;
  Date last;
  bool contains(Date date) const { return first <= date && date <= last; }
  bool operator==(const DateRange&) const = default;
};

/// A financial period as Exact defines it (exact.md 4.1).
struct FinancialPeriod {
  int year = 0;
  int number = 0;
  DateRange days;
  bool operator==(const FinancialPeriod&) const = default;
};

/// The financial periods of a division and those found closed. Exact does not tell which are closed; it shows only when
/// a document is refused. Both lists may be empty. A value.
class PeriodCalendar {
 public:
  PeriodCalendar() = default;
  PeriodCalendar(std::vector<FinancialPeriod> periods, std::vector<DateRange> closed);

  /// nullptr when no period is known that contains the date.
  const FinancialPeriod* period_of(Date date) const;
  /// The days that are closed if a document of this date is refused: those of its period, else of its month.
  DateRange days_around(Date date) const;
  bool is_open(Date date) const;
  /// The date itself if it is open, else the first open day after it; nullopt if none is known.
  std::optional<Date> first_open_day(Date date) const;
  bool operator==(const PeriodCalendar&) const = default;

 private:
  std::vector<FinancialPeriod> periods_;  ///< by first day
  std::vector<DateRange> closed_;
};

/// True for documents that Exact books under their date: deliveries, invoices, credit memos, their processing.
bool is_booked_by_date(PostingKind kind);

/// The date that the document has in Exact.
std::optional<Date> date_in_exact(const Document& document);

/// The document's text for Exact, with the reason for a date that is not its own.
std::string description_in_exact(const Document& document);

/// The plan with documents of closed periods dealt with as `policy` says: held, or given the first open day as
/// posting_date. It was made against `history` without its posting dates (without_posting_dates). Pure; what it gives
/// stays as it is when planned again.
Plan in_periods(Plan plan, const std::vector<PlannedPosting>& history, const PeriodCalendar& calendar,
                ClosedPeriodPolicy policy);
std::vector<PlannedPosting> without_posting_dates(std::vector<PlannedPosting> history);

}  // namespace connector::domain
