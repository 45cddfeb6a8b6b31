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

Result<Value> settlement_json(store::Reader& reader, const store::ConnectionRow& connection,
                              const domain::ConnectionSettings& settings, const domain::Mapping& mapping,
                              const flows::KnownSettlement& known) {
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
  value.set("comparison", known.comparison);
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
    auto shown = settlement_json(reader, connection, *settings, *mapping, *each);
    if (!shown) return shown;
    list.push_back(*std::move(shown));
  }
  Value value;
  value.set("mode", domain::to_string(settings->settlements));
  value.set("payout_is_mapped", mapping->own_row(domain::payout_key) != nullptr);
  value.set("settlements", std::move(list));
  return value;
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
}

}  // namespace connector::server
