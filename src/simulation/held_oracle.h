#pragma once

#include <optional>
#include <vector>

#include "domain/cause.h"
#include "simulation/faults.h"
#include "simulation/verdicts.h"
#include "store/store.h"

namespace connector::simulation {

/// Something in the books or the mapping that makes postings fail with `cause` until it is mended.
struct Hindrance {
  domain::Cause cause = domain::Cause::missing_item;
  domain::UtcTime from{};
  std::optional<domain::UtcTime> until;
};

/// Whether a posting held for this waits for a person's word: neither time nor mended reference data releases it.
bool needs_person(domain::Cause cause);

/// What is known of a world when held postings are looked at.
struct HeldPolicy {
  std::vector<Hindrance> hindrances;
  FaultRates rates;
  domain::Milliseconds give_up_after{};
  bool all_is_mended = false;  ///< and long enough for the connector to have seen it
};

/// "liveness": of what was tried nothing is held for what waiting cures before it is given up, nothing once what held
/// it is mended, and nothing for a cause that nobody brought about.
void check_held(store::Store& store, const HeldPolicy& policy, domain::UtcTime now, Verdicts& verdicts);

}  // namespace connector::simulation
