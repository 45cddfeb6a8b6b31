#pragma once

#include <optional>
#include <string>

#include "exact/edition.h"
#include "flows/connection_runtime.h"
#include "flows/environment.h"

namespace connector::flows {

/// Who begins a sign-in, for the audit trail, and the path of the console to which the browser then returns.
struct SignInOrigin {
  std::string actor = "browser";
  std::string return_to;  ///< empty: a page that says how it went
};

// A connection that uses another's sign-in (sign_in_owner.h) has that one signed in.

/// Begins a person's sign-in to Exact: the address to open, with a fresh `state` that is remembered sealed for an hour.
ports::Task<domain::Result<std::string>> begin_exact_sign_in(Environment& environment, store::ConnectionRow row,
                                                             SignInOrigin origin = SignInOrigin());

struct FinishedSignIn {
  std::string connection;
  std::string return_to;
  std::optional<domain::Error> failure;  ///< why the connection is not signed in after all
};

/// Ends it with the code that Exact sent to the redirect address; an empty one says that Exact or the person refused.
/// The `state` must be the one remembered, and is forgotten. Error: authentication_failed for a wrong, used or old
/// state.
ports::Task<domain::Result<FinishedSignIn>> finish_exact_sign_in(Environment& environment, std::string state,
                                                                 std::string code);

/// Exchanges a code that a person brought by hand, stores the tokens and releases what waited for the sign-in. Sets the
/// connection's division from the signed-in user's current one when none was chosen, and its document mode by the
/// edition while that is open (document_mode.h). What Exact would not tell of its edition fails nothing. Error: also
/// permission_denied if the tokens are stored and the division is closed to them.
struct ExactSignIn {
  std::optional<exact::Edition> edition;  ///< nullopt: Exact could not be asked
  domain::DocumentMode document_mode = domain::DocumentMode::invoice_only;
  bool mode_chosen_now = false;
  bool mode_is_open = false;  ///< not chosen yet
};
ports::Task<domain::Result<ExactSignIn>> exchange_exact_code(Environment& environment, store::ConnectionRow row,
                                                             std::string code, std::string actor);

}  // namespace connector::flows
