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

/// Why the record that an earlier run named ("SEQUENCE:HASH") does not stand there any more; empty if it does.
Result<std::string> problem_of_earlier(store::Reader& reader, const std::string& named) {
  const auto colon = named.find(':');
  const auto sequence = json::parse_integer(named.substr(0, colon));
  if (colon == std::string::npos || !sequence || *sequence < 1) {
    return domain::fail(domain::Cause::bad_input,
                        "--was takes SEQUENCE:HASH, as `audit verify` prints its newest record");
  }
  store::AuditFilter filter;
  filter.after_sequence = *sequence - 1;
  filter.limit = 1;
  auto found = reader.audit(filter);
  if (!found) return domain::fail(found.error());
  if (found->empty()) return fmt::format("record {} is gone: the trail was cut off or written anew", *sequence);
  if (found->front().hash == named.substr(colon + 1)) return std::string();
  return fmt::format("record {} had another hash: the trail was written anew", *sequence);
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

ExitCode run(const AuditVerify& command, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  auto verdict = (*installation)->read([was = command.was](store::Reader& reader) -> Result<store::AuditVerdict> {
    auto verified = reader.verify_audit();
    if (!verified || !verified->problem.empty() || !was) return verified;
    auto problem = problem_of_earlier(reader, *was);
    if (!problem) return domain::fail(problem.error());
    verified->problem = std::move(*problem);
    return verified;
  });
  if (!verdict) return fail_command(context, verdict.error());
  const bool whole = verdict->problem.empty();
  const std::string newest =
      verdict->newest_hash.empty() ? std::string() : fmt::format("{}:{}", verdict->records, verdict->newest_hash);
  json::Value result;
  result.set("whole", whole);
  result.set("records", verdict->records);
  result.set("first_bad_sequence",
             verdict->first_bad_sequence ? json::Value(*verdict->first_bad_sequence) : json::Value());
  result.set("problem", whole ? json::Value() : json::Value(verdict->problem));
  result.set("newest", newest.empty() ? json::Value() : json::Value(newest));
  std::string text = whole ? fmt::format("the audit trail is whole: {} records\n", verdict->records)
                           : fmt::format("the audit trail was tampered with: {}\n", verdict->problem);
  if (whole && !newest.empty()) text += fmt::format("newest: {}\n", newest);
  context.output.result(result, text);
  return whole ? ExitCode::done : ExitCode::differences;
}

}  // namespace connector::app::commands
