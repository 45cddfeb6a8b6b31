#include "flows/closed_periods.h"

#include "engine/posting_audit.h"
#include "exact/answers.h"
#include "flows/document_json.h"
#include "flows/settings_json.h"

namespace connector::flows {

using domain::Cause;
using domain::DateRange;
using domain::PeriodCalendar;
using domain::Result;
using json::Value;
using ports::Task;

namespace {

constexpr const char* kClosed = "closed_period";

Result<std::vector<DateRange>> closed_ranges(store::Reader& reader, store::ConnectionId connection) {
  auto rows = reader.references(connection, kClosed);
  if (!rows) return domain::fail(rows.error());
  std::vector<DateRange> ranges;
  for (const store::ReferenceRow& row : *rows) {
    auto data = json::parse(row.data);
    if (!data) return domain::fail(data.error());
    auto first = domain::parse_date((*data)["first"].text_or(""));
    auto last = domain::parse_date((*data)["last"].text_or(""));
    if (first && last) ranges.push_back({*first, *last});
  }
  return ranges;
}

Result<PeriodCalendar> calendar_with(store::Reader& reader, store::ConnectionId connection,
                                     std::vector<DateRange> closed) {
  auto rows = reader.references(connection, "period");
  if (!rows) return domain::fail(rows.error());
  std::vector<domain::FinancialPeriod> periods;
  for (const store::ReferenceRow& row : *rows) {
    auto data = json::parse(row.data);
    if (!data) return domain::fail(data.error());
    const auto first = exact::read_date((*data)["StartDate"]);
    const auto last = exact::read_date((*data)["EndDate"]);
    const auto year = (*data)["FinYear"].integer();
    const auto number = (*data)["FinPeriod"].integer();
    if (first && last && year && number) {
      periods.push_back({static_cast<int>(*year), static_cast<int>(*number), {*first, *last}});
    }
  }
  return PeriodCalendar(std::move(periods), std::move(closed));
}

enum class Lesson { none, known, learnt };

/// Writes what was learnt.
Result<Lesson> remember(store::Transaction& transaction, const store::PostingRow& row, domain::UtcTime now) {
  auto parsed = json::parse(row.document.empty() ? "{}" : row.document);
  if (!parsed) return domain::fail(parsed.error());
  auto document = document_from_json(*parsed);
  if (!document) return domain::fail(document.error());
  const auto date = domain::date_in_exact(*document);
  if (!date) return Lesson::none;
  auto calendar = read_period_calendar(transaction, row.connection);
  if (!calendar) return domain::fail(calendar.error());
  if (!calendar->is_open(*date)) return Lesson::known;
  const DateRange days = calendar->days_around(*date);
  store::ReferenceRow reference;
  reference.kind = kClosed;
  reference.code = reference.id = domain::to_iso8601(days.first);
  Value data{json::Object{}};
  data.set("first", domain::to_iso8601(days.first));
  data.set("last", domain::to_iso8601(days.last));
  reference.data = json::write(data);
  if (auto put = transaction.put_reference(row.connection, reference); !put) return domain::fail(put.error());
  store::AuditRecord record = engine::posting_audit(row, "period.found_closed", now);
  record.detail = reference.data;
  if (auto audited = transaction.append_audit(std::move(record)); !audited) return domain::fail(audited.error());
  return Lesson::learnt;
}

}  // namespace

Result<PeriodCalendar> read_period_calendar(store::Reader& reader, store::ConnectionId connection) {
  auto closed = closed_ranges(reader, connection);
  if (!closed) return domain::fail(closed.error());
  return calendar_with(reader, connection, std::move(*closed));
}

Result<PeriodCalendar> read_closed_periods(store::Reader& reader, store::ConnectionId connection) {
  auto closed = closed_ranges(reader, connection);
  if (!closed) return domain::fail(closed.error());
  if (closed->empty()) return PeriodCalendar{};
  return calendar_with(reader, connection, std::move(*closed));
}

Task<void> learn_closed_period(store::Store& store, ports::Clock& clock, store::PostingRow row) {
  if (row.cause != std::optional(Cause::closed_period)) co_return;
  auto work = [row, now = clock.now()](store::Transaction& transaction) -> Result<void> {
    auto lesson = remember(transaction, row, now);
    if (!lesson) return domain::fail(lesson.error());
    if (*lesson == Lesson::none) return {};
    auto connection = transaction.connection(row.connection);
    if (!connection) return domain::fail(connection.error());
    if (!*connection) return {};
    auto settings = settings_of(**connection);
    if (!settings) return domain::fail(settings.error());
    // Where closed periods hold, one that is known already has nothing to release.
    if (*lesson == Lesson::known && settings->closed_period == domain::ClosedPeriodPolicy::hold) return {};
    auto raised = transaction.raise_mapping_version(row.connection);
    if (!raised) return domain::fail(raised.error());
    return {};
  };
  auto written = co_await store.write(std::move(work));
  (void)written;  // the posting stands held with its cause; the next refusal teaches it again
}

Result<void> forget_closed_periods(store::Transaction& transaction, store::ConnectionId connection) {
  auto closed = transaction.references(connection, kClosed);
  if (!closed) return domain::fail(closed.error());
  if (closed->empty()) return {};
  if (auto replaced = transaction.replace_references(connection, kClosed, {}); !replaced) return replaced;
  auto raised = transaction.raise_mapping_version(connection);
  if (!raised) return domain::fail(raised.error());
  return {};
}

Result<void> check_period(const PeriodCalendar& calendar, const domain::Document& document) {
  const auto date = domain::date_in_exact(document);
  if (!date || !domain::is_booked_by_date(document.kind) || calendar.is_open(*date)) return {};
  return domain::fail(Cause::closed_period, "the financial period of " + domain::to_iso8601(*date) +
                                                " is closed in Exact: reopen it there and run `posting retry " +
                                                document.key + "`, or set closed_period to first_open_day");
}

store::AuditRecord moved_date_audit(const store::PostingRow& row, const domain::Document& document,
                                    domain::UtcTime now) {
  store::AuditRecord record = engine::posting_audit(row, "posting.dated_on_open_day", now);
  Value detail{json::Object{}};
  if (document.date) detail.set("own_date", domain::to_iso8601(*document.date));
  if (document.posting_date) detail.set("posting_date", domain::to_iso8601(*document.posting_date));
  detail.set("message", "the financial period of its own date is closed in Exact");
  record.detail = json::write(detail);
  return record;
}

}  // namespace connector::flows
