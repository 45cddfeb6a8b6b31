#include <fmt/format.h>

#include <algorithm>

#include "app/installation.h"
#include "app/live_installation.h"
#include "app/progress.h"
#include "app/run.h"
#include "domain/schedule.h"
#include "flows/connection_runtime.h"
#include "flows/flow_runner.h"
#include "flows/settings_json.h"

namespace connector::app::commands {
namespace {

using domain::Cause;
using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;

constexpr Milliseconds kDay = std::chrono::hours(24);
constexpr Milliseconds kBusyPause{500};
/// A slice that failed so often in a row is not tried again by the command; `serve` goes on trying.
constexpr int kMostFailures = 3;

/// Unlike flows::time_or_null: of a schedule nothing finer is of use.
json::Value whole_seconds_or_null(const std::optional<UtcTime>& time) {
  return time ? json::Value(domain::to_iso8601_seconds(*time)) : json::Value();
}

json::Value backfill_json(const store::FlowRow& row) {
  if (!row.backfill_from) return {};
  json::Value value{json::Object{}};
  value.set("from", whole_seconds_or_null(row.backfill_from));
  value.set("to", whole_seconds_or_null(row.backfill_to));
  value.set("at", whole_seconds_or_null(row.backfill_at));
  value.set("finished", !row.backfill_unfinished());
  return value;
}

/// What a person wants of a flow: work is nothing that a paused flow or connection does.
enum class Asked { setting, work };

/// Changes a flow's row with an audit record, in one transaction.
template <class Change>
Result<store::FlowRow> change_flow(Installation& installation, const Context& context, const std::string& connection,
                                   const std::string& flow, const std::string& action, Asked asked, Change change) {
  if (std::find(domain::flow_names.begin(), domain::flow_names.end(), flow) == domain::flow_names.end()) {
    return domain::fail(Cause::bad_input, "there is no flow " + flow + " in this version: nothing would run it");
  }
  json::Value detail{json::Object{}};
  detail.set("flow", flow);
  auto record = person_audit(context, installation.clock.now(), 0, action, detail);
  return installation.write(
      [connection, flow, record, asked, change](store::Transaction& transaction) -> Result<store::FlowRow> {
        auto owner = find_connection(transaction, connection);
        if (!owner) return domain::fail(owner.error());
        auto row = transaction.flow(owner->id, flow);
        if (!row) return domain::fail(row.error());
        if (asked == Asked::work) {
          if (auto works = require_not_paused(*owner); !works) return domain::fail(works.error());
          if (row->paused) return domain::fail(Cause::bad_input, "the flow is paused; resume it first");
        }
        if (auto changed = change(*row); !changed) return domain::fail(changed.error());
        if (auto put = transaction.put_flow(*row); !put) return domain::fail(put.error());
        store::AuditRecord written = record;
        written.connection = owner->id;
        if (auto audited = transaction.append_audit(std::move(written)); !audited) return domain::fail(audited.error());
        return row;
      });
}

Result<UtcTime> time_option(const char* name, const std::string& text) {
  auto parsed = domain::parse_iso8601(text);
  if (!parsed) return domain::fail(Cause::bad_input, fmt::format("{}: {}", name, parsed.error().message));
  return *parsed;
}

/// The last one may be a part of a day.
std::int64_t begun_days(Milliseconds time) { return (time + kDay - Milliseconds{1}) / kDay; }

/// Works on the backfill, or watches another process do so, until it is finished.
ports::Task<Result<store::FlowRow>> work_off(flows::Environment* environment, flows::FlowRunner* runner,
                                             Progress* progress) {
  int failures = 0;
  while (true) {
    auto slice = co_await runner->run_backfill_slice();
    if (!slice) co_return domain::fail(slice.error());
    const store::FlowRow& row = slice->row;
    if (row.backfill_from && row.backfill_at) {
      progress->update(begun_days(*row.backfill_at - *row.backfill_from), domain::to_iso8601_seconds(*row.backfill_at));
    }
    if (!row.backfill_unfinished()) co_return row;
    if (row.paused) co_return domain::fail(Cause::cancelled, "the flow is paused; resume it to go on");
    if (slice->ran && !slice->error.empty() && ++failures == kMostFailures) {
      co_return domain::fail(slice->cause, slice->error);
    }
    if (slice->ran && slice->error.empty()) {
      failures = 0;
    } else {
      co_await ports::sleep_for(environment->executor, kBusyPause);
    }
  }
}

}  // namespace

ExitCode run(const FlowList& command, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  struct Known {
    store::ConnectionRow connection;
    std::vector<store::FlowRow> flows;
  };
  auto known = (*installation)->read([name = command.name](store::Reader& reader) -> Result<Known> {
    auto row = find_connection(reader, name);
    if (!row) return domain::fail(row.error());
    auto flows = reader.flows(row->id);
    if (!flows) return domain::fail(flows.error());
    return Known{std::move(*row), std::move(*flows)};
  });
  if (!known) return fail_command(context, known.error());
  auto settings = flows::settings_of(known->connection);
  if (!settings) return fail_command(context, settings.error());
  Table table{{{"flow", "FLOW"},
               {"schedule", "SCHEDULE"},
               {"paused", "PAUSED"},
               {"started_at", "STARTED"},
               {"succeeded_at", "SUCCEEDED"},
               {"due_at", "DUE"},
               {"failures", "FAILURES", true},
               {"backfill", "BACKFILL"},
               {"last_error", "LAST ERROR"}},
              {}};
  for (const std::string_view name : domain::flow_names) {
    store::FlowRow row;
    for (const auto& stored : known->flows) {
      if (stored.flow == name) row = stored;
    }
    const auto schedule = domain::schedule_in_force(name, settings->schedules, (*installation)->config.schedule.flows);
    auto due = flows::FlowRunner::due(row, schedule);
    if (due && *due < (*installation)->clock.now()) due = (*installation)->clock.now();
    table.rows.push_back({name, schedule.text, row.paused, whole_seconds_or_null(row.started_at),
                          whole_seconds_or_null(row.succeeded_at), whole_seconds_or_null(due), row.failures,
                          backfill_json(row), row.last_error});
  }
  context.output.table("flows", table);
  return ExitCode::done;
}

ExitCode run(const FlowPause& command, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  auto row =
      change_flow(**installation, context, command.name, command.flow, command.paused ? "flow.pause" : "flow.resume",
                  Asked::setting, [paused = command.paused](store::FlowRow& flow) -> Result<void> {
                    flow.paused = paused;
                    return {};
                  });
  if (!row) return fail_command(context, row.error());
  json::Value result{json::Object{}};
  result.set("flow", command.flow);
  result.set("paused", command.paused);
  context.output.result(
      result, fmt::format("{} of {} {}\n", command.flow, command.name, command.paused ? "is paused" : "runs again"));
  return ExitCode::done;
}

ExitCode run(const FlowRun& command, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  auto row = change_flow(**installation, context, command.name, command.flow, "flow.run", Asked::work,
                         [now = (*installation)->clock.now()](store::FlowRow& flow) -> Result<void> {
                           flow.wanted_at = now;
                           return {};
                         });
  if (!row) return fail_command(context, row.error());
  json::Value result{json::Object{}};
  result.set("flow", command.flow);
  result.set("wanted_at", whole_seconds_or_null(row->wanted_at));
  context.output.result(
      result,
      fmt::format(
          "a running serve starts {0} of {1} within seconds; where none runs, do it now: ml-connector sync {1} {0}\n",
          command.flow, command.name));
  return ExitCode::done;
}

ExitCode run(const FlowBackfill& command, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  const UtcTime now = (*installation)->clock.now();
  std::optional<UtcTime> from;
  UtcTime to = now;
  if (command.from) {
    auto parsed = time_option("--from", *command.from);
    if (!parsed) return fail_command(context, parsed.error());
    from = *parsed;
  }
  if (command.to) {
    auto parsed = time_option("--to", *command.to);
    if (!parsed) return fail_command(context, parsed.error());
    to = std::min(*parsed, now);
  }
  if (from && *from >= to) return fail_command(context, {Cause::bad_input, "--from must be before --to and now"});
  auto live = LiveInstallation::open(context);
  if (!live) return fail_command(context, live.error());
  auto connection = (*live)->connection(command.name);
  if (!connection) return fail_command(context, connection.error());
  auto runtime = (*live)->runtime(*connection);
  if (!runtime) return fail_command(context, runtime.error());
  flows::Flow* flow = (*runtime)->flow(command.flow);
  if (flow == nullptr || !flow->can_backfill()) {
    return fail_command(context, {Cause::bad_input, "the flow " + command.flow + " cannot take in the past"});
  }
  auto row = change_flow(**installation, context, command.name, command.flow, "flow.backfill", Asked::work,
                         [from, to](store::FlowRow& flow) -> Result<void> {
                           if (from) {
                             flow.backfill_from = flow.backfill_at = from;
                             flow.backfill_to = to;
                           } else if (!flow.backfill_unfinished()) {
                             return domain::fail(Cause::bad_input,
                                                 "there is no unfinished backfill; say from when: --from DATE");
                           }
                           return {};
                         });
  if (!row) return fail_command(context, row.error());
  if (!command.background) {
    flows::FlowRunner runner((*live)->environment(), connection->id, *flow);
    Progress progress(context.error, context.terminal, "days taken in",
                      begun_days(*row->backfill_to - *row->backfill_from));
    auto worked = (*live)->run(work_off(&(*live)->environment(), &runner, &progress));
    if (!worked) return fail_command(context, worked.error());
    *row = *worked;
  }
  context.output.result(
      backfill_json(*row),
      row->backfill_unfinished()
          ? std::string("serve takes it in behind all other work; see: ml-connector flow list " + command.name + "\n")
          : fmt::format("{} from {} to {} are taken in; serve posts what was planned, behind all other work\n",
                        command.flow, domain::to_iso8601_seconds(*row->backfill_from),
                        domain::to_iso8601_seconds(*row->backfill_to)));
  return ExitCode::done;
}

}  // namespace connector::app::commands
