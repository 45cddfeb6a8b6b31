#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sandbox/walmart/agenda.h"
#include "sandbox/walmart/catalogue.h"
#include "sandbox/walmart/chance.h"
#include "sandbox/walmart/feeds.h"
#include "sandbox/walmart/orders.h"
#include "sandbox/walmart/prices.h"
#include "sandbox/walmart/rate_limits.h"
#include "sandbox/walmart/returns.h"
#include "sandbox/walmart/settlement_periods.h"
#include "sandbox/walmart/switches.h"
#include "sandbox/walmart/token.h"
#include "sandbox/walmart/webhooks.h"

namespace connector::sandbox::walmart {

struct Credentials {
  std::string client_id, client_secret;
};

/// One simulated seller account.
struct Config {
  std::uint64_t seed = 1;
  std::vector<Credentials> clients = {{"sandbox-client", "sandbox-secret"}};
  std::string partner_id = "100009";
  std::string seller_id = "8";
  std::string partner_name = "Sandbox Seller LLC";
  CatalogueOptions catalogue;
  std::vector<OrderGenerator> generators;
  Switches switches;
};

/// Calls by endpoint, for checks.
struct Counters {
  std::map<std::string, std::uint64_t> requests;  ///< that reached the endpoint or were refused by its limit
  std::map<std::string, std::uint64_t> refused_by_limit;
  std::uint64_t unauthorized = 0;
};

/// Everything Walmart knows about the seller.
struct Seller {
  explicit Seller(Config given)
      : config(std::move(given)),
        switches(config.switches),
        chance(mixed(config.seed, 11)),
        catalogue(config.seed, config.partner_id, config.catalogue),
        orders(switches) {}

  Config config;
  Switches switches;
  Chance chance;
  Catalogue catalogue;
  Tokens tokens;
  RateLimits limits;
  Counters counters;
  Agenda agenda;
  Orders orders;
  Returns returns;
  Feeds feeds;
  Prices prices;
  Webhooks webhooks;
  Settlements settlements;
};

}  // namespace connector::sandbox::walmart
