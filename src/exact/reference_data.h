#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exact/client.h"
#include "store/store.h"

namespace connector::exact {

/// Rows of one kind of reference data (store::ReferenceRow::kind): item, gl_account, cost_center, cost_unit, vat_code,
/// warehouse, journal, period (code "YEAR-NUMBER"). `data` of each row is a JSON object of the properties asked for.
struct ReferenceUpdate {
  std::vector<store::ReferenceRow> rows;
  std::int64_t timestamp = 0;  ///< pass it in next time; to be stored only with the rows; 0 without a sync endpoint
  bool is_complete = false;    ///< the rows are all there are; else only those changed since
};

/// Values of UseCostcenter and UseCostunit in the data of a G/L account (exact-properties.md, GLAccounts).
inline constexpr std::int64_t kUseOptional = 0;
inline constexpr std::int64_t kUseMandatory = 1;
inline constexpr std::int64_t kUseForbidden = 2;

/// Code of the G/L account on which Exact books an item's revenue where a line names none, from the item's data. Empty
/// if it is not known: the item has none of its own (its group's applies), or was read before it was asked for.
std::string revenue_account_of(const json::Value& item_data);

/// The VAT code that applies to an item's sales where a line names none, from the item's data. Empty if it has none, or
/// was read before it was asked for.
std::string sales_vat_code_of(const json::Value& item_data);

/// Whether lines with a VAT code amount to more than their prices, from the code's data.
bool adds_vat(const json::Value& vat_code_data);

/// Loads a kind: by its sync endpoint what changed after `after_timestamp` (exact.md 3.4), or, for kinds without one,
/// all rows. Where the sync endpoint is not to be had (403, 404) the plain one is read whole. `client` must outlive the
/// task. Error: bad_input for an unknown kind.
ports::Task<ports::CallResult<ReferenceUpdate>> load_reference(Client& client, std::string kind,
                                                               std::int64_t after_timestamp);

/// An entity that was deleted in Exact.
struct DeletedReference {
  std::string kind;  ///< item or gl_account
  std::string id;
};

struct DeletedReferences {
  std::vector<DeletedReference> rows;
  std::int64_t timestamp = 0;
};

/// What was deleted after `after_timestamp`, of the kinds that have a sync endpoint.
ports::Task<ports::CallResult<DeletedReferences>> load_deleted_references(Client& client, std::int64_t after_timestamp);

}  // namespace connector::exact
