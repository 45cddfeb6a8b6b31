#pragma once

#include <string>

#include "domain/cause.h"

namespace connector::domain {

/// Something a person should know that does not hold the order up, or does.
struct PlanningProblem {
  Cause cause = Cause::mapping_error;
  std::string key;      ///< posting key it holds; "review/PO[/line]" has no document and holds nothing
  std::string message;  ///< what, where, what to do
};

}  // namespace connector::domain
