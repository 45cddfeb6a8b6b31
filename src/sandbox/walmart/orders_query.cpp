#include "sandbox/walmart/orders_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "sandbox/walmart/errors.h"
#include "sandbox/walmart/json_text.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {
namespace {

using domain::UtcTime;
using Refusal = std::optional<ports::HttpResponse>;

constexpr std::int64_t most_rows = 200;

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Reads the query and answers the refusal of what is wrong with it, if anything.
class QueryReader {
 public:
  QueryReader(const Seller& seller, const Request& request, UtcTime now, bool is_released)
      : seller_(seller), request_(request), now_(now), is_released_(is_released) {}

  Refusal read(OrderQuery& query) {
    if (auto refusal = read_page(query)) return refusal;
    if (auto refusal = read_words(query)) return refusal;
    if (auto refusal = read_window(query)) return refusal;
    return std::nullopt;
  }

 private:
  Refusal bad(std::string_view name, std::string_view why) const {
    return bad_parameter(seller_.switches, Origin::orders, name, why);
  }

  /// Notes a parameter for the cursor.
  void repeat(OrderQuery& query, std::string_view name, std::string_view value) {
    query.repeated.emplace_back(std::string(name), std::string(value));
  }

  Refusal read_page(OrderQuery& query) {
    if (request_.has("limit")) {
      const auto limit = whole_number(request_.parameter("limit"));
      if (!limit || *limit < 1) return bad("limit", "It must be a number from 1 to 200.");
      if (*limit > most_rows) return bad("limit", "It cannot be larger than 200.");
      query.limit = *limit;
    }
    if (!request_.has("poIndex") && !request_.has("soIndex")) return std::nullopt;
    const auto offset = whole_number(request_.parameter("poIndex"));
    const auto total = whole_number(request_.parameter("soIndex"));
    if (!offset || *offset < 0) return bad("poIndex", "Use the nextCursor as it was given.");
    if (!total || *total < 0) return bad("soIndex", "Use the nextCursor as it was given.");
    const bool is_own = request_.parameter("partnerId") == seller_.config.partner_id &&
                        request_.parameter("sellerId") == seller_.config.seller_id;
    if (seller_.switches.strict_cursor && !is_own) return bad("nextCursor", "Use the nextCursor as it was given.");
    query.offset = *offset;
    query.known_total = *total;
    return std::nullopt;
  }

  Refusal read_words(OrderQuery& query) {
    if (is_released_) {
      query.status = Status::created;
      repeat(query, "status", word(Status::created));
    } else if (const auto text = request_.parameter("status"); !text.empty()) {
      for (std::size_t index = 0; index < status_count; ++index) {
        if (word(static_cast<Status>(index)) == text) query.status = static_cast<Status>(index);
      }
      if (!query.status) return bad("status", "Use Created, Acknowledged, Shipped, Delivered or Cancelled.");
      repeat(query, "status", text);
    }
    const auto text_of = [&](std::string_view name, std::string& target) {
      target = request_.parameter(name);
      if (!target.empty()) repeat(query, name, target);
    };
    text_of("sku", query.sku);
    text_of("customerOrderId", query.customer_order_id);
    text_of("purchaseOrderId", query.purchase_order_id);
    text_of("shippingProgramType", query.shipping_program);
    if (const auto type = request_.parameter("orderType"); !type.empty()) {
      if (type != "REGULAR" && type != "REPLACEMENT") return bad("orderType", "Use REGULAR or REPLACEMENT.");
      query.is_replacement = type == "REPLACEMENT";
      repeat(query, "orderType", type);
    }
    for (const std::string_view name : {"productInfo", "replacementInfo"}) {
      const auto value = request_.parameter(name);
      if (value.empty()) continue;
      if (value != "true" && value != "false") return bad(name, "Use true or false.");
      (name == "productInfo" ? query.detail.product_info : query.detail.replacement_info) = value == "true";
      repeat(query, name, value);
    }
    return std::nullopt;
  }

  Refusal read_time(OrderQuery& query, std::string_view name, std::optional<UtcTime>& target) {
    const auto text = request_.parameter(name);
    if (text.empty()) return std::nullopt;
    const auto time = domain::parse_iso8601(text);
    if (!time) return bad(name, "Use yyyy-MM-dd or yyyy-MM-dd'T'HH:mm:ssZ.");
    target = *time;
    repeat(query, name, text);
    return std::nullopt;
  }

  Refusal read_window(OrderQuery& query) {
    std::optional<UtcTime> start;
    std::optional<UtcTime> end;
    if (auto refusal = read_time(query, "createdStartDate", start)) return refusal;
    if (!start) {
      start = now_ - std::chrono::days(seller_.switches.created_start_default_days);
      repeat(query, "createdStartDate", domain::to_iso8601(*start));
    }
    if (auto refusal = read_time(query, "createdEndDate", end)) return refusal;
    if (!end) {
      // Frozen in the cursor, so that later pages do not see orders placed meanwhile.
      end = now_;
      repeat(query, "createdEndDate", domain::to_iso8601(*end));
    }
    if (auto refusal = read_time(query, "fromExpectedShipDate", query.ship_start)) return refusal;
    if (auto refusal = read_time(query, "toExpectedShipDate", query.ship_end)) return refusal;
    if (!is_released_) {
      if (auto refusal = read_time(query, "lastModifiedStartDate", query.modified_start)) return refusal;
      if (auto refusal = read_time(query, "lastModifiedEndDate", query.modified_end)) return refusal;
    }
    if (*start > *end) return bad("createdStartDate", "It is after createdEndDate.");
    if (query.modified_start && query.modified_end && *query.modified_start > *query.modified_end) {
      return bad("lastModifiedStartDate", "It is after lastModifiedEndDate.");
    }
    query.now = now_;
    query.created_start = *start;
    query.created_end = *end;
    if (seller_.switches.order_horizon_days > 0) {
      query.created_start = std::max(*start, now_ - std::chrono::days(seller_.switches.order_horizon_days));
    }
    const auto type = request_.parameter("shipNodeType");
    if (!type.empty()) {
      bool is_known = false;
      for (std::size_t index = 0; index < node_type_count; ++index) {
        if (word(static_cast<NodeType>(index)) != type) continue;
        query.node_type = static_cast<NodeType>(index);
        is_known = true;
      }
      if (!is_known) return bad("shipNodeType", "Use SellerFulfilled, WFSFulfilled or 3PLFulfilled.");
    }
    repeat(query, "shipNodeType", word(query.node_type));
    return std::nullopt;
  }

  const Seller& seller_;
  const Request& request_;
  UtcTime now_;
  bool is_released_;
};

/// All parameters of the cursor that follows, decoded.
std::vector<std::pair<std::string, std::string>> cursor_parameters(const Seller& seller, const OrderQuery& query,
                                                                   std::int64_t total, std::int64_t offset) {
  std::vector<std::pair<std::string, std::string>> parameters = {
      {"limit", std::to_string(query.limit)},  {"hasMoreElements", "true"},
      {"soIndex", std::to_string(total)},      {"poIndex", std::to_string(offset)},
      {"partnerId", seller.config.partner_id}, {"sellerId", seller.config.seller_id}};
  parameters.insert(parameters.end(), query.repeated.begin(), query.repeated.end());
  return parameters;
}

/// Colons stay as they are, as in the published cursors; what would change the meaning is percent-encoded.
std::string cursor_text(const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    text += text.empty() ? '?' : '&';
    text += name;
    text += '=';
    for (const char letter : value) {
      if (letter == ':') text += letter;
      if (letter != ':') text += ports::percent_encode(std::string_view(&letter, 1));
    }
  }
  return text;
}

ports::HttpResponse beyond_the_cap(const Seller& seller, std::string_view field) {
  return bad_parameter(
      seller.switches, Origin::orders, field,
      fmt::format("At most {} orders can be fetched at a time; narrow the dates.", seller.switches.order_cap));
}

ports::HttpResponse list_orders(Seller& seller, const Request& request, UtcTime now, bool is_released) {
  OrderQuery query;
  if (auto refusal = QueryReader(seller, request, now, is_released).read(query)) return *refusal;
  if (query.known_total && seller.switches.strict_cursor &&
      cursor_parameters(seller, query, *query.known_total, query.offset) != request.parameters) {
    return bad_parameter(seller.switches, Origin::orders, "nextCursor", "Use the nextCursor as it was given.");
  }
  if (query.offset >= seller.switches.order_cap) return beyond_the_cap(seller, "nextCursor");
  const OrderPage page = find_orders(seller, query);
  if (seller.switches.order_cap_refuses_first_page && page.total > seller.switches.order_cap)
    return beyond_the_cap(seller, "createdStartDate");
  if (page.rows.empty() && seller.switches.empty_is_404) {
    return not_found(seller.switches, Origin::orders,
                     is_released
                         ? "Failed when called getAllReleasedOrders. Orders not found for given search parameters "
                         : "Failed when called getAllOrders. Orders not found for given search parameters ");
  }
  std::string body;
  body.reserve(512 + page.rows.size() * 2048);
  JsonText json(body);
  json.open('{').open("list", '{').open("meta", '{').number("totalCount", page.total).number("limit", query.limit);
  if (page.has_more) {
    const std::int64_t next = query.offset + static_cast<std::int64_t>(page.rows.size());
    json.text("nextCursor", cursor_text(cursor_parameters(seller, query, page.total, next)));
  }
  json.close('}').open("elements", '{').open("order", '[');
  for (std::size_t row = 0; row < page.rows.size(); ++row) {
    if (row > 0) body += ',';
    append_order(body, seller.orders.order(page.rows[row], seller.catalogue), query.detail, seller.switches);
  }
  json.close(']').close('}').close('}').close('}');
  return json_reply(std::move(body));
}

}  // namespace

ports::HttpResponse get_orders(Seller& seller, const Request& request, UtcTime now) {
  return list_orders(seller, request, now, false);
}

ports::HttpResponse get_released_orders(Seller& seller, const Request& request, UtcTime now) {
  return list_orders(seller, request, now, true);
}

ports::HttpResponse get_order(Seller& seller, const Request& request, UtcTime) {
  const auto number = seller.orders.find(request.segments[2]);
  if (!number) {
    return not_found(
        seller.switches, Origin::orders,
        fmt::format("Failed when called getAnOrder. Order not found for purchaseOrderId {}", request.segments[2]));
  }
  OrderDetail detail;
  detail.product_info = request.parameter("productInfo") == "true";
  detail.replacement_info = request.parameter("replacementInfo") == "true";
  return order_reply(seller, *number, detail);
}

ports::HttpResponse order_reply(Seller& seller, OrderNumber number, OrderDetail detail) {
  std::string body = R"({"order":)";
  append_order(body, seller.orders.order(number, seller.catalogue), detail, seller.switches);
  body += '}';
  return json_reply(std::move(body));
}

}  // namespace connector::sandbox::walmart
