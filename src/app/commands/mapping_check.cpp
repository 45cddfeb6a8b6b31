#include "flows/mapping_check.h"
#include "app/installation.h"
#include "app/live_installation.h"
#include "app/run.h"
#include "flows/connection_runtime.h"

namespace connector::app::commands {

ExitCode run(const MappingCheck& command, Context& context) {
  auto live = LiveInstallation::open(context);
  if (!live) return fail_command(context, live.error());
  auto row = (*live)->connection(command.name);
  if (!row) return fail_command(context, row.error());
  auto runtime = (*live)->runtime(*row);
  if (!runtime) return fail_command(context, runtime.error());
  auto refreshed = (*live)->run((*runtime)->references().run(domain::Milliseconds::zero()));
  if (!refreshed) return fail_command(context, refreshed.error());
  auto findings = (*live)->run(
      (*live)->store().read([id = row->id](store::Reader& reader) { return flows::check_mapping(reader, id); }));
  if (!findings) return fail_command(context, findings.error());
  auto edition = (*live)->run(exact::probe_edition((*runtime)->exact(), ports::CallPriority::person));
  if (edition) {
    auto without_place =
        (*live)->run((*live)->store().read([id = row->id, found = edition->value](store::Reader& reader) {
          return flows::check_edition(reader, id, found);
        }));
    if (!without_place) return fail_command(context, without_place.error());
    findings->insert(findings->end(), without_place->begin(), without_place->end());
  }
  Table table;
  table.columns = {{"kind", "Kind"}, {"sku", "SKU"}, {"column", "Column"}, {"code", "Code"}, {"problem", "Problem"}};
  bool all_remarks = true;
  for (const auto& finding : *findings) {
    table.rows.push_back(
        {finding.is_remark ? "remark" : "finding", finding.sku, finding.column, finding.code, finding.problem});
    all_remarks = all_remarks && finding.is_remark;
  }
  if (findings->empty() && !context.output.is_json()) {
    context.output.result({}, "Every code of the mapping exists in Exact and may be used.\n");
  } else {
    context.output.table("findings", table);
  }
  return all_remarks ? ExitCode::done : ExitCode::differences;
}

}  // namespace connector::app::commands
