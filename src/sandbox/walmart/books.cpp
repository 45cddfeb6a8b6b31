#include "sandbox/walmart/books.h"

#include <algorithm>
#include <limits>
#include <map>

#include "sandbox/walmart/errors.h"
#include "sandbox/walmart/json_text.h"
#include "sandbox/walmart/order_money.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {
namespace {

using domain::Decimal;

void append_money(JsonText& json, std::string_view name, const MoneyByKind& money) {
  json.open(name, '{').text("product", money.product.to_string()).text("discount", money.discount.to_string());
  json.text("shipping", money.shipping.to_string()).text("fee", money.fee.to_string());
  json.text("kept", money.kept.to_string());
  json.text("tax", money.tax.to_string()).text("withoutTax", money.without_tax().to_string()).close('}');
}

void append_line(JsonText& json, const Line& line) {
  std::int64_t refunded_units = 0;
  for (const Refund& refund : line.refunds) refunded_units += refund.quantity;
  json.open('{').text("lineNumber", line.number).text("sku", line.sku).text("currency", line.currency);
  json.number("ordered", line.quantity)
      .number("unacknowledged", line.in(Status::created))
      .number("open", line.open())
      .number("shipped", line.shipped());
  json.number("delivered", line.in(Status::delivered)).number("cancelled", line.in(Status::cancelled));
  json.number("refundedQuantity", refunded_units).open("shipments", '[');
  for (const Portion& portion : line.portions) {
    if (portion.status != Status::shipped && portion.status != Status::delivered) continue;
    const domain::UtcTime time = portion.tracking ? portion.tracking->ship_time : line.status_time;
    json.open('{').text("shipTime", domain::to_iso8601(time)).number("quantity", portion.quantity).close('}');
  }
  json.close(']').open("refunds", '[');
  for (const Refund& refund : line.refunds) {
    json.open('{').text("refundId", refund.id).text("time", domain::to_iso8601(refund.time));
    json.number("quantity", refund.quantity).flag("ofReturn", refund.is_of_return).close('}');
  }
  json.close(']');
  append_money(json, "charged", charged_for_shipped(line));
  append_money(json, "refunded", refunded_on(line));
  json.close('}');
}

void append_order_books(JsonText& json, const Order& order, const OrderRecord& record) {
  json.open('{').text("purchaseOrderId", order.purchase_order_id).text("customerOrderId", order.customer_order_id);
  json.text("shipNodeType", word(order.node_type)).text("shipNode", order.node_id);
  json.text("orderType", order.is_replacement ? "REPLACEMENT" : "REGULAR");
  json.text("created", domain::to_iso8601(order.created)).text("modified", domain::to_iso8601(record.modified));
  json.open("lines", '[');
  for (const Line& line : order.lines) append_line(json, line);
  json.close(']').close('}');
}

/// The returns of the orders in the books, those of loaded payloads left out.
void append_returns(JsonText& json, const Seller& seller) {
  json.open("returns", '[');
  for (const ReturnOrder& returned : seller.returns.all()) {
    if (returned.order == ReturnOrder::no_order) continue;
    const Order order = seller.orders.order(returned.order, seller.catalogue);
    json.open('{').text("returnOrderId", returned.id).text("purchaseOrderId", order.purchase_order_id);
    json.text("shipNodeType", word(returned.node_type)).text("status", status_word(returned));
    json.flag("cancelled", returned.state == ReturnOrder::State::cancelled);
    json.flag("keepIt", returned.is_keep_it).flag("replacement", returned.is_replacement).open("lines", '[');
    for (const ReturnOrder::Line& line : returned.lines) {
      json.open('{').text("lineNumber", order.lines[line.line].number).number("quantity", line.quantity);
      json.number("refunded", line.refunded).close('}');
    }
    json.close(']').close('}');
  }
  json.close(']');
}

struct Totals {
  MoneyByKind charged, refunded;
  std::int64_t shipped = 0, cancelled = 0;
};

}  // namespace

MoneyByKind& MoneyByKind::operator+=(const MoneyByKind& other) {
  product += other.product;
  discount += other.discount;
  shipping += other.shipping;
  fee += other.fee;
  tax += other.tax;
  kept += other.kept;
  return *this;
}

MoneyByKind charged_for_shipped(const Line& line) {
  MoneyByKind sum;
  for (const Charge& charge : line.charges) {
    const Money money = charged(line, charge);
    const bool is_discount =
        charge.type == "PRODUCT" && (charge.amount.is_negative() || charge.name == "SubscriptionDiscount");
    if (is_discount) sum.discount += money.amount;
    if (charge.type == "PRODUCT" && !is_discount) sum.product += money.amount;
    if (charge.type == "SHIPPING") sum.shipping += money.amount;
    if (charge.type != "PRODUCT" && charge.type != "SHIPPING") sum.fee += money.amount;
    sum.tax += money.tax;
  }
  return sum;
}

MoneyByKind refunded_on(const Line& line) {
  MoneyByKind sum;
  for (const Refund& refund : line.refunds) {
    for (const RefundCharge& charge : refund.charges) {
      if (charge.type == "PRODUCT") {
        sum.product += charge.amount;
      } else if (charge.type == "SHIPPING") {
        sum.shipping += charge.amount;
      } else if (charge.type == restocking_fee) {
        sum.kept += charge.amount;
      } else {
        sum.fee += charge.amount;
      }
      sum.tax += charge.tax;
    }
  }
  return sum;
}

namespace {

/// Every item with its price and what is in hand at each node.
json::Value items_payload(const Seller& seller) {
  json::Array items;
  for (const Item& item : seller.catalogue.items()) {
    json::Value value;
    value.set("sku", item.sku);
    value.set("price", item.price.to_string());
    value.set("currency", item.currency);
    json::Object in_hand;
    for (std::size_t node = 0; node < item.stock.size(); ++node) {
      in_hand.emplace_back(seller.catalogue.nodes()[node].id,
                           std::max<std::int64_t>(0, item.stock[node].available) + item.stock[node].reserved);
    }
    value.set("inHand", std::move(in_hand));
    items.push_back(std::move(value));
  }
  return items;
}

json::Value feeds_payload(const Seller& seller) {
  json::Array feeds;
  for (const Feed& feed : seller.feeds.list) {
    json::Value value;
    value.set("feedId", feed.id);
    value.set("type", feed.type);
    value.set("fileName", feed.file_name);
    value.set("status", feed.status);
    json::Array skus;
    for (const FeedItem& item : feed.items) skus.push_back(item.sku);
    value.set("skus", std::move(skus));
    feeds.push_back(std::move(value));
  }
  return feeds;
}

}  // namespace

ports::HttpResponse get_books(Seller& seller, const Request& request, domain::UtcTime) {
  const auto number_of = [&request](std::string_view name, std::int64_t fallback) {
    return json::Value(request.parameter(name)).integer().value_or(fallback);
  };
  const std::int64_t offset = number_of("offset", 0);
  const std::int64_t limit =
      request.parameter("orders") == "false" ? 0 : number_of("limit", std::numeric_limits<std::int64_t>::max());
  const auto only = request.parameter("purchaseOrderId");
  const auto type = request.parameter("shipNodeType");
  std::map<std::string, Totals> totals;
  std::string body;
  JsonText json(body);
  json.open('{').open("orders", '[');
  std::int64_t seen = 0;
  std::int64_t listed = 0;
  const auto include = [&](OrderNumber number) {
    const OrderRecord& record = seller.orders.record(number);
    if (!type.empty() && type != word(record.node_type)) return;
    const Order order = seller.orders.order(number, seller.catalogue);
    for (const Line& line : order.lines) {
      Totals& total = totals[line.currency];
      total.charged += charged_for_shipped(line);
      total.refunded += refunded_on(line);
      total.shipped += line.shipped();
      total.cancelled += line.in(Status::cancelled);
    }
    if (seen++ < offset || listed >= limit) return;
    ++listed;
    append_order_books(json, order, record);
  };
  if (only.empty()) {
    for (OrderNumber number = 0; number < seller.orders.size(); ++number) include(number);
  } else if (const auto number = seller.orders.find(only)) {
    include(*number);
  }
  json.close(']').number("orderCount", seen).open("totals", '{');
  for (const auto& [currency, total] : totals) {
    json.open(currency, '{').number("shippedUnits", total.shipped).number("cancelledUnits", total.cancelled);
    append_money(json, "charged", total.charged);
    append_money(json, "refunded", total.refunded);
    json.close('}');
  }
  json.close('}');
  if (limit != 0) append_returns(json, seller);
  json.value("items", items_payload(seller))
      .value("feeds", feeds_payload(seller))
      .value("counters", counters_payload(seller))
      .close('}');
  return json_reply(std::move(body));
}

json::Value counters_payload(const Seller& seller) {
  const auto as_object = [](const std::map<std::string, std::uint64_t>& counts) {
    json::Object object;
    for (const auto& [name, count] : counts) object.emplace_back(name, static_cast<std::int64_t>(count));
    return json::Value(std::move(object));
  };
  const Webhooks::Counts& webhooks = seller.webhooks.counts();
  json::Value value;
  value.set("requests", as_object(seller.counters.requests));
  value.set("refusedByLimit", as_object(seller.counters.refused_by_limit));
  value.set("unauthorized", static_cast<std::int64_t>(seller.counters.unauthorized));
  value.set("orders", seller.orders.size());
  value.set("returns", seller.returns.all().size());
  value.set("webhooks", json::Object{{"sent", static_cast<std::int64_t>(webhooks.sent)},
                                     {"answered", static_cast<std::int64_t>(webhooks.answered)},
                                     {"retried", static_cast<std::int64_t>(webhooks.retried)},
                                     {"givenUp", static_cast<std::int64_t>(webhooks.given_up)},
                                     {"duplicated", static_cast<std::int64_t>(webhooks.duplicated)}});
  return value;
}

}  // namespace connector::sandbox::walmart
