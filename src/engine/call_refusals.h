#pragma once

#include <string>

#include "domain/result.h"

/// Why a budget does not let a call leave, in the same words for all remotes.
namespace connector::engine {

/// Cancelled: the budget was closed.
domain::Error stopping();

/// Fenced: the call would have had to wait longer than its caller can.
domain::Error too_late(const std::string& endpoint);

}  // namespace connector::engine
