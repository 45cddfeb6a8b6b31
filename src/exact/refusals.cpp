#include "exact/refusals.h"

#include <fmt/format.h>

#include <array>
#include <cctype>

#include "json/value.h"

namespace connector::exact {

using domain::Cause;
using ports::CallKind;

namespace {

/// How a line of a refusal begins, before its colon.
constexpr auto complaints = std::to_array<std::string_view>({
    "Mandatory",
    "Required",
    "Verplicht",
    "Invalid",
    "Ongeldig",
    "Invalid reference",
    "Ongeldige referentie",
    "Not allowed",
    "Niet toegestaan",
    "Not found",
    "Niet gevonden",
    "Unknown",
    "Onbekend",
    "Blocked",
    "Geblokkeerd",
    "In use",
    "In gebruik",
    "Already exists",
    "Bestaat reeds",
    "Not enough stock",
    "Onvoldoende voorraad",
});

struct Row {
  std::string_view text;
  Cause cause;
};

/// What the complaint is about: the beginning of what stands after the colon. The first that fits counts.
constexpr auto subjects = std::to_array<Row>({
    {"Financial year", Cause::closed_period},
    {"Boekjaar", Cause::closed_period},
    {"Period", Cause::closed_period},
    {"Journal", Cause::missing_journal},
    {"Dagboek", Cause::missing_journal},
    {"Invoice to", Cause::missing_customer},
    {"Factuur voor", Cause::missing_customer},
    {"Ordered by", Cause::missing_customer},
    {"Besteld door", Cause::missing_customer},
    {"Deliver to", Cause::missing_customer},
    {"Leveren aan", Cause::missing_customer},
    {"Customer", Cause::missing_customer},
    {"Klant", Cause::missing_customer},
    {"Debtor", Cause::missing_customer},
    {"Debiteur", Cause::missing_customer},
    {"Account", Cause::missing_customer},
    {"Relatie", Cause::missing_customer},
    {"G/L account", Cause::missing_gl_account},
    {"General ledger account", Cause::missing_gl_account},
    {"Grootboekrekening", Cause::missing_gl_account},
    {"Cost center", Cause::missing_cost_center},
    {"Cost centre", Cause::missing_cost_center},
    {"Kostenplaats", Cause::missing_cost_center},
    {"Koppeling kostenplaats", Cause::missing_cost_center},
    {"Cost unit", Cause::missing_cost_center},
    {"Kostendrager", Cause::missing_cost_center},
    {"Koppeling kostendrager", Cause::missing_cost_center},
    {"VAT code", Cause::missing_vat_code},
    {"VAT percentage", Cause::missing_vat_code},
    {"Btw-code", Cause::missing_vat_code},
    {"Btw-percentage", Cause::missing_vat_code},
    {"Btw code", Cause::missing_vat_code},
    {"Item", Cause::missing_item},
    {"Artikel", Cause::missing_item},
    {"Warehouse", Cause::missing_warehouse},
    {"Magazijn", Cause::missing_warehouse},
    {"Stock location", Cause::missing_warehouse},
});

/// Lines that are refusals as a whole, by their beginning.
constexpr auto sentences = std::to_array<Row>({
    {"Period is closed", Cause::closed_period},
    {"Periode is afgesloten", Cause::closed_period},
    {"Invalid journal", Cause::missing_journal},
    {"Ongeldig dagboek", Cause::missing_journal},
    {"Data already exists.", Cause::business_refusal},
    {"Gegeven bestaat reeds.", Cause::business_refusal},
    {"Already exists", Cause::business_refusal},
    {"Bestaat reeds", Cause::business_refusal},
    {"The amount of the VAT line", Cause::business_refusal},
    {"Invalid: Post to callback URL", Cause::business_refusal},
});

/// Reasons of a 403 that hold for every call of the sign-in (exact.md 1.6).
constexpr auto reasons_for_all = std::to_array<std::string_view>(
    {"NoDivisionAccess", "DivisionBlocked", "BlockedUser", "InactiveUser", "BlockedCustomer", "LicenseExpired"});

/// Lines that leave the outcome open, whatever else stands beside them.
constexpr auto unclear_sentences =
    std::to_array<std::string_view>({"A problem has occurred", "Already processed", "Reeds verwerkt"});

bool begins_with(std::string_view text, std::string_view beginning) {
  if (text.size() < beginning.size()) return false;
  for (std::size_t index = 0; index < beginning.size(); ++index) {
    const auto left = static_cast<unsigned char>(text[index]);
    const auto right = static_cast<unsigned char>(beginning[index]);
    if (std::tolower(left) != std::tolower(right)) return false;
  }
  return true;
}

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<Cause> cause_of_line(std::string_view line) {
  for (const Row& row : sentences) {
    if (begins_with(line, row.text)) return row.cause;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view complaint = without_blanks(line.substr(0, colon));
  bool is_known = false;
  for (const std::string_view known : complaints) {
    is_known = is_known || (known.size() == complaint.size() && begins_with(complaint, known));
  }
  if (!is_known) return std::nullopt;
  const std::string_view subject = without_blanks(line.substr(colon + 1));
  for (const Row& row : subjects) {
    if (begins_with(subject, row.text)) return row.cause;
  }
  return Cause::business_refusal;
}

Cause cause_of_status(int status, CallKind kind, std::string_view text) {
  switch (status) {
    case 401:
      return Cause::authentication_failed;
    case 403:
      return Cause::permission_denied;
    case 404:
      return Cause::not_found;
    case 408:
      return kind == CallKind::write ? Cause::unclear_outcome : Cause::api_outage;
    case 429:
      return Cause::rate_limited;
    case 500:
      if (const auto cause = refusal_cause(text)) return *cause;
      return kind == CallKind::write ? Cause::unclear_outcome : Cause::api_outage;
    default:
      break;
  }
  if (status >= 500) return Cause::api_outage;
  return status >= 400 ? Cause::business_refusal : Cause::malformed_response;
}

/// What to do about a 403, put behind Exact's own words; empty where those tell all that is known.
std::string_view advice_on(const ports::CallFailure& failure) {
  switch (forbidden_by(failure)) {
    case Forbidden::all:
      if (begins_with(failure.remote_reason, "NoDivisionAccess")) {
        return " (the signed-in user has no access to this division)";
      }
      return " (nothing is allowed to this sign-in until that is mended in Exact)";
    case Forbidden::scope:
      return " (the app lacks this scope: add it in Exact's App Center and sign in again)";
    case Forbidden::resource:
      break;
  }
  return {};
}

}  // namespace

Forbidden forbidden_by(const ports::CallFailure& failure) {
  for (const std::string_view reason : reasons_for_all) {
    if (begins_with(failure.remote_reason, reason)) return Forbidden::all;
  }
  for (const std::string_view text : {std::string_view(failure.remote_text), std::string_view(failure.remote_reason)}) {
    for (std::size_t begin = 0; begin < text.size(); ++begin) {
      if (begins_with(text.substr(begin), "Scope Violated")) return Forbidden::scope;
    }
  }
  return Forbidden::resource;
}

std::optional<Cause> refusal_cause(std::string_view text) {
  std::optional<Cause> found;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = without_blanks(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    for (const std::string_view unclear : unclear_sentences) {
      if (begins_with(line, unclear)) return std::nullopt;
    }
    const auto cause = cause_of_line(line);
    // The first cause that names what to mend tells more than a general refusal.
    if (cause && (!found || *found == Cause::business_refusal)) found = cause;
  }
  return found;
}

std::string error_text(std::string_view body) {
  const auto document = json::parse(body);
  if (!document) return {};
  const json::Value& message = (*document)["error"]["message"];
  return message.is_object() ? message["value"].text_or("") : message.text_or("");
}

ports::CallFailure read_failure(const ports::HttpResponse& response, CallKind kind, std::string correlation_id) {
  const std::string text = error_text(response.body);
  ports::CallFailure failure;
  failure.status = response.status;
  failure.correlation_id = std::move(correlation_id);
  failure.remote_text = ports::remote_words(text);
  const auto reason = ports::find_header(response.headers, "Reason");
  if (reason) failure.remote_reason = ports::remote_words(*reason);
  failure.error.cause = cause_of_status(response.status, kind, text);
  const bool refused_by_status = response.status >= 400 && response.status < 500 && response.status != 408;
  const bool refused_by_text = response.status == 500 && refusal_cause(text).has_value();
  failure.may_have_had_effect = kind == CallKind::write && !refused_by_status && !refused_by_text;
  failure.error.message =
      fmt::format("Exact answered {}{}{}{}{}", response.status, reason ? " " : "", failure.remote_reason,
                  failure.remote_text.empty() ? "" : ": ", failure.remote_text);
  if (response.status == 403) failure.error.message += advice_on(failure);
  return failure;
}

bool is_rested(const ports::CallFailure& failure) {
  return failure.status == 0 && failure.error.cause == domain::Cause::rate_limited;
}

}  // namespace connector::exact
