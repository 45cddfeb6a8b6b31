#pragma once

#include "flows/environment.h"
#include "server/router.h"

namespace connector::server {

/// GET /oauth/exact/callback: ends a sign-in that `connect exact` or the console began.
void add_exact_callback_route(Router& router, flows::Environment& environment);

}  // namespace connector::server
