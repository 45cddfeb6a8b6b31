#include <algorithm>

#include "flows/posting_json.h"
#include "flows/record_settlement.h"
#include "flows/settings_json.h"
#include "flows/settlement_json.h"
#include "server/api.h"

namespace connector::server {

using domain::Result;
using json::Value;
using ports::Task;

namespace {

/// Two years of settlements every two weeks.
constexpr std::size_t kShown = 52;

Value posting_of(const store::PostingRow& row) {
  Value value = flows::posting_json(row);
  for (const auto* name : {"document", "body", "target_data"}) value.erase(name);
  return value;
}

/// Of many settlements their orders would be too much.
enum class Orders { counted, listed };

Result<Value> settlement_json(store::Reader& reader, const store::ConnectionRow& connection,
                              const domain::ConnectionSettings& settings, const domain::Mapping& mapping,
                              const flows::KnownSettlement& known, Orders orders) {
  Value value = flows::to_json(known.settlement);
  Value booked{json::Array{}};
  for (const auto& [key, amount] : domain::settled_by_key(known.settlement, mapping, settings.tax_policy)) {
    const domain::MappingRow* row = mapping.own_row(key);
    Value entry{json::Object{}};
    entry.set("key", key);
    entry.set("gl_account", row == nullptr || row->gl_account.empty() ? Value() : Value(row->gl_account));
    entry.set("amount", amount);
    booked.push_back(std::move(entry));
  }
  value.set("booked", std::move(booked));
  Value comparison = known.comparison;
  if (orders == Orders::counted) comparison.erase("open");
  value.set("comparison", std::move(comparison));
  auto posting = reader.posting(connection.id, domain::settlement_key(known.settlement.payout_date));
  if (!posting) return domain::fail(posting.error());
  value.set("posting", *posting ? posting_of(**posting) : Value());
  return value;
}

Result<Value> settlements_of(store::Reader& reader, const store::ConnectionRow& connection) {
  auto settings = flows::settings_of(connection);
  if (!settings) return domain::fail(settings.error());
  auto mapping = reader.mapping(connection.id);
  if (!mapping) return domain::fail(mapping.error());
  auto known = flows::known_settlements(reader, connection.id);
  if (!known) return domain::fail(known.error());
  Value list{json::Array{}};
  for (auto each = known->rbegin(); each != known->rend() && list.size() < kShown; ++each) {
    auto shown = settlement_json(reader, connection, *settings, *mapping, *each, Orders::counted);
    if (!shown) return shown;
    list.push_back(*std::move(shown));
  }
  Value value;
  value.set("mode", domain::to_string(settings->settlements));
  value.set("payout_is_mapped", mapping->own_row(domain::payout_key) != nullptr);
  value.set("settlements", std::move(list));
  return value;
}

Task<ApiAnswer> settlement(ApiContext* api, ApiRequest request) {
  const std::string wanted = request.routed.path_value("payout_date");
  auto settlement_of = [wanted](store::Reader& reader, const store::ConnectionRow& connection) -> Result<Value> {
    auto settings = flows::settings_of(connection);
    if (!settings) return domain::fail(settings.error());
    auto mapping = reader.mapping(connection.id);
    if (!mapping) return domain::fail(mapping.error());
    auto known = flows::known_settlements(reader, connection.id);
    if (!known) return domain::fail(known.error());
    for (const flows::KnownSettlement& each : *known) {
      if (domain::to_iso8601(each.settlement.payout_date) != wanted) continue;
      return settlement_json(reader, connection, *settings, *mapping, each, Orders::listed);
    }
    return domain::fail(domain::Cause::not_found, "no settlement with the payout date " + wanted + " was read");
  };
  co_return co_await read_of_connection(api, std::move(request), std::move(settlement_of));
}

Task<ApiAnswer> settlements(ApiContext* api, ApiRequest request) {
  return read_of_connection(api, std::move(request), settlements_of);
}

}  // namespace

void add_settlement_routes(ApiRoutes& routes) {
  using enum Needs;
  routes.add("GET", "/connections/{connection}/settlements", viewer, settlements,
             {.summary = "The newest 52 settlements of Walmart's: what was paid, where it is booked, and how their "
                         "orders compare with invoices and credit memos",
              .answer = "Settlements"});
  routes.add("GET", "/connections/{connection}/settlements/{payout_date}", viewer, settlement,
             {.summary = "One settlement, with up to 1,000 of its orders that do not agree with what was booked",
              .answer = "Settlement"});
}

}  // namespace connector::server
