#include <map>
#include <set>

#include "flows/mapping_change.h"
#include "flows/mapping_check.h"
#include "flows/mapping_import.h"
#include "flows/order_json.h"
#include "flows/with_runtime.h"
#include "server/api.h"
#include "server/item_suggestion.h"

namespace connector::server {

using domain::Cause;
using domain::Result;
using ports::ServerReply;
using ports::Task;

namespace {

constexpr std::size_t kOrdersLookedAt = 500;

json::Value mapping_json(const domain::Mapping& mapping) {
  json::Value rows{json::Array{}};
  for (const auto& row : mapping.rows()) rows.push_back(flows::to_json(row));
  json::Value nodes{json::Array{}};
  for (const auto& [node, warehouse] : mapping.ship_node_warehouses()) {
    json::Value entry;
    entry.set("ship_node", node);
    entry.set("warehouse", warehouse);
    nodes.push_back(std::move(entry));
  }
  json::Value kits{json::Array{}};
  for (const auto& [sku, components] : mapping.kits()) {
    json::Value entry;
    entry.set("sku", sku);
    entry.set("items", flows::to_json(components));
    kits.push_back(std::move(entry));
  }
  json::Value aliases{json::Array{}};
  for (const auto& [alias, sku] : mapping.aliases()) {
    json::Value entry;
    entry.set("alias", alias);
    entry.set("sku", sku);
    aliases.push_back(std::move(entry));
  }
  json::Value value;
  value.set("revision", flows::mapping_revision(mapping));
  value.set("rows", std::move(rows));
  value.set("ship_nodes", std::move(nodes));
  value.set("kits", std::move(kits));
  value.set("aliases", std::move(aliases));
  return value;
}

ServerReply refuse(const std::vector<csv::BadRow>& bad_rows) {
  json::Value list{json::Array{}};
  for (const auto& bad : bad_rows) {
    json::Value entry;
    entry.set("row", bad.row);
    entry.set("column", bad.column);
    entry.set("message", bad.message);
    list.push_back(std::move(entry));
  }
  json::Value error;
  error.set("cause", "bad_input");
  error.set("message", bad_rows.empty() ? std::string() : csv::to_string(bad_rows.front()));
  error.set("bad_rows", std::move(list));
  json::Value body;
  body.set("error", std::move(error));
  return json_reply(400, json::write(body));
}

Task<ApiAnswer> show_mapping(ApiContext* api, ApiRequest request) {
  auto read = [](store::Reader& reader, const store::ConnectionRow& connection) -> Result<json::Value> {
    auto mapping = reader.mapping(connection.id);
    if (!mapping) return domain::fail(mapping.error());
    return mapping_json(*mapping);
  };
  return read_of_connection(api, std::move(request), std::move(read));
}

/// Nobody writes over what somebody else wrote meanwhile; an empty revision says not to have looked.
Result<void> require_revision(const domain::Mapping& present, const std::string& revision) {
  if (revision.empty() || revision == flows::mapping_revision(present)) return {};
  return domain::fail(Cause::fenced, "somebody else changed the mapping meanwhile; look at it again");
}

using BadRows = std::vector<csv::BadRow>;
/// Writes what becomes of the mapping `before`, with the record; nothing if rows are wrong, which it returns.
using MappingWrite = std::function<Result<BadRows>(store::Transaction&, store::ConnectionId,
                                                   const domain::Mapping& before, const store::AuditRecord&)>;

/// Answers with the mapping that `write` leaves. It is written against the revision that the person saw; without one,
/// against what there is.
Task<ApiAnswer> change_mapping(ApiContext* api, ApiRequest request, std::string action, std::string revision,
                               MappingWrite write) {
  struct Written {
    BadRows bad_rows;
    json::Value mapping;
  };
  auto record = caller_audit(api, request.caller, 0, std::move(action), {});
  auto work = [name = request.routed.path_value("connection"), revision = std::move(revision), record,
               write = std::move(write)](store::Transaction& transaction) -> Result<Written> {
    auto connection = connection_named(transaction, name);
    if (!connection) return domain::fail(connection.error());
    auto before = transaction.mapping(connection->id);
    if (!before) return domain::fail(before.error());
    if (auto seen = require_revision(*before, revision); !seen) return domain::fail(seen.error());
    auto bad_rows = write(transaction, connection->id, *before, record);
    if (!bad_rows) return domain::fail(bad_rows.error());
    if (!bad_rows->empty()) return Written{*std::move(bad_rows), {}};
    auto after = transaction.mapping(connection->id);
    if (!after) return domain::fail(after.error());
    return Written{{}, mapping_json(*after)};
  };
  auto written = co_await api->environment.store.write(std::move(work));
  if (!written) co_return domain::fail(written.error());
  if (!written->bad_rows.empty()) co_return refuse(written->bad_rows);
  co_return ok(written->mapping);
}

/// Writes and removes entries.
Task<ApiAnswer> change_mapping_rows(ApiContext* api, ApiRequest request) {
  MappingWrite write = [wanted = flows::mapping_change_from_json(request.body)](
                           store::Transaction& transaction, store::ConnectionId connection,
                           const domain::Mapping& before, const store::AuditRecord& record) -> Result<BadRows> {
    auto changed = flows::changed_mapping(before, wanted);
    if (!changed) return changed.error();
    if (auto done = flows::write_mapping(transaction, connection, *changed, record); !done)
      return domain::fail(done.error());
    return BadRows{};
  };
  std::string revision = request.body["revision"].text_or("");
  return change_mapping(api, std::move(request), "mapping.changed", std::move(revision), std::move(write));
}

std::string part_of(const ApiRequest& request) {
  const std::string part = request.routed.query_value("part");
  return part.empty() ? "mapping" : part;
}

/// Reads one part's file into what is to be imported; the rows that are wrong, if any.
BadRows read_part(const std::string& part, const std::string& text, const domain::Mapping& before,
                  flows::ImportedMapping& imported) {
  imported.rows = before.rows();
  const auto take = [](auto parsed, auto& into) {
    if (!parsed) return parsed.error();
    into = *std::move(parsed);
    return BadRows{};
  };
  if (part == "ship_nodes") return take(flows::parse_ship_nodes_csv(text), imported.ship_nodes);
  if (part == "kits") return take(flows::parse_kits_csv(text), imported.kits);
  if (part == "aliases") return take(flows::parse_aliases_csv(text), imported.aliases);
  return take(flows::parse_mapping_csv(text), imported.rows);
}

bool is_part(const std::string& part) {
  return part == "mapping" || part == "ship_nodes" || part == "kits" || part == "aliases";
}

Task<ApiAnswer> import_file(ApiContext* api, ApiRequest request) {
  const std::string part = part_of(request);
  if (!is_part(part)) co_return domain::fail(Cause::bad_input, "part is mapping, ship_nodes, kits or aliases");
  MappingWrite write = [part, text = request.routed.request.body](
                           store::Transaction& transaction, store::ConnectionId connection,
                           const domain::Mapping& before, const store::AuditRecord& record) -> Result<BadRows> {
    flows::ImportedMapping imported;
    auto bad_rows = read_part(part, text, before, imported);
    if (!bad_rows.empty()) return bad_rows;
    if (auto done = flows::import_mapping(transaction, connection, imported, record); !done)
      return domain::fail(done.error());
    return BadRows{};
  };
  std::string revision = request.routed.query_value("revision");
  co_return co_await change_mapping(api, std::move(request), "mapping.import", std::move(revision), std::move(write));
}

Task<ApiAnswer> export_mapping(ApiContext* api, ApiRequest request) {
  const std::string part = part_of(request);
  if (!is_part(part)) co_return domain::fail(Cause::bad_input, "part is mapping, ship_nodes, kits or aliases");
  const std::string name = request.routed.path_value("connection");
  auto query = [name](store::Reader& reader) -> Result<domain::Mapping> {
    auto row = connection_named(reader, name);
    if (!row) return domain::fail(row.error());
    return reader.mapping(row->id);
  };
  auto mapping = co_await api->environment.store.read(std::move(query));
  if (!mapping) co_return domain::fail(mapping.error());
  std::string csv = part == "ship_nodes" ? flows::write_ship_nodes_csv(mapping->ship_node_warehouses())
                    : part == "kits"     ? flows::write_kits_csv(mapping->kits())
                    : part == "aliases"  ? flows::write_aliases_csv(mapping->aliases())
                                         : flows::write_mapping_csv(mapping->rows());
  ServerReply reply = text_reply(200, std::move(csv), "text/csv; charset=utf-8");
  reply.response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + name + "-" + part + ".csv\"");
  co_return reply;
}

struct Sold {
  std::string name;
  std::size_t orders = 0;
};

/// SKUs that Walmart sold lately, how each is mapped, and what is suggested for those without an item of Exact.
json::Value suggestions(const std::map<std::string, Sold>& sold, const domain::Mapping& mapping,
                        const std::vector<store::ReferenceRow>& references) {
  const std::vector<SuggestibleItem> items = suggestible_items(references);
  std::set<std::string> codes;
  for (const SuggestibleItem& item : items) codes.insert(item.code);
  json::Value list{json::Array{}};
  for (const auto& [sku, seen] : sold) {
    const auto resolved = mapping.resolve(sku);
    const std::string code = !resolved.row.exact_item.empty() ? resolved.row.exact_item : resolved.row.sku;
    const bool found = !resolved.kit.empty() || codes.contains(code);
    json::Value entry;
    entry.set("sku", sku);
    entry.set("name", seen.name);
    entry.set("orders", seen.orders);
    entry.set("exact_item", found ? json::Value(code) : json::Value());
    entry.set("mapped", mapping.has_row_for(sku));
    const ItemSuggestion suggestion = found ? ItemSuggestion{} : suggest_item(sku, seen.name, items);
    if (suggestion.item != nullptr) {
      json::Value made;
      made.set("exact_item", suggestion.item->code);
      made.set("name", suggestion.item->name);
      made.set("by", suggestion.by);
      entry.set("suggestion", std::move(made));
    }
    list.push_back(std::move(entry));
  }
  return list;
}

void count_skus(const domain::PurchaseOrder& order, std::map<std::string, Sold>& sold) {
  for (const auto& line : order.lines) {
    Sold& seen = sold[line.sku];
    if (seen.name.empty()) seen.name = line.product_name;
    ++seen.orders;
  }
}

Task<ApiAnswer> suggest_items(ApiContext* api, ApiRequest request) {
  auto connection = co_await connection_of(api, &request);
  if (!connection) co_return domain::fail(connection.error());
  struct Known {
    std::map<std::string, Sold> sold;
    domain::Mapping mapping;
    std::vector<store::ReferenceRow> items;
  };
  auto query = [id = connection->id](store::Reader& reader) -> Result<Known> {
    Known known;
    store::OrderFilter filter;
    filter.connection = id;
    filter.limit = kOrdersLookedAt;
    auto orders = store::console(reader).orders(filter);
    if (!orders) return domain::fail(orders.error());
    for (const auto& row : *orders) {
      auto facts = json::parse(row.order.facts);
      if (!facts) continue;
      auto order = flows::order_from_json(*facts);
      if (order) count_skus(*order, known.sold);
    }
    auto mapping = reader.mapping(id);
    if (!mapping) return domain::fail(mapping.error());
    known.mapping = *std::move(mapping);
    auto items = reader.references(id, "item");
    if (!items) return domain::fail(items.error());
    known.items = *std::move(items);
    return known;
  };
  auto known = co_await api->environment.store.read(std::move(query));
  if (!known) co_return domain::fail(known.error());
  if (request.routed.query_value("from") == "walmart") {
    // Before the first run nothing is stored yet: ask Walmart.
    flows::FlowRequest reading;
    reading.since = api->environment.clock.now() - std::chrono::hours(24 * 30);
    auto read = [reading](flows::ConnectionRuntime& runtime) { return runtime.orders().preview_orders(reading); };
    auto previews = co_await flows::with_runtime(api->environment, *connection, read);
    if (!previews) co_return domain::fail(previews.error());
    for (const auto& preview : *previews) count_skus(preview.order, known->sold);
  }
  json::Value value;
  value.set("skus", suggestions(known->sold, known->mapping, known->items));
  co_return ok(value);
}

Result<json::Value> findings_json(store::Reader& reader, const store::ConnectionRow& connection) {
  auto findings = flows::check_mapping(reader, connection.id);
  if (!findings) return domain::fail(findings.error());
  json::Value list{json::Array{}};
  for (const auto& finding : *findings) {
    json::Value entry;
    entry.set("sku", finding.sku);
    entry.set("column", finding.column);
    entry.set("code", finding.code);
    entry.set("problem", finding.problem);
    entry.set("reason", finding.reason);
    entry.set("remark", finding.is_remark);
    if (!finding.account.empty()) entry.set("account", finding.account);
    list.push_back(std::move(entry));
  }
  json::Value value;
  value.set("findings", std::move(list));
  return value;
}

Task<ApiAnswer> check(ApiContext* api, ApiRequest request) {
  return read_of_connection(api, std::move(request), findings_json);
}

}  // namespace

void add_mapping_routes(ApiRoutes& routes) {
  using enum Needs;
  routes.add("GET", "/connections/{connection}/mapping", viewer, show_mapping,
             {.summary = "The mapping with its revision", .answer = "Mapping"});
  routes.add("PATCH", "/connections/{connection}/mapping", operates, change_mapping_rows,
             {.summary = "Writes and removes rows, kits and aliases, all or nothing; 409 if the revision is no longer "
                         "the present one",
              .body = R"({"type":"object","properties":{"revision":{"type":"string"},"rows":{"type":"array",
                      "items":{"$ref":"#/components/schemas/MappingRow"}},"remove":{"type":"array",
                      "items":{"type":"string"}},"kits":{"type":"array",
                      "items":{"$ref":"#/components/schemas/Kit"}},"remove_kits":{"type":"array",
                      "items":{"type":"string"}},"aliases":{"type":"array",
                      "items":{"$ref":"#/components/schemas/Alias"}},"remove_aliases":{"type":"array",
                      "items":{"type":"string"}}}})",
              .answer = "Mapping"});
  routes.add(
      "POST", "/connections/{connection}/mapping/import", operates, import_file,
      {.summary = "Replaces a part of the mapping by a CSV file (the body), all or nothing; 409 if the revision is no "
                  "longer the present one",
       .query = "part(mapping|ship_nodes|kits|aliases): mapping if absent\nrevision: the one that was seen",
       .body = R"({"type":"string"})",
       .answer = "Mapping",
       .body_type = "text/csv"});
  routes.add("GET", "/connections/{connection}/mapping/export", viewer, export_mapping,
             {.summary = "A part of the mapping as a CSV file",
              .query = "part(mapping|ship_nodes|kits|aliases): mapping if absent",
              .answer = R"({"type":"string"})",
              .answer_types = {"text/csv"}});
  routes.add("GET", "/connections/{connection}/mapping/suggestions", operates, suggest_items,
             {.summary = "SKUs sold lately with the Exact item each has, or one suggested by code, barcode or name",
              .query = "from: walmart to ask Walmart too, before the first run",
              .answer = "Suggestions"});
  routes.add("GET", "/connections/{connection}/mapping/check", viewer, check,
             {.summary = "Codes of the mapping that Exact does not have, that may not be used or that are not used",
              .answer = R"({"type":"object","required":["findings"],"properties":{"findings":{"type":"array","items":{
                        "type":"object","properties":{"sku":{"type":"string"},"column":{"type":"string"},
                        "code":{"type":"string"},"problem":{"type":"string"},"remark":{"type":"boolean"},
                        "account":{"type":"string"},"reason":{"type":"string","enum":["absent","not_for_sale",
                        "blocked","needs_cost_center","needs_cost_unit","forbids_cost_center","forbids_cost_unit",
                        "adds_vat","unbalanced","not_in_edition","not_read","other_account","item_account"]}}}}}})"});
}

}  // namespace connector::server
