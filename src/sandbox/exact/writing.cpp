#include <stdexcept>

#include "sandbox/exact/api_request.h"
#include "sandbox/exact/json_answer.h"
#include "sandbox/exact/request_body.h"

namespace connector::sandbox::exact {
namespace {

bool prefers_representation(const ports::ServerRequest& request) {
  const auto prefer = ports::find_header(request.headers, "Prefer");
  return prefer && prefer->find("return=representation") != std::string_view::npos;
}

/// The answer of a POST whose entity is not kept as a record.
ports::HttpResponse elsewhere(const ApiRequest& request, const json::Value& entity) {
  const EntityType& type = *request.resource.type;
  const std::string uri = EntityWriter(request.books, request.base, request.division).collection_uri(request.resource);
  json::Value answer{json::Object{}};
  json::Value metadata{json::Object{}};
  const std::string key = entity.object().empty() ? "" : entity[type.properties()[*type.key()].name].text_or("");
  metadata.set("uri", uri + "(guid'" + key + "')");
  metadata.set("type", type.name());
  answer.set("__metadata", std::move(metadata));
  for (const auto& [name, value] : entity.object()) answer.set(name, value);
  json::Value body{json::Object{}};
  body.set("d", std::move(answer));
  return json_answer(201, json::write(body));
}

ports::HttpResponse answer_post(const ApiRequest& request) {
  const Resource& resource = request.resource;
  if (resource.create == nullptr || request.path.key) return api_error(405, "Method not allowed.");
  const auto body = json::parse(request.http.body);
  if (!body) return api_error(400, malformed_body());
  Draft draft(resource.table == TableId::none ? *resource.type : table_definition(resource.table).type);
  Call call{
      request.books, resource, *body, request.now, no_row, draft, Problems(request.books.switches().language), {}};
  if (std::string error = read_body(*body, WriteMethod::post, draft); !error.empty()) return api_error(400, error);
  if (resource.table != TableId::none && table_definition(resource.table).lines != TableId::none) {
    std::string error = read_lines(*body, table_definition(resource.table), call.lines);
    if (!error.empty()) return api_error(400, error);
  }
  const Outcome outcome = resource.create(call);
  if (call.problems.any()) return api_error(500, call.problems.joined());
  if (outcome.kind == Outcome::Kind::created_elsewhere) return elsewhere(request, outcome.answer);
  const Switches& switches = request.books.switches();
  EntityWriter writer(request.books, request.base, request.division);
  std::string entity;
  entity.reserve(4'096);
  entity = "{\"d\":";
  writer.write_created(entity, resource, outcome.row,
                       switches.computed_without_prefer || prefers_representation(request.http),
                       switches.lines_in_answers);
  ports::HttpResponse answer = json_answer(201, entity + "}");
  answer.headers.emplace_back("Location", writer.entity_uri(resource, outcome.row));
  return answer;
}

ports::HttpResponse answer_change(const ApiRequest& request, bool remove) {
  const Resource& resource = request.resource;
  const Action action = remove ? resource.remove : resource.update;
  if (action == nullptr || !request.path.key || !request.path.rest.empty())
    return api_error(405, "Method not allowed.");
  const RowNumber row = addressed_row(request);
  if (row == no_row) return api_error(404, "Resource not found for the segment '" + resource.path + "'.");
  json::Value body;
  if (!remove) {
    auto parsed = json::parse(request.http.body);
    if (!parsed) return api_error(400, malformed_body());
    body = std::move(*parsed);
  }
  Draft draft = request.books.table(resource.table).draft(row);
  if (!remove) {
    if (std::string error = read_body(body, WriteMethod::put, draft); !error.empty()) return api_error(400, error);
  }
  Call call{request.books, resource, body, request.now, row, draft, Problems(request.books.switches().language), {}};
  action(call);
  if (call.problems.any()) return api_error(500, call.problems.joined());
  return ports::HttpResponse{204, {}, {}};
}

}  // namespace

ports::HttpResponse answer_write(const ApiRequest& request) {
  try {
    if (request.http.method == "POST") return answer_post(request);
    if (request.http.method == "PUT") return answer_change(request, false);
    if (request.http.method == "DELETE") return answer_change(request, true);
  } catch (const std::overflow_error&) {
    // Amounts beyond all reason; checked before anything is written.
    return api_error(500, say(request.books.switches().language, Complaint::invalid, Term::amount));
  }
  return api_error(405, "Method not allowed.");
}

}  // namespace connector::sandbox::exact
