#pragma once

#include "domain/time.h"
#include "ports/http.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {

/// One API call from the door to the answer: route, media type, headers, token, scope, rate limit, handler; the answer
/// gets the rate headers and, when the client did not ask for JSON, becomes XML (walmart.md 1).
ports::HttpResponse answer_call(Seller& seller, const ports::ServerRequest& request, domain::UtcTime now);

}  // namespace connector::sandbox::walmart
