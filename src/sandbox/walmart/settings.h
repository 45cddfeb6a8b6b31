#pragma once

#include "domain/time.h"
#include "ports/http.h"
#include "sandbox/walmart/request.h"

namespace connector::sandbox::walmart {

struct Seller;

/// GET /v3/settings/shipping/shipnodes: a bare JSON array.
ports::HttpResponse get_ship_nodes(Seller& seller, const Request& request, domain::UtcTime now);
/// GET /v3/settings/partnerprofile with the limits of the feeds.
ports::HttpResponse get_partner_profile(Seller& seller, const Request& request, domain::UtcTime now);

}  // namespace connector::sandbox::walmart
