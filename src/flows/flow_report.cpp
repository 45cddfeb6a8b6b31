#include "flows/flow_report.h"

#include <algorithm>

namespace connector::flows {

using domain::Result;
using json::Value;

namespace {

constexpr std::size_t kKept = 200;

std::string kind_of(std::string_view flow) { return "report/" + std::string(flow); }

/// The list of times stands apart, so that finding one report does not read all of them.
Result<Value> times_of(store::Reader& reader, store::ConnectionId connection, std::string_view flow) {
  auto text = reader.watermark(connection, kind_of(flow));
  if (!text) return domain::fail(text.error());
  return *text ? json::parse(**text) : Result<Value>(Value(json::Array{}));
}

}  // namespace

Result<void> put_report(store::Transaction& transaction, store::ConnectionId connection, std::string_view flow,
                        domain::UtcTime at, const Value& report) {
  const std::string kind = kind_of(flow);
  const std::string time = domain::to_iso8601(at);
  auto times = times_of(transaction, connection, flow);
  if (!times) return domain::fail(times.error());
  json::Array kept;
  for (const Value& known : times->array()) {
    if (known.string() != time) kept.push_back(known);
  }
  kept.push_back(Value(time));
  while (kept.size() > kKept) {
    auto gone = transaction.delete_reference(connection, kind, kept.front().string());
    if (!gone) return gone;
    kept.erase(kept.begin());
  }
  if (auto put = transaction.put_reference(connection, {kind, time, time, json::write(report)}); !put) return put;
  return transaction.put_watermark(connection, kind, json::write(Value(std::move(kept))));
}

Result<std::vector<std::string>> report_times(store::Reader& reader, store::ConnectionId connection,
                                              std::string_view flow) {
  auto times = times_of(reader, connection, flow);
  if (!times) return domain::fail(times.error());
  std::vector<std::string> names;
  for (const Value& time : times->array()) names.emplace_back(time.string());
  return names;
}

Result<Value> report_of(store::Reader& reader, store::ConnectionId connection, std::string_view flow,
                        std::string_view time) {
  auto row = reader.reference(connection, kind_of(flow), time);
  if (!row) return domain::fail(row.error());
  return *row ? json::parse((*row)->data) : Result<Value>(Value());
}

Result<Value> latest_report(store::Reader& reader, store::ConnectionId connection, std::string_view flow) {
  auto times = report_times(reader, connection, flow);
  if (!times) return domain::fail(times.error());
  if (times->empty()) return Value();
  return report_of(reader, connection, flow, times->back());
}

Result<void> visit_latest_reports(store::Reader& reader, std::string_view flow,
                                  const std::function<Result<void>(store::ConnectionId, const Value& report)>& visit) {
  // One at a time: a report has a line for each item that differs.
  const auto parsed = [&visit](store::ConnectionId connection, std::string_view text) -> Result<void> {
    const auto report = json::parse(text);
    return report ? visit(connection, *report) : domain::fail(report.error());
  };
  return reader.visit_newest_references(kind_of(flow), parsed);
}

Result<std::vector<StoredReport>> newest_reports(store::Reader& reader, store::ConnectionId connection,
                                                 std::string_view flow, std::size_t limit) {
  auto times = report_times(reader, connection, flow);
  if (!times) return domain::fail(times.error());
  std::vector<StoredReport> reports;
  for (std::size_t i = times->size() - std::min(limit, times->size()); i < times->size(); ++i) {
    auto report = report_of(reader, connection, flow, (*times)[i]);
    if (!report) return domain::fail(report.error());
    reports.push_back({std::move((*times)[i]), std::move(*report)});
  }
  return reports;
}

}  // namespace connector::flows
