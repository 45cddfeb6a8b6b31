#include <algorithm>
#include <map>

#include "csv/csv.h"
#include "flows/posting_json.h"
#include "server/api.h"

namespace connector::server {

using domain::Result;
using ports::ServerReply;
using ports::Task;
using store::AuditRecord;

namespace {

constexpr std::size_t kExported = 100'000;
constexpr domain::Milliseconds kPatience = std::chrono::seconds(20);
constexpr std::size_t kToldAtOnce = 50;

std::int64_t number(const ApiRequest& request, std::string_view name) {
  return json::parse_integer(request.routed.query_value(name)).value_or(0);
}

Result<std::optional<store::ConnectionId>> connection_filter(store::Reader& reader, const std::string& name) {
  if (name.empty()) return std::nullopt;
  auto row = connection_named(reader, name);
  if (!row) return domain::fail(row.error());
  return std::optional(row->id);
}

/// When records were made: from a time on, and before another.
struct RecordedWithin {
  std::optional<domain::UtcTime> from;
  std::optional<domain::UtcTime> to;
  bool holds(domain::UtcTime at) const { return (!from || at >= *from) && (!to || at < *to); }
};

Result<RecordedWithin> recorded_within(const ApiRequest& request) {
  auto from = time_of(request, "from");
  if (!from) return domain::fail(from.error());
  auto to = time_of(request, "to");
  if (!to) return domain::fail(to.error());
  return RecordedWithin{*from, *to};
}

Task<ApiAnswer> list_audit(ApiContext* api, ApiRequest request) {
  const auto within = recorded_within(request);
  if (!within) co_return domain::fail(within.error());
  store::AuditListFilter filter;
  filter.from = within->from;
  filter.to = within->to;
  filter.source_id = request.routed.query_value("order");
  filter.actor = request.routed.query_value("actor");
  filter.action = request.routed.query_value("action");
  filter.before_sequence = number(request, "after");
  filter.limit = limit_of(request, 100, 500);
  auto query = [filter, name = request.routed.query_value("connection")](
                   store::Reader& reader) mutable -> Result<std::vector<AuditRecord>> {
    auto connection = connection_filter(reader, name);
    if (!connection) return domain::fail(connection.error());
    filter.connection = *connection;
    return store::console(reader).audit_list(filter);
  };
  auto records = co_await api->environment.store.read(std::move(query));
  if (!records) co_return domain::fail(records.error());
  json::Value rows{json::Array{}};
  for (const AuditRecord& record : *records) rows.push_back(flows::audit_json(record));
  json::Value value;
  value.set("records", std::move(rows));
  value.set("next",
            records->size() == filter.limit ? json::Value(std::to_string(records->back().sequence)) : json::Value());
  co_return ok(value);
}

Task<ApiAnswer> verify(ApiContext* api, ApiRequest) {
  auto query = [](store::Reader& reader) { return reader.verify_audit(); };
  auto verdict = co_await api->environment.store.read(std::move(query));
  if (!verdict) co_return domain::fail(verdict.error());
  json::Value value;
  value.set("whole", verdict->problem.empty());
  value.set("records", verdict->records);
  value.set("first_bad_sequence",
            verdict->first_bad_sequence ? json::Value(*verdict->first_bad_sequence) : json::Value());
  value.set("problem", verdict->problem.empty() ? json::Value() : json::Value(verdict->problem));
  co_return ok(value);
}

using ConnectionNames = std::map<store::ConnectionId, std::string>;

/// Of removed connections too: their records stay.
Result<ConnectionNames> connection_names(store::Reader& reader) {
  ConnectionNames names;
  auto present = reader.connections();
  if (!present) return domain::fail(present.error());
  for (const auto& row : *present) names.emplace(row.id, row.name);
  auto removed = reader.removed_connections();
  if (!removed) return domain::fail(removed.error());
  for (const auto& row : *removed) names.emplace(row.id, row.name);
  return names;
}

std::string csv_of(const AuditRecord& record, const ConnectionNames& names) {
  const auto name = names.find(record.connection);
  return csv::write_row({std::to_string(record.sequence), domain::to_iso8601(record.at), record.actor, record.action,
                         record.source_id, record.posting_key, std::to_string(record.attempt), record.cause,
                         record.correlation_id, record.detail, record.previous_hash, record.hash,
                         name == names.end() ? std::string() : name->second});
}

Task<ApiAnswer> export_audit(ApiContext* api, ApiRequest request) {
  const auto within = recorded_within(request);
  if (!within) co_return domain::fail(within.error());
  auto names = co_await api->environment.store.read(connection_names);
  if (!names) co_return domain::fail(names.error());
  const bool lines = request.routed.query_value("format") == "jsonl";
  store::AuditFilter filter;
  filter.source_id = request.routed.query_value("order");
  filter.after_sequence = number(request, "after");
  const std::int64_t until = number(request, "until");
  const std::string actor = request.routed.query_value("actor");
  const std::string action = request.routed.query_value("action");
  const std::string name = request.routed.query_value("connection");
  std::string file = lines
                         ? std::string()
                         : csv::write_row({"sequence", "at", "actor", "action", "source", "posting_key", "attempt",
                                           "cause", "correlation_id", "detail", "previous_hash", "hash", "connection"});
  std::size_t count = 0;
  bool more = true;
  while (more && count < kExported) {
    auto query = [filter, name](store::Reader& reader) mutable -> Result<std::vector<AuditRecord>> {
      auto connection = connection_filter(reader, name);
      if (!connection) return domain::fail(connection.error());
      filter.connection = *connection;
      return reader.audit(filter);
    };
    auto page = co_await api->environment.store.read(std::move(query));
    if (!page) co_return domain::fail(page.error());
    more = page->size() == filter.limit;
    for (const AuditRecord& record : *page) {
      if (until != 0 && record.sequence > until) {
        more = false;
        break;
      }
      if (!actor.empty() && record.actor != actor) continue;
      if (!record.action.starts_with(action)) continue;
      if (!within->holds(record.at)) continue;
      file += lines ? json::write(flows::audit_json(record)) + "\n" : csv_of(record, *names);
      ++count;
    }
    if (!page->empty()) filter.after_sequence = page->back().sequence;
  }
  ServerReply reply = text_reply(200, std::move(file), lines ? "application/x-ndjson" : "text/csv; charset=utf-8");
  reply.response.headers.emplace_back("Content-Disposition",
                                      std::string("attachment; filename=\"audit.") + (lines ? "jsonl\"" : "csv\""));
  if (more) reply.response.headers.emplace_back("X-Next-After", std::to_string(filter.after_sequence));
  co_return reply;
}

/// Each answer is one event and the client asks again at once, as EventSource does by itself: an event stream that
/// needs no open-ended answer and survives every proxy.
Task<ApiAnswer> events(ApiContext* api, ApiRequest request) {
  const auto header = ports::find_header(request.routed.request.headers, "Last-Event-ID");
  std::string text = header ? std::string(*header) : request.routed.query_value("after");
  const auto seen = json::parse_integer(text);
  std::int64_t newest = api->changes.newest();
  json::Value records{json::Array{}};
  if (seen) {
    newest = co_await api->changes.after(*seen, kPatience);
    if (newest > *seen) {
      store::AuditListFilter filter;
      filter.limit = std::min<std::size_t>(kToldAtOnce, static_cast<std::size_t>(newest - *seen));
      auto query = [filter](store::Reader& reader) { return store::console(reader).audit_list(filter); };
      auto found = co_await api->environment.store.read(std::move(query));
      if (!found) co_return domain::fail(found.error());
      for (const AuditRecord& record : *found) {
        json::Value entry;
        entry.set("action", record.action);
        entry.set("connection", record.connection);
        entry.set("order", record.source_id);
        entry.set("posting_key", record.posting_key);
        records.push_back(std::move(entry));
      }
    }
  }
  json::Value data;
  data.set("sequence", newest);
  data.set("records", std::move(records));
  const std::string event =
      "retry: 400\nid: " + std::to_string(newest) + "\nevent: change\ndata: " + json::write(data) + "\n\n";
  co_return text_reply(200, event, "text/event-stream");
}

}  // namespace

void add_audit_routes(ApiRoutes& routes) {
  using enum Needs;
  routes.add(
      "GET", "/audit", viewer, list_audit,
      {.summary = "The audit trail, newest first",
       .query = "connection: a connection's name\norder: a purchase order number\nactor: a user, cli:user or "
                "system\naction: the beginning of an action, e.g. posting.\nfrom: recorded at this time or later\n"
                "to: recorded before this time\nlimit(integer): 1 to 500, 100 if absent\n"
                "after: `next` of the page before",
       .answer = R"({"type":"object","properties":{"records":{"type":"array",
                        "items":{"$ref":"#/components/schemas/AuditRecord"}},"next":{"type":"string","nullable":true}}})"});
  routes.add("GET", "/audit/verify", viewer, verify,
             {.summary = "Whether the trail is whole",
              .answer = R"({"type":"object","required":["whole","records"],"properties":{"whole":{"type":"boolean"},
                        "records":{"type":"integer"},"first_bad_sequence":{"type":"integer","nullable":true},
                        "problem":{"type":"string","nullable":true}}})"});
  routes.add(
      "GET", "/audit/export", viewer, export_audit,
      {.summary = "The trail as a file, oldest first, at most 100000 records; X-Next-After tells where it goes on",
       .query = "connection: a connection's name\norder: a purchase order number\nactor: a user, cli:user or "
                "system\naction: the beginning of an action, e.g. posting.\nfrom: recorded at this time or later\n"
                "to: recorded before this time\nformat(csv|jsonl): csv if absent\n"
                "after(integer): a sequence\nuntil(integer): the last sequence",
       .answer = R"({"type":"string"})",
       .answer_types = {"text/csv", "application/x-ndjson"}});
  routes.add("GET", "/events", viewer, events,
             {.summary = "Server-sent events: one for what happened since the event of Last-Event-ID",
              .query = "after(integer): a sequence, instead of Last-Event-ID",
              .answer = R"({"type":"string"})",
              .answer_types = {"text/event-stream"}});
}

}  // namespace connector::server
