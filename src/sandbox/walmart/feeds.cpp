#include "sandbox/walmart/feeds.h"

#include <fmt/format.h>

#include <algorithm>

#include "sandbox/walmart/errors.h"
#include "sandbox/walmart/feed_types.h"
#include "sandbox/walmart/inventory.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {
namespace {

using domain::UtcTime;

/// The member that holds the items; for kinds without effect here any list will do.
const json::Value& items_of(const json::Value& body, const FeedType& type) {
  static const json::Value none;
  if (const json::Value& named = body[type.list]; named.is_array()) return named;
  const bool has_effect = type.name == "inventory" || type.name == "MP_INVENTORY" || type.name == "price" ||
                          type.name == "PRICE_AND_PROMOTION";
  for (const auto& [name, value] : body.object()) {
    if (!has_effect && value.is_array()) return value;
  }
  return none;
}

std::string sku_of(const json::Value& entry) {
  if (entry["sku"].is_string()) return entry["sku"].text_or("");
  for (const auto& [name, value] : entry.object()) {
    if (value["sku"].is_string()) return value["sku"].text_or("");
  }
  return "";
}

void read_items(Feed& feed, std::string_view file, const FeedType& type) {
  const auto body = json::parse(file);
  if (!body || !body->is_object()) {
    feed.faults.push_back({"DATA_ERROR", "ERR_EXT_DATA_0101001", "The file is no valid JSON of this feed type"});
    return;
  }
  const json::Value& items = items_of(*body, type);
  if (!items.is_array()) {
    feed.faults.push_back(
        {"DATA_ERROR", "ERR_EXT_DATA_0503009", fmt::format("The file has no {}; names are case-sensitive", type.list)});
    return;
  }
  for (const json::Value& entry : items.array()) {
    FeedItem item;
    item.sku = sku_of(entry);
    item.entry = entry;
    feed.items.push_back(std::move(item));
  }
}

void fail(FeedItem& item, std::string code, std::string description) {
  item.status = "DATA_ERROR";
  item.faults.push_back({"DATA_ERROR", std::move(code), std::move(description)});
}

std::optional<std::int64_t> read_feed_quantity(const json::Value& quantity) {
  const auto amount = quantity["amount"].is_number() ? quantity["amount"].integer() : std::nullopt;
  return amount && *amount >= 0 ? amount : std::nullopt;
}

void apply_inventory(Seller& seller, const Feed& feed, FeedItem& item, UtcTime now) {
  Item& target = *seller.catalogue.find(item.sku);
  const std::size_t node = feed.ship_node.empty() ? 0 : seller.catalogue.physical_node(feed.ship_node);
  const auto quantity = read_feed_quantity(item.entry["quantity"]);
  if (node == seller.catalogue.physical_nodes())
    return fail(item, "ERR_EXT_DATA_0503010", "The ship node does not exist");
  if (!quantity) return fail(item, "ERR_EXT_DATA_0503003", "The quantity must be a whole number from 0");
  set_stock(seller, target, node, *quantity, now);
}

void apply_multi_node(Seller& seller, FeedItem& item, UtcTime now) {
  Item& target = *seller.catalogue.find(item.sku);
  const json::Array& nodes = item.entry["shipNodes"].array();
  if (nodes.empty()) return fail(item, "ERR_EXT_DATA_0503011", "shipNodes is required");
  for (const json::Value& entry : nodes) {
    const std::size_t node = seller.catalogue.physical_node(entry["shipNode"].text_or(""));
    const auto quantity = read_feed_quantity(entry["quantity"]);
    if (node == seller.catalogue.physical_nodes()) fail(item, "ERR_EXT_DATA_0503010", "The ship node does not exist");
    if (!quantity) fail(item, "ERR_EXT_DATA_0503003", "The quantity must be a whole number from 0");
    if (quantity && node < seller.catalogue.physical_nodes()) set_stock(seller, target, node, *quantity, now);
  }
}

void apply_price(Seller& seller, const Feed& feed, FeedItem& item, UtcTime now) {
  const bool is_promotion = feed.type == "PRICE_AND_PROMOTION";
  const json::Value& pricing = item.entry["pricing"].at(0);
  const json::Value& amount = is_promotion ? item.entry["Promo&Discount"]["price"] : pricing["currentPrice"]["amount"];
  if (const auto fault = price_fault(amount); !fault.empty()) return fail(item, "ERR_EXT_DATA_0201001", fault);
  const std::string currency = is_promotion ? "USD" : pricing["currentPrice"]["currency"].text_or("");
  if (currency.size() != 3) return fail(item, "ERR_EXT_DATA_0201002", "The currency is missing");
  const domain::Decimal price = *amount.decimal();
  const Item& target = *seller.catalogue.find(item.sku);
  // Accepted all the same: a success can carry a warning.
  if (price * domain::Decimal::from_integer(2) < target.price) {
    item.faults.push_back({"WARNING", "WARN_EXT_DATA_0201009", "The price is less than half of the one before"});
  }
  set_price(seller, item.sku, currency, price, now);
}

void process_item(Seller& seller, const Feed& feed, FeedItem& item, UtcTime now) {
  item.status = "SUCCESS";
  if (seller.chance.per_mille(seller.switches.feed_system_error_per_mille)) {
    item.status = "SYSTEM_ERROR";
    item.faults.push_back({"SYSTEM_ERROR", "ERR_INT_SYS_0101001", "Please try again later"});
    return;
  }
  const bool is_stock = feed.type == "inventory" || feed.type == "MP_INVENTORY";
  const bool is_price = feed.type == "price" || feed.type == "PRICE_AND_PROMOTION";
  if (!is_stock && !is_price) return;
  if (seller.catalogue.find(item.sku) == nullptr) {
    return fail(item, "ERR_EXT_DATA_0503001", fmt::format("The SKU '{}' does not exist", item.sku));
  }
  if (feed.type == "inventory") apply_inventory(seller, feed, item, now);
  if (feed.type == "MP_INVENTORY") apply_multi_node(seller, item, now);
  if (is_price) apply_price(seller, feed, item, now);
}

}  // namespace

std::string_view uploaded_file(const Request& request, std::string& name) {
  const std::string_view body = request.source.body;
  const std::string_view type = request.header("Content-Type");
  const std::size_t mark = type.find("boundary=");
  if (!type.starts_with("multipart/form-data") || mark == std::string_view::npos) return body;
  std::string_view boundary = type.substr(mark + 9);
  boundary = boundary.substr(0, boundary.find(';'));
  if (boundary.size() >= 2 && boundary.front() == '"') boundary = boundary.substr(1, boundary.size() - 2);
  const std::string delimiter = "--" + std::string(boundary);
  const std::size_t start = body.find(delimiter);
  if (boundary.empty() || start == std::string_view::npos) return {};
  const std::size_t blank = body.find("\r\n\r\n", start);
  if (blank == std::string_view::npos) return {};
  const std::string_view head = body.substr(start, blank - start);
  if (const std::size_t quote = head.find("filename=\""); quote != std::string_view::npos) {
    name = head.substr(quote + 10, head.find('"', quote + 10) - quote - 10);
  }
  const std::size_t end = body.find("\r\n" + delimiter, blank + 2);
  if (end == std::string_view::npos) return {};
  return end < blank + 4 ? std::string_view{} : body.substr(blank + 4, end - blank - 4);
}

ports::HttpResponse post_feed(Seller& seller, const Request& request, UtcTime now) {
  const FeedType* type = find_feed_type(request.parameter("feedType"));
  if (type == nullptr)
    return bad_parameter(seller.switches, Origin::feeds, "feedType", "The feed type is not supported.");
  if (static_cast<std::int64_t>(request.source.body.size()) > type->most_bytes) {
    return refuse(
        seller.switches, Origin::feeds, 413,
        Fault{"INVALID_REQUEST_CONTENT", "file", fmt::format("The file is larger than {} bytes", type->most_bytes)});
  }
  Feed feed;
  feed.type = type->name;
  feed.ship_node = request.parameter("shipNode");
  const std::string_view file = uploaded_file(request, feed.file_name);
  if (trimmed(file).empty()) return malformed_body(seller.switches, Origin::feeds, "A file is required");
  feed.id = fmt::format("{}@{}", seller.chance.hexadecimal(32), type->suffix);
  feed.submitted = now;
  feed.modified = now;
  read_items(feed, file, *type);
  const auto number = static_cast<std::uint32_t>(seller.feeds.list.size());
  const domain::Milliseconds start = std::chrono::seconds(seller.switches.feed_start_seconds);
  const domain::Milliseconds finish = std::chrono::seconds(seller.switches.feed_finish_seconds);
  seller.agenda.add({now + start, number, 0, Agenda::Kind::feed_step});
  seller.agenda.add({now + std::max(finish, start), number, 1, Agenda::Kind::feed_step});
  json::Value reply;
  reply.set("feedId", feed.id);
  seller.feeds.list.push_back(std::move(feed));
  return json_reply(reply);
}

void run_feed_entry(Seller& seller, const Agenda::Entry& entry) {
  Feed& feed = seller.feeds.list[entry.subject];
  feed.modified = entry.time;
  if (entry.detail == 0) {
    feed.status = "INPROGRESS";
    return;
  }
  feed.status = feed.faults.empty() ? "PROCESSED" : "ERROR";
  for (FeedItem& item : feed.items) {
    process_item(seller, feed, item, entry.time);
    item.entry = {};
    for (FeedItem::Fault& fault : item.faults) {
      if (seller.switches.feed_error_codes_end_in_tab) fault.code += '\t';
    }
  }
}

}  // namespace connector::sandbox::walmart
