#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ports/http.h"
#include "sandbox/walmart/errors.h"
#include "sandbox/walmart/rate_limits.h"
#include "sandbox/walmart/request.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {

using Handler = ports::HttpResponse (*)(Seller&, const Request&, domain::UtcTime);

/// One call of the Marketplace API: where it is, who may call it, how often.
struct Endpoint {
  std::string_view method;
  std::vector<std::string_view> path;  ///< "*" stands for one segment
  Origin origin = Origin::gateway;
  std::string Switches::*scope = nullptr;  ///< nullptr: any token will do
  Limit limit;
  Handler handler = nullptr;
  bool is_public = false;      ///< needs no access token
  bool chooses_media = false;  ///< looks at Accept itself: the gateway asks for no media type of its own

  /// "GET /v3/orders/*", also the name in the counters.
  std::string name() const;
};

/// The endpoint of a request. `status` tells why there is none: 404 or 405.
const Endpoint* find_endpoint(const Request& request, int& status);
/// The limit that holds for this request: some depend on the parameters.
Limit limit_of(const Endpoint& endpoint, const Request& request);

}  // namespace connector::sandbox::walmart
