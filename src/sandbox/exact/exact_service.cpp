#include "sandbox/exact/exact_service.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "sandbox/exact/api_request.h"
#include "sandbox/exact/atom_answer.h"
#include "sandbox/exact/control.h"
#include "sandbox/exact/json_answer.h"
#include "sandbox/exact/order_invoicing.h"
#include "sandbox/exact/pages.h"
#include "sandbox/exact/webhooks.h"

namespace connector::sandbox::exact {
namespace {

constexpr std::string_view api_prefix = "/api/v1/";

bool is_error_status(int status) { return status == 400 || status == 401 || status == 403 || status == 404; }

std::string bearer(const ports::ServerRequest& request) {
  const auto header = ports::find_header(request.headers, "Authorization");
  constexpr std::string_view scheme = "bearer ";
  if (!header || header->size() <= scheme.size() || lower_case(header->substr(0, scheme.size())) != scheme) return {};
  return std::string(trimmed(header->substr(scheme.size())));
}

void show_as_atom(ports::HttpResponse& answer, std::string_view path, const std::string& base, std::int64_t division) {
  const ResourcePath parsed = parse_resource_path(path);
  const Resource* resource = find_resource(parsed.collection);
  const EntityType* type = resource == nullptr ? nullptr : resource->type;
  const EntityType* line_type = nullptr;
  if (resource != nullptr && resource->table != TableId::none) {
    const TableDefinition& table = table_definition(resource->table);
    if (table.lines != TableId::none) line_type = &table_definition(table.lines).type;
    if (line_type != nullptr && parsed.rest == table.lines_property) type = line_type;
  }
  const std::string root = base + "/api/v1/" + (division == 0 ? std::string() : std::to_string(division) + "/");
  turn_into_atom(answer, root, type, line_type);
}

AppCredentials seeded_app(std::uint64_t seed, std::vector<std::string> redirect_uris) {
  SeededStream stream(SeededStream::mix(seed) ^ 0xa99ULL);
  AppCredentials app;
  app.client_id = to_string(GuidCipher(stream.next()).seal(1));
  app.client_secret = stream.text(12, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
  app.webhook_secret = stream.text(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
  app.redirect_uris = std::move(redirect_uris);
  return app;
}

}  // namespace

ExactService::ExactService(ServiceSettings settings)
    : settings_(std::move(settings)),
      switches_(settings_.switches),
      cipher_(SeededStream::mix(settings_.seed)),
      chance_(SeededStream::mix(settings_.seed) ^ 0xc4a9ceULL),
      oauth_(SeededStream::mix(settings_.seed) ^ 0x0a07ULL, switches_),
      limits_(switches_),
      user_(GuidCipher(SeededStream::mix(settings_.seed) ^ 0x05e7ULL).seal(1)) {
  oauth_.add_app(seeded_app(settings_.seed, settings_.redirect_uris));
  licence_ = std::make_unique<Administration>(0, 0, "Licence", cipher_, switches_, user_, "Simulated User");
}

ExactService::~ExactService() = default;

Administration& ExactService::add_division(const Seed& seed) {
  if (by_code_.count(seed.division) != 0) throw std::invalid_argument("this division exists already");
  divisions_.push_back(std::make_unique<Administration>(static_cast<std::uint32_t>(divisions_.size() + 1),
                                                        seed.division, seed.division_name, cipher_, switches_, user_,
                                                        "Simulated User"));
  Administration& books = *divisions_.back();
  by_code_[seed.division] = &books;
  if (const auto app_id = parse_guid(app().client_id)) books.set_app(*app_id);
  plant(books, seed);
  add_to_licence(books, seed);
  return books;
}

void ExactService::add_to_licence(const Administration& books, const Seed& seed) {
  Draft division(table_definition(TableId::divisions).type);
  division.set("Code", Value::integer(books.code()));
  division.set("Description", Value::text(books.name()));
  division.set("Currency", Value::text(books.currency()));
  division.set("Country", Value::text("NL "));
  division.set("Hid", Value::integer(static_cast<std::int64_t>(divisions_.size())));
  division.set("Status", Value::integer(1));
  division.set("BlockingStatus", Value::integer(0));
  division.set("Current", Value::boolean(divisions_.size() == 1));
  division.set("IsMainDivision", Value::boolean(divisions_.size() == 1));
  division.set("StartDate", Value::instant(seed.founded));
  division.set("CustomerName", Value::text(books.name()));
  licence_->insert(TableId::divisions, division, seed.founded);
  if (licence_->table(TableId::me).live() != 0) return;
  Draft me(table_definition(TableId::me).type);
  me.set("UserID", Value::guid(user_));
  me.set("CurrentDivision", Value::integer(books.code()));
  me.set("AccountingDivision", Value::integer(books.code()));
  me.set("DivisionCustomerName", Value::text(books.name()));
  me.set("FullName", Value::text("Simulated User"));
  me.set("FirstName", Value::text("Simulated"));
  me.set("LastName", Value::text("User"));
  me.set("UserName", Value::text("simulated.user"));
  me.set("Email", Value::text("simulated.user@example.com"));
  me.set("Language", Value::text("EN-US"));
  me.set("LanguageCode", Value::text("EN-US"));
  licence_->insert(TableId::me, me, seed.founded);
}

Administration* ExactService::division(std::int64_t code) {
  const auto found = by_code_.find(code);
  if (found != by_code_.end()) return found->second;
  return switches_.every_division && !divisions_.empty() ? divisions_.front().get() : nullptr;
}

std::string ExactService::base_url(const ports::ServerRequest& request) const {
  if (!settings_.public_url.empty()) return settings_.public_url;
  const auto host = ports::find_header(request.headers, "Host");
  return "http://" + std::string(host.value_or("127.0.0.1"));
}

ports::HttpResponse ExactService::error(int status, std::string_view text) const {
  if (switches_.empty_error_bodies && (status == 401 || status == 403 || status == 429 || status == 503)) {
    return ports::HttpResponse{status, {}, {}};
  }
  return api_error(status, text);
}

void ExactService::advance(domain::UtcTime now) {
  for (const auto& books : divisions_) {
    if (!books->open_jobs().empty()) run_invoicing_jobs(*books, now);
    if (books->has_notifications()) collect_notifications(*books, settings_.public_url, now);
  }
}

std::vector<Delivery> ExactService::take_deliveries() { return std::exchange(deliveries_, {}); }

void ExactService::collect_notifications(Administration& books, const std::string& base, domain::UtcTime now) {
  const WebhookSender sender{app().client_id, app().webhook_secret, base};
  for (Delivery& delivery : notifications(books, sender, chance_, now)) deliveries_.push_back(std::move(delivery));
}

ports::HttpResponse ExactService::handle(const ports::ServerRequest& request, domain::UtcTime now) {
  const std::string path = ports::percent_decode(request.path(), false);
  endpoint_.clear();
  ports::HttpResponse answer;
  try {
    answer = route(request, path, now);
  } catch (const std::overflow_error&) {
    answer = api_error(500, problem_has_occurred());
  }
  if (endpoint_.empty()) endpoint_ = path.substr(0, 64);
  // Unknown addresses must not grow the counters without end.
  std::string counted = request.method + " " + endpoint_;
  if (requests_.size() > 500 && requests_.count(counted) == 0) counted = "other";
  ++requests_[counted][answer.status];
  return answer;
}

ports::HttpResponse ExactService::route(const ports::ServerRequest& request, const std::string& path,
                                        domain::UtcTime now) {
  if (auto shown = answer_page(*this, request, path, now)) return *std::move(shown);
  if (path.starts_with("/sandbox/exact/")) return answer_control(*this, request, path, now);
  if (switches_.maintenance) return error(503, "Service unavailable.");
  if (path == "/api/oauth2/auth") {
    if (request.method != "GET") return api_error(405, "Method not allowed.");
    return oauth_.authorize(request.query(), now);
  }
  if (path == "/api/oauth2/token") {
    if (request.method != "POST") return api_error(405, "Method not allowed.");
    return oauth_.token(request.body, now);
  }
  if (path.starts_with(api_prefix)) return api(request, std::string_view(path).substr(api_prefix.size()), now);
  return api_error(404, "Resource not found for the segment '" + path + "'.");
}

ports::HttpResponse ExactService::api(const ports::ServerRequest& request, std::string_view path, domain::UtcTime now) {
  std::int64_t code = 0;
  std::string_view rest = path;
  if (lower_case(path.substr(0, 8)) != "current/" && lower_case(path.substr(0, 7)) != "system/") {
    const auto parsed = std::from_chars(path.data(), path.data() + path.size(), code);
    if (parsed.ec != std::errc{} || parsed.ptr == path.data() + path.size() || *parsed.ptr != '/') {
      return api_error(404,
                       "Resource not found for the segment '" + std::string(path.substr(0, path.find('/'))) + "'.");
    }
    rest = path.substr(static_cast<std::size_t>(parsed.ptr - path.data()) + 1);
  }
  endpoint_ = std::string(rest.substr(0, std::min(rest.find('('), std::size_t{64})));
  const std::string token = bearer(request);
  const std::string client = token.empty() ? std::string() : oauth_.client_of(token, now);
  if (client.empty()) {
    const std::string issuer = token.empty() ? std::string() : oauth_.issuer_of(token);
    if (!issuer.empty()) {
      if (limits_.is_blocked(issuer, code, endpoint_, now)) return error(429, "Too many errors.");
      limits_.note_error(issuer, code, endpoint_, now);
    }
    return error(401, "Unauthorized: the access token is missing, unknown or expired.");
  }
  ports::HttpHeaders headers;
  const auto with_headers = [&headers](ports::HttpResponse answer) {
    answer.headers.insert(answer.headers.end(), headers.begin(), headers.end());
    return answer;
  };
  if (limits_.is_blocked(client, code, endpoint_, now)) {
    ports::HttpResponse answer = error(429, "Too many errors on this endpoint.");
    if (switches_.error_block_tells_windows) headers = limits_.told(client, code, now);
    if (switches_.error_block_has_reason) answer.headers.emplace_back("Reason", "Error velocity exceeded");
    return with_headers(std::move(answer));
  }
  switch (limits_.take(client, code, now, headers)) {
    case RateLimits::Verdict::allowed:
      break;
    case RateLimits::Verdict::minute_exceeded:
      return with_headers(error(429, "Minutely rate limit exceeded."));
    case RateLimits::Verdict::day_exceeded:
      return with_headers(error(429, "Daily rate limit exceeded."));
  }
  ports::HttpResponse answer;
  Administration* books = code == 0 ? licence_.get() : division(code);
  if (books == nullptr) {
    answer = error(403, "Forbidden - no access to this division.");
    answer.headers.emplace_back("Reason", "NoDivisionAccess");
  } else {
    const std::string base = base_url(request);
    if (!books->open_jobs().empty()) run_invoicing_jobs(*books, now);
    answer = in_division(request, *books, rest, base, now);
    if (!wants_json(request)) show_as_atom(answer, rest, base, code);
    if (books->has_notifications()) collect_notifications(*books, base, now);
  }
  if (is_error_status(answer.status) || (answer.status == 500 && switches_.server_errors_count)) {
    limits_.note_error(client, code, endpoint_, now);
  }
  return with_headers(std::move(answer));
}

ports::HttpResponse ExactService::in_division(const ports::ServerRequest& request, Administration& books,
                                              std::string_view path, const std::string& base, domain::UtcTime now) {
  const bool outside = &books == licence_.get();
  if (auto answer = answer_function(request, books, path, base)) return std::move(*answer);
  const ResourcePath parsed = parse_resource_path(path);
  const Resource* resource = find_resource(parsed.collection);
  if (resource == nullptr || resource->outside_division != outside) {
    return api_error(404, "Resource not found for the segment '" + parsed.collection + "'.");
  }
  if (switches_.forbidden_scopes.count(resource->area) != 0) {
    return error(403, request.method == "GET" ? "Forbidden - Application Scope Violated. Cannot read"
                                              : "Forbidden - Application Scope Violated. Cannot write");
  }
  if (static_cast<int>(switches_.edition) < static_cast<int>(resource->edition)) return error(403, "Forbidden");
  // All divisions of the licence are one table.
  Administration& source = resource->table == TableId::divisions ? *licence_ : books;
  const ApiRequest api_request{request, source,       *resource, parsed, ports::percent_decode(request.path(), false),
                               base,    books.code(), now};
  if (request.method == "GET") return answer_get(api_request);
  const std::size_t subscriptions = books.table(TableId::webhook_subscriptions).size();
  ports::HttpResponse answer = answer_write(api_request);
  const Table& table = books.table(TableId::webhook_subscriptions);
  if (table.size() > subscriptions && switches_.webhook_validation) {
    deliveries_.push_back(validation(std::string(table.get(subscriptions, "CallbackURL").as_text())));
  }
  return answer;
}

std::unique_ptr<ExactService> make_exact_service(ServiceSettings settings) {
  const std::uint64_t seed = settings.seed;
  auto service = std::make_unique<ExactService>(std::move(settings));
  service->add_division(default_administration(seed));
  return service;
}

}  // namespace connector::sandbox::exact
