#include "server/webhooks.h"

#include <algorithm>

#include "domain/mutation.h"
#include "engine/digest.h"
#include "flows/notice_routing.h"
#include "flows/shared_division.h"
#include "json/value.h"

namespace connector::server {

using domain::Milliseconds;
using domain::mutated;
using domain::Mutation;
using domain::Result;
using domain::UtcTime;
using ports::ServerReply;
using ports::Task;
using store::NoticeRow;

namespace {

constexpr Milliseconds kKnownFor{2'000};
/// A notice that the keys in memory do not prove may come under newer ones; forged ones cost no more than this allows.
constexpr Milliseconds kDoubtedFor{100};
constexpr Milliseconds kTokenLifetime = std::chrono::hours(1);
/// Refusals of one connection that are recorded one by one within a minute; what comes above is counted.
constexpr std::uint64_t kRecordedRefusals = 60;
constexpr Milliseconds kRefusalWindow = std::chrono::minutes(1);

ServerReply too_large() { return error_reply(413, "bad_input", "a notice is smaller"); }

ServerReply unavailable(const domain::Error& error) {
  return error_reply(503, domain::to_string(error.cause), "the notice could not be stored");
}

ServerReply accepted() { return text_reply(200, ""); }

}  // namespace

WebhookReceiver::WebhookReceiver(flows::Environment& environment, ports::Log& log, WebhookOptions options)
    : environment_(environment), log_(log), options_(options) {}

void WebhookReceiver::add_routes(Router& router) {
  router.add("POST", "/webhooks/walmart/{connection}",
             [this](RoutedRequest request) { return take_walmart(std::move(request)); });
  router.add("POST", "/webhooks/walmart/{connection}/token",
             [this](RoutedRequest request) { return give_token(std::move(request)); });
  router.add("POST", "/webhooks/exact/{connection}",
             [this](RoutedRequest request) { return take_exact(std::move(request)); });
}

Task<Result<const WebhookReceiver::Known*>> WebhookReceiver::known(std::string name, Milliseconds at_most_old) {
  using Found = Result<const Known*>;
  const UtcTime now = environment_.clock.now();
  if (const auto found = known_.find(name); found != known_.end()) {
    if (now - found->second.read_at < at_most_old) co_return Found(&found->second);
    known_.erase(found);
  }
  struct Read {
    std::optional<store::ConnectionRow> row;
    std::optional<std::string> walmart;
    std::optional<std::string> exact;
    std::vector<store::ConnectionRow> siblings;
  };
  auto query = [name, vault = environment_.secrets.vault()](store::Reader& reader) -> Result<Read> {
    Read read;
    auto row = reader.connection(name);
    if (!row) return domain::fail(row.error());
    read.row = std::move(*row);
    if (!read.row) return read;
    auto walmart = store::get_secret(reader, vault, read.row->id, flows::kWalmartWebhook);
    if (!walmart) return domain::fail(walmart.error());
    auto exact = store::get_secret(reader, vault, read.row->id, flows::kExactWebhook);
    if (!exact) return domain::fail(exact.error());
    auto siblings = flows::division_siblings(reader, *read.row);
    if (!siblings) return domain::fail(siblings.error());
    read.walmart = std::move(*walmart);
    read.exact = std::move(*exact);
    read.siblings = std::move(*siblings);
    return read;
  };
  auto read = co_await environment_.store.read(std::move(query));
  if (!read) co_return domain::fail(read.error());
  // Unknown names are not remembered: they would let anyone fill the memory.
  if (!read->row) co_return Found(nullptr);
  Known fresh;
  fresh.row = std::move(*read->row);
  fresh.read_at = now;
  if (read->walmart) {
    auto value = json::parse(*read->walmart);
    if (value) {
      if (auto key = flows::walmart_webhook_key_from_json(*value)) fresh.walmart = std::move(*key);
    }
  }
  fresh.exact_secret = read->exact.value_or("");
  for (const store::ConnectionRow& sibling : read->siblings) fresh.siblings.push_back(sibling.id);
  co_return Found(&known_.insert_or_assign(name, std::move(fresh)).first->second);
}

std::optional<ServerReply> WebhookReceiver::not_known(const Result<const Known*>& found) {
  if (!found) return unavailable(found.error());
  if (*found == nullptr) return error_reply(404, "not_found", "there is no such connection");
  return std::nullopt;
}

Task<ServerReply> WebhookReceiver::refuse(store::ConnectionId connection, std::string source, std::string reason,
                                          std::string remote_address) {
  ++counts_.refused;
  const UtcTime now = environment_.clock.now();
  Refusals& refusals = refusals_[connection];
  std::uint64_t unrecorded = 0;
  if (now - refusals.since >= kRefusalWindow || now < refusals.since) {
    unrecorded = refusals.unrecorded;
    refusals = {now, 0, 0};
  }
  ServerReply reply = error_reply(401, "authentication_failed", "the notice is not proven: " + reason);
  if (refusals.recorded >= kRecordedRefusals) {
    ++refusals.unrecorded;
    co_return reply;
  }
  ++refusals.recorded;
  json::Value detail{json::Object{}};
  detail.set("source", source);
  detail.set("reason", reason);
  detail.set("remote_address", remote_address);
  if (unrecorded > 0) detail.set("unrecorded_before", static_cast<std::int64_t>(unrecorded));
  store::AuditRecord record;
  record.at = now;
  record.connection = connection;
  record.actor = "system";
  record.action = "webhook.refused";
  record.cause = std::string(domain::to_string(domain::Cause::authentication_failed));
  record.detail = json::write(detail);
  const auto owner = std::find_if(known_.begin(), known_.end(),
                                  [connection](const auto& entry) { return entry.second.row.id == connection; });
  const std::string name = owner == known_.end() ? std::to_string(connection) : owner->first;
  log_.warning("webhook.refused", {{"connection", name}, {"source", source}, {"reason", reason}});
  auto work = [record](store::Transaction& transaction) { return transaction.append_audit(record); };
  auto recorded = co_await environment_.store.write(std::move(work));
  if (!recorded) log_.error("store.failed", {{"message", recorded.error().message}});
  co_return reply;
}

Task<ServerReply> WebhookReceiver::keep(std::vector<store::ConnectionId> connections, std::vector<NoticeRow> rows,
                                        std::string source, std::string remote_address) {
  const UtcTime now = environment_.clock.now();
  bool makes_work = false;
  for (NoticeRow& row : rows) {
    row.received_at = now;
    if (row.flow.empty() || mutated(Mutation::notices_dropped)) row.done_at = now;
    makes_work = makes_work || !row.flow.empty();
  }
  auto work = [connections, rows = std::move(rows),
               source](store::Transaction& transaction) -> Result<std::optional<UtcTime>> {
    auto before = transaction.notice_received_at(connections.front(), source, rows.front().event_id);
    if (!before) return domain::fail(before.error());
    if (*before) return before;
    for (const store::ConnectionId connection : connections) {
      for (NoticeRow row : rows) {
        row.connection = connection;
        if (auto added = transaction.add_notice(row); !added) return domain::fail(added.error());
      }
    }
    return before;
  };
  auto before = co_await environment_.store.write(std::move(work));
  if (!before) co_return unavailable(before.error());
  if (*before) {
    if (now - **before > options_.retry_window) {
      co_return co_await refuse(connections.front(), std::move(source), "replayed", std::move(remote_address));
    }
    ++counts_.repeated;
    co_return accepted();
  }
  ++counts_.accepted;
  if (makes_work && on_notice) {
    for (const store::ConnectionId connection : connections) on_notice(connection);
  }
  co_return accepted();
}

Task<ServerReply> WebhookReceiver::take_walmart(RoutedRequest request) {
  const ports::ServerRequest& arrived = request.request;
  if (arrived.body.size() > options_.largest_body) co_return too_large();
  auto found = co_await known(request.path_value("connection"), kKnownFor);
  if (auto reply = not_known(found)) co_return *std::move(reply);
  const store::ConnectionId connection = (*found)->row.id;
  const std::string source = "walmart";
  const flows::ArrivedNotice notice{arrived.method, arrived.target, arrived.headers, arrived.body};
  const auto prove = [this, &notice](const Known& by) {
    return by.walmart ? flows::prove_walmart_notice(*by.walmart, notice, environment_.clock.now())
                      : flows::WebhookProof::missing;
  };
  auto proof = prove(**found);
  if (proof != flows::WebhookProof::proven) {
    found = co_await known(request.path_value("connection"), kDoubtedFor);
    if (auto reply = not_known(found)) co_return *std::move(reply);
    if (!(*found)->walmart) {
      co_return co_await refuse(connection, source, "not_subscribed", arrived.remote_address);
    }
    proof = prove(**found);
  }
  if (proof != flows::WebhookProof::proven) {
    co_return co_await refuse(connection, source, std::string(flows::to_string(proof)), arrived.remote_address);
  }
  const auto notification = walmart::read_notification(arrived.body);
  if (!notification) co_return error_reply(400, domain::to_string(notification.error().cause), "no notice was found");
  std::string event_id = notification->event_id;
  if (event_id.empty()) event_id = engine::sha256_hex(arrived.body);
  std::vector<store::ConnectionId> told{connection};
  co_return co_await keep(std::move(told), flows::notices_of(*notification, event_id), source, arrived.remote_address);
}

Task<ServerReply> WebhookReceiver::take_exact(RoutedRequest request) {
  const ports::ServerRequest& arrived = request.request;
  if (arrived.body.size() > options_.largest_body) co_return too_large();
  auto found = co_await known(request.path_value("connection"), kKnownFor);
  if (auto reply = not_known(found)) co_return *std::move(reply);
  // Exact asks with an empty body whether the address answers, before the subscription stands (exact.md 5).
  if (arrived.body.empty()) co_return accepted();
  const store::ConnectionId connection = (*found)->row.id;
  const std::string source = "exact";
  const auto content = flows::signed_content(arrived.body);
  if (!content) co_return co_await refuse(connection, source, "unsigned", arrived.remote_address);
  bool proven = flows::proves_exact_notice((*found)->exact_secret, *content);
  if (!proven) {
    found = co_await known(request.path_value("connection"), kDoubtedFor);
    if (auto reply = not_known(found)) co_return *std::move(reply);
    proven = flows::proves_exact_notice((*found)->exact_secret, *content);
  }
  if (!proven) {
    co_return co_await refuse(connection, source, "wrong_signature", arrived.remote_address);
  }
  const auto notice = flows::read_exact_notice(content->content);
  if (!notice) co_return error_reply(400, domain::to_string(notice.error().cause), "no notice was found");
  // One app serves many divisions under one secret: a notice of another's proves nothing here.
  if (notice->division != (*found)->row.division) {
    co_return co_await refuse(connection, source, "other_division", arrived.remote_address);
  }
  std::vector<NoticeRow> rows{flows::notice_of(*notice, engine::sha256_hex(content->content))};
  std::vector<store::ConnectionId> told{connection};
  told.insert(told.end(), (*found)->siblings.begin(), (*found)->siblings.end());
  co_return co_await keep(std::move(told), std::move(rows), source, arrived.remote_address);
}

Task<ServerReply> WebhookReceiver::give_token(RoutedRequest request) {
  const ports::ServerRequest& arrived = request.request;
  auto found = co_await known(request.path_value("connection"), kKnownFor);
  if (auto reply = not_known(found)) co_return *std::move(reply);
  const auto proves = [&arrived](const Known& by) {
    return by.walmart && flows::proves_token_request(*by.walmart, arrived.headers);
  };
  // Walmart asks for its first token right after the subscription, whose key may be newer than the one in memory.
  if (!proves(**found)) {
    found = co_await known(request.path_value("connection"), kDoubtedFor);
    if (auto reply = not_known(found)) co_return *std::move(reply);
  }
  if (!proves(**found)) {
    co_return co_await refuse((*found)->row.id, "walmart", "wrong_token_credentials", arrived.remote_address);
  }
  const flows::WalmartWebhookKey key = *(*found)->walmart;
  json::Value token{json::Object{}};
  token.set("access_token", flows::make_access_token(key, environment_.clock.now() + kTokenLifetime));
  token.set("token_type", "Bearer");
  token.set("expires_in", static_cast<std::int64_t>(kTokenLifetime / std::chrono::seconds(1)));
  co_return json_reply(200, json::write(token));
}

}  // namespace connector::server
