#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/result.h"
#include "ports/clock.h"
#include "ports/executor.h"
#include "store/store.h"

namespace connector::store {

struct PostgresStoreOptions {
  int readers = 2;                               ///< threads and connections that serve reads side by side
  std::size_t group_limit = 512;                 ///< most closures in one commit
  domain::Milliseconds lock_timeout{10'000};     ///< how long another process's transaction is waited for
  domain::Milliseconds commit_patience{60'000};  ///< how long a COMMIT whose answer was lost is asked after
  /// Leases of several machines hold only while their clocks agree: one that is further off the server's is refused,
  /// whenever a connection is made. The simulation tries clocks that are this far off.
  std::optional<domain::Milliseconds> most_clock_skew = domain::Milliseconds(5'000);
  /// Called after each commit with the number of closures in it, on the thread that committed.
  std::function<void(std::size_t)> on_commit;
};

/// Opens the store in a PostgreSQL database (13 or newer), making its tables in one that has none. Any number of
/// processes on any machines may share it. A connection that is lost is made anew. If another database answers than
/// the last time (a failover, a restored backup), what was posted last may be missing in it: the store is marked as
/// restored (restoration.h), with a record in the audit trail. `executor` and `clock` must outlive the store, which
/// must be destroyed on the executor's thread; destruction finishes all writes begun. Errors: store_failure (not
/// reached, refused, of a newer version, another program's, a wrong clock), each with what to do.
Result<std::unique_ptr<Store>> open_postgres_store(const std::string& url, ports::Executor& executor,
                                                   const ports::Clock& clock, PostgresStoreOptions options = {});

struct PostgresServer {
  std::string version;                ///< e.g. "15.20"
  std::vector<std::string> problems;  ///< settings under which what was committed can be lost
};
/// Looks at the server that the URL names.
Result<PostgresServer> examine_postgres(const std::string& url);

}  // namespace connector::store
