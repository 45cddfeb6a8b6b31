#pragma once

#include <functional>
#include <vector>

#include "flows/environment.h"
#include "ports/concurrency.h"
#include "ports/log.h"

namespace connector::flows {

/// How soon a process sees what others left in the store.
struct WatchIntervals {
  domain::Milliseconds due{1'000};      ///< postings, of other processes and persons
  domain::Milliseconds held{2'000};     ///< postings that a mended mapping or setting releases
  domain::Milliseconds notices{5'000};  ///< that another process took in
};

/// Looks for what waits in the store with one reading for all connections, and tells those that have to do with it: of
/// thousands of connections the idle ones cost nothing. Each look tells again what is still waiting. Executor thread
/// only.
class WorkWatch {
 public:
  using Tell = std::function<void(store::ConnectionId)>;
  WorkWatch(Environment& environment, ports::Log& log, WatchIntervals intervals);
  /// A posting is due, a held one may be released, a notice is to be looked at. Also told of connections that this
  /// process does not work for. To be set before run().
  Tell on_due, on_held, on_notices;

  ports::Task<void> run();
  void stop();

 private:
  /// Connections by what waits for them.
  struct Waiting {
    std::vector<store::ConnectionId> due;
    std::vector<store::ConnectionId> held;
    std::vector<store::ConnectionId> notices;
  };
  ports::Task<void> look();

  Environment& environment_;
  ports::Log& log_;
  WatchIntervals intervals_;
  ports::Signal stop_signal_;
  domain::UtcTime next_due_{}, next_held_{}, next_notices_{};  ///< looks
  bool stopping_ = false;
};

}  // namespace connector::flows
