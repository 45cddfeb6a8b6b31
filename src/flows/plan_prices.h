#pragma once

#include "flows/price_flow.h"
#include "flows/record_order.h"

namespace connector::flows {

/// Fills the run's plans for both directions from what the store knows and what Walmart offers.
domain::Result<void> compare_prices(store::Reader& reader, const PlanningContext& context,
                                    const std::vector<domain::OfferedPrice>& offers, domain::Date today, PriceRun& run);

/// Cuts changes into feeds within Walmart's limits of items and bytes.
std::vector<std::vector<domain::PriceChange>> price_batches(const std::vector<domain::PriceChange>& changes);

/// Plans the run's postings and remembers what was decided, in the caller's transaction.
domain::Result<void> plan_price_postings(store::Transaction& transaction, const PlanningContext& context, PriceRun& run,
                                         domain::Date today, domain::UtcTime now);

/// Takes the outcome of ended feeds into the decisions of their SKUs.
domain::Result<std::vector<SettledPrice>> settle_prices(store::Transaction& transaction,
                                                        store::ConnectionId connection);

/// Plans one urgent price on a person's word: at most 100 an hour (walmart.md 5), one at a time per SKU; the price list
/// leaves it alone until its own price changes. Errors: bad_input, budget_spent, waiting_for_dependency.
domain::Result<store::PostingRow> plan_urgent_price(store::Transaction& transaction, const PlanningContext& context,
                                                    const std::string& sku, domain::Decimal amount, domain::UtcTime now,
                                                    const std::string& actor);

}  // namespace connector::flows
