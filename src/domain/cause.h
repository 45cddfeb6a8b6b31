#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace connector::domain {

/// The closed list of root causes. Every failed attempt, held posting and refused
/// input carries exactly one; audit, metrics and the console group by it.
enum class Cause {
  bad_input,               ///< a file, argument or setting from a person is wrong
  mapping_error,           ///< no mapping row (nor default) tells how to post a SKU or charge
  missing_item,            ///< the mapped Exact item does not exist or may not be sold
  missing_gl_account,      ///< the mapped G/L account does not exist or is blocked
  missing_cost_center,     ///< a cost center or cost unit is unknown, mandatory but absent, or forbidden
  missing_vat_code,        ///< the mapped VAT code does not exist or is not allowed
  missing_warehouse,       ///< the warehouse does not exist, or none is mapped where one is needed
  missing_customer,        ///< the Exact customer account is unknown, blocked or no customer
  missing_journal,         ///< the sales or general journal is unknown or of the wrong type
  closed_period,           ///< the financial period of the document is closed or undefined
  business_refusal,        ///< Exact refused the document for another reason; its text is kept
  unexpected_source_data,  ///< Walmart's data cannot be read or contradicts itself
  amount_difference,       ///< a document found in Exact differs from the planned amounts
  authentication_failed,   ///< credentials or refresh token refused: a person must sign in again
  permission_denied,       ///< signed in, but the right, scope, division or edition is missing
  rate_limited,            ///< the remote answered 429 or its error budget is exhausted
  budget_spent,            ///< our own planned budget allows no call now
  api_outage,              ///< unreachable, 5xx, time-out before any effect
  unclear_outcome,         ///< the request may have had an effect; it must be looked up
  malformed_response,      ///< the remote's answer cannot be understood
  not_found,               ///< the addressed entity does not exist
  waiting_for_dependency,  ///< another posting must come first
  changed_by_person,       ///< a document was changed or deleted in Exact by a person
  store_failure,           ///< the store is locked, full or damaged
  fenced,                  ///< another worker took the work over; this one must stop
  cancelled,               ///< the process is stopping
  confirmation_needed,     ///< so large a change that a person must say yes to it
};

/// Every cause, in the order of the enumeration. Lives as long as the program.
std::span<const Cause> all_causes();
/// Stable lower-case name, e.g. "missing_gl_account"; part of the store and the API.
std::string_view to_string(Cause cause);
/// Inverse of to_string; nullopt for an unknown name.
std::optional<Cause> parse_cause(std::string_view name);
/// One sentence for a person: what it means and what to do.
std::string_view advice(Cause cause);
/// True if waiting may cure it without a person (outage, rate limit, ...).
bool is_transient(Cause cause);
/// Exact lacks something that a posting names, or has it blocked: its reference data tells when that is mended.
bool is_missing_reference(Cause cause);

}  // namespace connector::domain
