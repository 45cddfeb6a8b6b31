#pragma once

#include "domain/settings.h"
#include "sandbox/walmart/marketplace.h"
#include "simulation/simulated_network.h"
#include "simulation/verdicts.h"

namespace connector::simulation {

/// "nothing lost", at Walmart: with acknowledge_orders on, no order of the seller's waits for its acknowledgement for
/// long; with it off, none is acknowledged on the seller's behalf.
class AcknowledgementOracle : public NetworkObserver {
 public:
  AcknowledgementOracle(int walmart, domain::ConnectionSettings settings, SimulatedLoop& loop, Verdicts& verdicts)
      : walmart_(walmart), settings_(std::move(settings)), loop_(loop), verdicts_(verdicts) {}
  void sent(const Exchange& exchange) override;
  /// Orders placed before `settled_before` are to be acknowledged, or cancelled, by now.
  void check_at_end(sandbox::walmart::Marketplace& walmart, domain::UtcTime settled_before);

 private:
  int walmart_;
  domain::ConnectionSettings settings_;
  SimulatedLoop& loop_;
  Verdicts& verdicts_;
};

}  // namespace connector::simulation
