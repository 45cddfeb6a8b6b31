#include "exact/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <set>

#include "exact/answers.h"
#include "exact/endpoints.h"
#include "exact/refusals.h"

namespace connector::exact {

using domain::Cause;
using ports::CallFailure;
using ports::CallKind;
using ports::CallPriority;
using ports::CallResult;
using ports::HttpOutcome;
using ports::HttpResponse;
using ports::Task;

namespace {

CallFailure failure_of(Cause cause, std::string message) {
  CallFailure failure;
  failure.error = {cause, std::move(message)};
  return failure;
}

CallFailure unreadable_answer(const domain::Error& error, int status, CallKind kind, std::string correlation_id) {
  CallFailure failure;
  failure.error = error;
  failure.status = status;
  failure.correlation_id = std::move(correlation_id);
  failure.may_have_had_effect = kind == CallKind::write;
  return failure;
}

/// Scheme, host and port in lower case.
std::string origin_of(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return {};
  const auto path = url.find_first_of("/?#", scheme_end + 3);
  std::string origin(url.substr(0, path));
  std::transform(origin.begin(), origin.end(), origin.begin(),
                 [](char character) { return static_cast<char>(std::tolower(static_cast<unsigned char>(character))); });
  return origin;
}

/// As given, but for what cannot stand in a request line.
std::string sendable(std::string_view url) {
  std::string text;
  for (const char character : url) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte <= 0x20 || byte >= 0x7f || character == '"' || character == '<' || character == '>') {
      text.append(fmt::format("%{:02X}", byte));
    } else {
      text.push_back(character);
    }
  }
  return text;
}

/// Where the next page is asked for: as given on our own server; else its path there, because the token goes to Exact
/// alone, and a server behind a proxy may not know its own name. Empty for what is no address of the API.
std::string next_url(std::string_view next, const std::string& base_url) {
  if (origin_of(next) == origin_of(base_url)) return sendable(next);
  const auto scheme_end = next.find("://");
  const auto path = scheme_end == std::string_view::npos ? 0 : next.find('/', scheme_end + 3);
  if (path == std::string_view::npos || !next.substr(path).starts_with("/api/v1/")) return {};
  return base_url + sendable(next.substr(path));
}

}  // namespace

Client::Client(Session& session, ports::HttpTransport& transport, ports::CallGate& gate, ports::Random& random,
               ports::Clock& clock, ClientOptions options, std::int64_t division)
    : session_(session),
      transport_(transport),
      gate_(gate),
      random_(random),
      clock_(clock),
      options_(std::move(options)),
      division_(division) {}

Client Client::reading_until(domain::UtcTime not_after) const {
  Client client = *this;
  client.reads_not_after_ = not_after;
  return client;
}

Client Client::in_half_the_time() const {
  Client client = *this;
  const domain::UtcTime now = clock_.now();
  if (!reads_not_after_ || now >= *reads_not_after_) return client;
  client.reads_not_after_ = client.reads_done_by_ = now + (*reads_not_after_ - now) / 2;
  return client;
}

std::string Client::division_url() const { return fmt::format("{}/api/v1/{}/", options_.base_url, division_); }

Task<CallResult<std::string>> Client::admitted_token(std::string endpoint, CallPriority priority,
                                                     std::optional<domain::UtcTime> not_after) {
  // Signing in comes first, so that no admission is spent on a call that cannot be made; the token is asked for again
  // because admission may take longer than it lives.
  auto token = co_await session_.token();
  if (!token) co_return token;
  while (true) {
    auto admitted = co_await gate_.admit(endpoint, priority, not_after);
    if (!admitted) {
      CallFailure failure = failure_of(admitted.error().cause, admitted.error().message);
      failure.not_before = std::max(gate_.rested_until(endpoint), gate_.spent_until(priority));
      co_return tl::unexpected(std::move(failure));
    }
    token = co_await session_.token_to_send();
    // While the token was renewed another call may have been told to wait.
    if (token && !gate_.must_wait(endpoint)) co_return token;
    gate_.not_made(endpoint);
    if (!token) co_return token;
  }
}

Task<CallResult<HttpResponse>> Client::send(std::string endpoint, ports::HttpRequest request, CallPriority priority,
                                            CallKind kind) {
  request.timeout = options_.request_timeout;
  // A write waits for its turn as long as it takes: it is claimed only when calls are left.
  const auto admitted_until = kind == CallKind::read ? request.not_after : std::nullopt;
  request.headers.emplace_back("Accept", "application/json");
  for (bool may_renew = true;; may_renew = false) {
    auto token = co_await admitted_token(endpoint, priority, admitted_until);
    if (!token) co_return tl::unexpected(std::move(token.error()));
    std::string correlation_id = random_.uuid();
    if (request.not_after && clock_.now() > *request.not_after) {
      const HttpOutcome not_made = tl::unexpected(ports::TransportFailure{
          ports::TransportFailure::Kind::too_late_to_send, "admission took too long, it was not sent", false});
      gate_.completed(endpoint, not_made);
      co_return tl::unexpected(ports::from_transport_failure(not_made.error(), kind, "Exact", correlation_id));
    }
    if (kind == CallKind::read && reads_done_by_) {
      request.timeout = std::clamp(*reads_done_by_ - clock_.now(), domain::Milliseconds{1}, options_.request_timeout);
    }
    ports::HttpRequest signed_request = request;
    signed_request.headers.emplace_back("Authorization", "Bearer " + token->value);
    const bool is_in_doubt = session_.is_in_doubt();
    HttpOutcome outcome = co_await transport_.send(std::move(signed_request));
    if (is_in_doubt) {
      gate_.completed_in_doubt(endpoint, outcome);
    } else {
      gate_.completed(endpoint, outcome);
    }
    if (!outcome) {
      co_return tl::unexpected(
          ports::from_transport_failure(outcome.error(), kind, "Exact", std::move(correlation_id)));
    }
    if (outcome->status == 401) {
      session_.reject(token->value);
      if (may_renew) continue;
    }
    if (outcome->status < 200 || outcome->status > 299) {
      CallFailure failure = read_failure(*outcome, kind, std::move(correlation_id));
      // What the licence or the app's scopes leave out is told by the endpoint alone.
      if (outcome->status == 403 || outcome->status == 404) failure.error.message += " (" + endpoint + ")";
      co_return tl::unexpected(std::move(failure));
    }
    session_.confirm(token->value);
    co_return ports::Answer<HttpResponse>{std::move(*outcome), std::move(correlation_id)};
  }
}

Task<CallResult<Page>> Client::read(std::string endpoint, std::string url, CallPriority priority) {
  ports::HttpRequest request;
  request.url = std::move(url);
  request.not_after = reads_not_after_;
  auto response = co_await send(std::move(endpoint), std::move(request), priority, CallKind::read);
  if (!response) co_return tl::unexpected(std::move(response.error()));
  auto page = read_page(response->value.body);
  if (!page) {
    co_return tl::unexpected(
        unreadable_answer(page.error(), response->value.status, CallKind::read, std::move(response->correlation_id)));
  }
  co_return ports::Answer<Page>{std::move(*page), std::move(response->correlation_id)};
}

Task<CallResult<Page>> Client::get(ODataQuery query, CallPriority priority) {
  if (division_ == 0) co_return tl::unexpected(failure_of(Cause::bad_input, "no Exact division is chosen"));
  co_return co_await read(query.resource(), division_url() + query.path_and_query(), priority);
}

Task<CallResult<Page>> Client::get_next(std::string next, std::string endpoint, CallPriority priority) {
  std::string url = next_url(next, options_.base_url);
  if (url.empty()) {
    co_return tl::unexpected(failure_of(Cause::malformed_response, "Exact's next page has no address of the API"));
  }
  co_return co_await read(std::move(endpoint), std::move(url), priority);
}

Task<CallResult<std::vector<json::Value>>> Client::read_all(Task<CallResult<Page>> first, std::string endpoint,
                                                            CallPriority priority) {
  std::vector<json::Value> rows;
  std::set<std::string> seen;
  auto page = co_await std::move(first);
  while (true) {
    if (!page) co_return tl::unexpected(std::move(page.error()));
    std::move(page->value.rows.begin(), page->value.rows.end(), std::back_inserter(rows));
    std::string next = std::move(page->value.next);
    if (next.empty()) break;
    if (!seen.insert(next).second) {
      co_return tl::unexpected(
          failure_of(Cause::malformed_response, "Exact's pages of " + endpoint + " go in circles"));
    }
    page = co_await get_next(std::move(next), endpoint, priority);
  }
  co_return ports::Answer<std::vector<json::Value>>{std::move(rows), std::move(page->correlation_id)};
}

Task<CallResult<std::vector<json::Value>>> Client::get_all(ODataQuery query, CallPriority priority) {
  std::string endpoint = query.resource();
  return read_all(get(std::move(query), priority), std::move(endpoint), priority);
}

Task<CallResult<json::Value>> Client::create(std::string resource, std::string body, CallPriority priority,
                                             std::optional<domain::UtcTime> not_after,
                                             std::vector<std::string_view> members) {
  if (division_ == 0) co_return tl::unexpected(failure_of(Cause::bad_input, "no Exact division is chosen"));
  ports::HttpRequest request;
  request.method = "POST";
  request.url = division_url() + resource;
  request.headers = {{"Content-Type", "application/json"}, {"Prefer", "return=representation"}};
  request.body = std::move(body);
  request.not_after = not_after;
  auto response = co_await send(std::move(resource), std::move(request), priority, CallKind::write);
  if (!response) co_return tl::unexpected(std::move(response.error()));
  auto entity = read_entity(response->value.body, members);
  if (!entity) {
    co_return tl::unexpected(unreadable_answer(entity.error(), response->value.status, CallKind::write,
                                               std::move(response->correlation_id)));
  }
  co_return ports::Answer<json::Value>{std::move(*entity), std::move(response->correlation_id)};
}

Task<CallResult<std::monostate>> Client::change(std::string method, std::string resource, std::string id,
                                                std::string body, CallPriority priority,
                                                std::optional<domain::UtcTime> not_after) {
  if (division_ == 0) co_return tl::unexpected(failure_of(Cause::bad_input, "no Exact division is chosen"));
  ports::HttpRequest request;
  request.method = std::move(method);
  request.url = division_url() + entity_address(resource, id);
  if (!body.empty()) request.headers = {{"Content-Type", "application/json"}};
  request.body = std::move(body);
  request.not_after = not_after;
  auto response = co_await send(std::move(resource), std::move(request), priority, CallKind::write);
  if (!response) co_return tl::unexpected(std::move(response.error()));
  co_return ports::Answer<std::monostate>{{}, std::move(response->correlation_id)};
}

Task<CallResult<std::monostate>> Client::update(std::string resource, std::string id, std::string body,
                                                CallPriority priority, std::optional<domain::UtcTime> not_after) {
  return change("PUT", std::move(resource), std::move(id), std::move(body), priority, not_after);
}

Task<CallResult<std::monostate>> Client::remove(std::string resource, std::string id, CallPriority priority,
                                                std::optional<domain::UtcTime> not_after) {
  return change("DELETE", std::move(resource), std::move(id), {}, priority, not_after);
}

Task<CallResult<Client::Me>> Client::me() {
  ODataQuery query(endpoints::me);
  query.select({"CurrentDivision", "LanguageCode", "UserID"});
  std::string url = options_.base_url + "/api/v1/" + query.path_and_query();
  auto page = co_await read(std::string(endpoints::me), std::move(url), CallPriority::person);
  if (!page) co_return tl::unexpected(std::move(page.error()));
  const json::Value row = page->value.rows.empty() ? json::Value() : page->value.rows.front();
  const auto division = row["CurrentDivision"].integer();
  if (!division) {
    co_return tl::unexpected(failure_of(Cause::malformed_response, "Exact does not tell the current division"));
  }
  Me me{*division, read_code(row["LanguageCode"]), row["UserID"].text_or("")};
  co_return ports::Answer<Me>{std::move(me), std::move(page->correlation_id)};
}

Task<CallResult<std::vector<Client::Division>>> Client::divisions(std::int64_t through_division) {
  const std::string endpoint(endpoints::divisions);
  ODataQuery query(endpoint);
  query.select({"Code", "Description", "Currency", "Country"});
  std::string url = fmt::format("{}/api/v1/{}/{}", options_.base_url, through_division, query.path_and_query());
  auto first = read(endpoint, std::move(url), CallPriority::person);
  auto rows = co_await read_all(std::move(first), endpoint, CallPriority::person);
  if (!rows) co_return tl::unexpected(std::move(rows.error()));
  std::vector<Division> divisions;
  for (const json::Value& row : rows->value) {
    const auto code = row["Code"].integer();
    if (!code) continue;
    divisions.push_back({*code, row["Description"].text_or(""), read_code(row["Currency"]), read_code(row["Country"])});
  }
  co_return ports::Answer<std::vector<Division>>{std::move(divisions), std::move(rows->correlation_id)};
}

}  // namespace connector::exact
