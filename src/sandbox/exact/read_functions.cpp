#include <map>

#include "sandbox/exact/api_request.h"
#include "sandbox/exact/json_answer.h"
#include "sandbox/exact/odata_lexer.h"
#include "sandbox/exact/order_invoicing.h"

namespace connector::sandbox::exact {
namespace {

/// Parameters of a function call by lower-case name; the sources differ in their case.
std::map<std::string, std::string> parameters(const ports::ServerRequest& http) {
  std::map<std::string, std::string> result;
  for (auto& [name, value] : ports::parse_query(http.query())) result[lower_case(name)] = std::move(value);
  return result;
}

std::optional<Value> literal_parameter(const std::map<std::string, std::string>& all, const std::string& name) {
  const auto found = all.find(name);
  if (found == all.end()) return std::nullopt;
  const LexerResult lexed = tokenize(found->second);
  if (!lexed.error.empty() || lexed.tokens.front().kind != Token::Kind::literal) return std::nullopt;
  return lexed.tokens.front().literal;
}

ports::HttpResponse results(json::Value entity, const std::string& uri, std::string_view type) {
  json::Value metadata{json::Object{}};
  metadata.set("uri", uri);
  metadata.set("type", type);
  json::Value row{json::Object{}};
  row.set("__metadata", std::move(metadata));
  for (const auto& [name, value] : entity.object()) row.set(name, value);
  json::Value list;
  list.push_back(std::move(row));
  json::Value inner{json::Object{}};
  inner.set("results", std::move(list));
  json::Value body{json::Object{}};
  body.set("d", std::move(inner));
  return json_answer(200, json::write(body));
}

ports::HttpResponse stock_position(const Administration& books, const Value& id, const std::string& uri) {
  const RowNumber item = books.find(TableId::items, id);
  if (item == no_row) return api_error(404, "Resource not found for the segment 'StockPosition'.");
  const Table& stock = books.table(TableId::item_warehouses);
  std::vector<RowNumber> rows;
  stock.candidates(stock.type().index("Item"), Value::reference(TableId::items, item), rows);
  domain::Decimal current;
  domain::Decimal in;
  domain::Decimal out;
  for (const RowNumber row : rows) {
    if (stock.get(row, "Item").as_reference().row != item) continue;
    current += stock.get(row, "CurrentStock").as_decimal();
    in += stock.get(row, "PlannedStockIn").as_decimal();
    out += stock.get(row, "PlannedStockOut").as_decimal();
  }
  json::Value entity{json::Object{}};
  entity.set("ItemId", to_string(books.guid(Reference{TableId::items, item})));
  entity.set("InStock", current);
  entity.set("PlanningIn", in);
  entity.set("PlanningOut", out);
  entity.set("FreeStock", current - out);
  entity.set("ProjectedStock", current + in - out);
  entity.set("ReservedStock", 0);
  return results(std::move(entity), uri, "Exact.Web.Api.Models.StockPosition");
}

}  // namespace

std::optional<ports::HttpResponse> answer_function(const ports::ServerRequest& http, const Administration& books,
                                                   std::string_view path, const std::string& base) {
  const std::string lower = lower_case(path);
  const std::string uri = base + "/api/v1/" + std::to_string(books.code()) + "/" + std::string(path);
  if (lower != "read/salesinvoice/invoicesalesorderresult" && lower != "read/logistics/stockposition" &&
      lower != "read/sync/sync/synctimestamp" && lower != "salesorder/plannedsalesreturns") {
    return std::nullopt;
  }
  if (lower == "salesorder/plannedsalesreturns") {
    // What only the Advanced and Premium trade editions have (exact.md 4.4); readable, and there never are any.
    if (books.switches().edition != Edition::trade) return api_error(403, "Forbidden");
    if (http.method != "GET") return api_error(405, "Method not allowed.");
    return json_answer(200, R"({"d":{"results":[]}})");
  }
  if (http.method != "GET") return api_error(405, "Method not allowed.");
  const auto all = parameters(http);
  if (lower == "read/salesinvoice/invoicesalesorderresult") {
    const auto id = literal_parameter(all, "processid");
    if (!id || id->kind() != Value::Kind::guid) return api_error(400, "Bad Request - Error in query syntax.");
    const auto job = books.find_job(id->as_guid());
    if (!job) return json_answer(200, R"({"d":{"results":[]}})");
    return results(invoicing_result(books, *job), uri, "Exact.Web.Api.Models.InvoiceSalesOrderResult");
  }
  if (lower == "read/logistics/stockposition") {
    const auto id = literal_parameter(all, "itemid");
    if (!id || id->kind() != Value::Kind::guid) return api_error(400, "Bad Request - Error in query syntax.");
    return stock_position(books, *id, uri);
  }
  const auto modified = literal_parameter(all, "modified");
  const auto endpoint = all.find("endpoint");
  if (!modified || modified->kind() != Value::Kind::instant || endpoint == all.end()) {
    return api_error(400, "Bad Request - Error in query syntax.");
  }
  json::Value entity{json::Object{}};
  std::string name = endpoint->second;
  std::erase(name, '\'');
  entity.set("API", name);
  const std::int64_t timestamp = books.timestamp_at(modified->as_instant());
  entity.set("TimeStampAsBigInt",
             books.switches().timestamps_as_text ? json::Value{std::to_string(timestamp)} : json::Value{timestamp});
  return results(std::move(entity), uri, "Exact.Web.Api.Models.Sync.SyncTimestamp");
}

}  // namespace connector::sandbox::exact
