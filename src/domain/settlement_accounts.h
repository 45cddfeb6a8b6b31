#pragma once

#include <string>
#include <string_view>

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

/// The mapping key under which an item is booked, in small letters: of its description, of its amount type or of the
/// group that it belongs to, whichever is mapped first; where none is, the group's own, which is to be mapped.
std::string booking_key(const SettlementItem& item, TaxPolicy policy, const Mapping& mapping);

}  // namespace connector::domain
