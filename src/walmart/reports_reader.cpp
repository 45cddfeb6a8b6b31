#include "walmart/reports_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace connector::walmart {

using domain::Cause;
using domain::Decimal;
using domain::fail;
using domain::Result;
using json::Value;

namespace {

std::optional<domain::Date> month_day_year(std::string_view text) {
  const bool digits =
      text.size() == 8 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return std::nullopt;
  const auto date = domain::parse_date(fmt::format("{}-{}-{}", text.substr(4), text.substr(0, 2), text.substr(2, 2)));
  return date ? std::optional(*date) : std::nullopt;
}

std::optional<domain::Date> read_date(const Value& value) {
  const auto date = domain::parse_date(value.string());
  return date ? std::optional(*date) : std::nullopt;
}

Decimal amount_or_zero(const Value& value) { return value.decimal().value_or(Decimal()); }

void flatten(const Value& value, const std::string& name, std::map<std::string, Decimal>& amounts) {
  for (const auto& [member, part] : value.object()) {
    const std::string path = name.empty() ? member : name + "." + member;
    if (const auto amount = part.decimal()) amounts[path] = *amount;
    // The field is two levels deep; deeper objects would be something else.
    if (name.empty()) flatten(part, path, amounts);
  }
}

ReportRequest read_request(const Value& value) {
  return {value["requestId"].text_or(""), value["requestStatus"].text_or(""), value["reportType"].text_or(""),
          value["reportVersion"].text_or(""), read_instant(value["requestSubmissionDate"])};
}

}  // namespace

Result<std::vector<domain::Date>> read_recon_dates(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  if (!(*document)["availableApReportDates"].is_array()) return no_such("availableApReportDates");
  std::vector<domain::Date> dates;
  for (const Value& value : (*document)["availableApReportDates"].array()) {
    const auto date = month_day_year(trimmed(value.text_or("")));
    if (!date) return fail(Cause::malformed_response, "a date of Walmart's recon files cannot be read");
    dates.push_back(*date);
  }
  return dates;
}

Result<PaymentStatement> read_payment_statement(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  const Value& summary = (*document)["payload"]["accountSummary"];
  if (!summary.is_object()) return no_such("accountSummary");
  PaymentStatement statement;
  statement.partner_id = (*document)["partnerId"].text_or("");
  statement.opening_balance = amount_or_zero(summary["openingBalance"]);
  statement.closing_balance = amount_or_zero(summary["closingBalance"]);
  statement.paid_to_seller = amount_or_zero(summary["paidToYou"]);
  statement.reserve = amount_or_zero(summary["reserve"]);
  statement.settlement_cycle = summary["settleCycle"].text_or("");
  statement.scheduled_settlement = read_date(summary["scheduledSettlementDate"]);
  statement.last_updated = read_date(summary["lastUpdatedDate"]);
  flatten((*document)["payload"]["transactionDetails"], "", statement.amounts);
  return statement;
}

Result<SellerPerformance> read_seller_performance(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  if (!(*document)["payload"].is_object()) return no_such("performance");
  SellerPerformance performance{(*document)["partnerId"].text_or(""), {}};
  for (const auto& [window, rates] : (*document)["payload"].object()) {
    for (const auto& [name, rate] : rates.object()) performance.windows[window][name] = amount_or_zero(rate);
  }
  return performance;
}

Result<ReportRequest> read_report_request(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  auto request = read_request(*document);
  if (request.request_id.empty()) return no_such("requestId");
  return request;
}

Result<ReportRequestsPage> read_report_requests_page(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  if (!(*document)["requests"].is_array()) return no_such("report requests");
  ReportRequestsPage page;
  page.total_count = (*document)["totalCount"].integer().value_or(0);
  page.next_cursor = (*document)["nextCursor"].text_or("");
  for (const Value* request : elements((*document)["requests"])) page.requests.push_back(read_request(*request));
  return page;
}

Result<ReportDownload> read_report_download(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  ReportDownload download;
  download.request = read_request(*document);
  download.url = (*document)["downloadURL"].text_or("");
  download.url_expires_at = read_instant((*document)["downloadURLExpirationTime"]);
  if (download.url.empty()) return no_such("downloadURL");
  return download;
}

std::string recon_date(domain::Date date) {
  return fmt::format("{:02}{:02}{:04}", static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     static_cast<int>(date.year()));
}

}  // namespace connector::walmart
