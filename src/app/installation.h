#pragma once

#include <filesystem>
#include <memory>
#include <utility>

#include "app/config.h"
#include "app/context.h"
#include "app/exit_code.h"
#include "net/event_loop.h"
#include "net/system_clock.h"
#include "net/system_random.h"
#include "store/store.h"
#include "store/vault.h"

namespace connector::app {

/// What most commands stand on: the config, the machine's ports and the open store.
struct Installation {
  std::filesystem::path config_file;
  Config config;
  net::SystemClock clock;
  net::SystemRandom random;
  net::EventLoop loop;
  std::unique_ptr<store::Store> store;

  /// Runs the loop until the task ends.
  template <class T>
  T wait(ports::Task<T> task) {
    return net::run_until_complete(loop, std::move(task));
  }
  /// `work` in a reading transaction, to its end.
  template <class F>
  auto read(F work) {
    return wait(store->read(std::move(work)));
  }
  /// `work` in a writing transaction, until it is durable.
  template <class F>
  auto write(F work) {
    return wait(store->write(std::move(work)));
  }
};

/// Where the config says the master key is.
store::MasterKeySource master_key_source(const Config& config);

/// Reads the config and opens the store, making it when there is none. Errors: bad_input (config), store_failure.
domain::Result<std::unique_ptr<Installation>> open_installation(const Context& context);

/// A record of a person's deed from the command line; `detail` is a JSON object without secrets.
store::AuditRecord person_audit(const Context& context, domain::UtcTime at, store::ConnectionId connection,
                                std::string action, const json::Value& detail);

/// The connection of that name. Error: not_found, naming the one that was meant, or all that exist.
domain::Result<store::ConnectionRow> find_connection(store::Reader& reader, const std::string& name);

/// The same; where none has that name now, the one removed last that had it: its books and trail stay.
domain::Result<store::ConnectionRow> find_connection_or_removed(store::Reader& reader, const std::string& name);

/// Error: bad_input with the way out while the connection is paused.
domain::Result<void> require_not_paused(const store::ConnectionRow& row);

/// Shows why a command ends here and gives its exit code.
ExitCode fail_command(Context& context, const domain::Error& error);

}  // namespace connector::app
