#pragma once

#include <string_view>

namespace connector::store {

/// Whether a secret that somebody shows is the one that is known. Takes the same time whatever differs; only that the
/// lengths differ can be learnt, which must be no secret. Thread-safe.
bool same_secret(std::string_view shown, std::string_view known);

}  // namespace connector::store
