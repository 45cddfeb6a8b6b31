#pragma once

#include <string>
#include <vector>

#include "store/store.h"

namespace connector::flows {

/// One code of the mapping that Exact does not have or that may not be used.
struct MappingFinding {
  std::string sku;     ///< the row's sku, pattern or charge key
  std::string column;  ///< mapping CSV column
  std::string code;
  std::string problem;  ///< what is wrong and what to do
  /// The same as a word: absent, not_for_sale, blocked, needs_cost_center, adds_vat or not_read.
  std::string reason;
};

/// Compares every code of a connection's mapping with the cached reference data (refresh it first). Lists that could
/// not be read from Exact are not checked and named as a finding of their own.
domain::Result<std::vector<MappingFinding>> check_mapping(store::Reader& reader, store::ConnectionId connection);

}  // namespace connector::flows
