#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/time.h"
#include "store/store.h"

namespace connector::server {

/// What this process knows of a connection that it keeps going.
struct LiveConnection {
  struct Flow {
    std::string name;
    std::optional<domain::UtcTime> last_started;
    std::optional<domain::UtcTime> last_succeeded;
    std::optional<domain::UtcTime> next_run;
    std::string last_error;  ///< empty if the last run went well
  };
  struct Window {
    std::int64_t remaining = 0;
    std::int64_t limit = 0;
    domain::UtcTime reset{};
  };
  bool running = false;
  bool walmart_refuses = false;  ///< the stored key: a person must give another
  bool exact_refuses = false;    ///< the stored sign-in: a person must sign in again
  std::vector<Flow> flows;
  std::optional<Window> exact_minute;
  std::optional<Window> exact_day;
  std::int64_t walmart_orders_left = -1;  ///< calls of the order endpoint; -1 = no limit is known
};

/// The process that runs the connections, as the API sees it. Executor thread only.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;
  virtual LiveConnection live(store::ConnectionId connection) = 0;
  /// Reads the source's orders soon.
  virtual void poll_orders_now(store::ConnectionId connection) = 0;
  /// Looks soon at which connections there are and how they are set.
  virtual void connections_changed() = 0;
};

}  // namespace connector::server
