#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

/// What one run of a flow found, as JSON with a member "at". Kept per connection and flow, the newest 200.
domain::Result<void> put_report(store::Transaction& transaction, store::ConnectionId connection, std::string_view flow,
                                domain::UtcTime at, const json::Value& report);

/// The newest report of a flow; null if it never ran.
domain::Result<json::Value> latest_report(store::Reader& reader, store::ConnectionId connection, std::string_view flow);

/// Shows the newest report of a flow, of each connection that has one, by connection, until `visit` fails.
domain::Result<void> visit_latest_reports(
    store::Reader& reader, std::string_view flow,
    const std::function<domain::Result<void>(store::ConnectionId, const json::Value& report)>& visit);

/// Times of the reports kept, oldest first; each is the name by which report_of finds its report.
domain::Result<std::vector<std::string>> report_times(store::Reader& reader, store::ConnectionId connection,
                                                      std::string_view flow);
domain::Result<json::Value> report_of(store::Reader& reader, store::ConnectionId connection, std::string_view flow,
                                      std::string_view time);

struct StoredReport {
  std::string time;
  json::Value report;
};
/// The newest `limit` reports kept of a flow, oldest first.
domain::Result<std::vector<StoredReport>> newest_reports(store::Reader& reader, store::ConnectionId connection,
                                                         std::string_view flow, std::size_t limit);

}  // namespace connector::flows
