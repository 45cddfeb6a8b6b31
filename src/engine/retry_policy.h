#pragma once

#include "domain/time.h"
#include "ports/random.h"

namespace connector::engine {

/// Exponential backoff with jitter (config [retry]).
struct RetryPolicy {
  domain::Milliseconds initial{2'000};
  double factor = 2.0;
  domain::Milliseconds maximum{3'600'000};
  domain::Milliseconds give_up_after{72L * 3'600'000};  ///< after that a person decides; nothing is dropped

  /// Delay before the attempt that follows `failures` failed ones (1, 2, ...): initial*factor^(failures-1), at most
  /// `maximum`, of which a random half is taken away so that failures do not retry in step.
  domain::Milliseconds delay(int failures, ports::Random& random) const;
};

}  // namespace connector::engine
