#include "walmart/order_writer.h"

namespace connector::walmart {

using domain::Decimal;
using json::Array;
using json::Object;
using json::Value;

namespace {

Value order_quantity(Decimal amount) { return Object{{"unitOfMeasurement", "EACH"}, {"amount", amount.to_string()}}; }

Value negative_money(const std::string& currency, Decimal amount) {
  return Object{{"currency", currency}, {"amount", -amount.abs()}};
}

/// The order line with this number, made by `make` if it is not there yet.
template <class Make>
Value& line_of(Value& order_lines, const std::string& line_number, Make make) {
  for (Value& line : *order_lines.mutable_array()) {
    if (line["lineNumber"].string() == line_number) return line;
  }
  order_lines.push_back(make());
  return order_lines.mutable_array()->back();
}

void append(Value& line, std::string_view list, std::string_view member, Value element) {
  line.find(list)->find(member)->push_back(std::move(element));
}

Value shipped(const ShipmentLine& line) {
  Value carrier;
  if (!line.carrier.empty() || line.other_carrier.empty()) {
    carrier = Object{{"carrier", line.carrier}};
  } else {
    carrier = Object{{"otherCarrier", line.other_carrier}};
  }
  Value tracking = Object{{"shipDateTime", domain::to_epoch_milliseconds(line.ship_time)},
                          {"carrierName", std::move(carrier)},
                          {"methodCode", line.method_code},
                          {"trackingNumber", line.tracking_number}};
  if (!line.tracking_url.empty()) tracking.set("trackingURL", line.tracking_url);
  return Object{
      {"status", "Shipped"}, {"statusQuantity", order_quantity(line.quantity)}, {"trackingInfo", std::move(tracking)}};
}

Value refund_charge(const RefundLine& line) {
  Value charge = Object{{"chargeType", line.charge.type},
                        {"chargeName", line.charge.name},
                        {"chargeAmount", negative_money(line.charge.currency, line.charge.amount)}};
  if (line.charge.tax) {
    charge.set("tax", Object{{"taxName", line.charge.tax_name},
                             {"taxAmount", negative_money(line.charge.currency, *line.charge.tax)}});
  }
  return Object{{"refundReason", line.reason}, {"charge", std::move(charge)}};
}

Value no_statuses() { return Object{{"orderLineStatus", Array()}}; }

}  // namespace

std::string shipment_body(const std::vector<ShipmentLine>& lines) {
  Value order_lines = Array();
  for (const ShipmentLine& line : lines) {
    Value& order_line = line_of(order_lines, line.line_number, [&line] {
      return Object{
          {"lineNumber", line.line_number}, {"intentToCancelOverride", false}, {"orderLineStatuses", no_statuses()}};
    });
    append(order_line, "orderLineStatuses", "orderLineStatus", shipped(line));
  }
  const Value list = Object{{"orderLine", std::move(order_lines)}};
  return json::write(Object{{"orderShipment", Object{{"orderLines", list}}}});
}

std::string cancellation_body(const std::vector<CancellationLine>& lines) {
  Value order_lines = Array();
  for (const CancellationLine& line : lines) {
    Value& order_line = line_of(order_lines, line.line_number, [&line] {
      return Object{{"lineNumber", line.line_number}, {"orderLineStatuses", no_statuses()}};
    });
    append(order_line, "orderLineStatuses", "orderLineStatus",
           Object{{"status", "Cancelled"},
                  {"cancellationReason", line.reason},
                  {"statusQuantity", order_quantity(line.quantity)}});
  }
  const Value list = Object{{"orderLine", std::move(order_lines)}};
  return json::write(Object{{"orderCancellation", Object{{"orderLines", list}}}});
}

std::string refund_body(std::string_view purchase_order_id, const std::vector<RefundLine>& lines) {
  Value order_lines = Array();
  for (const RefundLine& line : lines) {
    Value& order_line = line_of(order_lines, line.line_number, [&line] {
      return Object{
          {"lineNumber", line.line_number}, {"isFullRefund", line.full}, {"refunds", Object{{"refund", Array()}}}};
    });
    Array& refunds = *order_line.find("refunds")->find("refund")->mutable_array();
    if (refunds.empty() || refunds.back()["refundComments"].string() != line.comments) {
      refunds.push_back(
          Object{{"refundComments", line.comments}, {"refundCharges", Object{{"refundCharge", Array()}}}});
    }
    append(refunds.back(), "refundCharges", "refundCharge", refund_charge(line));
  }
  const Value list = Object{{"orderLine", std::move(order_lines)}};
  return json::write(Object{{"orderRefund", Object{{"purchaseOrderId", purchase_order_id}, {"orderLines", list}}}});
}

}  // namespace connector::walmart
