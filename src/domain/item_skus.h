#pragma once

#include <optional>
#include <set>
#include <string>

#include "domain/mapping.h"

namespace connector::domain {

/// Code of the Exact item that a SKU stands for: the mapping's, else the SKU itself. Means nothing for a kit.
std::string item_code(const ResolvedMapping& resolved);

/// All SKUs that stand for the same Exact items as `wanted`, themselves included: what must be looked at so that what
/// is said of those items is said of them whole. nullopt when that cannot be told: `*` or a pattern names one of the
/// items, so that a SKU nobody has met yet may stand for it.
std::optional<std::set<std::string>> skus_of_same_items(const Mapping& mapping, const std::set<std::string>& wanted);

}  // namespace connector::domain
