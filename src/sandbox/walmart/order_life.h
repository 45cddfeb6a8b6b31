#pragma once

#include "sandbox/walmart/agenda.h"
#include "sandbox/walmart/orders.h"

namespace connector::sandbox::walmart {

struct Seller;

/// Who makes an event happen: its script, or a call (then Walmart and the customer act on it afterwards).
enum class Actor : std::uint8_t { script, call };

/// Places the next generated order: stock is reserved, its life begins, the notification goes out.
void place_next_order(Seller& seller);

/// Lets an event happen to an order with all that follows: stock, notifications, later events.
/// Returns whether anything changed.
bool happen(Seller& seller, OrderNumber number, const OrderEvent& event, Actor actor);

/// Runs an agenda entry of kind script, deliver, auto_cancel or open_return.
void run_order_entry(Seller& seller, const Agenda::Entry& entry);

/// The speed at which Walmart and the customer act on this order, in percent.
std::int64_t life_speed(const Seller& seller, OrderNumber number);

}  // namespace connector::sandbox::walmart
