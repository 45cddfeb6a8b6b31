#include <fmt/format.h>

#include "app/live_installation.h"
#include "app/run.h"
#include "app/secret_input.h"
#include "app/text_file.h"
#include "flows/connection_changes.h"
#include "flows/document_mode.h"
#include "flows/exact_sign_in.h"
#include "json/value.h"

namespace connector::app::commands {

using domain::Cause;

namespace {

ExitCode failed(Context& context, const domain::Error& error) {
  context.output.problem(error);
  return exit_code_of(error.cause);
}

/// "-": the code stands on standard input.
domain::Result<std::optional<std::string>> code_of(const ConnectExact& command) {
  if (!command.code) return std::optional<std::string>();
  if (*command.code == "-" && command.client_secret.file == "-") {
    return domain::fail(Cause::bad_input, "standard input holds the client secret or the code, not both");
  }
  auto text = *command.code == "-" ? read_text_file("-", 1UL << 16U) : domain::Result<std::string>(*command.code);
  if (!text) return domain::fail(text.error());
  constexpr const char* blanks = " \t\r\n";
  const auto first = text->find_first_not_of(blanks);
  if (first == std::string::npos) {
    return domain::fail(Cause::bad_input, *command.code == "-" ? "standard input holds no code" : "the code is empty");
  }
  return text->substr(first, text->find_last_not_of(blanks) - first + 1);
}

}  // namespace

ExitCode run(const ConnectWalmart& command, Context& context) {
  if (command.client_id.empty()) return failed(context, {Cause::bad_input, "--client-id is empty"});
  auto secret = read_secret(command.client_secret, context);
  if (!secret) return failed(context, secret.error());
  auto live = LiveInstallation::open(context);
  if (!live) return failed(context, live.error());
  auto row = (*live)->connection(command.name);
  if (!row) return failed(context, row.error());

  // Proved before it is stored, so that a wrong secret never replaces a working one.
  flows::Environment& environment = (*live)->environment();
  auto proved = (*live)->run(flows::prove_walmart_credential(environment, command.client_id, *secret));
  if (!proved) return failed(context, proved.error());
  auto stored = (*live)->run(flows::store_credential(environment, row->id, std::string(flows::kWalmartCredentials),
                                                     command.client_id, *secret, context.actor, "walmart.connected"));
  if (!stored) return failed(context, stored.error());
  json::Value result{json::Object{}};
  result.set("connection", row->name);
  result.set("system", "walmart");
  result.set("signed_in", true);
  context.output.result(result, "Walmart accepted the credential; it is stored for " + row->name + ".\n");
  return ExitCode::done;
}

ExitCode run(const ConnectExact& command, Context& context) {
  auto code = code_of(command);
  if (!code) return failed(context, code.error());
  auto live = LiveInstallation::open(context);
  if (!live) return failed(context, live.error());
  auto row = (*live)->connection(command.name);
  if (!row) return failed(context, row.error());
  const bool secret_given = !command.client_secret.file.empty() || !command.client_secret.environment.empty();
  if (!command.client_id.empty() || secret_given) {
    if (command.client_id.empty() || !secret_given) {
      return failed(context, {Cause::bad_input,
                              "give both --client-id and --client-secret-file (or neither, to use the stored ones)"});
    }
    auto secret = read_secret(command.client_secret, context);
    if (!secret) return failed(context, secret.error());
    auto stored =
        (*live)->run(flows::store_credential((*live)->environment(), row->id, std::string(flows::kExactCredentials),
                                             command.client_id, *secret, context.actor, "exact.credentials"));
    if (!stored) return failed(context, stored.error());
  }
  flows::Environment& environment = (*live)->environment();
  json::Value result{json::Object{}};
  result.set("connection", row->name);
  result.set("system", "exact");
  if (!*code) {
    auto address = (*live)->run(flows::begin_exact_sign_in(environment, *row));
    if (!address) return failed(context, address.error());
    result.set("authorization_address", *address);
    context.output.result(result,
                          "Open this address, sign in to Exact and allow the connection:\n\n  " + *address +
                              "\n\nWith `ml-connector serve` running at server.public_url the sign-in ends by itself;\n"
                              "otherwise pass the code from the address you are sent to: --code CODE\n");
    return ExitCode::done;
  }
  auto exchanged = (*live)->run(flows::exchange_exact_code(environment, *row, **code, context.actor));
  if (!exchanged) return failed(context, exchanged.error());
  auto after = (*live)->connection(command.name);
  if (!after) return failed(context, after.error());
  result.set("signed_in", true);
  result.set("division", after->division);
  const auto finding = [](const std::optional<bool>& found) { return found ? json::Value(*found) : json::Value(); };
  const exact::Edition edition = exchanged->edition.value_or(exact::Edition{});
  json::Value allowed{json::Object{}};
  allowed.set("sales_orders", finding(edition.sales_orders));
  allowed.set("warehouses", finding(edition.warehouses));
  allowed.set("direct_invoices", finding(edition.direct_invoices));
  result.set("edition", std::move(allowed));
  result.set("document_mode", domain::to_string(exchanged->document_mode));
  result.set("document_mode_chosen", exchanged->mode_chosen_now);
  const std::string refusal = flows::mode_refusal(exchanged->document_mode, edition);
  if (!refusal.empty()) context.output.note(refusal);
  const char* how = exchanged->mode_chosen_now ? "So document_mode was chosen:"
                    : exchanged->mode_is_open  ? "So document_mode is not chosen yet; for now it is"
                                               : "document_mode stays";
  context.output.result(
      result, fmt::format("Exact accepted the code; {} works in division {}.\nIts edition has {}.\n{} {}.\n", row->name,
                          after->division, flows::describe(edition), how, domain::to_string(exchanged->document_mode)));
  return ExitCode::done;
}

}  // namespace connector::app::commands
