#include "sandbox/walmart/items.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "sandbox/walmart/encoding.h"
#include "sandbox/walmart/errors.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {
namespace {

using domain::UtcTime;

constexpr domain::Milliseconds cursor_life = std::chrono::minutes(2);

json::Value item_payload(const Item& item) {
  json::Value value;
  value.set("mart", "WALMART_US");
  value.set("sku", item.sku);
  value.set("wpid", item.wpid);
  value.set("upc", item.upc);
  value.set("gtin", item.gtin);
  value.set("productName", item.product_name);
  value.set("shelf", fmt::format("[\"Home Page\",\"{}\"]", item.product_type));
  value.set("productType", item.product_type);
  value.set("price", json::Object{{"currency", item.currency}, {"amount", item.price}});
  value.set("publishedStatus", item.published_status);
  value.set("lifecycleStatus", item.lifecycle_status);
  return value;
}

struct Cursor {
  std::int64_t position = 0;
  UtcTime issued{};
};

std::string cursor_text(Cursor cursor) {
  return base64_encode(
      fmt::format("SELLER_OFFER {} {}", cursor.position, domain::to_epoch_milliseconds(cursor.issued)));
}

std::optional<Cursor> read_cursor(std::string_view text) {
  const auto bytes = base64_decode(text);
  constexpr std::string_view prefix = "SELLER_OFFER ";
  if (!bytes || !bytes->starts_with(prefix)) return std::nullopt;
  Cursor cursor;
  std::int64_t issued = 0;
  const char* last = bytes->data() + bytes->size();
  const auto first = std::from_chars(bytes->data() + prefix.size(), last, cursor.position);
  if (first.ec != std::errc{} || first.ptr == last || *first.ptr != ' ' || cursor.position < 0) return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, last, issued);
  if (second.ec != std::errc{} || second.ptr != last) return std::nullopt;
  cursor.issued = domain::from_epoch_milliseconds(issued);
  return cursor;
}

std::optional<std::int64_t> number_of(const Request& request, std::string_view name, std::int64_t fallback) {
  if (!request.has(name)) return fallback;
  const auto value = json::Value(request.parameter(name)).integer();
  return value && *value >= 0 ? value : std::nullopt;
}

}  // namespace

ports::HttpResponse get_items(Seller& seller, const Request& request, UtcTime now) {
  const Switches& switches = seller.switches;
  const auto limit = number_of(request, "limit", 20);
  if (!limit || *limit < 1 || *limit > 200) {
    return bad_parameter(switches, Origin::items, "limit", "It must be a number from 1 to 200.");
  }
  const auto offset = number_of(request, "offset", 0);
  if (!offset) return bad_parameter(switches, Origin::items, "offset", "It must be a number.");
  const bool is_constant = switches.items_cursor == "constant";
  std::int64_t position = *offset;
  UtcTime issued = now;
  const auto given = request.parameter("nextCursor");
  if (!given.empty() && given != "*") {
    const auto cursor = read_cursor(given);
    if (!cursor || now - cursor->issued > cursor_life) {
      return bad_parameter(switches, Origin::items, "nextCursor", "The cursor is not valid or has expired.");
    }
    position = is_constant ? *offset : cursor->position;
    issued = is_constant ? cursor->issued : now;
  }
  std::vector<const Item*> found;
  for (const Item& item : seller.catalogue.items()) {
    const auto differs = [&request](std::string_view name, const std::string& value) {
      return request.has(name) && request.parameter(name) != value;
    };
    if (differs("sku", item.sku) || differs("publishedStatus", item.published_status) ||
        differs("lifecycleStatus", item.lifecycle_status)) {
      continue;
    }
    found.push_back(&item);
  }
  const auto total = static_cast<std::int64_t>(found.size());
  if (position >= total && switches.empty_is_404) return not_found(switches, Origin::items, "No item found");
  json::Array items;
  const std::int64_t end = std::min(total, position + *limit);
  for (std::int64_t row = position; row < end; ++row)
    items.push_back(item_payload(*found[static_cast<std::size_t>(row)]));
  json::Value body;
  body.set("ItemResponse", std::move(items));
  body.set("totalItems", total);
  if (!given.empty() && (end < total || is_constant))
    body.set("nextCursor", cursor_text({is_constant ? 0 : end, issued}));
  return json_reply(body);
}

ports::HttpResponse get_item(Seller& seller, const Request& request, UtcTime) {
  const std::string& id = request.segments[2];
  const std::string type(request.has("productIdType") ? request.parameter("productIdType") : "SKU");
  const Item* found = type == "SKU" ? seller.catalogue.find(id) : nullptr;
  for (const Item& item : seller.catalogue.items()) {
    if (found != nullptr || type == "SKU") break;
    if ((type == "GTIN" && item.gtin == id) || ((type == "UPC" || type == "EAN") && item.upc == id)) found = &item;
  }
  if (found == nullptr) return not_found(seller.switches, Origin::items, fmt::format("Item {} not found", id));
  return json_reply(json::Object{{"ItemResponse", json::Array{item_payload(*found)}}, {"totalItems", 1}});
}

}  // namespace connector::sandbox::walmart
