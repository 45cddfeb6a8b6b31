#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "ports/http.h"
#include "sandbox/walmart/switches.h"

namespace connector::sandbox::walmart {

/// Which part of Walmart speaks; each has its own error body and code suffix (walmart.md 1.4).
enum class Origin { gateway, orders, returns, inventory, items, price, feeds, notifications, settings, reports };

/// One entry of an error body.
struct Fault {
  std::string code;  ///< without the suffix: "INVALID_REQUEST_CONTENT"
  std::string field;
  std::string description;
  std::string info = "Request content is invalid.";
  std::string severity = "ERROR";
  std::string category = "DATA";
};

/// The body and status in the shape of its origin: (a) {"error":[..]} for the gateway, (b) {"errors":{"error":[..]}}
/// for orders and returns, (c) {"errors":[{code,message,..}]} for the others; a switch forces one shape.
ports::HttpResponse refuse(const Switches& switches, Origin origin, int status, const std::vector<Fault>& faults);
ports::HttpResponse refuse(const Switches& switches, Origin origin, int status, Fault fault);

/// 404 CONTENT_NOT_FOUND with severity INFO.
ports::HttpResponse not_found(const Switches& switches, Origin origin, std::string description);
/// 400 INVALID_REQUEST_PARAM naming the parameter.
ports::HttpResponse bad_parameter(const Switches& switches, Origin origin, std::string_view name, std::string_view why);
/// 400 MALFORMED_REQUEST_CONTENT: the body is no JSON of the expected form.
ports::HttpResponse malformed_body(const Switches& switches, Origin origin, std::string_view why);

/// 200 (or another status) with a JSON body.
ports::HttpResponse json_reply(std::string body, int status = 200);
ports::HttpResponse json_reply(const json::Value& body, int status = 200);

}  // namespace connector::sandbox::walmart
