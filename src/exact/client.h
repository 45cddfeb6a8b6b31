#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "exact/odata_query.h"
#include "exact/session.h"
#include "json/value.h"
#include "ports/call_failure.h"

namespace connector::exact {

/// One page of rows (the content of d.results) and the address of the next.
struct Page {
  std::vector<json::Value> rows;
  std::string next;  ///< __next verbatim; empty on the last page
};

/// Typed-enough client of Exact Online's REST API (OData v3) for one division. Executor thread only.
/// Failures of writes say in `may_have_had_effect` whether the outcome is unclear; a business refusal
/// (HTTP 500 with a known text, exact.md 1.6) has false and the cause that refusals.h finds. A body that may no longer
/// leave because `not_after` has passed fails with `fenced`.
class Client {
 public:
  Client(Session& session, ports::HttpTransport& transport, ports::CallGate& gate, ports::Random& random,
         ports::Clock& clock, ClientOptions options, std::int64_t division);

  std::int64_t division() const { return division_; }
  /// The same client, whose reads do not leave after `not_after`: they fail with `fenced` then.
  Client reading_until(domain::UtcTime not_after) const;
  /// Of such a client: the same, whose reads are over after half of the time that is left, however many they are, so
  /// that something else can be tried in the other half.
  Client in_half_the_time() const;
  ports::Task<ports::CallResult<Page>> get(ODataQuery query, ports::CallPriority priority);
  ports::Task<ports::CallResult<Page>> get_next(std::string next, std::string endpoint, ports::CallPriority priority);
  /// The rows of all pages. Error: malformed_response also for pages that go in circles.
  ports::Task<ports::CallResult<std::vector<json::Value>>> get_all(ODataQuery query, ports::CallPriority priority);
  /// POST {resource}. `body` is sent byte for byte; it does not leave after `not_after`. What it made is answered, the
  /// object under d: of it the members named are kept, at any depth; all if none is.
  ports::Task<ports::CallResult<json::Value>> create(std::string resource, std::string body,
                                                     ports::CallPriority priority,
                                                     std::optional<domain::UtcTime> not_after,
                                                     std::vector<std::string_view> members = {});
  /// PUT {resource}(guid'id').
  ports::Task<ports::CallResult<std::monostate>> update(std::string resource, std::string id, std::string body,
                                                        ports::CallPriority priority,
                                                        std::optional<domain::UtcTime> not_after);
  ports::Task<ports::CallResult<std::monostate>> remove(std::string resource, std::string id,
                                                        ports::CallPriority priority,
                                                        std::optional<domain::UtcTime> not_after);

  struct Me {
    std::int64_t current_division = 0;
    std::string language;
    std::string user_id;  ///< empty if Exact does not tell it
  };
  ports::Task<ports::CallResult<Me>> me();
  struct Division {
    std::int64_t code = 0;
    std::string description;
    std::string currency;
    std::string country;
  };
  /// Divisions the user can reach, asked through any division of theirs.
  ports::Task<ports::CallResult<std::vector<Division>>> divisions(std::int64_t through_division);

  /// The time that its calls go by.
  domain::UtcTime now() const { return clock_.now(); }

 private:
  std::string division_url() const;
  ports::Task<ports::CallResult<std::string>> admitted_token(std::string endpoint, ports::CallPriority priority,
                                                             std::optional<domain::UtcTime> not_after);
  ports::Task<ports::CallResult<ports::HttpResponse>> send(std::string endpoint, ports::HttpRequest request,
                                                           ports::CallPriority priority, ports::CallKind kind);
  ports::Task<ports::CallResult<Page>> read(std::string endpoint, std::string url, ports::CallPriority priority);
  /// The rows of `first` and of all pages after it.
  ports::Task<ports::CallResult<std::vector<json::Value>>> read_all(ports::Task<ports::CallResult<Page>> first,
                                                                    std::string endpoint, ports::CallPriority priority);
  ports::Task<ports::CallResult<std::monostate>> change(std::string method, std::string resource, std::string id,
                                                        std::string body, ports::CallPriority priority,
                                                        std::optional<domain::UtcTime> not_after);

  Session& session_;
  ports::HttpTransport& transport_;
  ports::CallGate& gate_;
  ports::Random& random_;
  ports::Clock& clock_;
  ClientOptions options_;
  std::int64_t division_;
  std::optional<domain::UtcTime> reads_not_after_;
  std::optional<domain::UtcTime> reads_done_by_;  ///< no read waits longer for its answer
};

}  // namespace connector::exact
