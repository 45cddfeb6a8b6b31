#include <fmt/format.h>

#include "app/installation.h"
#include "app/run.h"
#include "csv/csv.h"
#include "flows/posting_json.h"

namespace connector::app::commands {
namespace {

using domain::Result;
using store::AuditRecord;

/// Records of one connection, page by page, so that a long trail never stands in memory as a whole.
class Trail {
 public:
  Trail(Installation& installation, store::AuditFilter filter)
      : installation_(installation), filter_(std::move(filter)) {}

  /// The next records; empty at the end.
  Result<std::vector<AuditRecord>> next() {
    auto page = installation_.read([filter = filter_](store::Reader& reader) { return reader.audit(filter); });
    if (page && !page->empty()) filter_.after_sequence = page->back().sequence;
    return page;
  }

 private:
  Installation& installation_;
  store::AuditFilter filter_;
};

std::string csv_of(const AuditRecord& record) {
  return csv::write_row({std::to_string(record.sequence), domain::to_iso8601(record.at), record.actor, record.action,
                         record.source_id, record.posting_key, std::to_string(record.attempt), record.cause,
                         record.correlation_id, record.detail, record.previous_hash, record.hash});
}

std::string line_of(const AuditRecord& record) {
  std::string line =
      fmt::format("{:>8}  {}  {}  {}", record.sequence, domain::to_iso8601(record.at), record.actor, record.action);
  if (!record.posting_key.empty()) line += fmt::format("  {} (attempt {})", record.posting_key, record.attempt);
  if (!record.cause.empty()) line += "  " + record.cause;
  if (!record.detail.empty() && record.detail != "{}") line += "  " + record.detail;
  return printable(line) + "\n";
}

}  // namespace

ExitCode run(const Audit& command, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  auto connection = (*installation)->read([name = command.name](store::Reader& reader) {
    return name.empty() ? Result<store::ConnectionRow>(store::ConnectionRow{})
                        : find_connection_or_removed(reader, name);
  });
  if (!connection) return fail_command(context, connection.error());
  store::AuditFilter filter;
  filter.connection = connection->id;
  filter.source_id = command.order.value_or("");
  Trail trail(**installation, std::move(filter));
  if (command.format == "csv") {
    context.output.raw(csv::write_row({"sequence", "at", "actor", "action", "source", "posting_key", "attempt", "cause",
                                       "correlation_id", "detail", "previous_hash", "hash"}));
  }
  json::Value records{json::Array{}};
  bool is_empty = true;
  while (true) {
    auto page = trail.next();
    if (!page) return fail_command(context, page.error());
    if (page->empty()) break;
    is_empty = false;
    for (const AuditRecord& record : *page) {
      if (command.format == "csv") {
        context.output.raw(csv_of(record));
      } else if (command.format == "jsonl") {
        context.output.raw(json::write(flows::audit_json(record)) + "\n");
      } else if (context.output.is_json()) {
        records.push_back(flows::audit_json(record));
      } else {
        context.output.raw(line_of(record));
      }
    }
  }
  if (is_empty && !command.format && !context.output.is_json()) context.output.raw("(none)\n");
  if (!command.format && context.output.is_json()) {
    json::Value result;
    result.set("records", std::move(records));
    context.output.result(result, "");
  }
  return ExitCode::done;
}

ExitCode run(const AuditVerify&, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  auto verdict = (*installation)->read([](store::Reader& reader) { return reader.verify_audit(); });
  if (!verdict) return fail_command(context, verdict.error());
  bool whole = verdict->problem.empty();
  json::Value result;
  result.set("whole", whole);
  result.set("records", verdict->records);
  result.set("first_bad_sequence",
             verdict->first_bad_sequence ? json::Value(*verdict->first_bad_sequence) : json::Value());
  result.set("problem", whole ? json::Value() : json::Value(verdict->problem));
  std::string text = whole ? fmt::format("the audit trail is whole: {} records\n", verdict->records)
                           : fmt::format("the audit trail was tampered with: {}\n", verdict->problem);
  context.output.result(result, text);
  return whole ? ExitCode::done : ExitCode::differences;
}

}  // namespace connector::app::commands
