#include "walmart/errors.h"

#include <fmt/format.h>

#include "walmart/payload_fields.h"

namespace connector::walmart {

using domain::Cause;
using json::Value;
using ports::CallKind;

namespace {

RemoteError read_error(const Value& error) {
  RemoteError result;
  result.code = trimmed(error["code"].text_or(""));
  result.field = error["field"].text_or("");
  for (const std::string_view name : {"description", "message", "info"}) {
    if (result.description.empty()) result.description = error[name].text_or("");
  }
  result.severity = error["severity"].text_or("");
  result.category = error["category"].text_or("");
  return result;
}

std::string words_of(const std::vector<RemoteError>& errors) {
  std::string words;
  for (const RemoteError& error : errors) {
    if (!words.empty()) words.append("; ");
    words.append(error.code);
    if (!error.field.empty()) words.append(" (").append(error.field).append(")");
    if (!error.description.empty()) words.append(": ").append(error.description);
  }
  return ports::remote_words(words);
}

Cause cause_of(int status, const std::vector<RemoteError>& errors) {
  if (status == 429 || has_code(errors, "REQUEST_THRESHOLD_VIOLATED")) return Cause::rate_limited;
  if (status == 401) return Cause::authentication_failed;
  if (status == 403) return Cause::permission_denied;
  if (status == 404) return Cause::not_found;
  // 423 is RESOURCE_IS_LOCKED: it passes by itself.
  if (status == 408 || status == 423 || status >= 500) return Cause::api_outage;
  if (status >= 400) return Cause::business_refusal;
  return Cause::malformed_response;
}

ports::CallFailure failure_of(Cause cause, const ports::HttpResponse& response, CallKind kind,
                              std::string correlation_id) {
  ports::CallFailure failure;
  failure.status = response.status;
  failure.correlation_id = std::move(correlation_id);
  failure.remote_text = words_of(errors_in_body(response.body));
  // Only an answer that refuses the request is certain to have had no effect.
  const bool refused = response.status >= 400 && response.status < 500 && response.status != 408;
  failure.may_have_had_effect = kind == CallKind::write && !refused;
  failure.error.cause = cause;
  failure.error.message = fmt::format("Walmart answered {}{}{}", response.status,
                                      failure.remote_text.empty() ? "" : ": ", failure.remote_text);
  return failure;
}

}  // namespace

std::vector<RemoteError> read_errors(const Value& body) {
  std::vector<RemoteError> errors;
  for (const Value* shape : {&body["error"], &body["errors"]["error"], &body["errors"], &body["list"]["errors"]}) {
    for (const Value* error : elements(*shape)) {
      if (!(*error)["code"].is_null() || !(*error)["description"].is_null() || !(*error)["message"].is_null()) {
        errors.push_back(read_error(*error));
      }
    }
    if (!errors.empty()) break;
  }
  return errors;
}

std::vector<RemoteError> errors_in_body(std::string_view body) {
  const auto document = read_document(body);
  return document ? read_errors(*document) : std::vector<RemoteError>();
}

bool has_code(const std::vector<RemoteError>& errors, std::string_view name) {
  for (const RemoteError& error : errors) {
    const std::string_view code = error.code;
    if (code == name || (code.starts_with(name) && code[name.size()] == '.')) return true;
  }
  return false;
}

bool is_empty_result(const ports::HttpResponse& response) {
  return response.status == 404 && has_code(errors_in_body(response.body), "CONTENT_NOT_FOUND");
}

bool is_wordless_empty_result(const ports::HttpResponse& response) {
  if (response.status == 204) return true;
  if (response.status != 404) return false;
  if (trimmed(response.body).empty()) return true;
  // A page of HTML comes from whatever else stands at the address.
  const auto document = read_document(response.body);
  return document && read_errors(*document).empty();
}

ports::CallFailure read_failure(const ports::HttpResponse& response, CallKind kind, std::string correlation_id) {
  const Cause cause = cause_of(response.status, errors_in_body(response.body));
  return failure_of(cause, response, kind, std::move(correlation_id));
}

ports::CallFailure read_sign_in_failure(const ports::HttpResponse& response, std::string correlation_id) {
  Cause cause = cause_of(response.status, errors_in_body(response.body));
  if (response.status == 400 || response.status == 403) {
    if (cause != Cause::rate_limited) cause = Cause::authentication_failed;
  }
  return failure_of(cause, response, CallKind::read, std::move(correlation_id));
}

ports::CallFailure unreadable_answer(const domain::Error& error, const ports::HttpResponse& response, CallKind kind,
                                     std::string correlation_id) {
  ports::CallFailure failure;
  failure.error = error;
  failure.status = response.status;
  failure.correlation_id = std::move(correlation_id);
  failure.may_have_had_effect = kind == CallKind::write;
  return failure;
}

}  // namespace connector::walmart
