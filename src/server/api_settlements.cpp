#include "flows/document_json.h"
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

Value booked_line(const std::string& key, const std::string& gl_account, domain::Decimal amount) {
  Value entry{json::Object{}};
  entry.set("key", key);
  entry.set("gl_account", gl_account.empty() ? Value() : Value(gl_account));
  entry.set("amount", amount);
  return entry;
}

/// As the entry has it, whatever the mapping says by now.
Result<Value> booked_by_entry(const store::PostingRow& row) {
  Value booked{json::Array{}};
  if (row.document.empty()) return booked;
  const auto document = flows::document_of(row);
  if (!document) return domain::fail(document.error());
  for (const auto& line : document->lines) {
    if (line.sku != domain::payout_key) booked.push_back(booked_line(line.sku, line.gl_account, -line.amount));
  }
  return booked;
}

/// As it would be booked now.
Result<Value> booked_by_mapping(const domain::Settlement& settlement, const domain::Mapping& mapping,
                                domain::TaxPolicy policy) {
  Value booked{json::Array{}};
  for (const auto& [key, amount] : domain::settled_by_key(settlement, mapping, policy)) {
    const domain::MappingRow* row = mapping.own_row(key);
    booked.push_back(booked_line(key, row == nullptr ? "" : row->gl_account, amount));
  }
  return booked;
}

struct AllSettlements {
  domain::ConnectionSettings settings;
  domain::Mapping mapping;
  std::vector<flows::KnownSettlement> known;
};

Result<AllSettlements> read_all(store::Reader& reader, const store::ConnectionRow& connection) {
  auto settings = flows::settings_of(connection);
  if (!settings) return domain::fail(settings.error());
  auto mapping = reader.mapping(connection.id);
  if (!mapping) return domain::fail(mapping.error());
  auto known = flows::known_settlements(reader, connection.id);
  if (!known) return domain::fail(known.error());
  return AllSettlements{*std::move(settings), *std::move(mapping), *std::move(known)};
}

/// Of many settlements their orders would be too much.
enum class Orders { counted, listed };

Result<Value> settlement_json(store::Reader& reader, const store::ConnectionRow& connection, const AllSettlements& all,
                              const flows::KnownSettlement& known, Orders orders) {
  Value value = flows::to_json(known.settlement);
  Value comparison = known.comparison;
  if (orders == Orders::counted) comparison.erase("open");
  value.set("comparison", std::move(comparison));
  auto posting = reader.posting(connection.id, domain::settlement_key(known.settlement.payout_date));
  if (!posting) return domain::fail(posting.error());
  auto booked = *posting && (*posting)->state != store::PostingState::withdrawn
                    ? booked_by_entry(**posting)
                    : booked_by_mapping(known.settlement, all.mapping, all.settings.tax_policy);
  if (!booked) return booked;
  value.set("booked", *std::move(booked));
  value.set("posting", *posting ? flows::brief_posting_json(**posting) : Value());
  return value;
}

Result<Value> settlements_of(store::Reader& reader, const store::ConnectionRow& connection) {
  auto all = read_all(reader, connection);
  if (!all) return domain::fail(all.error());
  Value list{json::Array{}};
  for (auto each = all->known.rbegin(); each != all->known.rend() && list.size() < kShown; ++each) {
    auto shown = settlement_json(reader, connection, *all, *each, Orders::counted);
    if (!shown) return shown;
    list.push_back(*std::move(shown));
  }
  Value value;
  value.set("mode", domain::to_string(all->settings.settlements));
  value.set("payout_is_mapped", all->mapping.own_row(domain::payout_key) != nullptr);
  value.set("settlements", std::move(list));
  return value;
}

Task<ApiAnswer> settlement(ApiContext* api, ApiRequest request) {
  const std::string wanted = request.routed.path_value("payout_date");
  auto settlement_of = [wanted](store::Reader& reader, const store::ConnectionRow& connection) -> Result<Value> {
    auto all = read_all(reader, connection);
    if (!all) return domain::fail(all.error());
    for (const flows::KnownSettlement& each : all->known) {
      if (domain::to_iso8601(each.settlement.payout_date) != wanted) continue;
      return settlement_json(reader, connection, *all, each, Orders::listed);
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
