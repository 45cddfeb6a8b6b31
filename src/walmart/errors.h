#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "ports/call_failure.h"

namespace connector::walmart {

/// One error as Walmart states it (walmart.md 1.4); members that are absent are empty.
struct RemoteError {
  std::string code;  ///< with its suffix, e.g. "INVALID_REQUEST_CONTENT.GMP_ORDER_API"
  std::string field;
  std::string description;  ///< `description`, else `message`, else `info`
  std::string severity;
  std::string category;
};

/// All errors of a body in any of the shapes {"error":[..]}, {"errors":{"error":[..]}}, {"errors":[..]}; never fails.
std::vector<RemoteError> read_errors(const json::Value& body);
std::vector<RemoteError> errors_in_body(std::string_view body);

/// Whether an error's code begins with `name`, whatever its suffix.
bool has_code(const std::vector<RemoteError>& errors, std::string_view name);

/// "Nothing found" of a list call: 404 with CONTENT_NOT_FOUND (walmart.md 1.4). A 404 that does not say so is none.
bool is_empty_result(const ports::HttpResponse& response);

/// An answer to a list call that may mean "nothing found" but does not say so: 404 without an error code, or 204.
bool is_wordless_empty_result(const ports::HttpResponse& response);

/// The failure that an answer other than 2xx stands for.
ports::CallFailure read_failure(const ports::HttpResponse& response, ports::CallKind kind, std::string correlation_id);

/// The failure of the token request: 400, 401 and 403 all mean dead credentials (walmart.md 1.1).
ports::CallFailure read_sign_in_failure(const ports::HttpResponse& response, std::string correlation_id);

/// The failure of a 2xx answer whose body cannot be understood; a write has had its effect all the same.
ports::CallFailure unreadable_answer(const domain::Error& error, const ports::HttpResponse& response,
                                     ports::CallKind kind, std::string correlation_id);

}  // namespace connector::walmart
