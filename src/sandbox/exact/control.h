#pragma once

#include <string>

#include "ports/http.h"
#include "sandbox/exact/exact_service.h"

namespace connector::sandbox::exact {

/// The control API, outside Exact's own addresses; no sign-in, no limits (decoded `path`):
///   GET  /sandbox/exact/books[?division=N&summary=1]   what the books hold, as JSON
///   GET  /sandbox/exact/switches                       all switches
///   POST /sandbox/exact/switches  {"language":"nl"}    changes some, all or nothing
///   POST /sandbox/exact/edit      {"action":"close_period","year":2026,"period":11}   what a person does, see edits.h
///   GET  /sandbox/exact/credentials                    the seeded app
ports::HttpResponse answer_control(ExactService& service, const ports::ServerRequest& request, const std::string& path,
                                   domain::UtcTime now);

}  // namespace connector::sandbox::exact
