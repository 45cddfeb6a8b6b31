#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flows/connection_runtime.h"
#include "json/value.h"

namespace connector::flows {

/// What one real call told of one remote.
struct SystemPing {
  std::string system;      ///< "walmart" or "exact"
  bool reachable = false;  ///< it answered at all
  std::string not_asked;   ///< why it was not asked, for a person; empty if it was
  bool signed_in = false;
  std::string identity;  ///< seller or division name
  domain::Milliseconds latency{0};
  std::string budget;  ///< what is left, for a person
  std::optional<domain::Error> error;
};

/// Calls both systems with the stored credentials. Never fails itself: each part says what it saw.
ports::Task<std::vector<SystemPing>> ping(ConnectionRuntime& runtime, Environment& environment);

/// The same as command line and API show it.
json::Value to_json(const SystemPing& system);

}  // namespace connector::flows
