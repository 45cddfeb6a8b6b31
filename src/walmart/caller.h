#pragma once

#include <optional>
#include <string>
#include <utility>

#include "ports/call_failure.h"
#include "ports/clock.h"
#include "ports/random.h"
#include "walmart/errors.h"
#include "walmart/session.h"

namespace connector::walmart {

/// One call to be made.
struct CallRequest {
  std::string endpoint;  ///< from endpoints.h
  std::string method = "GET";
  std::string target;  ///< path and query, percent-encoded
  std::string body;
  std::string content_type = "application/json";
  std::string accept = "application/json";
  ports::CallPriority priority = ports::CallPriority::orders;
  ports::CallKind kind = ports::CallKind::read;
  std::optional<domain::UtcTime> not_after;  ///< a write does not leave later
  bool not_found_means_empty = false;        ///< list calls: 404 CONTENT_NOT_FOUND is an empty list (walmart.md 1.4)
  bool wordless_means_empty = false;         ///< and so is one without a word; its page says is_wordless
};

CallRequest read_call(std::string_view endpoint, std::string target, ports::CallPriority priority);
/// A read whose 404 is an empty list.
CallRequest list_call(std::string_view endpoint, std::string target, ports::CallPriority priority);
/// The same of a list that is read again as long as it was empty without a word.
CallRequest repeated_list_call(std::string_view endpoint, std::string target, ports::CallPriority priority);

/// Makes signed-in calls: admission, token, headers, a fresh correlation id each, and one more try with a new token
/// after a 401. Executor thread only; must outlive its tasks.
class Caller {
 public:
  Caller(Session& session, ports::HttpTransport& transport, ports::CallGate& gate, ports::Random& random,
         ports::Clock& clock, ClientOptions options);

  domain::UtcTime now() const { return clock_.now(); }
  /// Reads do not leave later: they fail with `fenced` then.
  void read_until(domain::UtcTime not_after) { reads_not_after_ = not_after; }
  std::string new_id() { return random_.uuid(); }

  /// A 2xx answer, or the 404 of an empty list.
  ports::Task<ports::CallResult<ports::HttpResponse>> send(CallRequest request);

  /// The answer read by `reader`; T{} for an empty list.
  template <class T>
  ports::Task<ports::CallResult<T>> read(CallRequest request, domain::Result<T> (*reader)(std::string_view)) {
    const ports::CallKind kind = request.kind;
    const bool wordless_means_empty = request.wordless_means_empty;
    auto response = co_await send(std::move(request));
    if (!response) co_return tl::unexpected(std::move(response.error()));
    const bool is_wordless = wordless_means_empty && is_wordless_empty_result(response->value);
    if (response->value.status == 404 || is_wordless) {
      T nothing{};
      if constexpr (requires { nothing.is_wordless; }) nothing.is_wordless = is_wordless;
      co_return ports::Answer<T>{std::move(nothing), std::move(response->correlation_id)};
    }
    domain::Result<T> value = reader(response->value.body);
    if (!value) {
      co_return tl::unexpected(
          unreadable_answer(value.error(), response->value, kind, std::move(response->correlation_id)));
    }
    co_return ports::Answer<T>{std::move(*value), std::move(response->correlation_id)};
  }

 private:
  ports::Task<ports::CallResult<std::string>> admitted_token(std::string endpoint, ports::CallPriority priority,
                                                             std::optional<domain::UtcTime> not_after);

  Session& session_;
  ports::HttpTransport& transport_;
  ports::CallGate& gate_;
  ports::Random& random_;
  ports::Clock& clock_;
  ClientOptions options_;
  std::optional<domain::UtcTime> reads_not_after_;
};

}  // namespace connector::walmart
