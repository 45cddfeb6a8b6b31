#pragma once

#include <string>
#include <vector>

#include "flows/environment.h"

namespace connector::flows {

struct KeptSignIn {
  std::string connection;
  domain::Result<void> outcome;
};

/// Renews the sign-in at Exact of connections that are paused, where nobody has for a day, whatever process asks: one
/// that is not used for thirty days ends, and a person would have to sign in again (exact.md 1.4). Nothing else is
/// sent.
ports::Task<domain::Result<std::vector<KeptSignIn>>> keep_paused_sign_ins(Environment& environment);

}  // namespace connector::flows
