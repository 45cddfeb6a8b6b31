#pragma once

#include <string>

#include "engine/posting_worker.h"
#include "exact/session.h"
#include "ports/clock.h"
#include "ports/executor.h"
#include "ports/http.h"
#include "ports/random.h"
#include "store/secret_store.h"
#include "store/store.h"
#include "walmart/session.h"

namespace connector::flows {

/// The ports and the installation's settings that every connection uses. References must outlive all connections.
struct Environment {
  store::Store& store;
  store::SecretStore& secrets;
  ports::Executor& executor;
  ports::Clock& clock;
  ports::Random& random;
  ports::HttpTransport& transport;
  walmart::ClientOptions walmart;
  exact::ClientOptions exact;
  std::string exact_redirect_uri;  ///< server.public_url + /oauth/exact/callback
  std::string process;             ///< unique per process and start: owner of its leases
  engine::RetryPolicy retry;
  domain::Milliseconds request_timeout{30'000};
  std::size_t concurrency = 160;          ///< requests to Exact under way at once, where its budget lets so many leave
  domain::Milliseconds overlap{600'000};  ///< how far before its last run a flow reads again, for late facts
  domain::Milliseconds idle_poll{1'000};  ///< how often a worker looks for other processes' work, and tries the store
  bool is_watched = false;                ///< a WorkWatch looks for it instead
};

/// Names of a connection's sealed secrets.
inline constexpr std::string_view kWalmartCredentials = "walmart_credentials";
inline constexpr std::string_view kExactCredentials = "exact_credentials";
/// Those of an app that nobody has signed in with yet, beside those in use.
inline constexpr std::string_view kExactNewCredentials = "exact_new_credentials";
inline constexpr std::string_view kExactTokens = "exact_tokens";

}  // namespace connector::flows
