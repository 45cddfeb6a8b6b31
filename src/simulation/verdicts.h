#pragma once

#include <string>
#include <vector>

#include "domain/time.h"

namespace connector::simulation {

/// An invariant that did not hold.
struct Violation {
  std::string invariant;  ///< "once", "to the cent", ... (docs/simulation.md)
  std::string message;
  std::string about;  ///< purchase order, reference or other text that its story mentions
  domain::UtcTime at{};
};

/// What the oracles have found; a run ends at the first.
class Verdicts {
 public:
  void complain(std::string invariant, std::string message, std::string about, domain::UtcTime at) {
    violations_.push_back({std::move(invariant), std::move(message), std::move(about), at});
  }
  bool any() const { return !violations_.empty(); }
  const std::vector<Violation>& all() const { return violations_; }

 private:
  std::vector<Violation> violations_;
};

}  // namespace connector::simulation
