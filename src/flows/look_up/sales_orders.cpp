#include "flows/look_up/sales_orders.h"

#include <algorithm>
#include <map>

#include "exact/resources.h"
#include "flows/call_outcomes.h"
#include "flows/look_up/exact_rows.h"
#include "flows/placed_order.h"

namespace connector::flows {

using domain::Decimal;
using engine::LookUpOutcome;
using exact::ODataFilter;
using exact::ODataQuery;
using json::Value;
using ports::CallPriority;
using ports::Task;

namespace {

std::vector<std::string> line_columns() { return {"ID", "OrderID", "LineNumber", "Quantity", "NetPrice"}; }

using LinesByOrder = std::map<std::string, std::vector<Value>>;

void sort_in(LinesByOrder& by_order, std::vector<Value> lines) {
  for (Value& line : lines) by_order[line["OrderID"].text_or("")].push_back(std::move(line));
}

/// Completes found sales orders, whose ids and numbers stand in their outcomes, with the ids of their lines.
Task<void> read_order_lines(exact::Client* client, LookUpBatch batch) {
  std::vector<std::int64_t> numbers;
  for (const std::size_t index : batch.indices) {
    const auto number = json::parse_integer(batch.outcome(index).target_number);
    if (number) numbers.push_back(*number);
  }
  NumberedRows listed = co_await read_ranges(client, "bulk/SalesOrder/SalesOrderLines", line_columns(), numbers);
  LinesByOrder by_order;
  sort_in(by_order, std::move(listed.rows));
  std::vector<ODataFilter> rest;
  std::map<std::string, std::size_t> places;  // in `rest`, by order
  for (const std::size_t index : batch.indices) {
    const std::string& id = batch.outcome(index).target_id;
    if (by_order.contains(id) || !places.emplace(id, rest.size()).second) continue;
    rest.push_back(ODataFilter::equals_guid("OrderID", id));
  }
  FilteredRows others =
      co_await read_any_of(client, exact::resources::sales_order_lines, line_columns(), std::move(rest));
  sort_in(by_order, std::move(others.rows));
  for (const std::size_t index : batch.indices) {
    LookUpOutcome& hit = batch.outcome(index);
    const auto place = places.find(hit.target_id);
    const bool was_asked = place == places.end() || place->second < others.answered;
    const auto lines = by_order.find(hit.target_id);
    if (lines != by_order.end()) {
      hit.target_data = placed_lines_data(std::move(lines->second));
      hit.correlation_id = listed.correlation_id.empty() ? others.correlation_id : listed.correlation_id;
    } else if (!was_asked) {
      // What is known of an order stays; a later look-up reads its lines.
      LookUpOutcome failed = look_up_failure(*others.failure);
      failed.target_data = to_target_data({hit.target_id, hit.target_number});
      hit = std::move(failed);
    } else {
      hit = no_longer_there("the sales order that Exact made is no longer there", others.correlation_id);
    }
  }
}

Decimal ordered_in(const json::Array& lines) {
  Decimal sum;
  for (const Value& line : lines) sum += line["Quantity"].decimal().value_or(Decimal());
  return sum;
}

/// A sales order that a store knows nothing of, because it was put back from a backup, was made of what was ordered
/// then; units that were cancelled since would stay open on it for ever.
void find_cancelled_units(LookUpBatch* batch, const std::vector<std::size_t>& found) {
  for (const std::size_t index : found) {
    LookUpOutcome& hit = batch->outcome(index);
    if (hit.kind != LookUpOutcome::Kind::found) continue;
    const auto body = json::parse(batch->row(index).body);
    if (!body) continue;
    Decimal placed;
    for (const PlacedOrderLine& line : placed_order_lines(hit.target_data)) placed += line.quantity;
    const Decimal wanted = ordered_in((*body)["SalesOrderLines"].array());
    if (placed <= wanted) continue;
    hit = look_up_difference("sales order " + hit.target_number + " in Exact has " + placed.to_string() +
                                 " pieces on its lines where " + wanted.to_string() +
                                 " are ordered; lower it there, then retry",
                             hit.correlation_id);
  }
}

}  // namespace

Task<void> look_up_orders(LookUpSources sources, LookUpBatch batch) {
  ODataQuery query(exact::resources::sales_orders);
  query.select({"OrderID", "OrderNumber", "YourRef", "Status"}).filter(batch.by_reference());
  const auto found = co_await read_for(&batch, sources.client, &query);
  if (!found) co_return;
  LookUpBatch standing = batch.none_of_it();
  for (const std::size_t index : batch.indices) {
    const std::string& reference = batch.row(index).reference;
    std::vector<const Value*> matches;
    for (const Value& candidate : found->value) {
      if (candidate["YourRef"].text_or("") == reference) matches.push_back(&candidate);
    }
    if (matches.empty()) {
      batch.outcome(index) = look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
    } else if (matches.size() > 1) {
      batch.outcome(index) = look_up_difference(
          "Exact holds several sales orders with reference " + reference + "; delete all but one there, then retry",
          found->correlation_id);
    } else {
      const Value& order = *matches.front();
      batch.outcome(index) = found_in_exact(order["OrderID"].text_or(""), order["OrderNumber"], found->correlation_id);
      standing.indices.push_back(index);
    }
  }
  if (standing.indices.empty()) co_return;
  const std::vector<std::size_t> found_ones = standing.indices;
  co_await read_order_lines(sources.client, std::move(standing));
  find_cancelled_units(&batch, found_ones);
}

Task<void> look_up_placed_orders(LookUpSources sources, LookUpBatch batch) {
  for (const std::size_t index : batch.indices) {
    PlacedOrder order = read_placed_order(batch.row(index).target_data);
    LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, {});
    hit.target_id = std::move(order.id);
    hit.target_number = std::move(order.number);
    batch.outcome(index) = std::move(hit);
  }
  co_await read_order_lines(sources.client, batch);
  // An earlier look may have found the order and had no time left for its lines.
  find_cancelled_units(&batch, batch.indices);
}

Task<void> look_up_order_changes(LookUpSources sources, LookUpBatch batch) {
  const auto filter = batch.any_of([&batch](std::size_t index) {
    return ODataFilter::equals_guid("OrderID", body_text(batch.row(index), "OrderID"));
  });
  ODataQuery query(exact::resources::sales_order_lines);
  query.select({"ID", "Quantity"}).filter(filter);
  const auto found = co_await read_for(&batch, sources.client, &query);
  if (!found) co_return;
  std::map<std::string, Decimal> quantities;
  for (const Value& line : found->value) {
    quantities[line["ID"].text_or("")] = line["Quantity"].decimal().value_or(Decimal());
  }
  for (const std::size_t index : batch.indices) {
    const auto body = json::parse(batch.row(index).body);
    if (!body) {
      batch.outcome(index).error = body.error();
      continue;
    }
    const auto& lines = (*body)["Lines"].array();
    const bool is_done = std::all_of(lines.begin(), lines.end(), [&quantities](const Value& line) {
      return quantities[line["id"].text_or("")] == line["quantity"].decimal().value_or(Decimal());
    });
    LookUpOutcome outcome =
        look_up_outcome(is_done ? LookUpOutcome::Kind::found : LookUpOutcome::Kind::absent, found->correlation_id);
    if (is_done) outcome.target_id = (*body)["OrderID"].text_or("");
    batch.outcome(index) = std::move(outcome);
  }
}

}  // namespace connector::flows
