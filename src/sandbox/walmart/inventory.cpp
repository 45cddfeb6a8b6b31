#include "sandbox/walmart/inventory.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "sandbox/walmart/encoding.h"
#include "sandbox/walmart/errors.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {
namespace {

constexpr std::int64_t most_per_page = 50;
const std::string all_is_told = "full";

json::Value each(std::int64_t amount) {
  return json::Object{{"unit", "EACH"}, {"amount", std::max<std::int64_t>(0, amount)}};
}

json::Value node_payload(const Seller& seller, const Item& item, std::size_t node) {
  const Stock& stock = item.stock[node];
  const std::string& told = &item == &seller.catalogue.item(0) ? seller.switches.first_stock_item : all_is_told;
  json::Value value;
  value.set("shipNode", seller.catalogue.nodes()[node].id);
  if (told == "errors") {
    value.set("errors", json::Array{json::Object{{"code", "CONTENT_NOT_FOUND.GMP_INVENTORY_API"},
                                                 {"description", "The inventory of this node cannot be read"}}});
    return value;
  }
  value.set("inputQty", each(stock.input));
  if (told == "input_only") return value;
  value.set("availToSellQty", each(stock.available));
  value.set("reservedQty", each(stock.reserved));
  return value;
}

/// {"sku", "nodes"}, of one node or all.
json::Value item_payload(const Seller& seller, const Item& item, std::size_t only_node) {
  json::Array nodes;
  for (std::size_t node = 0; node < item.stock.size(); ++node) {
    if (only_node == seller.catalogue.physical_nodes() || only_node == node)
      nodes.push_back(node_payload(seller, item, node));
  }
  return json::Object{{"sku", item.sku}, {"nodes", std::move(nodes)}};
}

ports::HttpResponse unknown_sku(const Seller& seller, std::string_view sku) {
  return not_found(seller.switches, Origin::inventory, fmt::format("SKU {} not found", sku));
}

ports::HttpResponse missing_sku(const Seller& seller) {
  return refuse(
      seller.switches, Origin::inventory, 400,
      Fault{"MISSING_REQUEST_PARAM", "sku", "sku is required", "Request parameter is missing.", "ERROR", "DATA"});
}

ports::HttpResponse unknown_node(const Seller& seller) {
  return bad_parameter(seller.switches, Origin::inventory, "shipNode", "The ship node does not exist.");
}

/// A quantity object {"unit":"EACH","amount":n}; nullopt unless it is a whole number from 0.
std::optional<std::int64_t> read_quantity(const json::Value& quantity) {
  if (!quantity["amount"].is_number() || quantity["unit"].text_or("EACH") != "EACH") return std::nullopt;
  const auto amount = quantity["amount"].integer();
  return amount && *amount >= 0 ? amount : std::nullopt;
}

/// The cursor is base64 of "uuid N", N rows given so far; the uuid carries the page size it was made for.
std::string make_cursor(const Seller& seller, std::int64_t limit, std::int64_t position) {
  const std::uint64_t hash = mixed(seller.config.seed, 8000 + static_cast<std::uint64_t>(limit));
  return base64_encode(fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x} {}", hash >> 32U, (hash >> 16U) & 0xFFFFU,
                                   (hash >> 4U) & 0xFFFU, hash & 0xFFFU, limit, position));
}

std::optional<std::int64_t> read_cursor(const Seller& seller, std::int64_t limit, std::string_view cursor) {
  const auto text = base64_decode(cursor);
  if (!text) return std::nullopt;
  const std::size_t space = text->find(' ');
  if (space == std::string::npos) return std::nullopt;
  std::int64_t position = 0;
  const char* last = text->data() + text->size();
  const auto [end, error] = std::from_chars(text->data() + space + 1, last, position);
  if (error != std::errc{} || end != last || position < 0) return std::nullopt;
  if (make_cursor(seller, limit, position) != cursor) return std::nullopt;
  return position;
}

}  // namespace

void set_stock(Seller& seller, Item& item, std::size_t node, std::int64_t quantity, domain::UtcTime now) {
  Stock& stock = item.stock[node];
  const bool had_some = stock.available > 0;
  stock.input = quantity;
  stock.available = quantity - stock.reserved;
  if (had_some && stock.available <= 0) announce_out_of_stock(seller, item, now);
}

ports::HttpResponse get_inventory(Seller& seller, const Request& request, domain::UtcTime) {
  const auto sku = request.parameter("sku");
  if (sku.empty()) return missing_sku(seller);
  const Item* item = seller.catalogue.find(sku);
  if (item == nullptr) return unknown_sku(seller, sku);
  std::size_t node = 0;
  if (request.has("shipNode")) node = seller.catalogue.physical_node(request.parameter("shipNode"));
  if (node == seller.catalogue.physical_nodes()) return unknown_node(seller);
  const Stock& stock = item->stock[node];
  return json_reply(json::Object{{"sku", item->sku}, {"quantity", each(stock.available + stock.reserved)}});
}

ports::HttpResponse put_inventory(Seller& seller, const Request& request, domain::UtcTime now) {
  const auto sku = request.parameter("sku");
  if (sku.empty()) return missing_sku(seller);
  Item* item = seller.catalogue.find(sku);
  if (item == nullptr) return unknown_sku(seller, sku);
  std::size_t node = 0;
  if (request.has("shipNode")) node = seller.catalogue.physical_node(request.parameter("shipNode"));
  if (node == seller.catalogue.physical_nodes()) return unknown_node(seller);
  const auto body = json::parse(request.source.body);
  if (!body || !body->is_object()) return malformed_body(seller.switches, Origin::inventory, "The body must be JSON");
  if ((*body)["sku"].string() != sku) {
    return bad_parameter(seller.switches, Origin::inventory, "sku", "The body names another SKU.");
  }
  const auto quantity = read_quantity((*body)["quantity"]);
  if (!quantity) {
    return refuse(
        seller.switches, Origin::inventory, 400,
        Fault{"INVALID_REQUEST_CONTENT", "quantity", "The amount must be a whole number from 0, the unit EACH"});
  }
  set_stock(seller, *item, node, *quantity, now);
  return json_reply(json::Object{{"sku", item->sku}, {"quantity", each(*quantity)}});
}

ports::HttpResponse get_inventories(Seller& seller, const Request& request, domain::UtcTime) {
  std::int64_t limit = 10;
  if (request.has("limit")) {
    const auto given = json::Value(request.parameter("limit")).integer();
    if (!given || *given < 1 || *given > most_per_page) {
      return bad_parameter(seller.switches, Origin::inventory, "limit", "It must be a number from 1 to 50.");
    }
    limit = *given;
  }
  std::int64_t position = 0;
  if (const auto cursor = request.parameter("nextCursor"); !cursor.empty()) {
    const auto given = read_cursor(seller, limit, cursor);
    if (!given) {
      return bad_parameter(seller.switches, Origin::inventory, "nextCursor", "Send it as given, with the same limit.");
    }
    position = *given;
  }
  const auto total = static_cast<std::int64_t>(seller.catalogue.items().size());
  if (position >= total && seller.switches.empty_is_404) {
    return not_found(seller.switches, Origin::inventory, "No inventory found");
  }
  const std::int64_t end = std::min(total, position + limit);
  json::Array inventories;
  for (std::int64_t row = position; row < end; ++row) {
    inventories.push_back(
        item_payload(seller, seller.catalogue.item(static_cast<std::size_t>(row)), seller.catalogue.physical_nodes()));
  }
  json::Value meta;
  meta.set("totalCount", total);
  if (end < total) meta.set("nextCursor", make_cursor(seller, limit, end));
  return json_reply(
      json::Object{{"meta", std::move(meta)}, {"elements", json::Object{{"inventories", std::move(inventories)}}}});
}

ports::HttpResponse get_inventories_of_item(Seller& seller, const Request& request, domain::UtcTime) {
  const std::string& sku = request.segments[2];
  const Item* item = seller.catalogue.find(sku);
  if (item == nullptr) return unknown_sku(seller, sku);
  std::size_t only_node = seller.catalogue.physical_nodes();
  if (request.has("shipNode")) {
    only_node = seller.catalogue.physical_node(request.parameter("shipNode"));
    if (only_node == seller.catalogue.physical_nodes()) return unknown_node(seller);
  }
  return json_reply(item_payload(seller, *item, only_node));
}

ports::HttpResponse put_inventories_of_item(Seller& seller, const Request& request, domain::UtcTime now) {
  const std::string& sku = request.segments[2];
  Item* item = seller.catalogue.find(sku);
  if (item == nullptr) return unknown_sku(seller, sku);
  const auto body = json::parse(request.source.body);
  if (!body || (*body)["inventories"]["nodes"].array().empty()) {
    return malformed_body(seller.switches, Origin::inventory, "The body must be JSON with inventories.nodes");
  }
  json::Array nodes;
  for (const json::Value& entry : (*body)["inventories"]["nodes"].array()) {
    const std::string id = entry["shipNode"].text_or("");
    const std::size_t node = seller.catalogue.physical_node(id);
    const auto quantity = read_quantity(entry["inputQty"]);
    json::Value outcome;
    outcome.set("shipNode", id);
    const bool is_good = node < seller.catalogue.physical_nodes() && quantity;
    outcome.set("status", is_good ? "Success" : "Failure");
    if (is_good) {
      set_stock(seller, *item, node, *quantity, now);
    } else {
      outcome.set("errors", json::Array{json::Object{{"code", "INVALID_REQUEST_CONTENT.GMP_INVENTORY_API"},
                                                     {"field", quantity ? "shipNode" : "amount"},
                                                     {"description", quantity ? "The ship node does not exist"
                                                                              : "The quantity is not valid"}}});
    }
    nodes.push_back(std::move(outcome));
  }
  return json_reply(json::Object{{"sku", item->sku}, {"nodes", std::move(nodes)}});
}

}  // namespace connector::sandbox::walmart
