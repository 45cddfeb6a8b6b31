#include "exact/refusals.h"

#include <gtest/gtest.h>

namespace connector::exact {
namespace refusals_test {

using domain::Cause;
using ports::CallKind;

TEST(ExactRefusals, KnownTextsHaveTheirCauseInBothLanguages) {
  const std::vector<std::pair<std::string, Cause>> table = {
      {"Mandatory: Invoice to", Cause::missing_customer},
      {"Verplicht: Factuur voor\r\nVerplicht: Besteld door", Cause::missing_customer},
      {"Invalid: Invoice to (Type)", Cause::missing_customer},
      {"Ongeldig: Klant (Type)", Cause::missing_customer},
      {"Ongeldige referentie: Leveren aan\r\nOngeldige referentie: Besteld door", Cause::missing_customer},
      {"Not found: Account", Cause::missing_customer},
      {"Mandatory: Journal", Cause::missing_journal},
      {"Ongeldig: Dagboek", Cause::missing_journal},
      {"Invalid journal. The journal must be a cash journal.", Cause::missing_journal},
      {"Invalid: G/L account type", Cause::missing_gl_account},
      {"Ongeldig: Grootboekrekeningtype", Cause::missing_gl_account},
      {"Geblokkeerd: Grootboekrekening", Cause::missing_gl_account},
      {"Invalid: Cost center link", Cause::missing_cost_center},
      {"Verplicht: Kostenplaats", Cause::missing_cost_center},
      {"Mandatory: Cost unit", Cause::missing_cost_center},
      {"Not allowed: VAT code", Cause::missing_vat_code},
      {"Ongeldig: BTW-code", Cause::missing_vat_code},
      {"Invalid: VAT percentage []", Cause::missing_vat_code},
      {"Invalid reference: Item", Cause::missing_item},
      {"Ongeldige referentie: Artikel", Cause::missing_item},
      {"Mandatory: Warehouse", Cause::missing_warehouse},
      {"Ongeldig: Magazijn", Cause::missing_warehouse},
      {"Period is closed: 2026 - 11", Cause::closed_period},
      {"Periode is afgesloten: 2026 - 11", Cause::closed_period},
      {"Unknown: Financial year (Period-date table)", Cause::closed_period},
      {"Mandatory: Payment condition", Cause::business_refusal},
      {"In use: Document number", Cause::business_refusal},
      {"Already exists: Entry number: 1, Journal: 70", Cause::business_refusal},
      {"Bestaat reeds: Code", Cause::business_refusal},
      {"Gegeven bestaat reeds.", Cause::business_refusal},
      {"The amount of the VAT line with VAT code 4 does not correspond to the total amount of VAT",
       Cause::business_refusal},
  };
  for (const auto& [text, cause] : table) EXPECT_EQ(refusal_cause(text), cause) << text;
}

TEST(ExactRefusals, TheFirstSpecificCauseWins) {
  EXPECT_EQ(refusal_cause("Mandatory: Payment condition\r\nMandatory: Journal\r\nInvalid: Item"),
            Cause::missing_journal);
}

TEST(ExactRefusals, InDoubtTheOutcomeIsUnclear) {
  for (const char* text :
       {"", "A problem has occurred. The cause of this issue will be investigated as soon as possible.",
        "Already processed", "Reeds verwerkt", "Object reference not set to an instance of an object.",
        "Timeout expired: the query took too long", "Ungültig: Debitor",
        "Mandatory: Journal\r\nA problem has occurred.", "invalidated: cache"}) {
    EXPECT_EQ(refusal_cause(text), std::nullopt) << text;
  }
}

std::string body(const std::string& text) {
  return R"({"error":{"code":"","message":{"lang":"","value":")" + text + "\"}}}";
}

TEST(ExactFailures, StatusAndTextDecide) {
  struct Case {
    int status;
    std::string body;
    Cause cause;
    bool effect;
  };
  const std::vector<Case> table = {
      {500, body("Ongeldig: Dagboek"), Cause::missing_journal, false},
      {500, body("A problem has occurred."), Cause::unclear_outcome, true},
      {500, "<html>", Cause::unclear_outcome, true},
      {500, "", Cause::unclear_outcome, true},
      {400, body("Error processing request stream."), Cause::business_refusal, false},
      {401, "", Cause::authentication_failed, false},
      {403, "", Cause::permission_denied, false},
      {404, "", Cause::not_found, false},
      {408, "", Cause::unclear_outcome, true},
      {429, "", Cause::rate_limited, false},
      {503, "<html>", Cause::api_outage, true},
      {502, body("Mandatory: Journal"), Cause::api_outage, true},
      {302, "", Cause::malformed_response, true},
  };
  for (const Case& expected : table) {
    const auto failure = read_failure({expected.status, {}, expected.body}, CallKind::write, "c");
    EXPECT_EQ(failure.error.cause, expected.cause) << expected.status << expected.body;
    EXPECT_EQ(failure.may_have_had_effect, expected.effect) << expected.status << expected.body;
    EXPECT_EQ(failure.correlation_id, "c");
    const auto read = read_failure({expected.status, {}, expected.body}, CallKind::read, "c");
    EXPECT_FALSE(read.may_have_had_effect);
    EXPECT_NE(read.error.cause, Cause::unclear_outcome);
  }
}

TEST(ExactFailures, WhatA403ForbidsIsToldByItsReasonOrText) {
  const auto forbidden = [](const char* reason, const char* text) {
    ports::HttpHeaders headers;
    if (*reason != '\0') headers.emplace_back("Reason", reason);
    const auto failure = read_failure({403, headers, *text == '\0' ? "" : body(text)}, CallKind::read, "");
    EXPECT_EQ(failure.error.cause, Cause::permission_denied);
    return std::pair(forbidden_by(failure), failure.error.message);
  };
  const auto [division, closed] = forbidden("NoDivisionAccess", "");
  EXPECT_EQ(division, Forbidden::all);
  EXPECT_EQ(closed, "Exact answered 403 NoDivisionAccess (the signed-in user has no access to this division)");
  EXPECT_EQ(forbidden("BlockedUser", "Forbidden").first, Forbidden::all);
  const auto [scope, lacking] = forbidden("", "Forbidden - Application Scope Violated. Cannot read");
  EXPECT_EQ(scope, Forbidden::scope);
  EXPECT_NE(lacking.find("the app lacks this scope"), std::string::npos) << lacking;
  EXPECT_EQ(forbidden("", "Forbidden").first, Forbidden::resource);
  EXPECT_EQ(forbidden("", "").first, Forbidden::resource);
}

TEST(ExactFailures, KeepTheRemotesWordsAndReason) {
  const auto failure = read_failure({403, {{"Reason", "Other"}}, body("Forbidden")}, CallKind::read, "");
  EXPECT_EQ(failure.error.message, "Exact answered 403 Other: Forbidden");
  const auto email = read_failure({500, {}, body("Invalid: Email [jane@doe.com]")}, CallKind::write, "");
  EXPECT_EQ(email.remote_text, "Invalid: Email [[e-mail]]");
  EXPECT_EQ(email.error.cause, Cause::business_refusal);
}

}  // namespace refusals_test
}  // namespace connector::exact
