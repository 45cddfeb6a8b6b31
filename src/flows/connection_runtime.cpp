#include "flows/connection_runtime.h"

#include <fmt/format.h>

#include "flows/closed_periods.h"
#include "flows/settings_json.h"
#include "flows/shared_division.h"
#include "flows/sign_in_owner.h"
#include "json/value.h"

namespace connector::flows {

using domain::Result;
using ports::Task;

Task<Result<std::unique_ptr<ConnectionRuntime>>> ConnectionRuntime::open(Environment& environment,
                                                                         store::ConnectionRow row, ExactApp app) {
  using Opened = Result<std::unique_ptr<ConnectionRuntime>>;
  auto settings = settings_of(row);
  if (!settings) co_return Opened(domain::fail(settings.error()));

  Secrets secrets;
  auto walmart_secret = co_await environment.secrets.get(row.id, std::string(kWalmartCredentials));
  if (!walmart_secret) co_return Opened(domain::fail(walmart_secret.error()));
  if (*walmart_secret) {
    auto value = json::parse(**walmart_secret);
    if (!value) co_return Opened(domain::fail(value.error()));
    secrets.walmart = walmart::Credentials{(*value)["client_id"].text_or(""), (*value)["client_secret"].text_or("")};
  }
  auto owner = co_await read_sign_in_owner(environment.store, row);
  if (!owner) co_return Opened(domain::fail(owner.error()));
  secrets.exact_owner = owner->id;
  auto exact_secret = Result<std::optional<std::string>>(std::nullopt);
  if (app == ExactApp::given_last) {
    exact_secret = co_await environment.secrets.get(owner->id, std::string(kExactNewCredentials));
    if (!exact_secret) co_return Opened(domain::fail(exact_secret.error()));
  }
  if (!*exact_secret) exact_secret = co_await environment.secrets.get(owner->id, std::string(kExactCredentials));
  if (!exact_secret) co_return Opened(domain::fail(exact_secret.error()));
  if (*exact_secret) {
    auto value = json::parse(**exact_secret);
    if (!value) co_return Opened(domain::fail(value.error()));
    secrets.exact = exact::Credentials{(*value)["client_id"].text_or(""), (*value)["client_secret"].text_or(""),
                                       environment.exact_redirect_uri};
  }
  auto counted = [row, client_id = secrets.exact ? secrets.exact->client_id : std::string(),
                  vault = environment.secrets.vault()](store::Reader& reader) {
    return call_budget_owner(reader, vault, row, client_id);
  };
  auto budget_owner = co_await environment.store.read(std::move(counted));
  if (!budget_owner) co_return Opened(domain::fail(budget_owner.error()));
  secrets.budget_owner = *budget_owner;
  auto shared = std::make_shared<const domain::ConnectionSettings>(std::move(*settings));
  co_return Opened(std::unique_ptr<ConnectionRuntime>(
      new ConnectionRuntime(environment, std::move(row), std::move(secrets), std::move(shared))));
}

namespace {

engine::WorkerOptions worker_options(const Environment& environment) {
  engine::WorkerOptions options;
  options.owner = environment.process;
  options.concurrency = environment.concurrency;
  options.request_timeout = environment.request_timeout;
  options.retry = environment.retry;
  options.idle_poll = environment.idle_poll;
  options.is_woken = environment.is_watched;
  return options;
}

/// Who takes calls from a budget: what several connections of one process take from one is told apart.
std::string caller_of(const Environment& environment, store::ConnectionId connection, store::ConnectionId owner) {
  return connection == owner ? environment.process : fmt::format("{}/{}", environment.process, connection);
}

}  // namespace

ConnectionRuntime::ConnectionRuntime(Environment& environment, store::ConnectionRow row, Secrets secrets,
                                     std::shared_ptr<const domain::ConnectionSettings> settings)
    : row_(std::move(row)),
      has_walmart_credentials_(secrets.walmart.has_value()),
      has_exact_credentials_(secrets.exact.has_value()),
      walmart_budget_(environment.executor, environment.clock, {&environment.store, row_.id, environment.process}),
      exact_budget_(environment.executor, environment.clock,
                    {&environment.store, secrets.budget_owner, caller_of(environment, row_.id, secrets.budget_owner)}),
      walmart_token_(environment.store, environment.secrets, environment.clock, row_.id, environment.process),
      walmart_session_(secrets.walmart.value_or(walmart::Credentials{}), environment.transport, walmart_budget_,
                       environment.random, environment.clock, environment.executor, environment.walmart,
                       &walmart_token_),
      walmart_(walmart_session_, environment.transport, walmart_budget_, environment.random, environment.clock,
               environment.walmart),
      tokens_(environment.store, environment.secrets, environment.clock, secrets.exact_owner, environment.process),
      exact_session_(secrets.exact.value_or(exact::Credentials{}), tokens_, environment.transport, exact_budget_,
                     environment.random, environment.clock, environment.executor, environment.exact),
      exact_(exact_session_, environment.transport, exact_budget_, environment.random, environment.clock,
             environment.exact, row_.division),
      target_(exact_, exact_budget_, environment.store, settings),
      acknowledgement_target_(walmart_, walmart_budget_, environment.clock),
      all_targets_({walmart_, exact_, environment.store, environment.clock, target_, acknowledgement_target_}, row_.id),
      worker_({environment.store, environment.executor, environment.clock, environment.random}, all_targets_, row_.id,
              worker_options(environment)),
      orders_(walmart_, environment.store, environment.clock, environment.executor, row_.id, environment.overlap),
      returns_(walmart_, environment.store, environment.clock, row_.id, environment.overlap),
      inventory_(walmart_, exact_, environment.store, environment.clock, row_.id, orders_),
      prices_(walmart_, exact_, environment.store, environment.clock, row_.id),
      settlements_(walmart_, environment.store, environment.clock, row_.id),
      references_(exact_, environment.store, environment.clock, row_.id, settings),
      settings_(std::move(settings)) {
  worker_.on_held = [&environment](store::PostingRow held) {
    return learn_closed_period(environment.store, environment.clock, std::move(held));
  };
}

std::vector<Flow*> ConnectionRuntime::flows() { return {&orders_, &returns_, &inventory_, &prices_, &settlements_}; }

Flow* ConnectionRuntime::flow(std::string_view name) {
  for (Flow* flow : flows()) {
    if (flow->name() == name) return flow;
  }
  return nullptr;
}

}  // namespace connector::flows
