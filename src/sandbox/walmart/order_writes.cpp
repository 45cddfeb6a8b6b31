#include "sandbox/walmart/order_writes.h"

#include <fmt/format.h>

#include <array>

#include "sandbox/walmart/order_money.h"
#include "sandbox/walmart/order_write.h"
#include "sandbox/walmart/orders_query.h"

namespace connector::sandbox::walmart {
namespace {

constexpr std::array<std::string_view, 6> method_codes = {"Standard", "Express",    "OneDay",
                                                          "Freight",  "WhiteGlove", "Value"};
constexpr std::array<std::string_view, 57> carriers = {"UPS",
                                                       "USPS",
                                                       "FedEx",
                                                       "Airborne",
                                                       "OnTrac",
                                                       "DHL Ecommerce - US",
                                                       "DHL",
                                                       "LS",
                                                       "UDS",
                                                       "UPSMI",
                                                       "FDX",
                                                       "PILOT",
                                                       "ESTES",
                                                       "SAIA",
                                                       "FDS Express",
                                                       "Seko Worldwide",
                                                       "HIT Delivery",
                                                       "FEDEXSP",
                                                       "RL Carriers",
                                                       "Metropolitan Warehouse & Delivery",
                                                       "China Post",
                                                       "YunExpress",
                                                       "Yellow Freight Sys",
                                                       "AIT Worldwide Logistics",
                                                       "Chukou1",
                                                       "Sendle",
                                                       "Landmark Global",
                                                       "Sunyou",
                                                       "Yanwen",
                                                       "4PX",
                                                       "GLS",
                                                       "OSM Worldwide",
                                                       "FIRST MILE",
                                                       "AM Trucking",
                                                       "CEVA",
                                                       "India Post",
                                                       "SF Express",
                                                       "CNE",
                                                       "TForce Freight",
                                                       "AxleHire",
                                                       "LSO",
                                                       "Royal Mail",
                                                       "ABF Freight System",
                                                       "WanB",
                                                       "Roadrunner Freight",
                                                       "Meyer Distribution",
                                                       "AAA Cooper",
                                                       "Canada Post",
                                                       "Southeastern Freight Lines",
                                                       "Japan Post",
                                                       "Correos de Mexico",
                                                       "XPO Logistics",
                                                       "JD Logistics",
                                                       "YDH",
                                                       "JCEX",
                                                       "Flyt",
                                                       "Deutsche Post"};
constexpr std::array<std::string_view, 5> cancellation_reasons = {
    "CUSTOMER_REQUESTED_SELLER_TO_CANCEL", "SELLER_CANCEL_PRICING_ERROR", "SELLER_CANCEL_OUT_OF_STOCK",
    "SELLER_CANCEL_FRAUD_STOP_SHIPMENT", "SELLER_CANCEL_ADDRESS_NOT_SERVICEABLE"};

template <std::size_t count>
bool is_one_of(const std::array<std::string_view, count>& words, std::string_view text) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

/// trackingInfo of a shipment; notes every fault and returns whether there was none.
bool read_tracking(OrderWrite& write, const json::Value& info, const std::string& line, Tracking& tracking) {
  bool is_good = true;
  const auto complain = [&](std::string_view field, std::string_view what) {
    write.fault(std::string(field), fmt::format("{} in line number {}", what, line));
    is_good = false;
  };
  if (!info.is_object()) {
    complain("trackingInfo", "Tracking info is required");
    return false;
  }
  const auto ship_time = info["shipDateTime"].integer();
  if (!ship_time || *ship_time <= 0) complain("shipDateTime", "Ship date time is missing or not in milliseconds");
  tracking.ship_time = domain::from_epoch_milliseconds(ship_time.value_or(0));
  tracking.carrier = info["carrierName"]["carrier"].text_or("");
  tracking.other_carrier = info["carrierName"]["otherCarrier"].text_or("");
  tracking.method = info["methodCode"].text_or("");
  tracking.number = info["trackingNumber"].text_or("");
  tracking.url = info["trackingURL"].text_or("");
  if (tracking.carrier.empty() && tracking.other_carrier.empty()) complain("carrierName", "Carrier name is required");
  if (!tracking.carrier.empty() && !is_one_of(carriers, tracking.carrier))
    complain("carrier", "Carrier is not supported");
  if (tracking.carrier.empty() && !tracking.other_carrier.empty() && tracking.url.empty()) {
    complain("trackingURL", "Tracking URL is required with other carrier");
  }
  if (!is_one_of(method_codes, tracking.method)) complain("methodCode", "Method code is not supported");
  if (tracking.number.empty()) complain("trackingNumber", "Tracking number is required");
  return is_good;
}

std::int16_t index_of(const Order& order, const Line& line) {
  return static_cast<std::int16_t>(&line - order.lines.data());
}

void plan_shipment(OrderWrite& write, const json::Value& entry, const json::Value& status, bool is_update) {
  Line* line = write.find_line(entry);
  if (line == nullptr) return;
  if (status["status"].string() != "Shipped") {
    return write.fault("status", fmt::format("Status must be Shipped in line number {}", line->number));
  }
  const auto units = status_quantity(write, status, line->number);
  auto details = std::make_shared<EventDetails>();
  if (!read_tracking(write, status["trackingInfo"], line->number, details->tracking) || !units) return;
  details->has_tracking = true;
  details->return_center = status["returnCenterAddress"];
  details->seller_order_id = entry["sellerOrderId"].text_or("");
  const std::int16_t index = index_of(write.order(), *line);
  if (is_update) {
    const bool is_late = write.now() - line->status_time > std::chrono::hours(4);
    if (line->in(Status::shipped) == 0 || is_late) {
      return write.fault("processMode", fmt::format("Tracking can be changed up to 4 hours after shipment only, "
                                                    "line number {}",
                                                    line->number));
    }
    return write.plan(OrderEvent{write.now(), EventKind::change_tracking, index, 0, details});
  }
  const bool needs_acknowledge = write.seller().switches.ship_requires_acknowledge;
  const std::int64_t open = needs_acknowledge ? line->in(Status::acknowledged) : line->open();
  if (*units > open) {
    return write.fault("statusQuantity", fmt::format("Quantity {} exceeds the {} that can be shipped in line number {}",
                                                     *units, open, line->number));
  }
  if (line->intent_to_cancel && entry["intentToCancelOverride"].boolean() != true) {
    return write.fault("intentToCancelOverride",
                       fmt::format("The customer wants to cancel line number {}; override to ship", line->number));
  }
  write.plan(OrderEvent{write.now(), EventKind::ship, index, static_cast<std::int32_t>(*units), details});
}

void plan_cancellation(OrderWrite& write, const json::Value& entry, const json::Value& status) {
  Line* line = write.find_line(entry);
  if (line == nullptr) return;
  if (status["status"].string() != "Cancelled") {
    return write.fault("status", fmt::format("Status must be Cancelled in line number {}", line->number));
  }
  const std::string reason = status["cancellationReason"].text_or("");
  if (!is_one_of(cancellation_reasons, reason)) {
    return write.fault("cancellationReason",
                       fmt::format("Cancellation reason is not supported in line number {}", line->number));
  }
  if (reason == "CUSTOMER_REQUESTED_SELLER_TO_CANCEL" && !line->intent_to_cancel) {
    return write.fault("cancellationReason",
                       fmt::format("The customer did not ask to cancel line number {}", line->number));
  }
  const auto units = status_quantity(write, status, line->number);
  if (!units) return;
  if (*units > line->open()) {
    return write.fault("statusQuantity",
                       fmt::format("Quantity {} exceeds the {} that can be cancelled in line number {}", *units,
                                   line->open(), line->number));
  }
  auto details = std::make_shared<EventDetails>();
  details->reason = reason;
  write.plan(OrderEvent{write.now(), EventKind::cancel, index_of(write.order(), *line),
                        static_cast<std::int32_t>(*units), details});
}

}  // namespace

ports::HttpResponse post_acknowledge(Seller& seller, const Request& request, domain::UtcTime now) {
  OrderWrite write(seller, request, now);
  if (auto refusal = write.open("")) return *refusal;
  const std::uint8_t mask = write.order().status_mask();
  if ((mask & bit(Status::created)) == 0) {
    const bool is_repeat = (mask & bit(Status::acknowledged)) != 0 && !seller.switches.acknowledge_again_is_error;
    if (!is_repeat) write.fault("purchaseOrderId", "No order line is in Created status");
    return write.finish();
  }
  write.plan(OrderEvent{now, EventKind::acknowledge, all_lines, 0, nullptr});
  return write.finish();
}

ports::HttpResponse post_shipping(Seller& seller, const Request& request, domain::UtcTime now) {
  OrderWrite write(seller, request, now);
  if (auto refusal = write.open("orderShipment")) return *refusal;
  const std::string mode = write.root()["processMode"].text_or("");
  if (!mode.empty() && mode != "PARTIAL_UPDATE") write.fault("processMode", "Process mode is not supported");
  for (const json::Value& entry : write.lines()) {
    const auto statuses = as_list(entry["orderLineStatuses"]["orderLineStatus"]);
    if (statuses.empty()) write.fault("orderLineStatus", "At least one order line status is required");
    for (const json::Value& status : statuses) plan_shipment(write, entry, status, mode == "PARTIAL_UPDATE");
  }
  return write.finish();
}

ports::HttpResponse post_cancel(Seller& seller, const Request& request, domain::UtcTime now) {
  OrderWrite write(seller, request, now);
  if (auto refusal = write.open("orderCancellation")) return *refusal;
  for (const json::Value& entry : write.lines()) {
    const auto statuses = as_list(entry["orderLineStatuses"]["orderLineStatus"]);
    if (statuses.empty()) write.fault("orderLineStatus", "At least one order line status is required");
    for (const json::Value& status : statuses) plan_cancellation(write, entry, status);
  }
  return write.finish();
}

}  // namespace connector::sandbox::walmart
