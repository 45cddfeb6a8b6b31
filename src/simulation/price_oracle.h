#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/settings.h"
#include "sandbox/exact/exact_service.h"
#include "sandbox/walmart/marketplace.h"
#include "simulation/simulated_network.h"
#include "simulation/verdicts.h"

namespace connector::simulation {

/// "prices": a price goes only the way that the settings name for its SKU, never beyond the guard, is one that the
/// other side has or had, and to Walmart each is sent once; at the end both sides agree wherever the leading side may
/// have its way. Sees the wire, the two sides and what people did there; items bear the codes of their SKUs.
class PriceOracle : public NetworkObserver {
 public:
  PriceOracle(int exact, const domain::ConnectionSettings& settings, sandbox::walmart::Marketplace& walmart,
              const sandbox::exact::Administration& books, SimulatedLoop& loop, Verdicts& verdicts);
  /// A person sets a price of Exact's list.
  void listed(const std::string& sku, domain::Decimal price);
  /// The seller sets a price at Walmart by another program.
  void offered(const std::string& sku, domain::Decimal price);
  /// The store is an older one again: it does not know what was sent since.
  void forget_sent();
  void arrived(const Exchange& exchange, const ports::HttpResponse& response) override;
  void check_at_end();

 private:
  struct Side {
    std::vector<domain::Decimal> prices;  ///< all that it ever had, the last one last
  };
  struct History {
    Side list;                          ///< Exact's; of the SKU's item
    Side offers;                        ///< Walmart's
    std::set<std::size_t> sent;         ///< which of the list's prices went to Walmart
    bool offered_since_listed = false;  ///< the seller's own price stays until the list changes
    domain::UtcTime first_listed{};     ///< when a person made the row
  };
  bool leads_exact(std::string_view sku) const;
  bool leads_walmart(std::string_view sku) const;
  bool is_beyond(domain::Decimal from, domain::Decimal to) const;
  bool is_beyond_all(const Side& side, domain::Decimal to) const;
  void sent_to_walmart(const std::string& sku, domain::Decimal price);
  void sent_to_exact(const std::string& sku, domain::Decimal price);
  /// The price that holds now: of the row that begins last.
  domain::Decimal price_in_list(const std::string& sku, const History& history) const;
  void complain(const std::string& sku, const std::string& message);

  int exact_;
  const domain::ConnectionSettings& settings_;
  sandbox::walmart::Marketplace& walmart_;
  const sandbox::exact::Administration& books_;
  SimulatedLoop& loop_;
  Verdicts& verdicts_;
  std::map<std::string, History> by_sku_;
};

}  // namespace connector::simulation
