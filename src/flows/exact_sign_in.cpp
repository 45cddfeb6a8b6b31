#include "flows/exact_sign_in.h"

#include "domain/settings.h"
#include "flows/document_mode.h"
#include "flows/reference_refresh.h"
#include "flows/settings_json.h"
#include "flows/shared_division.h"
#include "flows/sign_in_owner.h"
#include "flows/sign_in_release.h"
#include "flows/with_runtime.h"
#include "json/value.h"

namespace connector::flows {

using domain::Cause;
using domain::Result;
using ports::Task;

namespace {

constexpr domain::Milliseconds kStateLife = std::chrono::hours(1);
constexpr const char* kStateSecret = "exact_sign_in_state";

Task<Result<std::optional<store::ConnectionRow>>> connection_of_state(Environment& environment, std::string state) {
  const auto dot = state.find('.');
  const auto id = json::parse_integer(state.substr(0, dot));
  if (dot == std::string::npos || !id) co_return std::optional<store::ConnectionRow>{};
  auto query = [id = *id](store::Reader& reader) { return reader.connection(id); };
  co_return co_await environment.store.read(std::move(query));
}

/// The app that was given last has proved itself: from now on its tokens are used.
Result<void> use_given_app(store::Transaction& transaction, const store::Vault& vault, store::ConnectionId connection) {
  auto given = store::get_secret(transaction, vault, connection, kExactNewCredentials);
  if (!given) return domain::fail(given.error());
  if (!*given) return {};
  if (auto put = store::put_secret(transaction, vault, connection, kExactCredentials, **given); !put) return put;
  return transaction.delete_sealed_secret(connection, kExactNewCredentials);
}

domain::Error no_app(const std::string& connection) {
  return {Cause::bad_input, "no Exact client id and secret are stored for " + connection +
                                ": give both, --client-id ID --client-secret-file FILE"};
}

}  // namespace

Task<Result<std::string>> begin_exact_sign_in(Environment& environment, store::ConnectionRow wanted,
                                              SignInOrigin origin) {
  auto owner = co_await read_sign_in_owner(environment.store, std::move(wanted));
  if (!owner) co_return domain::fail(owner.error());
  const store::ConnectionRow row = *std::move(owner);
  auto runtime = co_await ConnectionRuntime::open(environment, row, ConnectionRuntime::ExactApp::given_last);
  if (!runtime) co_return domain::fail(runtime.error());
  if (!(*runtime)->has_exact_credentials()) co_return domain::fail(no_app(row.name));
  const std::string state = std::to_string(row.id) + "." + environment.random.uuid();
  json::Value remembered{json::Object{}};
  remembered.set("state", state);
  remembered.set("actor", origin.actor);
  remembered.set("return_to", origin.return_to);
  remembered.set("expires", domain::to_epoch_milliseconds(environment.clock.now() + kStateLife));
  auto put = co_await environment.secrets.put(row.id, kStateSecret, json::write(remembered));
  if (!put) co_return domain::fail(put.error());
  const exact::Credentials credentials{(*runtime)->exact_session().client_id(), "", environment.exact_redirect_uri};
  co_return exact::authorization_address(environment.exact, credentials, state);
}

Task<Result<FinishedSignIn>> finish_exact_sign_in(Environment& environment, std::string state, std::string code) {
  const domain::Error wrong{Cause::authentication_failed,
                            "this sign-in was not begun here, was used already or is too old; begin again"};
  auto row = co_await connection_of_state(environment, state);
  if (!row) co_return domain::fail(row.error());
  if (!*row) co_return domain::fail(wrong);
  auto remembered = co_await environment.secrets.get((*row)->id, kStateSecret);
  if (!remembered) co_return domain::fail(remembered.error());
  if (!*remembered) co_return domain::fail(wrong);
  auto value = json::parse(**remembered);
  if (!value) co_return domain::fail(value.error());
  const bool fresh = domain::to_epoch_milliseconds(environment.clock.now()) < (*value)["expires"].integer().value_or(0);
  if ((*value)["state"].text_or("") != state || !fresh) co_return domain::fail(wrong);
  auto forgotten = co_await environment.secrets.remove((*row)->id, kStateSecret);
  if (!forgotten) co_return domain::fail(forgotten.error());
  FinishedSignIn finished{(*row)->name, (*value)["return_to"].text_or(""), std::nullopt};
  if (code.empty()) {
    finished.failure = domain::Error{Cause::permission_denied, "Exact did not allow the connection: access was denied"};
    co_return finished;
  }
  std::string actor = (*value)["actor"].text_or("browser");
  auto exchanged = co_await exchange_exact_code(environment, std::move(**row), std::move(code), std::move(actor));
  if (!exchanged) finished.failure = exchanged.error();
  co_return finished;
}

Task<Result<ExactSignIn>> exchange_exact_code(Environment& environment, store::ConnectionRow wanted, std::string code,
                                              std::string actor) {
  auto owner = co_await read_sign_in_owner(environment.store, std::move(wanted));
  if (!owner) co_return domain::fail(owner.error());
  store::ConnectionRow row = *std::move(owner);
  auto exchange = [code = std::move(code)](ConnectionRuntime& runtime) -> Task<Result<std::int64_t>> {
    if (!runtime.has_exact_credentials()) co_return domain::fail(no_app(runtime.row().name));
    auto exchanged = co_await runtime.exact_session().exchange_code(code);
    if (!exchanged) co_return domain::fail(exchanged.error().error);
    if (runtime.row().division != 0) co_return runtime.row().division;
    auto me = co_await runtime.exact().me();
    if (!me) co_return domain::fail(me.error().error);
    co_return me->value.current_division;
  };
  auto exchanged =
      co_await with_runtime(environment, row, std::move(exchange), ConnectionRuntime::ExactApp::given_last);
  if (!exchanged) co_return domain::fail(exchanged.error());
  const std::int64_t division = *exchanged;
  auto work = [id = row.id, division, actor, vault = environment.secrets.vault(),
               now = environment.clock.now()](store::Transaction& transaction) -> Result<void> {
    auto current = transaction.connection(id);
    if (!current) return domain::fail(current.error());
    if (!*current) return domain::fail(Cause::bad_input, "the connection no longer exists");
    if ((*current)->division == 0) {
      (*current)->division = division;
      if (auto own = require_own_references(transaction, **current); !own) return own;
      if (auto own = require_own_orders(transaction, vault, **current); !own) return own;
      if (auto updated = transaction.update_connection(**current); !updated) return updated;
    }
    if (auto used = use_given_app(transaction, vault, id); !used) return used;
    auto all = sign_in_borrowers(transaction, **current);
    if (!all) return domain::fail(all.error());
    all->push_back(**current);
    for (const store::ConnectionRow& each : *all) {
      if (auto asked = forget_refused_lists(transaction, each.id); !asked) return asked;
      // What was held for a right that the user lacked is planned anew.
      if (auto raised = transaction.raise_mapping_version(each.id); !raised) return domain::fail(raised.error());
      auto due = release_what_waited_for_sign_in(transaction, each.id, now);
      if (!due) return domain::fail(due.error());
    }
    store::AuditRecord record;
    record.at = now;
    record.connection = id;
    record.actor = actor;
    record.action = "exact.signed_in";
    json::Value detail{json::Object{}};
    detail.set("division", division);
    record.detail = json::write(detail);
    return transaction.append_audit(std::move(record));
  };
  auto signed_in = co_await environment.store.write(std::move(work));
  if (!signed_in) co_return domain::fail(signed_in.error());

  // The division may have become known just now: a client of its own asks for the edition.
  ExactSignIn result;
  row.division = division;
  auto probe = [](ConnectionRuntime& runtime) -> Task<Result<std::optional<exact::Edition>>> {
    auto edition = co_await exact::probe_edition(runtime.exact(), ports::CallPriority::person);
    if (!edition && edition.error().error.cause == Cause::permission_denied) {
      co_return domain::fail(Cause::permission_denied, "Exact accepted the code, but not division " +
                                                           std::to_string(runtime.row().division) + ": " +
                                                           edition.error().error.message);
    }
    if (!edition) co_return std::nullopt;
    co_return edition->value;
  };
  auto edition = co_await with_runtime(environment, row, probe);
  if (!edition) co_return domain::fail(edition.error());
  result.edition = *edition;
  auto choose = [id = row.id, edition = result.edition.value_or(exact::Edition{}), actor,
                 now = environment.clock.now()](store::Transaction& transaction) {
    return choose_document_mode(transaction, id, edition, actor, now);
  };
  auto choice = co_await environment.store.write(std::move(choose));
  if (!choice) co_return domain::fail(choice.error());
  result.document_mode = choice->mode;
  result.mode_chosen_now = choice->chosen_now;
  result.mode_is_open = choice->is_open;
  co_return result;
}

}  // namespace connector::flows
