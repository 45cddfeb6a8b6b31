#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/time.h"
#include "ports/http.h"

namespace connector::sandbox {

/// An HTTP POST that a simulated service wants to make itself, e.g. a webhook notification.
struct Delivery {
  std::string url;             ///< absolute
  ports::HttpHeaders headers;  ///< Content-Length is left to whoever sends it
  std::string body;
  domain::Milliseconds delay{0};  ///< counted from the `now` of the call that caused it
  std::uint64_t id = 0;           ///< for Service::delivered; 0: the outcome does not matter
};

/// A simulated remote: a pure state machine `request -> reply` with its own books. Deterministic: every id and every
/// chance comes from a seeded generator inside, every instant from the `now` of the call. Single-threaded.
class Service {
 public:
  virtual ~Service() = default;
  /// Answers one request as the remote would at `now`; never throws for bad input.
  virtual ports::HttpResponse handle(const ports::ServerRequest& request, domain::UtcTime now) = 0;
  /// Lets life go on until `now`: background jobs, customers' orders, expiries.
  virtual void advance(domain::UtcTime now) { static_cast<void>(now); }
  /// The outgoing calls that came due since the last take, oldest first.
  virtual std::vector<Delivery> take_deliveries() { return {}; }
  /// What came of a delivery with an id: its answer, or nothing when none arrived. Whoever sends deliveries should
  /// tell, as the service may then try again.
  virtual void delivered(std::uint64_t id, const std::optional<ports::HttpResponse>& answer, domain::UtcTime now) {
    static_cast<void>(id);
    static_cast<void>(answer);
    static_cast<void>(now);
  }
};

}  // namespace connector::sandbox
