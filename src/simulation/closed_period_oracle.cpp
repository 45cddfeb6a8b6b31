#include "simulation/closed_period_oracle.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "engine/digest.h"
#include "engine/retry_requested.h"
#include "json/value.h"
#include "simulation/trail_reader.h"
#include "simulation/wire_oracles.h"

namespace connector::simulation {

namespace {

constexpr const char* kPrinting = "salesinvoice/PrintedSalesInvoices";
constexpr const char* kJournal = "generaljournalentry/GeneralJournalEntries";

/// What Exact books under a date, with the name of that date in the request.
constexpr std::array<std::pair<std::string_view, const char*>, 3> kDated{
    {{"salesinvoice/SalesInvoices", "OrderDate"},
     {kPrinting, "InvoiceDate"},
     {"salesorder/GoodsDeliveries", "DeliveryDate"}}};

std::string day_in(const Exchange& exchange) {
  const std::string resource = created_resource(exchange);
  if (resource == kJournal) {
    const auto body = json::parse(exchange.request.body);
    return body ? (*body)["GeneralJournalEntryLines"].at(0)["Date"].text_or("").substr(0, 10) : std::string();
  }
  for (const auto& [dated, member] : kDated) {
    if (resource != dated) continue;
    const auto body = json::parse(exchange.request.body);
    return body ? (*body)[member].text_or("").substr(0, 10) : std::string();
  }
  return {};
}

/// "2026-11": the period that a request asks for, where Exact refuses it if it is closed. Periods are months here.
std::string period_asked_for(const Exchange& exchange) {
  const std::string resource = created_resource(exchange);
  if (resource == kJournal) return day_in(exchange).substr(0, 7);
  if (resource != kPrinting) return {};
  const auto body = json::parse(exchange.request.body);
  if (!body) return {};
  const auto year = (*body)["ReportingYear"].integer();
  const auto period = (*body)["ReportingPeriod"].integer();
  return year && period ? fmt::format("{}-{:02}", *year, *period) : std::string();
}

}  // namespace

bool ClosedPeriodOracle::read_trail() {
  return read_trail_on(*store_, last_sequence_,
                       [this](const store::AuditRecord& record) {
                         check_record(record);
                         return true;
                       })
      .has_value();
}

void ClosedPeriodOracle::forget_trail() {
  last_sequence_ = 0;
  closed_.clear();
  meant_.clear();
  known_.clear();
}

void ClosedPeriodOracle::check_record(const store::AuditRecord& record) {
  if (record.action == engine::kRetryRequested) return closed_.clear();
  const bool is_lesson = record.action == "period.found_closed";
  // After a backup was put back a body is made, then what may stand there is sought.
  const bool is_made = record.action.starts_with("posting.sending") || record.action == "posting.asked_first";
  if (!is_lesson && !is_made) return;
  const auto detail = json::parse(record.detail);
  if (!detail) return;
  if (is_lesson) {
    closed_.push_back({(*detail)["first"].text_or(""), (*detail)["last"].text_or("")});
    return;
  }
  // What was frozen before may leave again as it is.
  const std::string digest = (*detail)["body_sha256"].text_or("");
  if (meant_.insert(digest).second && !closed_.empty()) known_.emplace(digest, closed_);
}

void ClosedPeriodOracle::sent(const Exchange& exchange) {
  if (exchange.remote != exact_ || refused_months_.empty()) return;
  const std::string day = day_in(exchange);
  if (day.empty() || !read_trail()) return;
  const auto known = known_.find(engine::sha256_hex(exchange.request.body));
  if (known == known_.end()) return;
  for (const Days& closed : known->second) {
    if (day < closed.first || closed.last < day) continue;
    verdicts_.complain("dated",
                       fmt::format("a POST on {} bears {}, but {} to {} were known to be closed before it was made",
                                   created_resource(exchange), day, closed.first, closed.last),
                       order_number_in(exchange.request.body), loop_.now());
    return;
  }
}

void ClosedPeriodOracle::arrived(const Exchange& exchange, const ports::HttpResponse& response) {
  if (exchange.remote != exact_ || response.status < 400) return;
  const std::string period = period_asked_for(exchange);
  const auto first = domain::parse_date(period + "-01");
  if (!first || !books_.is_closed(int{first->year()}, static_cast<int>(unsigned{first->month()}))) return;
  refusals_[exchange.id] = period;
}

void ClosedPeriodOracle::answered(const Exchange& exchange, const ports::HttpOutcome& outcome) {
  const auto refusal = refusals_.extract(exchange.id);
  if (!refusal.empty() && outcome && outcome->status >= 400) refused_months_.emplace(refusal.mapped(), loop_.now());
}

}  // namespace connector::simulation
