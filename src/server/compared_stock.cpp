#include "server/compared_stock.h"

#include "flows/flow_report.h"
#include "flows/inventory_flow.h"

namespace connector::server {

using domain::Result;
using json::Value;

namespace {

/// Notices have single items compared between two runs over all.
constexpr std::size_t kNoticedSince = 50;

void add_counts_of(const Value& report, std::set<std::string>& keys) {
  for (const Value& warehouse : report["warehouses"].array()) {
    if (const std::string key = warehouse["posting"].text_or(""); !key.empty()) keys.insert(key);
  }
}

}  // namespace

ComparedStock compared_stock(const Value& report) {
  ComparedStock compared;
  for (const Value& warehouse : report["warehouses"].array()) {
    const std::string code = warehouse["warehouse"].text_or("");
    for (const Value& line : warehouse["lines"].array()) compared.different[{line["item"].text_or(""), code}] = &line;
  }
  for (const Value& place : report["left_to_the_next_run"].array())
    compared.moving.insert({place["item"].text_or(""), place["warehouse"].text_or("")});
  for (const Value& place : report["not_told_by_walmart"].array())
    compared.untold.insert({place["item"].text_or(""), place["warehouse"].text_or("")});
  return compared;
}

Result<std::set<domain::StockPlace>> counted_since(store::Reader& reader, store::ConnectionId connection,
                                                   const Value& report) {
  std::set<domain::StockPlace> counted;
  const auto read_at = domain::parse_iso8601(report["exact_read_at"].text_or(""));
  if (!read_at) return counted;
  std::set<std::string> keys;
  add_counts_of(report, keys);
  auto noticed = flows::newest_reports(reader, connection, flows::kNoticedStock, kNoticedSince);
  if (!noticed) return domain::fail(noticed.error());
  for (const auto& later : *noticed) add_counts_of(later.report, keys);
  for (const std::string& key : keys) {
    auto row = reader.posting(connection, key);
    if (!row) return domain::fail(row.error());
    if (!*row || (*row)->state != store::PostingState::posted || (*row)->updated_at < *read_at) continue;
    auto document = json::parse((*row)->document);
    if (!document) return domain::fail(document.error());
    const std::string warehouse = (*document)["warehouse"].text_or("");
    for (const Value& line : (*document)["comparison"]["lines"].array()) {
      counted.insert({line["item"].text_or(""), warehouse});
    }
  }
  return counted;
}

}  // namespace connector::server
