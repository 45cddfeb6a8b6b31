#include "domain/period_calendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "domain/mutation.h"

namespace connector::domain {
namespace {

Date next_day(Date date) { return Date{std::chrono::sys_days{date} + std::chrono::days{1}}; }

/// Where no periods are known, days further ahead are not tried: something else is wrong then.
constexpr int kMonthsAhead = 24;

std::string held_because_closed(const Document& document, Date date) {
  return fmt::format(
      "the financial period of {} is closed in Exact: reopen it there and run `posting retry {}`, or set closed_period "
      "to first_open_day",
      to_iso8601(date), document.key);
}

}  // namespace

PeriodCalendar::PeriodCalendar(std::vector<FinancialPeriod> periods, std::vector<DateRange> closed)
    : periods_(std::move(periods)), closed_(std::move(closed)) {
  std::sort(periods_.begin(), periods_.end(),
            [](const FinancialPeriod& a, const FinancialPeriod& b) { return a.days.first < b.days.first; });
}

const FinancialPeriod* PeriodCalendar::period_of(Date date) const {
  const auto found = std::find_if(periods_.begin(), periods_.end(),
                                  [date](const FinancialPeriod& period) { return period.days.contains(date); });
  return found == periods_.end() ? nullptr : &*found;
}

DateRange PeriodCalendar::days_around(Date date) const {
  if (const FinancialPeriod* period = period_of(date)) return period->days;
  const std::chrono::year_month month = date.year() / date.month();
  return {month / 1, Date{month / std::chrono::last}};
}

bool PeriodCalendar::is_open(Date date) const {
  if (mutated(Mutation::closed_periods_ignored)) return true;
  return std::none_of(closed_.begin(), closed_.end(), [date](const DateRange& days) { return days.contains(date); });
}

std::optional<Date> PeriodCalendar::first_open_day(Date date) const {
  const Date limit{date.year() / date.month() / 1};
  const Date last_tried = Date{limit + std::chrono::months{kMonthsAhead}};
  Date day = date;
  while (!is_open(day)) {
    for (const DateRange& days : closed_) {
      if (!days.contains(day)) continue;
      day = next_day(days.last);
      if (mutated(Mutation::moved_too_far)) day = next_day(days_around(day).last);
    }
    if (day > last_tried) return std::nullopt;
  }
  if (day == date || periods_.empty() || period_of(day) != nullptr) return day;
  // Between or beyond the periods that Exact knows nothing can be booked.
  const auto later = std::find_if(periods_.begin(), periods_.end(), [&](const FinancialPeriod& period) {
    return period.days.first > day && is_open(period.days.first);
  });
  if (later == periods_.end()) return std::nullopt;
  return later->days.first;
}

bool is_booked_by_date(PostingKind kind) {
  return kind == PostingKind::goods_delivery || kind == PostingKind::sales_invoice ||
         kind == PostingKind::invoice_processing || kind == PostingKind::credit_memo ||
         kind == PostingKind::daily_invoice || kind == PostingKind::journal_entry;
}

std::optional<Date> date_in_exact(const Document& document) {
  return document.posting_date ? document.posting_date : document.date;
}

std::string description_in_exact(const Document& document) {
  if (!document.posting_date || !document.date) return document.description;
  return fmt::format("{} (of {}, dated {}: period closed)", document.description, to_iso8601(*document.date),
                     to_iso8601(*document.posting_date));
}

std::vector<PlannedPosting> without_posting_dates(std::vector<PlannedPosting> history) {
  for (PlannedPosting& posting : history) posting.document.posting_date.reset();
  return history;
}

Plan in_periods(Plan plan, const std::vector<PlannedPosting>& history, const PeriodCalendar& calendar,
                ClosedPeriodPolicy policy) {
  const auto place = [&](Document& document) {
    document.posting_date.reset();
    if (!document.date || !is_booked_by_date(document.kind) || calendar.is_open(*document.date)) return;
    if (policy == ClosedPeriodPolicy::first_open_day) document.posting_date = calendar.first_open_day(*document.date);
    if (document.posting_date) return;
    plan.problems.push_back({Cause::closed_period, document.key, held_because_closed(document, *document.date)});
  };
  std::set<std::string, std::less<>> settled(plan.withdrawn.begin(), plan.withdrawn.end());
  for (Document& document : plan.documents) {
    settled.insert(document.key);
    place(document);
  }
  for (const PlannedPosting& posting : history) {
    if (posting.frozen || settled.contains(posting.document.key)) continue;
    Document document = posting.document;
    place(document);
    if (document != posting.document) plan.documents.push_back(std::move(document));
  }
  return plan;
}

}  // namespace connector::domain
