#include <fmt/format.h>

#include "app/live_installation.h"
#include "app/run.h"
#include "app/secret_input.h"
#include "flows/document_mode.h"
#include "flows/exact_sign_in.h"
#include "json/value.h"
#include "store/secret_store.h"

namespace connector::app::commands {

using domain::Cause;
using domain::Result;

namespace {

ExitCode failed(Context& context, const domain::Error& error) {
  context.output.problem(error);
  return exit_code_of(error.cause);
}

/// The credential in one transaction with its audit record, which names the client id but not the secret.
Result<void> store_credentials(LiveInstallation& live, const store::ConnectionRow& row, std::string_view secret_name,
                               const std::string& client_id, const std::string& client_secret, const std::string& actor,
                               const std::string& action) {
  json::Value credentials{json::Object{}};
  credentials.set("client_id", client_id);
  credentials.set("client_secret", client_secret);
  json::Value detail{json::Object{}};
  detail.set("client_id", client_id);
  store::AuditRecord record;
  record.at = live.clock().now();
  record.connection = row.id;
  record.actor = actor;
  record.action = action;
  record.detail = json::write(detail);
  auto vault = live.environment().secrets.vault();
  auto work = [vault, id = row.id, name = std::string(secret_name), text = json::write(credentials),
               record](store::Transaction& transaction) -> Result<void> {
    if (auto put = store::put_secret(transaction, vault, id, name, text); !put) return put;
    if (auto raised = transaction.raise_mapping_version(id); !raised) return domain::fail(raised.error());
    return transaction.append_audit(record);
  };
  return live.run(live.store().write(std::move(work)));
}

}  // namespace

ExitCode run(const ConnectWalmart& command, Context& context) {
  auto secret = read_secret(command.client_secret, context);
  if (!secret) return failed(context, secret.error());
  auto live = LiveInstallation::open(context);
  if (!live) return failed(context, live.error());
  auto row = (*live)->connection(command.name);
  if (!row) return failed(context, row.error());

  // Proved before it is stored, so that a wrong secret never replaces a working one.
  flows::Environment& environment = (*live)->environment();
  engine::WalmartBudget budget(environment.executor, environment.clock);
  walmart::Session session({command.client_id, *secret}, environment.transport, budget, environment.random,
                           environment.clock, environment.executor, environment.walmart);
  auto token = (*live)->run(session.token());
  if (!token) return failed(context, token.error().error);
  auto stored = store_credentials(**live, *row, flows::kWalmartCredentials, command.client_id, *secret, context.actor,
                                  "walmart.connected");
  if (!stored) return failed(context, stored.error());
  json::Value result{json::Object{}};
  result.set("connection", row->name);
  result.set("system", "walmart");
  result.set("signed_in", true);
  context.output.result(result, "Walmart accepted the credential; it is stored for " + row->name + ".\n");
  return ExitCode::done;
}

ExitCode run(const ConnectExact& command, Context& context) {
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
    auto stored = store_credentials(**live, *row, flows::kExactCredentials, command.client_id, *secret, context.actor,
                                    "exact.credentials");
    if (!stored) return failed(context, stored.error());
  }
  flows::Environment& environment = (*live)->environment();
  json::Value result{json::Object{}};
  result.set("connection", row->name);
  result.set("system", "exact");
  if (!command.code) {
    auto address = (*live)->run(flows::begin_exact_sign_in(environment, *row));
    if (!address) return failed(context, address.error());
    result.set("authorization_address", *address);
    context.output.result(result,
                          "Open this address, sign in to Exact and allow the connection:\n\n  " + *address +
                              "\n\nWith `ml-connector serve` running at server.public_url the sign-in ends by itself;\n"
                              "otherwise pass the code from the address you are sent to: --code CODE\n");
    return ExitCode::done;
  }
  auto exchanged = (*live)->run(flows::exchange_exact_code(environment, *row, *command.code, context.actor));
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
  context.output.result(
      result, fmt::format("Exact accepted the code; {} works in division {}.\nIts edition has {}.\n{} {}.\n", row->name,
                          after->division, flows::describe(edition),
                          exchanged->mode_chosen_now ? "So document_mode was chosen:" : "document_mode stays",
                          domain::to_string(exchanged->document_mode)));
  return ExitCode::done;
}

}  // namespace connector::app::commands
