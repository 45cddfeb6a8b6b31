#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {
namespace {

using domain::UtcTime;

json::Value order_event_line(const Order& order, const Line& line, std::string_view status) {
  json::Value value;
  value.set("lineNumber", line.number);
  value.set("sku", line.sku);
  value.set("productName", line.product_name);
  value.set("quantity",
            json::Object{{"unitOfMeasure", line.unit}, {"measurementValue", std::to_string(line.quantity)}});
  value.set("status", status);
  value.set("statusDate", domain::to_iso8601(line.status_time));
  value.set("shippingProgramType", order.method == "OneDay" ? "ONE_DAY" : "STANDARD");
  value.set("shippingMethod", order.method);
  return value;
}

json::Value order_event(const Seller& seller, const Order& order, json::Array lines) {
  json::Value payload;
  payload.set("partnerId", seller.config.partner_id);
  payload.set("purchaseOrderId", order.purchase_order_id);
  payload.set("customerOrderId", order.customer_order_id);
  payload.set("orderDate", domain::to_iso8601(order.created));
  payload.set("estimatedDeliveryDate", domain::to_iso8601(order.deliver_by));
  payload.set("estimatedShipDate", domain::to_iso8601(order.ship_by));
  payload.set("orderLines", std::move(lines));
  payload.set("shipNodeType", word(order.node_type));
  return payload;
}

/// One event under its own type and, since 2026, under ORDER_UPDATES with the type as subEventType.
void publish_order(Seller& seller, std::string_view event_type, const json::Value& payload, UtcTime time) {
  if (seller.webhooks.is_wanted(event_type)) publish(seller, event_type, payload, time);
  if (!seller.webhooks.is_wanted("ORDER_UPDATES")) return;
  json::Value update;
  update.set("meta", json::Object{{"subEventType", event_type}});
  update.set("order", payload);
  publish(seller, "ORDER_UPDATES", std::move(update), time);
}

/// "Mar 28, 2024", as the return notifications write days.
std::string day_text(UtcTime time) {
  static constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const domain::Date date{std::chrono::floor<std::chrono::days>(time)};
  return fmt::format("{} {:02}, {}", months[static_cast<unsigned>(date.month()) - 1], static_cast<unsigned>(date.day()),
                     static_cast<int>(date.year()));
}

}  // namespace

void announce_created(Seller& seller, std::uint32_t number, UtcTime time) {
  if (!seller.webhooks.is_wanted("PO_CREATED") && !seller.webhooks.is_wanted("ORDER_UPDATES")) return;
  const Order order = seller.orders.order(number, seller.catalogue);
  json::Array lines;
  for (const Line& line : order.lines) lines.push_back(order_event_line(order, line, "CREATED"));
  publish_order(seller, "PO_CREATED", order_event(seller, order, std::move(lines)), time);
}

void announce_event(Seller& seller, std::uint32_t number, EventKind kind, std::int16_t line_index, UtcTime time) {
  if (kind != EventKind::auto_cancel && kind != EventKind::ask_to_cancel) return;
  const std::string_view type = kind == EventKind::auto_cancel ? "PO_LINE_AUTOCANCELLED" : "INTENT_TO_CANCEL";
  if (!seller.webhooks.is_wanted(type) && !seller.webhooks.is_wanted("ORDER_UPDATES")) return;
  const Order order = seller.orders.order(number, seller.catalogue);
  json::Array lines;
  for (std::size_t index = 0; index < order.lines.size(); ++index) {
    if (line_index != all_lines && line_index != static_cast<std::int16_t>(index)) continue;
    const Line& line = order.lines[index];
    json::Value entry = order_event_line(order, line, kind == EventKind::auto_cancel ? "CANCELLED" : "CREATED");
    if (kind == EventKind::auto_cancel) {
      for (const Portion& portion : line.portions) {
        if (portion.status == Status::cancelled) entry.set("cancellationReason", portion.cancellation_reason);
      }
    }
    lines.push_back(std::move(entry));
  }
  publish_order(seller, type, order_event(seller, order, std::move(lines)), time);
}

void announce_out_of_stock(Seller& seller, const Item& item, UtcTime time) {
  if (!seller.webhooks.is_wanted("INVENTORY_OOS")) return;
  json::Value payload;
  json::Array nodes;
  for (std::size_t node = 0; node < item.stock.size(); ++node) {
    if (item.stock[node].available > 0) continue;
    const ShipNode& place = seller.catalogue.nodes()[node];
    nodes.push_back(json::Object{{"availToSellQty", 0}, {"shipNode", place.id}, {"shipNodeName", place.name}});
  }
  payload.set("partnerId", seller.config.partner_id);
  payload.set("itemId", item.wpid);
  payload.set("sku", item.sku);
  payload.set("productName", item.product_name);
  payload.set("category", item.product_type);
  payload.set("shipNodes", std::move(nodes));
  publish(seller, "INVENTORY_OOS", std::move(payload), time);
}

void announce_return(Seller& seller, std::size_t return_index, std::string_view event_type, UtcTime time) {
  if (!seller.webhooks.is_wanted(event_type)) return;
  const ReturnOrder& given = seller.returns.at(return_index);
  const Order order = seller.orders.order(given.order, seller.catalogue);
  json::Array entries;
  for (const ReturnOrder::Line& line : given.lines) {
    json::Value entry;
    entry.set("purchaseOrderId", order.purchase_order_id);
    entry.set("productName", order.lines[line.line].product_name);
    entry.set("returnOrderId", given.id);
    entry.set("returnInitiatedDate", day_text(given.created));
    entry.set("returnReason", line.reason);
    entry.set("quantity", std::to_string(line.quantity));
    entry.set("trackingUrl", json::Array{});
    entry.set("trackingId", json::Array{});
    entry.set("refundStatus", line.refunded > 0 ? "Refunded" : "Non Refunded");
    entries.push_back(std::move(entry));
  }
  json::Value payload;
  payload.set("partnerId", seller.config.partner_id);
  payload.set("partnerName", seller.config.partner_name);
  payload.set("returnOrders", std::move(entries));
  publish(seller, event_type, std::move(payload), time);
}

}  // namespace connector::sandbox::walmart
