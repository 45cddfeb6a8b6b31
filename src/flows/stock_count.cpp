#include "flows/stock_count.h"

#include <algorithm>

#include "engine/digest.h"
#include "exact/answers.h"
#include "flows/document_json.h"
#include "flows/json_members.h"
#include "flows/settings_json.h"

namespace connector::flows {

using domain::Cause;
using domain::Decimal;
using domain::Result;
using domain::StockLine;
using json::Value;

namespace {

StockLine line_of(const Value& object) {
  StockLine line;
  line.item = object["item"].text_or("");
  for (const Value& sku : object["skus"].array()) line.skus.push_back(sku.text_or(""));
  line.in_hand = object["in_hand"].decimal().value_or(Decimal());
  line.pending = object["pending"].decimal().value_or(Decimal());
  line.exact = object["exact"].decimal().value_or(Decimal());
  line.timestamp = object["exact_timestamp"].integer().value_or(0);
  return line;
}

}  // namespace

Value to_json(const StockLine& line) {
  Value object{json::Object{}};
  object.set("item", line.item);
  Value skus{json::Array{}};
  for (const auto& sku : line.skus) skus.push_back(sku);
  object.set("skus", std::move(skus));
  object.set("in_hand", line.in_hand);
  object.set("pending", line.pending);
  object.set("expected", line.expected());
  object.set("exact", line.exact);
  object.set("exact_timestamp", line.timestamp);
  object.set("difference", line.difference());
  return object;
}

std::string digest_of(const StockCount& count) {
  std::string text = count.warehouse;
  for (const auto& node : count.ship_nodes) text += "\n" + node;
  for (const StockLine& line : count.lines) {
    text += "\n" + line.item + "\t" + line.in_hand.to_string() + "\t" + line.pending.to_string() + "\t" +
            line.exact.to_string() + "\t" + std::to_string(line.timestamp);
  }
  return engine::sha256_hex(text).substr(0, 16);
}

std::string stock_count_source(const std::string& warehouse) { return "warehouse-" + warehouse; }

std::string stock_count_key(const StockCount& count) {
  return "stock-count/" + stock_count_source(count.warehouse) + "/" + digest_of(count);
}

Value stock_count_document(const StockCount& count, const std::string& reference_prefix, domain::Date date) {
  domain::Document document;
  document.kind = domain::PostingKind::stock_count;
  document.key = stock_count_key(count);
  document.reference = reference_prefix + "SC-" + digest_of(count);
  document.date = date;
  document.warehouse = count.warehouse;
  document.description = "Stock of warehouse " + count.warehouse + " as counted by Walmart";
  for (const StockLine& line : count.lines) {
    domain::DocumentLine counted;
    counted.sku = line.skus.empty() ? "" : line.skus.front();
    counted.exact_item = line.item;
    counted.quantity = line.expected();
    counted.warehouse = count.warehouse;
    document.lines.push_back(std::move(counted));
  }
  Value object = to_json(document);
  Value comparison{json::Object{}};
  Value nodes{json::Array{}};
  for (const auto& node : count.ship_nodes) nodes.push_back(node);
  comparison.set("ship_nodes", std::move(nodes));
  comparison.set("walmart_read_from", domain::to_iso8601(count.walmart_read_from));
  comparison.set("walmart_read_to", domain::to_iso8601(count.walmart_read_to));
  comparison.set("exact_read_at", domain::to_iso8601(count.exact_read_at));
  Value lines{json::Array{}};
  for (const StockLine& line : count.lines) lines.push_back(to_json(line));
  comparison.set("lines", std::move(lines));
  object.set("comparison", std::move(comparison));
  return object;
}

Result<StockCount> stock_count_of(const Value& document) {
  const Value& comparison = document["comparison"];
  domain::Error error{Cause::store_failure, ""};
  const MemberReader member(comparison, error);
  StockCount count;
  count.warehouse = document["warehouse"].text_or("");
  for (const Value& node : comparison["ship_nodes"].array()) count.ship_nodes.push_back(node.text_or(""));
  count.walmart_read_from = member.time("walmart_read_from").value_or(domain::UtcTime{});
  count.walmart_read_to = member.time("walmart_read_to").value_or(domain::UtcTime{});
  count.exact_read_at = member.time("exact_read_at").value_or(domain::UtcTime{});
  for (const Value& line : comparison["lines"].array()) count.lines.push_back(line_of(line));
  if (!error.message.empty()) return domain::fail(error);
  if (count.lines.empty()) return domain::fail(Cause::store_failure, "a stored stock count has no lines");
  return count;
}

std::vector<std::pair<std::string, Decimal>> differences_of(const StockCount& count) {
  std::vector<std::pair<std::string, Decimal>> differences;
  for (const StockLine& line : count.lines) differences.emplace_back(line.item, line.difference());
  std::sort(differences.begin(), differences.end());
  return differences;
}

Result<domain::Date> stock_count_date(store::Reader& reader, store::ConnectionId connection, domain::UtcTime now) {
  auto row = reader.connection(connection);
  if (!row) return domain::fail(row.error());
  if (!*row) return domain::fail(Cause::bad_input, "the connection no longer exists");
  auto settings = settings_of(**row);
  if (!settings) return domain::fail(settings.error());
  return domain::date_in_zone(now, settings->booking_zone);
}

Result<std::string> stock_count_body(store::Reader& reader, const store::PostingRow& row, domain::Date date) {
  auto document = json::parse(row.document);
  if (!document) return domain::fail(document.error());
  auto count = stock_count_of(*document);
  if (!count) return domain::fail(count.error());
  auto warehouse = reader.reference(row.connection, "warehouse", count->warehouse);
  if (!warehouse) return domain::fail(warehouse.error());
  if (!*warehouse) {
    return domain::fail(Cause::missing_warehouse, "warehouse \"" + count->warehouse + "\" does not exist in Exact");
  }
  Value lines{json::Array{}};
  for (const StockLine& compared : count->lines) {
    auto item = reader.reference(row.connection, "item", compared.item);
    if (!item) return domain::fail(item.error());
    if (!*item) return domain::fail(Cause::missing_item, "item \"" + compared.item + "\" no longer exists in Exact");
    auto position = stock_position(reader, row.connection, {compared.item, count->warehouse});
    if (!position) return domain::fail(position.error());
    Value line{json::Object{}};
    line.set("Item", (*item)->id);
    line.set("QuantityNew", std::max(Decimal(), position->current + compared.difference()));
    lines.push_back(std::move(line));
  }
  Value body{json::Object{}};
  body.set("StockCountDate", exact::date_text(date));
  body.set("Warehouse", (*warehouse)->id);
  body.set("Description", row.reference);
  body.set("StockCountLines", std::move(lines));
  return json::write(body);
}

}  // namespace connector::flows
