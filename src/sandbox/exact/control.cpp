#include "sandbox/exact/control.h"

#include <algorithm>

#include "sandbox/exact/api_request.h"
#include "sandbox/exact/books.h"
#include "sandbox/exact/edits.h"
#include "sandbox/exact/order_invoicing.h"

namespace connector::sandbox::exact {
namespace {

ports::HttpResponse answer(int status, const json::Value& value) {
  return ports::HttpResponse{status, {{"Content-Type", "application/json; charset=utf-8"}}, json::write(value)};
}

ports::HttpResponse refusal(int status, std::string message) {
  json::Value body{json::Object{}};
  body.set("error", std::move(message));
  return answer(status, body);
}

/// The division that the query or body names, else the first.
Administration* wanted_division(ExactService& service, const json::Value& named) {
  if (const auto code = named.integer()) return service.division(*code);
  return service.divisions().empty() ? nullptr : service.divisions().front().get();
}

ports::HttpResponse show_books(ExactService& service, const ports::ServerRequest& request, domain::UtcTime now) {
  json::Value division;
  bool summary = false;
  for (const auto& [name, value] : ports::parse_query(request.query())) {
    if (name == "division") division = value;
    if (name == "summary") summary = value == "1" || value == "true";
  }
  Administration* books = wanted_division(service, division);
  if (books == nullptr) return refusal(404, "no such division");
  run_invoicing_jobs(*books, now);
  json::Value body = books_of(*books, summary);
  body.set("counters", counters_of(service));
  return answer(200, body);
}

ports::HttpResponse show_credentials(const ExactService& service) {
  json::Value body{json::Object{}};
  body.set("client_id", service.app().client_id);
  body.set("client_secret", service.app().client_secret);
  body.set("webhook_secret", service.app().webhook_secret);
  json::Value divisions{json::Array{}};
  for (const auto& books : service.divisions()) divisions.push_back(books->code());
  body.set("divisions", std::move(divisions));
  return answer(200, body);
}

ports::HttpResponse change(ExactService& service, const ports::ServerRequest& request, bool switches,
                           domain::UtcTime now) {
  const auto body = json::parse(request.body);
  if (!body) return refusal(400, body.error().message);
  if (switches) {
    const auto applied = apply(*body, service.switches());
    if (!applied) return refusal(400, applied.error().message);
    return answer(200, to_json(service.switches()));
  }
  Administration* books = wanted_division(service, (*body)["division"]);
  if (books == nullptr) return refusal(404, "no such division");
  const auto edited = edit(*books, *body, now);
  if (!edited) return refusal(edited.error().cause == domain::Cause::not_found ? 404 : 400, edited.error().message);
  return answer(200, *edited);
}

}  // namespace

ports::HttpResponse answer_control(ExactService& service, const ports::ServerRequest& request, const std::string& path,
                                   domain::UtcTime now) {
  const std::string name = path.substr(path.rfind('/') + 1);
  if (request.method == "GET" && name == "books") return show_books(service, request, now);
  if (request.method == "GET" && name == "switches") return answer(200, to_json(service.switches()));
  if (request.method == "GET" && name == "credentials") return show_credentials(service);
  if (request.method == "POST" && name == "switches") return change(service, request, true, now);
  if (request.method == "POST" && name == "edit") return change(service, request, false, now);
  return refusal(404, "known are books, switches, edit and credentials");
}

}  // namespace connector::sandbox::exact
