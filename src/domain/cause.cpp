#include "domain/cause.h"

#include <array>

namespace connector::domain {
namespace {

struct Row {
  Cause cause;
  std::string_view name;
  bool transient;
  std::string_view advice;
};

constexpr std::array rows{
    Row{Cause::bad_input, "bad_input", false, "A file, argument or setting is wrong; correct it and try again."},
    Row{Cause::mapping_error, "mapping_error", false,
        "No mapping tells how to post this SKU, charge or part of a payout; add a mapping row for it or a default "
        "row."},
    Row{Cause::missing_item, "missing_item", false,
        "The mapped item does not exist in Exact or may not be sold; create it there or change the mapping."},
    Row{Cause::missing_gl_account, "missing_gl_account", false,
        "The mapped G/L account does not exist in Exact or is blocked; unblock it or change the mapping."},
    Row{Cause::missing_cost_center, "missing_cost_center", false,
        "A cost center or cost unit is unknown to Exact, mandatory and absent, or forbidden by the account; correct "
        "the mapping."},
    Row{Cause::missing_vat_code, "missing_vat_code", false,
        "The mapped VAT code does not exist in Exact or is not allowed here; correct the mapping."},
    Row{Cause::missing_warehouse, "missing_warehouse", false,
        "The warehouse does not exist in Exact, or none is mapped where one is needed; map the ship node."},
    Row{Cause::missing_customer, "missing_customer", false,
        "The Exact account to invoice is unknown, blocked or no customer; correct it in Exact or in the settings."},
    Row{Cause::missing_journal, "missing_journal", false,
        "The journal is unknown to Exact or of the wrong type; choose another in the settings."},
    Row{Cause::closed_period, "closed_period", false,
        "The financial period of the document is closed or undefined; open it in Exact or change the period policy."},
    Row{Cause::business_refusal, "business_refusal", false,
        "It was refused; read the message, mend the cause there or in the settings, then retry."},
    Row{Cause::unexpected_source_data, "unexpected_source_data", false,
        "Walmart's data cannot be read or contradicts itself; look at the order there, then retry or skip."},
    Row{Cause::amount_difference, "amount_difference", false,
        "The document found in Exact differs from the planned amounts; compare both and correct one of them."},
    Row{Cause::authentication_failed, "authentication_failed", false,
        "The credentials were refused; sign in again with the connect command."},
    Row{Cause::permission_denied, "permission_denied", false,
        "Signed in, but a right, scope, division or edition is missing; have it granted, then retry."},
    Row{Cause::rate_limited, "rate_limited", true,
        "The remote limits the number of calls; the connector waits until it allows more."},
    Row{Cause::budget_spent, "budget_spent", true,
        "The planned number of calls for this window is spent; the connector goes on in the next window."},
    Row{Cause::api_outage, "api_outage", true,
        "The remote is unreachable or fails; serve tries again by itself, a command is to be run again."},
    Row{Cause::unclear_outcome, "unclear_outcome", true,
        "It is not known whether the request took effect; the connector looks the document up before it goes on."},
    Row{Cause::malformed_response, "malformed_response", true,
        "The remote's answer cannot be understood; the connector tries again, report it if it stays."},
    Row{Cause::not_found, "not_found", false, "The addressed thing does not exist; check the name or number."},
    Row{Cause::waiting_for_dependency, "waiting_for_dependency", true,
        "Another posting must come first; this one follows by itself, unless the other one is stuck."},
    Row{Cause::changed_by_person, "changed_by_person", false,
        "A document was changed or deleted in Exact by a person; decide whether to retry or to skip the posting."},
    Row{Cause::store_failure, "store_failure", true,
        "The connector's store is locked, full or damaged; check disk space and rights with the doctor command."},
    Row{Cause::fenced, "fenced", true, "Another worker took this work over; nothing has to be done."},
    Row{Cause::cancelled, "cancelled", true, "The process was stopping; the work goes on after the next start."},
    Row{Cause::confirmation_needed, "confirmation_needed", false,
        "The change is larger than the settings allow without a person; look at it, then retry or skip it."},
};

constexpr bool rows_follow_the_enumeration() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (static_cast<std::size_t>(rows[i].cause) != i) return false;
  }
  return rows.size() == static_cast<std::size_t>(Cause::confirmation_needed) + 1;
}
static_assert(rows_follow_the_enumeration());

constexpr auto causes = [] {
  std::array<Cause, rows.size()> all{};
  for (std::size_t i = 0; i < rows.size(); ++i) all[i] = rows[i].cause;
  return all;
}();

const Row& row_of(Cause cause) { return rows.at(static_cast<std::size_t>(cause)); }

}  // namespace

std::span<const Cause> all_causes() { return causes; }

std::string_view to_string(Cause cause) { return row_of(cause).name; }

std::optional<Cause> parse_cause(std::string_view name) {
  for (const Row& row : rows) {
    if (row.name == name) return row.cause;
  }
  return std::nullopt;
}

std::string_view advice(Cause cause) { return row_of(cause).advice; }

bool is_transient(Cause cause) { return row_of(cause).transient; }

bool is_missing_reference(Cause cause) {
  return cause == Cause::missing_item || cause == Cause::missing_gl_account || cause == Cause::missing_cost_center ||
         cause == Cause::missing_vat_code || cause == Cause::missing_warehouse || cause == Cause::missing_customer ||
         cause == Cause::missing_journal;
}

}  // namespace connector::domain
