#include "flows/look_up/goods_deliveries.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "exact/resources.h"
#include "flows/call_outcomes.h"
#include "flows/look_up/exact_rows.h"
#include "flows/order_invoice.h"

namespace connector::flows {

using domain::Decimal;
using engine::LookUpOutcome;
using exact::ODataFilter;
using json::Value;
using ports::Task;
using store::PostingRow;

namespace {

/// Units by sales order line.
using DeliveredLines = std::map<std::string, Decimal>;

bool shares_a_line(const DeliveredLines& delivered, const DeliveredLines& wanted) {
  return std::any_of(wanted.begin(), wanted.end(), [&](const auto& line) { return delivered.contains(line.first); });
}

bool holds_all(const DeliveredLines& delivered, const DeliveredLines& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& line) {
    const auto found = delivered.find(line.first);
    return found != delivered.end() && found->second == line.second;
  });
}

}  // namespace

Task<void> look_up_deliveries(LookUpSources sources, LookUpBatch batch) {
  std::map<std::size_t, DeliveredLines> wanted;
  std::map<std::size_t, std::string> descriptions;
  std::set<std::string> order_lines;
  for (const std::size_t index : batch.indices) {
    const PostingRow& row = batch.row(index);
    auto body = json::parse(row.body);
    if (!body) {
      batch.outcome(index).error = body.error();
      continue;
    }
    DeliveredLines lines = delivered_by(*body);
    if (lines.empty()) {
      batch.outcome(index) = look_up_outcome(LookUpOutcome::Kind::absent, {});
      continue;
    }
    if (row.last_sent_at) lines.erase(std::next(lines.begin()), lines.end());
    for (const auto& [line, units] : lines) order_lines.insert(line);
    wanted.emplace(index, std::move(lines));
    descriptions.emplace(index, (*body)["Description"].text_or(""));
  }
  if (wanted.empty()) co_return;
  LookUpBatch readable = batch.none_of_it();
  for (const auto& [index, lines] : wanted) readable.indices.push_back(index);
  std::vector<ODataFilter> of_lines;
  of_lines.reserve(order_lines.size());
  for (const std::string& line : order_lines) of_lines.push_back(ODataFilter::equals_guid("SalesOrderLineID", line));
  std::vector<std::string> columns{"ID", "EntryID", "SalesOrderLineID", "QuantityDelivered"};
  const auto lines =
      co_await read_all_of(&readable, sources.client, exact::resources::goods_delivery_lines, columns, of_lines);
  if (!lines) co_return;
  std::map<std::string, DeliveredLines> delivered;  // by delivery
  for (const Value& line : lines->value) {
    delivered[line["EntryID"].text_or("")][line["SalesOrderLineID"].text_or("")] +=
        line["QuantityDelivered"].decimal().value_or(Decimal());
  }
  std::vector<ODataFilter> of_entries;
  of_entries.reserve(delivered.size());
  for (const auto& [entry, units] : delivered) of_entries.push_back(ODataFilter::equals_guid("EntryID", entry));
  columns = {"EntryID", "DeliveryNumber", "EntryNumber", "Description"};
  const auto deliveries =
      co_await read_all_of(&readable, sources.client, exact::resources::goods_deliveries, columns, of_entries);
  if (!deliveries) co_return;
  const std::string& correlation_id = of_entries.empty() ? lines->correlation_id : deliveries->correlation_id;
  for (const auto& [index, units] : wanted) {
    batch.outcome(index) = look_up_outcome(LookUpOutcome::Kind::absent, correlation_id);
    for (const Value& delivery : deliveries->value) {
      const std::string entry = delivery["EntryID"].text_or("");
      if (delivery["Description"].text_or("") != descriptions[index] || !shares_a_line(delivered[entry], units))
        continue;
      if (!batch.row(index).last_sent_at && !holds_all(delivered[entry], units)) {
        batch.outcome(index) = look_up_difference(
            "the delivery " + descriptions[index] + " in Exact holds other units than planned", correlation_id);
        break;
      }
      batch.outcome(index) = found_in_exact(entry, delivery["DeliveryNumber"], correlation_id);
      batch.outcome(index).target_data = delivery_data(delivery["EntryNumber"]);
      break;
    }
  }
}

}  // namespace connector::flows
