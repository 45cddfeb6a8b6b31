#include <fmt/format.h>

#include "app/installation.h"
#include "app/run.h"
#include "flows/added_connection.h"
#include "flows/connected_systems.h"
#include "flows/connection_changes.h"
#include "flows/document_mode.h"
#include "flows/environment.h"
#include "flows/settings_json.h"
#include "flows/shared_division.h"
#include "flows/unused_gl_accounts.h"

namespace connector::app::commands {
namespace {

using domain::Result;
using store::ConnectionRow;

json::Value basic_members(const ConnectionRow& row) {
  json::Value object;
  object.set("name", row.name);
  object.set("market", row.market);
  object.set("division", row.division == 0 ? json::Value() : json::Value(row.division));
  object.set("paused", row.paused);
  object.set("created_at", domain::to_iso8601(row.created_at));
  return object;
}

/// All of a connection but its secrets, of which it only tells whether they are there.
Result<json::Value> describe(store::Reader& reader, const ConnectionRow& row) {
  json::Value object = basic_members(row);
  json::Value credentials;
  const auto systems = flows::connected_systems(reader, row);
  if (!systems) return domain::fail(systems.error());
  credentials.set("walmart", systems->walmart);
  credentials.set("exact", systems->exact_app);
  credentials.set("exact_sign_in", systems->exact_sign_in);
  object.set("credentials", std::move(credentials));
  auto settings = flows::settings_of(row);
  if (!settings) return domain::fail(settings.error());
  object.set("settings", flows::to_json(*settings));
  auto counts = reader.posting_counts(row.id);
  if (!counts) return domain::fail(counts.error());
  json::Value postings{json::Object{}};
  for (const auto& count : *counts) {
    std::string state(store::to_string(count.state));
    postings.set(state, postings[state].integer().value_or(0) + count.count);
  }
  object.set("postings", std::move(postings));
  return object;
}

std::string lines_of(const json::Value& object, const std::string& indent) {
  std::string text;
  for (const auto& [name, value] : object.object()) {
    if (value.is_object()) {
      text += fmt::format("{}{}:\n{}", indent, name, lines_of(value, indent + "  "));
    } else {
      std::string shown = value.is_array() ? json::write(value) : value.text_or("-");
      text += fmt::format("{}{}: {}\n", indent, name, shown.empty() ? "-" : shown);
    }
  }
  return text;
}

/// What settings of accounting lead to in Exact, where the mapping says otherwise; empty if it does not.
Result<std::string> note_on_accounts(store::Reader& reader, const std::string& name) {
  auto row = find_connection(reader, name);
  if (!row) return domain::fail(row.error());
  auto findings = flows::unused_gl_accounts(reader, row->id);
  if (!findings) return domain::fail(findings.error());
  return flows::describe_unused_gl_accounts(*findings);
}

}  // namespace

ExitCode run(const ConnectionAdd& command, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  ConnectionRow row;
  row.name = command.name;
  row.market = command.market;
  row.division = command.division;
  row.settings = json::write(flows::to_json(domain::ConnectionSettings{}));
  row.created_at = (*installation)->clock.now();
  auto added =
      (*installation)
          ->write([row, record = person_audit(context, row.created_at, 0, "connection.add", basic_members(row))](
                      store::Transaction& transaction) -> Result<flows::AddedConnection> {
            auto made = flows::add_connection(transaction, row);
            if (!made) return made;
            store::AuditRecord written = record;
            written.connection = made->row.id;
            if (auto audited = transaction.append_audit(std::move(written)); !audited) {
              return domain::fail(audited.error());
            }
            return made;
          });
  if (!added) return fail_command(context, added.error());
  const std::string& name = added->row.name;
  context.output.result(basic_members(added->row),
                        added->is_back ? fmt::format("{} is back with its postings, mapping and settings; connect it "
                                                     "to Walmart and Exact again\n",
                                                     name)
                                       : fmt::format("added {}\n", name));
  return ExitCode::done;
}

ExitCode run(const ConnectionList&, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  auto rows = (*installation)->read([](store::Reader& reader) { return reader.connections(); });
  if (!rows) return fail_command(context, rows.error());
  Table table{{{"name", "NAME"},
               {"market", "MARKET"},
               {"division", "DIVISION", true},
               {"paused", "PAUSED"},
               {"created_at", "CREATED"}},
              {}};
  for (const ConnectionRow& row : *rows) {
    const json::Value members = basic_members(row);
    std::vector<json::Value>& cells = table.rows.emplace_back();
    for (const Column& column : table.columns) cells.push_back(members[column.name]);
  }
  context.output.table("connections", table);
  return ExitCode::done;
}

ExitCode run(const ConnectionShow& command, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  auto shown = (*installation)->read([name = command.name](store::Reader& reader) -> Result<json::Value> {
    return find_connection(reader, name).and_then([&reader](const ConnectionRow& row) {
      return describe(reader, row);
    });
  });
  if (!shown) return fail_command(context, shown.error());
  context.output.result(*shown, lines_of(*shown, ""));
  return ExitCode::done;
}

ExitCode run(const ConnectionRemove& command, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  json::Value detail;
  detail.set("name", command.name);
  auto record = person_audit(context, (*installation)->clock.now(), 0, "connection.remove", detail);
  auto vault = store::Vault::open(master_key_source((*installation)->config));
  if (!vault) return fail_command(context, vault.error());
  auto removed = (*installation)
                     ->write([name = command.name, force = command.force, record,
                              vault = *vault](store::Transaction& transaction) -> Result<std::int64_t> {
                       auto row = find_connection(transaction, name);
                       if (!row) return domain::fail(row.error());
                       auto open = flows::remove_connection(transaction, vault, *row, force);
                       if (!open) return open;
                       store::AuditRecord written = record;
                       written.connection = row->id;
                       if (auto audited = transaction.append_audit(std::move(written)); !audited)
                         return domain::fail(audited.error());
                       return open;
                     });
  if (!removed) return fail_command(context, removed.error());
  json::Value result = detail;
  result.set("open_postings", *removed);
  context.output.result(result,
                        fmt::format("removed {} and its secrets; its postings and audit trail stay{}\n", command.name,
                                    *removed > 0 ? fmt::format(", {} of them open", *removed) : std::string()));
  return ExitCode::done;
}

ExitCode run(const ConnectionSet& command, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  json::Value detail;
  detail.set("name", command.name);
  detail.set("key", command.key);
  detail.set("value", command.value);
  auto record = person_audit(context, (*installation)->clock.now(), 0, "connection.set", detail);
  auto vault = store::Vault::open(master_key_source((*installation)->config));
  if (!vault) return fail_command(context, vault.error());
  auto done = (*installation)->write([command, record, &vault](store::Transaction& transaction) -> Result<void> {
    auto row = find_connection(transaction, command.name);
    if (!row) return domain::fail(row.error());
    auto next = flows::with_change(transaction, *row, command.key, command.value);
    if (!next) return domain::fail(next.error());
    if (command.key == "document_mode") {
      if (auto noted = flows::note_document_mode_set(transaction, next->id); !noted) return noted;
    }
    return flows::write_change(transaction, *vault, *next, record);
  });
  if (!done) return fail_command(context, done.error());
  if (command.key == "document_mode" || command.key == "tax_policy") {
    auto note =
        (*installation)->read([name = command.name](store::Reader& reader) { return note_on_accounts(reader, name); });
    if (!note) return fail_command(context, note.error());
    if (!note->empty()) context.output.note(*note);
  }
  context.output.result(detail, fmt::format("{}: {} = {}\n", command.name, command.key, command.value));
  return ExitCode::done;
}

ExitCode run(const ConnectionPause& command, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  json::Value detail;
  detail.set("name", command.name);
  detail.set("paused", command.paused);
  auto record = person_audit(context, (*installation)->clock.now(), 0,
                             command.paused ? "connection.pause" : "connection.resume", detail);
  auto done = (*installation)->write([command, record](store::Transaction& transaction) -> Result<void> {
    auto row = find_connection(transaction, command.name);
    if (!row) return domain::fail(row.error());
    row->paused = command.paused;
    if (auto updated = transaction.update_connection(*row); !updated) return updated;
    store::AuditRecord written = record;
    written.connection = row->id;
    return transaction.append_audit(std::move(written));
  });
  if (!done) return fail_command(context, done.error());
  context.output.result(detail, fmt::format("{} is {}\n", command.name, command.paused ? "paused" : "at work again"));
  return ExitCode::done;
}

}  // namespace connector::app::commands
