#include "domain/settlement_accounts.h"

#include <algorithm>
#include <array>

#include "domain/letter_case.h"
#include "domain/mutation.h"

namespace connector::domain {

namespace {

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

enum class Group { receivable, tax, commission, advertising, wfs, fee, reserve, unknown };

/// Charges to a customer, or what was given back of them, by Walmart's amount types.
constexpr std::array<std::string_view, 5> kCustomerAmounts = {"product price", "shipping", "promo code",
                                                              "extra savings", "total walmart funded savings"};

/// Whether a customer was charged or given it back: other descriptions, such as those of shipping labels, are between
/// Walmart and the seller.
bool is_charged(const SettlementItem& item) {
  const std::string description = lower_case(item.description);
  return description == "purchase" || description == "return refund" || description == "seller triggered refund";
}

Group group_of(const SettlementItem& item, TaxPolicy policy) {
  const std::string transaction = lower_case(item.transaction_type);
  const std::string amount = lower_case(item.amount_type);
  if (contains(transaction, "reserve")) return Group::reserve;
  if (contains(amount, "commission")) {
    return mutated(Mutation::commissions_on_receivable) ? Group::receivable : Group::commission;
  }
  const bool is_of_customer = transaction == "sale" || transaction == "refund";
  if (contains(amount, "withheld")) return Group::tax;
  if (contains(amount, "tax")) {
    return policy == TaxPolicy::exclude || !is_of_customer ? Group::tax : Group::receivable;
  }
  if (std::find(kCustomerAmounts.begin(), kCustomerAmounts.end(), amount) != kCustomerAmounts.end()) {
    return Group::receivable;
  }
  if (amount == "fee/reimbursement") return is_of_customer && is_charged(item) ? Group::receivable : Group::fee;
  if (amount.starts_with("wfs")) return Group::wfs;
  if (contains(amount, "marketing") || contains(amount, "advertising") || contains(amount, "review accelerator")) {
    return Group::advertising;
  }
  if (contains(amount, "fee") || contains(amount, "freight")) return Group::fee;
  return Group::unknown;
}

/// The keys of a group, the most special first.
std::vector<std::string> keys_of(Group group) {
  switch (group) {
    case Group::receivable:
      return {std::string(receivable_key)};
    case Group::tax:
      return {"@settlement/tax", "@tax"};
    case Group::commission:
      return {"@settlement/commission", "@settlement/fee"};
    case Group::advertising:
      return {"@settlement/advertising", "@settlement/fee"};
    case Group::wfs:
      return {"@settlement/wfs", "@settlement/fee"};
    case Group::fee:
      return {"@settlement/fee"};
    case Group::reserve:
      return {"@settlement/reserve"};
    case Group::unknown:
      return {std::string(suspense_key)};
  }
  return {};
}

}  // namespace

bool is_settlement_mapping(std::string_view sku) { return lower_case(sku).starts_with(settlement_prefix); }

bool is_receivable(const SettlementItem& item, TaxPolicy policy) { return group_of(item, policy) == Group::receivable; }

std::string booking_key(const SettlementItem& item, TaxPolicy policy, const Mapping& mapping) {
  std::vector<std::string> keys;
  for (const std::string& name : {item.description, item.amount_type}) {
    if (!name.empty()) keys.push_back(std::string(settlement_prefix) + lower_case(name));
  }
  const std::vector<std::string> of_group = keys_of(group_of(item, policy));
  keys.insert(keys.end(), of_group.begin(), of_group.end());
  for (const std::string& key : keys) {
    const MappingRow* row = mapping.own_row(key);
    // The row of invoices' tax may have a VAT code, which a journal entry cannot bear.
    if (row != nullptr && (is_settlement_mapping(key) || row->vat_code.empty())) return lower_case(row->sku);
  }
  return of_group.front();
}

}  // namespace connector::domain
