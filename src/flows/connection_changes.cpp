#include "flows/connection_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/walmart_budget.h"
#include "flows/order_acknowledgements.h"
#include "flows/settings_json.h"
#include "flows/shared_division.h"
#include "flows/sign_in_owner.h"
#include "flows/walmart_horizon.h"

namespace connector::flows {

using domain::Cause;
using domain::ConnectionSettings;
using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;
using ports::Task;
using store::ConnectionRow;

namespace {

/// A person waits: a token call that the network spoils is made again at once and once more.
constexpr std::array<Milliseconds, 2> kProofPauses{Milliseconds{500}, Milliseconds{2'000}};

/// What was so before may stay: it hinders no other change.
Result<void> require_place_if_changed(store::Reader& reader, const store::Vault& vault, const ConnectionRow& before,
                                      const ConnectionSettings& was, const ConnectionRow& row,
                                      const ConnectionSettings& is) {
  const bool has_moved = before.division != row.division;
  if (was.reference_prefix == is.reference_prefix && !has_moved) return {};
  if (auto own = require_own_references(reader, row); !own) return own;
  return has_moved ? require_own_orders(reader, vault, row) : Result<void>{};
}

/// Orders that go_live left alone until now are read again from Walmart where it is moved back, and so planned.
Result<void> read_again_if_moved_back(store::Transaction& transaction, store::ConnectionId connection,
                                      const ConnectionSettings& was, const ConnectionSettings& is, UtcTime now) {
  if (!was.go_live || (is.go_live && *is.go_live >= *was.go_live)) return {};
  UtcTime from = std::max(is.go_live.value_or(UtcTime{}), now - walmart_horizon);
  if (from >= now) return {};
  auto flow = transaction.flow(connection, "orders");
  if (!flow) return domain::fail(flow.error());
  if (flow->backfill_unfinished()) from = std::min(from, *flow->backfill_at);
  flow->backfill_from = flow->backfill_at = from;
  flow->backfill_to = now;
  return transaction.put_flow(*flow);
}

/// What a change needs and brings about beside itself, by what was before.
Result<void> prepare_change(store::Transaction& transaction, const store::Vault& vault, const ConnectionRow& row,
                            UtcTime now) {
  auto before = transaction.connection(row.id);
  if (!before) return domain::fail(before.error());
  if (!*before) return {};
  const auto was = settings_of(**before);
  const auto is = settings_of(row);
  if (!was) return domain::fail(was.error());
  if (!is) return domain::fail(is.error());
  if (auto own = require_place_if_changed(transaction, vault, **before, *was, row, *is); !own) return own;
  return read_again_if_moved_back(transaction, row.id, *was, *is, now);
}

}  // namespace

Result<void> require_division(std::int64_t division) {
  if (division >= 1) return {};
  return domain::fail(Cause::bad_input, "division must be the number of an Exact division");
}

Result<ConnectionRow> with_change(store::Reader& reader, ConnectionRow row, const std::string& name,
                                  const std::string& text) {
  if (name != "division") {
    auto settings = settings_of(row);
    if (!settings) return domain::fail(settings.error());
    auto next = with_setting(*std::move(settings), name, text);
    if (!next) return domain::fail(next.error());
    if (auto fits = fit_together(*next); !fits) return domain::fail(fits.error());
    row.settings = json::write(to_json(*next));
    return row;
  }
  const std::int64_t division = json::parse_integer(text).value_or(0);
  if (auto fits = require_division(division); !fits) return domain::fail(fits.error());
  auto counts = reader.posting_counts(row.id);
  if (!counts) return domain::fail(counts.error());
  if (row.division != 0 && row.division != division && !counts->empty()) {
    return domain::fail(Cause::bad_input,
                        fmt::format("{} has postings for division {}; add another connection for division {}", row.name,
                                    row.division, division));
  }
  row.division = division;
  return row;
}

Result<void> write_change(store::Transaction& transaction, const store::Vault& vault, const ConnectionRow& row,
                          store::AuditRecord record) {
  if (auto owner = require_sign_in_owner(transaction, row); !owner) return owner;
  if (auto prepared = prepare_change(transaction, vault, row, record.at); !prepared) return prepared;
  if (auto updated = transaction.update_connection(row); !updated) return updated;
  if (auto raised = transaction.raise_mapping_version(row.id); !raised) return domain::fail(raised.error());
  if (auto forgotten = forget_created_orders_read(transaction, row.id); !forgotten) return forgotten;
  record.connection = row.id;
  return transaction.append_audit(std::move(record));
}

Task<Result<void>> prove_walmart_credential(Environment& environment, std::string client_id,
                                            std::string client_secret) {
  engine::WalmartBudget budget(environment.executor, environment.clock);
  walmart::Credentials credentials{std::move(client_id), std::move(client_secret)};
  walmart::Session session(std::move(credentials), environment.transport, budget, environment.random, environment.clock,
                           environment.executor, environment.walmart);
  auto token = co_await session.token();
  for (const Milliseconds pause : kProofPauses) {
    if (token || !domain::is_transient(token.error().error.cause)) break;
    co_await ports::sleep_for(environment.executor, pause);
    token = co_await session.token();
  }
  if (!token) co_return domain::fail(token.error().error);
  co_return Result<void>{};
}

Task<Result<void>> store_credential(Environment& environment, store::ConnectionId connection, std::string secret_name,
                                    std::string client_id, std::string client_secret, std::string actor,
                                    std::string action) {
  json::Value credentials{json::Object{}};
  credentials.set("client_id", client_id);
  credentials.set("client_secret", client_secret);
  json::Value detail{json::Object{}};
  detail.set("client_id", client_id);
  store::AuditRecord record;
  record.at = environment.clock.now();
  record.connection = connection;
  record.actor = std::move(actor);
  record.action = std::move(action);
  record.detail = json::write(detail);
  auto work = [vault = environment.secrets.vault(), connection, client_id, name = std::move(secret_name),
               text = json::write(credentials), record](store::Transaction& transaction) -> Result<void> {
    auto row = transaction.connection(connection);
    if (!row) return domain::fail(row.error());
    if (*row && name == kWalmartCredentials) {
      if (auto own = require_own_orders(transaction, vault, **row, client_id); !own) return own;
    }
    if (*row && name == kExactCredentials) {
      auto owner = sign_in_owner(transaction, **row);
      if (!owner) return domain::fail(owner.error());
      if (owner->id != connection) {
        return domain::fail(Cause::bad_input,
                            fmt::format("{0} uses the sign-in at Exact of {1}: connect {1}, or give it one of its own "
                                        "first, with connection set {0} exact_sign_in_of \"\"",
                                        (*row)->name, owner->name));
      }
    }
    std::string_view kept_as = name;
    if (name == kExactCredentials) {
      // A mistyped secret must not end a sign-in that works: it is used once somebody has signed in with it.
      auto tokens = transaction.sealed_secret(connection, kExactTokens);
      if (!tokens) return domain::fail(tokens.error());
      if (*tokens) kept_as = kExactNewCredentials;
    }
    if (auto put = store::put_secret(transaction, vault, connection, kept_as, text); !put) return put;
    if (auto raised = transaction.raise_mapping_version(connection); !raised) return domain::fail(raised.error());
    return transaction.append_audit(record);
  };
  co_return co_await environment.store.write(std::move(work));
}

}  // namespace connector::flows
