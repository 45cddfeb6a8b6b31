#pragma once

#include "domain/cause.h"

namespace connector::app {

/// The exit codes of design.md 1.2.
enum class ExitCode {
  done = 0,
  differences = 1,          ///< some postings failed, or differences were found
  bad_usage = 2,            ///< bad usage or config
  credentials_refused = 3,  ///< a remote refused the credentials
  remote_unreachable = 4,   ///< a remote is unreachable or over budget
  store_unusable = 5,
  bug = 70,
};

/// How a command ends that failed as a whole for this cause.
constexpr ExitCode exit_code_of(domain::Cause cause) {
  using domain::Cause;
  switch (cause) {
    case Cause::bad_input:
    case Cause::not_found:
      return ExitCode::bad_usage;
    case Cause::authentication_failed:
    case Cause::permission_denied:
      return ExitCode::credentials_refused;
    case Cause::rate_limited:
    case Cause::budget_spent:
    case Cause::api_outage:
    case Cause::unclear_outcome:
    case Cause::malformed_response:
      return ExitCode::remote_unreachable;
    case Cause::store_failure:
      return ExitCode::store_unusable;
    case Cause::mapping_error:
    case Cause::missing_item:
    case Cause::missing_gl_account:
    case Cause::missing_cost_center:
    case Cause::missing_vat_code:
    case Cause::missing_warehouse:
    case Cause::missing_customer:
    case Cause::missing_journal:
    case Cause::closed_period:
    case Cause::business_refusal:
    case Cause::unexpected_source_data:
    case Cause::amount_difference:
    case Cause::waiting_for_dependency:
    case Cause::changed_by_person:
    case Cause::fenced:
    case Cause::cancelled:
    case Cause::confirmation_needed:
      return ExitCode::differences;
  }
  return ExitCode::bug;
}

/// The code that tells more: of two parts of a command the graver one decides.
constexpr ExitCode graver(ExitCode left, ExitCode right) {
  return static_cast<int>(left) < static_cast<int>(right) ? right : left;
}

}  // namespace connector::app
