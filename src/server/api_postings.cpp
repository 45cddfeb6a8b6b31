#include "engine/retry_requested.h"
#include "flows/posting_decisions.h"
#include "flows/posting_json.h"
#include "flows/posting_states.h"
#include "server/api.h"
#include "server/work_list.h"

namespace connector::server {

using domain::Cause;
using domain::Result;
using ports::Task;
using store::PostingRow;

namespace {

constexpr std::size_t kMostDecidedAtOnce = 2'000;
constexpr std::size_t kMostGroups = 200;

/// Of all connections. Error: bad_input for a word that there is not.
Result<store::PostingFilter> posting_filter(const ApiRequest& request) {
  store::PostingFilter filter;
  filter.source_id = request.routed.query_value("order");
  filter.before_id = json::parse_integer(request.routed.query_value("after")).value_or(0);
  filter.limit = limit_of(request, 50, 500);
  if (const std::string state = request.routed.query_value("state"); !state.empty()) {
    filter.state = store::parse_posting_state(state);
    if (!filter.state) return domain::fail(Cause::bad_input, "there is no state \"" + state + "\"");
  }
  if (const std::string cause = request.routed.query_value("cause"); !cause.empty()) {
    filter.cause = domain::parse_cause(cause);
    if (!filter.cause) return domain::fail(Cause::bad_input, "there is no cause \"" + cause + "\"");
  }
  if (const std::string kind = request.routed.query_value("kind"); !kind.empty()) {
    filter.kind = domain::parse_posting_kind(kind);
    if (!filter.kind) return domain::fail(Cause::bad_input, "there is no kind \"" + kind + "\"");
  }
  return filter;
}

Task<ApiAnswer> list_postings(ApiContext* api, ApiRequest request) {
  auto read = [wanted = posting_filter(request)](store::Reader& reader,
                                                 const store::ConnectionRow& connection) -> Result<json::Value> {
    if (!wanted) return domain::fail(wanted.error());
    store::PostingFilter filter = *wanted;
    filter.connection = connection.id;
    auto rows = reader.postings(filter);
    if (!rows) return domain::fail(rows.error());
    json::Value postings{json::Array{}};
    for (PostingRow& row : *rows) {
      if (auto said = flows::say_what_it_waits_for(reader, row); !said) return domain::fail(said.error());
      postings.push_back(flows::brief_posting_json(row));
    }
    json::Value value;
    value.set("postings", std::move(postings));
    value.set("next", rows->size() == filter.limit ? json::Value(std::to_string(rows->back().id)) : json::Value());
    return value;
  };
  return read_of_connection(api, std::move(request), std::move(read));
}

Task<ApiAnswer> show_posting(ApiContext* api, ApiRequest request) {
  auto read = [key = request.routed.query_value("key")](store::Reader& reader,
                                                        const store::ConnectionRow& connection) -> Result<json::Value> {
    auto row = reader.posting(connection.id, key);
    if (!row) return domain::fail(row.error());
    if (!*row) return domain::fail(Cause::not_found, "there is no posting " + key);
    if (auto said = flows::say_what_it_waits_for(reader, **row); !said) return domain::fail(said.error());
    store::AuditFilter filter;
    filter.connection = connection.id;
    filter.posting_key = key;
    auto trail = trail_of(reader, filter);
    if (!trail) return domain::fail(trail.error());
    json::Value value = flows::posting_json(**row);
    value.set("trail", std::move(*trail));
    return value;
  };
  return read_of_connection(api, std::move(request), std::move(read));
}

Task<ApiAnswer> to_do(ApiContext* api, ApiRequest request) {
  auto read = [](store::Reader& reader, const store::ConnectionRow& connection) {
    return work_list(reader, connection.id, kMostGroups);
  };
  return read_of_connection(api, std::move(request), std::move(read));
}

Result<std::vector<std::string>> keys_of(const json::Value& body) {
  std::vector<std::string> keys;
  for (const json::Value& key : body["keys"].array()) keys.push_back(key.text_or(""));
  if (keys.empty()) return domain::fail(Cause::bad_input, "name the postings: keys is empty");
  if (keys.size() > kMostDecidedAtOnce) return domain::fail(Cause::bad_input, "at most 2000 postings at once");
  return keys;
}

using Decision = std::function<Result<PostingRow>(store::Transaction&, PostingRow)>;

/// Decides about each that still can be decided about; the others are told with why.
Result<json::Value> decide(store::Transaction& transaction, store::ConnectionId connection,
                           const std::vector<std::string>& keys, const Decision& decision) {
  json::Value done{json::Array{}};
  json::Value refused{json::Array{}};
  for (const std::string& key : keys) {
    auto row = transaction.posting(connection, key);
    if (!row) return domain::fail(row.error());
    auto decided = *row ? decision(transaction, **std::move(row))
                        : Result<PostingRow>(domain::fail(Cause::not_found, "there is no posting " + key));
    if (decided) {
      done.push_back(flows::brief_posting_json(*decided));
      continue;
    }
    if (decided.error().cause == Cause::store_failure) return domain::fail(decided.error());
    json::Value entry;
    entry.set("key", key);
    entry.set("message", decided.error().message);
    refused.push_back(std::move(entry));
  }
  json::Value value;
  value.set("postings", std::move(done));
  value.set("refused", std::move(refused));
  return value;
}

Task<ApiAnswer> retry(ApiContext* api, ApiRequest request) {
  ConnectionWrite write = [keys = keys_of(request.body)](store::Transaction& transaction,
                                                         const store::ConnectionRow& connection,
                                                         const store::AuditRecord& record) -> Result<json::Value> {
    if (!keys) return domain::fail(keys.error());
    const Decision decision = [&record](store::Transaction& inside, PostingRow row) {
      return flows::retry_posting(inside, std::move(row), record);
    };
    return decide(transaction, connection.id, *keys, decision);
  };
  return write_of_connection(api, std::move(request), engine::kRetryRequested, {}, std::move(write));
}

Task<ApiAnswer> skip(ApiContext* api, ApiRequest request) {
  const std::string reason = request.body["reason"].text_or("");
  ConnectionWrite write = [keys = keys_of(request.body), reason](
                              store::Transaction& transaction, const store::ConnectionRow& connection,
                              const store::AuditRecord& record) -> Result<json::Value> {
    if (!keys) return domain::fail(keys.error());
    if (reason.empty() || reason.size() > 500)
      return domain::fail(Cause::bad_input, "say why in 1 to 500 characters: the audit trail keeps it");
    const Decision decision = [&record, &reason](store::Transaction& inside, PostingRow row) {
      return flows::skip_posting(inside, std::move(row), reason, record);
    };
    return decide(transaction, connection.id, *keys, decision);
  };
  json::Value detail;
  detail.set("reason", reason);
  return write_of_connection(api, std::move(request), "posting.skipped", std::move(detail), std::move(write));
}

}  // namespace

void add_posting_routes(ApiRoutes& routes) {
  using enum Needs;
  routes.add(
      "GET", "/connections/{connection}/postings", viewer, list_postings,
      {.summary = "Postings, newest first",
       .query = "state(planned|sending|retry|held|posted|skipped|withdrawn): all if absent\ncause: e.g. missing_item\n"
                "kind: e.g. sales_invoice\norder: a purchase order number\nlimit(integer): 1 to 500, 50 if absent\n"
                "after: `next` of the page before",
       .answer = "Postings"});
  routes.add("GET", "/connections/{connection}/posting", viewer, show_posting,
             {.summary = "All that is known of one posting, with its trail",
              .query = "key: the posting's key",
              .answer = "Posting"});
  routes.add("GET", "/connections/{connection}/todo", viewer, to_do,
             {.summary = "What waits for a person, grouped by cause and by what would mend it: the 200 largest groups",
              .answer = "ToDo"});
  routes.add("POST", "/connections/{connection}/postings/retry", operates, retry,
             {.summary = "Has postings sent as soon as possible; held ones are planned anew first",
              .body = R"({"type":"object","required":["keys"],"properties":{"keys":{"type":"array","maxItems":2000,
                      "items":{"type":"string"}}}})",
              .answer = "Decided"});
  routes.add("POST", "/connections/{connection}/postings/skip", operates, skip,
             {.summary = "Postings that shall never be sent, with a reason for the audit trail",
              .body = R"({"type":"object","required":["keys","reason"],"properties":{"keys":{"type":"array",
                      "maxItems":2000,"items":{"type":"string"}},"reason":{"type":"string","maxLength":500}}})",
              .answer = "Decided"});
}

}  // namespace connector::server
