#include "sandbox/walmart/settlements.h"

#include <fmt/format.h>

#include "sandbox/walmart/errors.h"
#include "sandbox/walmart/seller.h"
#include "sandbox/walmart/settlement_archive.h"
#include "sandbox/walmart/settlement_csv.h"
#include "sandbox/walmart/settlement_rows.h"

namespace connector::sandbox::walmart {
namespace {

using domain::Decimal;
using domain::UtcTime;

constexpr Decimal one_cent = Decimal::from_units(Decimal::one / 100);

/// "07282026"
std::string report_date(UtcTime payout) {
  std::string text = american_date(payout);
  std::erase(text, '/');
  return text;
}

std::optional<ports::HttpResponse> refuse_version(const Seller& seller, const Request& request) {
  const auto version = request.parameter("reportVersion");
  if (version == "v1") return std::nullopt;
  return refuse(seller.switches, Origin::reports, 404,
                Fault{"INVALID_REPORT_VERSION", "reportVersion", fmt::format("Report version {} is invalid", version),
                      "Request parameter is invalid.", "ERROR", "DATA"});
}

std::string settlement_file(const Seller& seller, std::size_t settlement) {
  const SettlementPeriod& period = seller.settlements.closed()[settlement];
  const auto rows = settlement_rows(seller, settlement);
  Decimal total = total_payable(rows);
  if (seller.switches.settlement_sum_is_off) total += one_cent;
  std::string file = zip_archive(fmt::format("{}_{}.csv", seller.config.partner_id, report_date(period.payout)),
                                 settlement_csv(period, rows, total));
  if (seller.switches.settlement_file_is_broken) file.resize(file.size() / 2);
  return file;
}

}  // namespace

ports::HttpResponse get_available_recon_files(Seller& seller, const Request& request, UtcTime now) {
  if (auto refused = refuse_version(seller, request)) return *refused;
  const auto& periods = seller.settlements.close(seller.orders, seller.switches, now);
  json::Array dates;
  for (auto period = periods.rbegin(); period != periods.rend(); ++period) {
    dates.emplace_back(report_date(period->payout));
  }
  return json_reply(json::Object{{"availableApReportDates", std::move(dates)}});
}

ports::HttpResponse get_recon_file(Seller& seller, const Request& request, UtcTime now) {
  const auto accept = request.header("Accept");
  if (accept.find("application/octet-stream") == std::string_view::npos) {
    if (accept.find("json") != std::string_view::npos) {
      return json_reply(json::Object{{"status", "ERROR"}, {"message", "No acceptable representation"}});
    }
    ports::HttpResponse response;
    response.status = 406;
    return response;
  }
  if (auto refused = refuse_version(seller, request)) return *refused;
  if (!request.has("reportDate")) {
    return bad_parameter(seller.switches, Origin::reports, "reportDate", "It is required.");
  }
  const auto& periods = seller.settlements.close(seller.orders, seller.switches, now);
  const auto date = request.parameter("reportDate");
  for (std::size_t settlement = 0; settlement < periods.size(); ++settlement) {
    const UtcTime payout = periods[settlement].payout;
    if (report_date(payout) != date) continue;
    ports::HttpResponse response;
    response.status = 200;
    response.headers.emplace_back("Content-Type", "application/octet-stream");
    response.headers.emplace_back(
        "Content-Disposition",
        fmt::format("attachment; filename={}_{}.zip", seller.config.partner_id, domain::to_iso8601(payout)));
    response.body = settlement_file(seller, settlement);
    return response;
  }
  return not_found(seller.switches, Origin::reports, fmt::format("No report is available for {}", date));
}

}  // namespace connector::sandbox::walmart
