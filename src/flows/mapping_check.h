#pragma once

#include <string>
#include <vector>

#include "exact/edition.h"
#include "store/store.h"

namespace connector::flows {

/// One code of the mapping that Exact does not have, that may not be used, or that is not used.
struct MappingFinding {
  std::string sku;     ///< the row's sku, pattern or charge key
  std::string column;  ///< mapping CSV column; the code may come from a row that this one falls back to, or from Exact
  std::string code;
  std::string problem;  ///< what is wrong and what to do
  /// The same as a word: absent, not_for_sale, blocked, needs_cost_center, needs_cost_unit, forbids_cost_center,
  /// forbids_cost_unit, adds_vat, unbalanced, not_in_edition, not_read, other_account or item_account.
  std::string reason;
  bool is_remark = false;  ///< worth knowing, but nothing is known to be wrong
  /// Of other_account: the item's revenue account; of several items as "8100 for WM-0007, 8200 for WM-0009".
  std::string account = {};
};

/// Compares a connection's mapping, as each row resolves, with the cached reference data (refresh it first). Lists that
/// could not be read from Exact are not checked and named as a finding of their own. Ends with item_vat_codes and
/// unused_gl_accounts.
domain::Result<std::vector<MappingFinding>> check_mapping(store::Reader& reader, store::ConnectionId connection);

/// What the mapping names and the edition has no place for: warehouses of sales orders, which only the Advanced and
/// Premium trade editions take (exact.md 4.4). Remarks, since a right that the app was not given looks like an edition
/// that has it not.
domain::Result<std::vector<MappingFinding>> check_edition(store::Reader& reader, store::ConnectionId connection,
                                                          const exact::Edition& edition);

}  // namespace connector::flows
