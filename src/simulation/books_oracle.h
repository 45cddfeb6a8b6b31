#pragma once

#include <optional>
#include <set>
#include <string>

#include "domain/settings.h"
#include "sandbox/exact/exact_service.h"
#include "sandbox/walmart/marketplace.h"
#include "simulation/closed_period_oracle.h"
#include "simulation/shop_mapping.h"
#include "simulation/verdicts.h"
#include "store/store.h"

namespace connector::simulation {

/// What the books must agree on, and what is known to excuse a difference.
struct BooksPolicy {
  domain::ConnectionSettings settings;
  ShopMapping mapping = ShopMapping::one_account;
  std::vector<MistypedAccount> mistyped;
  bool maps_ship_nodes = false;  ///< to warehouses; otherwise all leaves one
  /// Orders last changed at Walmart after this are still on their way: they may be booked in part, never too much.
  domain::UtcTime settled_before{};
  domain::UtcTime calm_since{};                ///< from here on nothing hinders the connector
  std::set<std::string> closed_months;         ///< "2026-11": those whose period was ever closed
  RefusedMonths refused_months;                ///< those of which it was known
  std::set<std::string> printed_by_person;     ///< ids of invoices that a person processed
  std::set<std::string> taken_over;            ///< what is missing of them a person books by hand
  std::optional<domain::UtcTime> restored_at;  ///< when the store was put back from a backup
  std::set<std::string> edited_by_person;      ///< orders whose documents a person changed or deleted in Exact

  /// Whether an order's documents are at least in part a person's.
  bool is_a_persons(const std::string& order) const {
    return edited_by_person.contains(order) || taken_over.contains(order);
  }
};

/// "to the cent", "nothing lost" and liveness: compares the two remotes' books, order by order, and knows nothing of
/// planning, keys and states; only for an order that is not booked it asks the store whether a person can see why.
void compare_books(sandbox::walmart::Marketplace& walmart, const sandbox::exact::Administration& exact,
                   store::Store& store, const BooksPolicy& policy, domain::UtcTime now, Verdicts& verdicts);

}  // namespace connector::simulation
