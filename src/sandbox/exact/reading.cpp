#include <algorithm>

#include "sandbox/exact/api_request.h"
#include "sandbox/exact/json_answer.h"
#include "sandbox/exact/odata_lexer.h"

namespace connector::sandbox::exact {
namespace {

using Source = Property::Source;

bool can_narrow(const Property& property) {
  return property.source == Source::stored || property.source == Source::key || property.source == Source::created ||
         property.source == Source::modified || property.source == Source::parent_key;
}

/// The properties that satisfy mandatory filtering, as the error lists them.
std::string filter_fields(const Resource& resource) {
  if (resource.table == TableId::accounts) {
    return "Accountant,AccountManager,AddressLine1,AddressLine2,AddressLine3,Blocked,BRIN,BSN,ChamberOfCommerce,City,"
           "Classification1,Classification2,Classification3,Classification4,Classification5,Classification6,"
           "Classification7,Classification8,Classification,Code,CodeAtSupplier,Country,Created,Email,EndDate,Fax,ID,"
           "InvoiceAccount,IsAccountant,IsReseller,IsSales,IsSupplier,MainContact,Modified,Name,Parent,Phone,Postcode,"
           "PriceList,Reseller,RSIN,SearchCode,StartDate,Status,Type,VATNumber";
  }
  std::string names;
  for (const Property& property : resource.type->properties()) {
    if (!can_narrow(property) || property.type == EdmType::collection) continue;
    if (!names.empty()) names += ',';
    names += property.name;
  }
  return names;
}

/// The text of the 400 for a missing $select or $filter, empty if all is there (exact.md 3.3).
std::string missing_option(const ApiRequest& request, const QueryOptions& options, bool has_select) {
  const Resource& resource = request.resource;
  const Switches& switches = request.books.switches();
  const bool needs_select =
      resource.needs_select || (switches.sync_needs_select && resource.kind == Resource::Kind::sync);
  if (needs_select && !has_select && options.top.value_or(0) != 1) {
    return "Please add a $select or a $top=1 statement to the query string.";
  }
  const bool needs_filter = (switches.mandatory_filter == MandatoryFilter::documented && resource.needs_filter) ||
                            (switches.mandatory_filter == MandatoryFilter::sync_twins && resource.has_sync_twin);
  if (!needs_filter) return {};
  if (options.filter) {
    const auto used = properties_of(*options.filter);
    if (std::any_of(used.begin(), used.end(), [](const Property* property) { return can_narrow(*property); }))
      return {};
  }
  return "This endpoint has mandatory filtering applied. A GET request for this endpoint must have a $filter parameter "
         "with one of the following fields in the url:" +
         filter_fields(resource) + ".";
}

std::string unsupported_filter(const Resource& resource, const QueryOptions& options) {
  if (resource.kind != Resource::Kind::sync || !options.filter) return {};
  std::string names;
  for (const Property* property : properties_of(*options.filter)) {
    if (property->source == Source::timestamp) continue;
    if (resource.table == TableId::deleted && property->name == "EntityType") continue;
    if (!names.empty()) names += ", ";
    names += property->name;
  }
  return names.empty() ? std::string() : "Filtering on these fields is not supported: " + names;
}

bool has_option(std::string_view query, std::string_view name) {
  const auto parameters = ports::parse_query(query);
  return std::any_of(parameters.begin(), parameters.end(), [name](const auto& entry) { return entry.first == name; });
}

ports::HttpResponse answer_entity(const ApiRequest& request) {
  const Resource& resource = request.resource;
  const RowNumber row = addressed_row(request);
  if (row == no_row) return api_error(404, "Resource not found for the segment '" + request.path.collection + "'.");
  const TableDefinition& definition = table_definition(resource.table);
  if (!request.path.rest.empty()) {
    if (request.path.rest != definition.lines_property) {
      const Property* property = resource.type->find(request.path.rest);
      if (property == nullptr) {
        return api_error(404, "Resource not found for the segment '" + request.path.rest + "'.");
      }
      if (property->type != EdmType::collection) return api_error(400, "Property paths are not supported.");
      return json_answer(200, R"({"d":{"results":[]}})");
    }
    const Resource& lines = resource_of(definition.lines);
    auto parsed = parse_query_options(request.http.query(), lines, request.books);
    if (!parsed.error.empty()) return api_error(400, parsed.error);
    const Page page = execute(request.books, lines, parsed.options, row);
    EntityWriter writer(request.books, request.base, request.division);
    return json_answer(200, writer.feed(lines, page, parsed.options, request.full_path, request.http.query()));
  }
  auto parsed = parse_query_options(request.http.query(), resource, request.books);
  if (!parsed.error.empty()) return api_error(400, parsed.error);
  std::string body = "{\"d\":";
  EntityWriter(request.books, request.base, request.division).write(body, resource, row, parsed.options);
  return json_answer(200, body + "}");
}

}  // namespace

ports::HttpResponse json_answer(int status, std::string body) {
  return ports::HttpResponse{
      status, {{"Content-Type", "application/json;odata=verbose;charset=utf-8"}}, std::move(body)};
}

ports::HttpResponse api_error(int status, std::string_view text) { return json_answer(status, error_body(text)); }

ResourcePath parse_resource_path(std::string_view path) {
  ResourcePath result;
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  const std::size_t open = path.find('(');
  if (open == std::string_view::npos) {
    if (path.ends_with("/$count")) {
      result.rest = "$count";
      path.remove_suffix(7);
    }
    result.collection = std::string(path);
    return result;
  }
  result.collection = std::string(path.substr(0, open));
  const std::size_t close = path.find(')', open);
  result.key = std::string(path.substr(open + 1, close == std::string_view::npos ? close : close - open - 1));
  if (close != std::string_view::npos && close + 2 < path.size()) result.rest = std::string(path.substr(close + 2));
  return result;
}

RowNumber addressed_row(const ApiRequest& request) {
  if (!request.path.key || request.resource.table == TableId::none) return no_row;
  const LexerResult lexed = tokenize(*request.path.key);
  if (!lexed.error.empty() || lexed.tokens.front().kind != Token::Kind::literal) return no_row;
  const Value key = request.books.resolve(lexed.tokens.front().literal);
  const Table& table = request.books.table(request.resource.table);
  const RowNumber row = request.books.find(request.resource.table, key);
  if (row != no_row) return row;
  const Property& property = table.type().properties()[*table.type().key()];
  if (property.source != Source::stored) return no_row;
  for (RowNumber candidate = 0; candidate < table.size(); ++candidate) {
    if (table.is_live(candidate) && compare(table.get(candidate, property.origin), key, request.books, false) == 0) {
      return candidate;
    }
  }
  return no_row;
}

ports::HttpResponse answer_get(const ApiRequest& request) {
  const Resource& resource = request.resource;
  if (!resource.readable) return api_error(405, "Method not allowed.");
  if (request.path.key) return answer_entity(request);
  auto parsed = parse_query_options(request.http.query(), resource, request.books);
  if (!parsed.error.empty()) return api_error(400, parsed.error);
  const std::string missing = missing_option(request, parsed.options, has_option(request.http.query(), "$select"));
  if (!missing.empty()) return api_error(400, missing);
  const std::string unsupported = unsupported_filter(resource, parsed.options);
  if (!unsupported.empty()) return api_error(400, unsupported);
  if (request.path.rest == "$count") {
    parsed.options.count_all = true;
    const Page page = execute(request.books, resource, parsed.options);
    return ports::HttpResponse{200, {{"Content-Type", "text/plain;charset=utf-8"}}, std::to_string(*page.total)};
  }
  const Page page = execute(request.books, resource, parsed.options);
  EntityWriter writer(request.books, request.base, request.division);
  return json_answer(200, writer.feed(resource, page, parsed.options, request.full_path, request.http.query()));
}

}  // namespace connector::sandbox::exact
