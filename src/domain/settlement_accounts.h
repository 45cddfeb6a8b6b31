#pragma once

#include <string>
#include <vector>

#include "domain/mapping.h"
#include "domain/settings.h"
#include "domain/settlement.h"

namespace connector::domain {

/// Mapping rows that say where a settlement is booked (docs/settlements.md). They stand for themselves: what they leave
/// empty does not fall back to other rows.
inline constexpr std::string_view settlement_prefix = "@settlement/";
inline constexpr std::string_view payout_key = "@settlement/payout";          ///< where the money arrives
inline constexpr std::string_view receivable_key = "@settlement/receivable";  ///< what invoices and credit memos left
inline constexpr std::string_view suspense_key = "@settlement/suspense";      ///< what nobody knows
/// In any case of letters.
bool is_settlement_mapping(std::string_view sku);

/// What invoices and credit memos left on the customer's account: charges to customers and what they got back. Tax
/// belongs to it where invoices state it.
bool is_receivable(const SettlementItem& item, TaxPolicy policy);

/// The mapping keys under which an item may be booked; the first that is mapped applies.
struct SettlementKeys {
  std::vector<std::string> of_names;  ///< of its description and of its amount type
  std::vector<std::string> of_group;  ///< of what it belongs to; the first is the group's own
};
SettlementKeys settlement_keys(const SettlementItem& item, TaxPolicy policy);

/// The row that applies; nullptr if none of its keys is mapped. Valid as long as `mapping`.
const MappingRow* settlement_row(const SettlementItem& item, TaxPolicy policy, const Mapping& mapping);

}  // namespace connector::domain
