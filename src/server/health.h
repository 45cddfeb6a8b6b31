#pragma once

#include <functional>

#include "ports/clock.h"
#include "server/router.h"
#include "store/store.h"

namespace connector::server {

/// GET /healthz: the process answers. GET /readyz: the store answers, takes changes and `schedules_run` holds; 503 with
/// the reason else.
void add_health_routes(Router& router, store::Store& store, ports::Clock& clock, std::function<bool()> schedules_run);

}  // namespace connector::server
