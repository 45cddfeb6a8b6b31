#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "walmart/payload_fields.h"

namespace connector::walmart {

/// The settlement statement of the running cycle (GET /v3/report/payment/statement).
struct PaymentStatement {
  std::string partner_id;
  domain::Decimal opening_balance;
  domain::Decimal closing_balance;
  domain::Decimal paid_to_seller;
  domain::Decimal reserve;
  std::string settlement_cycle;  ///< Bi-weekly
  std::optional<domain::Date> scheduled_settlement;
  std::optional<domain::Date> last_updated;
  /// transactionDetails flattened: "saleAggregate.productPrice" -> 3866.61.
  std::map<std::string, domain::Decimal> amounts;
};

/// Rates in percent, by window ("7DAY") and name ("refundRateSellerFault").
struct SellerPerformance {
  std::string partner_id;
  std::map<std::string, std::map<std::string, domain::Decimal>> windows;
};

/// A report that is made on request.
struct ReportRequest {
  std::string request_id;
  std::string status;  ///< RECEIVED, INPROGRESS, READY, ERROR, SUBMITTED
  std::string report_type;
  std::string report_version;
  std::optional<domain::UtcTime> submitted_at;
};

struct ReportRequestsPage {
  std::vector<ReportRequest> requests;
  std::string next_cursor;  ///< a query string without '?'; empty on the last page
  std::int64_t total_count = 0;
};

/// Where a finished report can be fetched; the address carries a signature, so it is a secret.
struct ReportDownload {
  ReportRequest request;
  std::string url;
  std::optional<domain::UtcTime> url_expires_at;
};

/// Payout dates with a recon file, from "MMDDYYYY", in the order given.
domain::Result<std::vector<domain::Date>> read_recon_dates(std::string_view body);
domain::Result<PaymentStatement> read_payment_statement(std::string_view body);
domain::Result<SellerPerformance> read_seller_performance(std::string_view body);
domain::Result<ReportRequest> read_report_request(std::string_view body);
domain::Result<ReportRequestsPage> read_report_requests_page(std::string_view body);
domain::Result<ReportDownload> read_report_download(std::string_view body);
/// "MMDDYYYY", as reconFile wants its reportDate.
std::string recon_date(domain::Date date);

}  // namespace connector::walmart
