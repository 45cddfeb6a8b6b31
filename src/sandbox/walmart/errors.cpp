#include "sandbox/walmart/errors.h"

#include <fmt/format.h>

namespace connector::sandbox::walmart {
namespace {

enum class Shape { gateway, orders, documented };

Shape shape_of(const Switches& switches, Origin origin) {
  if (switches.error_shape == "gateway") return Shape::gateway;
  if (switches.error_shape == "orders") return Shape::orders;
  if (switches.error_shape == "documented") return Shape::documented;
  if (origin == Origin::gateway) return Shape::gateway;
  return origin == Origin::orders || origin == Origin::returns ? Shape::orders : Shape::documented;
}

std::string_view suffix_of(Origin origin) {
  switch (origin) {
    case Origin::gateway:
      return ".GMP_GATEWAY_API";
    case Origin::orders:
      return ".GMP_ORDER_API";
    case Origin::returns:
      return ".GMP_RETURN_API";
    case Origin::inventory:
      return ".GMP_INVENTORY_API";
    case Origin::items:
      return ".GMP_ITEM_API";
    case Origin::price:
      return ".GMP_PRICE_API";
    case Origin::feeds:
      return ".GMP_RECEIVER_API";
    case Origin::notifications:
      return ".GMP_NOTIFICATION_API";
    case Origin::settings:
      return ".GMP_SETTINGS_API";
    case Origin::reports:
      return ".GMP_REPORT_API";
  }
  return "";
}

json::Value entry(const Fault& fault, Shape shape, Origin origin) {
  json::Value value;
  if (shape == Shape::documented) {
    value.set("code", fault.code);
    value.set("message", fault.description);
    value.set("category", fault.category);
    value.set("severity", fault.severity);
    if (!fault.field.empty()) value.set("field", fault.field);
    return value;
  }
  value.set("code", fault.code + std::string(suffix_of(origin)));
  if (!fault.field.empty()) value.set("field", fault.field);
  value.set("description", fault.description);
  value.set("info", fault.info);
  value.set("severity", fault.severity);
  value.set("category", fault.category);
  value.set("causes", json::Array{});
  value.set("errorIdentifiers", shape == Shape::gateway ? json::Object{} : json::Object{{"entry", json::Array{}}});
  return value;
}

}  // namespace

ports::HttpResponse refuse(const Switches& switches, Origin origin, int status, const std::vector<Fault>& faults) {
  const Shape shape = shape_of(switches, origin);
  json::Array entries;
  for (const Fault& fault : faults) entries.push_back(entry(fault, shape, origin));
  json::Value body;
  if (shape == Shape::gateway) {
    body.set("error", std::move(entries));
  } else if (shape == Shape::orders) {
    body.set("errors", json::Object{{"error", std::move(entries)}});
  } else if (shape == Shape::documented) {
    body.set("errors", std::move(entries));
  }
  return json_reply(body, status);
}

ports::HttpResponse refuse(const Switches& switches, Origin origin, int status, Fault fault) {
  return refuse(switches, origin, status, std::vector<Fault>{std::move(fault)});
}

ports::HttpResponse not_found(const Switches& switches, Origin origin, std::string description) {
  return refuse(switches, origin, 404,
                Fault{"CONTENT_NOT_FOUND", "", std::move(description), "Requested content could not be found.", "INFO",
                      "APPLICATION"});
}

ports::HttpResponse bad_parameter(const Switches& switches, Origin origin, std::string_view name,
                                  std::string_view why) {
  return refuse(switches, origin, 400,
                Fault{"INVALID_REQUEST_PARAM", std::string(name),
                      fmt::format("The value provided for '{}' is invalid. {}", name, why),
                      "Request parameter is invalid.", "ERROR", "DATA"});
}

ports::HttpResponse malformed_body(const Switches& switches, Origin origin, std::string_view why) {
  return refuse(
      switches, origin, 400,
      Fault{"MALFORMED_REQUEST_CONTENT", "data", std::string(why), "Request content is malformed.", "ERROR", "DATA"});
}

ports::HttpResponse json_reply(std::string body, int status) {
  ports::HttpResponse response;
  response.status = status;
  response.headers.emplace_back("Content-Type", "application/json");
  response.body = std::move(body);
  return response;
}

ports::HttpResponse json_reply(const json::Value& body, int status) { return json_reply(json::write(body), status); }

}  // namespace connector::sandbox::walmart
