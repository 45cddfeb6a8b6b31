#include "sandbox/walmart/control.h"

#include <fmt/format.h>

#include <algorithm>

#include "sandbox/walmart/books.h"
#include "sandbox/walmart/errors.h"
#include "sandbox/walmart/order_life.h"
#include "sandbox/walmart/order_money.h"
#include "sandbox/walmart/returns.h"
#include "sandbox/walmart/settlement_books.h"

namespace connector::sandbox::walmart {
namespace {

using domain::UtcTime;

ports::HttpResponse complaint(const std::string& message, int status = 400) {
  return json_reply(json::Object{{"error", message}}, status);
}

std::optional<EventKind> kind_of(std::string_view action) {
  if (action == "acknowledge") return EventKind::acknowledge;
  if (action == "ship") return EventKind::ship;
  if (action == "deliver") return EventKind::deliver;
  if (action == "cancel") return EventKind::cancel;
  if (action == "autoCancel") return EventKind::auto_cancel;
  if (action == "refund") return EventKind::refund;
  if (action == "return") return EventKind::open_return;
  if (action == "askToCancel") return EventKind::ask_to_cancel;
  return std::nullopt;
}

/// How many units of the line the action can take.
std::int64_t possible(const Line& line, EventKind kind) {
  if (kind == EventKind::deliver) return line.in(Status::shipped);
  if (kind == EventKind::refund || kind == EventKind::open_return) return line.shipped();
  return line.open();
}

std::shared_ptr<const EventDetails> details_of(const json::Value& body, const Order& order, const Line& line,
                                               EventKind kind, std::int64_t units, UtcTime now) {
  auto details = std::make_shared<EventDetails>();
  details->reason = body["reason"].text_or("");
  if (kind == EventKind::ship && (body.contains("trackingNumber") || body.contains("shipDateTime"))) {
    details->has_tracking = true;
    details->tracking.carrier = "UPS";
    details->tracking.method = order.method;
    details->tracking.number = body["trackingNumber"].text_or("1Z0000000000000001");
    details->tracking.ship_time =
        body["shipDateTime"].integer() ? domain::from_epoch_milliseconds(*body["shipDateTime"].integer()) : now;
  }
  if (kind == EventKind::refund) {
    details->refund.id = fmt::format("R{}", mixed(order.hash, line.refunds.size() + 900) % 10'000'000'000ULL);
    details->refund.quantity = units;
    details->refund.charges = refund_for_units(line, units, body["reason"].text_or("Others"));
  }
  const bool is_plain = details->reason.empty() && !details->has_tracking && kind != EventKind::refund;
  return is_plain ? nullptr : details;
}

ports::HttpResponse drive_order(Seller& seller, const json::Value& body, UtcTime now) {
  const std::string id = body["purchaseOrderId"].text_or("");
  const auto number = seller.orders.find(id);
  if (!number) return complaint("unknown purchaseOrderId " + id, 404);
  const auto kind = kind_of(body["action"].string());
  if (!kind) return complaint("unknown action");
  const Order order = seller.orders.order(*number, seller.catalogue);
  const std::string wanted_line = body["lineNumber"].text_or("");
  std::int64_t changes = 0;
  for (std::size_t index = 0; index < order.lines.size(); ++index) {
    const Line& line = order.lines[index];
    if (!wanted_line.empty() && wanted_line != line.number) continue;
    const std::int64_t units =
        std::min(body["quantity"].integer().value_or(possible(line, *kind)), possible(line, *kind));
    if (*kind == EventKind::open_return) {
      changes += open_return(seller, *number, {{index, units}}, now, body["reason"].text_or("")) ? 1 : 0;
      continue;
    }
    const OrderEvent event{now, *kind, static_cast<std::int16_t>(index), static_cast<std::int32_t>(units),
                           details_of(body, order, line, *kind, units, now)};
    changes += happen(seller, *number, event, Actor::call) ? 1 : 0;
  }
  return json_reply(json::Object{{"purchaseOrderId", id}, {"changedLines", changes}});
}

/// {"returnOrderId", "action": "refund" | "reverseRefund"}
ports::HttpResponse drive_return(Seller& seller, const json::Value& body, UtcTime now) {
  const std::string id = body["returnOrderId"].text_or("");
  const auto index = seller.returns.find(id);
  if (!index) return complaint("unknown returnOrderId " + id, 404);
  const std::string action = body["action"].text_or("");
  std::int64_t units = 0;
  if (action == "refund") {
    const auto lines = seller.returns.at(*index).lines.size();
    for (std::size_t line = 0; line < lines; ++line) {
      const std::int64_t open = seller.returns.at(*index).lines[line].quantity;
      units +=
          refund_return(seller, *index, line, body["quantity"].integer().value_or(open), "SELLER_AUTO_REFUND", now);
    }
  } else if (action == "reverseRefund") {
    units = reverse_refund(seller, *index, now);
  } else {
    return complaint("unknown action");
  }
  return json_reply(json::Object{{"returnOrderId", id}, {"units", units}});
}

ports::HttpResponse post_orders(Marketplace& marketplace, const json::Value& body, UtcTime now) {
  if (body.contains("generate")) {
    OrderGenerator base;
    base.start = now;
    const auto generator = read_generator(std::move(base), body["generate"]);
    if (!generator) return complaint(generator.error().message);
    const std::size_t before = marketplace.seller().orders.size();
    marketplace.add_orders(*generator);
    return json_reply(json::Object{{"placed", marketplace.seller().orders.size() - before}});
  }
  if (body.contains("load")) {
    const auto count = marketplace.load_samples(json::write(body["load"]));
    if (!count) return complaint(count.error().message);
    return json_reply(json::Object{{"loaded", *count}});
  }
  if (body.contains("returnOrderId")) return drive_return(marketplace.seller(), body, now);
  return drive_order(marketplace.seller(), body, now);
}

}  // namespace

ports::HttpResponse answer_control(Marketplace& marketplace, const Request& request, UtcTime now,
                                   domain::Milliseconds& ahead) {
  Seller& seller = marketplace.seller();
  const std::string subject = request.segments.size() == 3 ? request.segments[2] : "";
  const bool is_get = request.source.method == "GET";
  if (is_get && subject == "books") return get_books(seller, request, now);
  if (is_get && subject == "settlements") return get_settlements(seller, now);
  if (is_get && subject == "counters") return json_reply(counters_payload(seller));
  if (is_get && subject == "switches") return json_reply(to_json(seller.switches));
  if (request.source.method != "POST") return complaint("unknown call", 404);
  const auto body = json::parse(request.source.body);
  if (!body || !body->is_object()) return complaint("a JSON object is expected");
  if (subject == "switches") {
    if (auto done = set_switches(seller.switches, *body); !done) return complaint(done.error().message);
    return json_reply(to_json(seller.switches));
  }
  if (subject == "advance") {
    const auto seconds = (*body)["seconds"].integer();
    if (!seconds || *seconds < 0 || *seconds > 10LL * 365 * 86'400) return complaint("seconds is missing or wrong");
    ahead += std::chrono::seconds(*seconds);
    marketplace.advance(now - ahead + std::chrono::seconds(*seconds));
    return json_reply(json::Object{{"now", domain::to_iso8601(now + std::chrono::seconds(*seconds))}});
  }
  if (subject == "tokens") {
    seller.tokens.revoke_all();
    return json_reply(json::Object{{"revoked", true}});
  }
  if (subject == "orders") return post_orders(marketplace, *body, now);
  return complaint("unknown call", 404);
}

}  // namespace connector::sandbox::walmart
