#pragma once

#include <string>

#include "domain/time.h"

namespace connector::flows {

/// A day as Exact takes it in a body: midnight, without a zone.
inline std::string exact_date(domain::Date date) { return domain::to_iso8601(date) + "T00:00:00"; }

}  // namespace connector::flows
