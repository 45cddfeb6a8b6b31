#pragma once

#include <string>

#include "ports/http.h"
#include "sandbox/exact/entity_type.h"

namespace connector::sandbox::exact {

/// True if the request asks for JSON; everybody else gets Atom XML (exact.md 0.5).
bool wants_json(const ports::ServerRequest& request);

/// Turns a verbose JSON answer of the API into the Atom XML of OData v3: a feed, an entry or an error. `type` and
/// `line_type` give the EDM types of the members and of an expanded collection's; nullptr where there is none. What is
/// no JSON is left as it is.
void turn_into_atom(ports::HttpResponse& answer, const std::string& service_root, const EntityType* type,
                    const EntityType* line_type);

}  // namespace connector::sandbox::exact
