#include <fmt/format.h>

#include "app/installation.h"
#include "app/posting_view.h"
#include "app/run.h"
#include "engine/retry_requested.h"
#include "flows/posting_decisions.h"
#include "flows/posting_json.h"
#include "flows/posting_states.h"

namespace connector::app::commands {
namespace {

using domain::Cause;
using domain::Result;
using store::PostingRow;
using store::PostingState;

/// The connection named, or all of them; removed ones if that is asked for.
Result<std::vector<store::ConnectionRow>> connections_of(store::Reader& reader, const std::optional<std::string>& name,
                                                         bool removed = false) {
  if (!name) return removed ? reader.removed_connections() : reader.connections();
  auto row = removed ? find_connection_or_removed(reader, *name) : find_connection(reader, *name);
  if (!row) return domain::fail(row.error());
  return std::vector<store::ConnectionRow>{*std::move(row)};
}

/// The posting with this key. Error: not_found, or bad_input when several connections have one.
Result<PostingRow> find_posting(store::Reader& reader, const std::string& key,
                                const std::optional<std::string>& connection, bool removed = false) {
  auto connections = connections_of(reader, connection, removed);
  if (!connections) return domain::fail(connections.error());
  std::optional<PostingRow> found;
  std::string owner;
  for (const store::ConnectionRow& row : *connections) {
    auto posting = reader.posting(row.id, key);
    if (!posting) return domain::fail(posting.error());
    if (!*posting) continue;
    if (found) {
      return domain::fail(
          Cause::bad_input,
          fmt::format("{} and {} both have a posting {}; choose one with --connection", owner, row.name, key));
    }
    found = **std::move(posting);
    owner = row.name;
  }
  if (!found) return domain::fail(Cause::not_found, fmt::format("there is no posting {}", key));
  return *std::move(found);
}

/// Keys of all postings that failed: held, or waiting for another attempt.
Result<std::vector<PostingRow>> failed_postings(store::Reader& reader, const std::optional<std::string>& connection) {
  auto connections = connections_of(reader, connection);
  if (!connections) return domain::fail(connections.error());
  std::vector<PostingRow> rows;
  for (const store::ConnectionRow& row : *connections) {
    for (PostingState state : {PostingState::held, PostingState::retry}) {
      store::PostingFilter filter;
      filter.connection = row.id;
      filter.state = state;
      filter.limit = 1000;
      while (true) {
        auto page = reader.postings(filter);
        if (!page) return page;
        if (page->empty()) break;
        filter.before_id = page->back().id;
        for (PostingRow& posting : *page) {
          // What waits for a yes has not failed: it is released by its key alone.
          if (posting.cause == std::optional(domain::Cause::confirmation_needed)) continue;
          rows.push_back(std::move(posting));
        }
      }
    }
  }
  return rows;
}

Result<std::vector<PostingRow>> retry(store::Transaction& transaction, const PostingRetry& command,
                                      const store::AuditRecord& record) {
  std::vector<PostingRow> chosen;
  if (command.all_failed) {
    auto failed = failed_postings(transaction, command.connection);
    if (!failed) return failed;
    chosen = *std::move(failed);
  }
  for (const std::string& key : command.keys) {
    auto row = find_posting(transaction, key, command.connection);
    if (!row) return domain::fail(row.error());
    chosen.push_back(*std::move(row));
  }
  std::vector<PostingRow> results;
  for (const PostingRow& row : chosen) {
    // Planning an order anew may have changed its other postings meanwhile.
    auto fresh = transaction.posting(row.connection, row.key);
    if (!fresh) return domain::fail(fresh.error());
    if (!*fresh) continue;
    if (command.all_failed && (*fresh)->state == PostingState::withdrawn) continue;
    auto retried = flows::retry_posting(transaction, **std::move(fresh), record);
    if (!retried) return domain::fail(retried.error());
    results.push_back(*std::move(retried));
  }
  return results;
}

/// The posting and its audit records, oldest first.
struct Shown {
  PostingRow row;
  std::vector<store::AuditRecord> trail;
};

Result<Shown> show(store::Reader& reader, const PostingShow& command) {
  auto row = find_posting(reader, command.key, command.connection);
  if (!row && row.error().cause == Cause::not_found) {
    row = find_posting(reader, command.key, command.connection, true);
  }
  if (!row) return domain::fail(row.error());
  if (auto said = flows::say_what_it_waits_for(reader, *row); !said) return domain::fail(said.error());
  store::AuditFilter filter;
  filter.connection = row->connection;
  filter.posting_key = row->key;
  auto trail = reader.audit(filter);
  if (!trail) return domain::fail(trail.error());
  return Shown{*std::move(row), *std::move(trail)};
}

std::string text_of_shown(const json::Value& posting, const std::vector<store::AuditRecord>& trail) {
  std::string text;
  for (const auto& [name, value] : posting.object()) {
    if (value.is_null() || name == "document" || name == "body") continue;
    text += fmt::format("{}: {}\n", name, value.is_object() ? json::write(value) : value.text_or(""));
  }
  if (!posting["document"].is_null()) text += fmt::format("document: {}\n", json::write_pretty(posting["document"]));
  if (!posting["body"].is_null()) text += fmt::format("body: {}\n", json::write_pretty(posting["body"]));
  text += "trail:\n";
  for (const store::AuditRecord& record : trail) {
    text += fmt::format("  {}  {}  {}  attempt {}{}{}\n", domain::to_iso8601(record.at), record.actor, record.action,
                        record.attempt, record.cause.empty() ? "" : "  ", record.cause);
  }
  return text;
}

}  // namespace

ExitCode run(const PostingShow& command, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  auto shown = (*installation)->read([command](store::Reader& reader) { return show(reader, command); });
  if (!shown) return fail_command(context, shown.error());
  json::Value object = flows::posting_json(shown->row);
  std::string text = text_of_shown(object, shown->trail);
  json::Value trail{json::Array{}};
  for (const store::AuditRecord& record : shown->trail) trail.push_back(flows::audit_json(record));
  object.set("trail", std::move(trail));
  context.output.result(object, text);
  return ExitCode::done;
}

ExitCode run(const PostingRetry& command, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  auto record =
      person_audit(context, (*installation)->clock.now(), 0, engine::kRetryRequested, json::Value(json::Object{}));
  auto rows = (*installation)->write([command, record](store::Transaction& transaction) {
    return retry(transaction, command, record);
  });
  if (!rows) return fail_command(context, rows.error());
  context.output.table("postings", posting_table(*rows));
  bool held =
      std::any_of(rows->begin(), rows->end(), [](const PostingRow& row) { return row.state == PostingState::held; });
  if (held) context.output.note("some are still held; their messages say why");
  return held ? ExitCode::differences : ExitCode::done;
}

ExitCode run(const PostingSkip& command, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  json::Value detail;
  detail.set("reason", command.reason);
  auto record = person_audit(context, (*installation)->clock.now(), 0, "posting.skipped", detail);
  auto row = (*installation)->write([command, record](store::Transaction& transaction) -> Result<PostingRow> {
    auto found = find_posting(transaction, command.key, command.connection);
    if (!found) return found;
    return flows::skip_posting(transaction, *std::move(found), command.reason, record);
  });
  if (!row) return fail_command(context, row.error());
  if (row->in_doubt) {
    context.output.note(fmt::format("note: it may stand in Exact nevertheless; look there for {}", row->reference));
  }
  context.output.table("postings", posting_table({*row}));
  return ExitCode::done;
}

}  // namespace connector::app::commands
