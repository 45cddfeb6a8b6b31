#include <fmt/format.h>

#include "app/installation.h"
#include "app/live_installation.h"
#include "app/run.h"
#include "domain/allocation.h"
#include "flows/connection_runtime.h"
#include "flows/reconciliation_json.h"
#include "flows/reconciliation_reader.h"

namespace connector::app::commands {

using domain::Cause;
using domain::Result;

namespace {

Result<domain::DateRange> period_of(const Reconcile& command) {
  auto first = domain::parse_date(command.from);
  if (!first) return domain::fail(Cause::bad_input, "--from: " + first.error().message);
  auto last = domain::parse_date(command.to);
  if (!last) return domain::fail(Cause::bad_input, "--to: " + last.error().message);
  if (*last < *first) return domain::fail(Cause::bad_input, "--to is before --from");
  return domain::DateRange{*first, *last};
}

/// Differences, then the sums; lines that agree are in the JSON alone.
std::string text_of_result(const flows::Reconciliation& result) {
  std::string text;
  for (const auto& line : result.lines) {
    if (!line.differs()) continue;
    const int digits = domain::minor_digits(line.currency);
    text += fmt::format("{}  {}  {}: Walmart {}, Exact {} {} ({} against {} pieces)\n    {}: {}\n", line.source,
                        line.item.empty() ? line.sku : line.item, line.currency, line.walmart_amount.to_fixed(digits),
                        line.exact_amount.to_fixed(digits), line.currency, line.exact_quantity.to_string(),
                        line.walmart_quantity.to_string(), line.cause, line.explanation);
  }
  if (!text.empty()) text += "\n";
  for (const auto& sums : result.currencies) {
    const int digits = domain::minor_digits(sums.currency);
    text += fmt::format(
        "{}  Walmart charged {}, tax left out by tax_policy {}, to be booked {}, in Exact {}, "
        "difference {}\n",
        sums.currency, sums.walmart_charged.to_fixed(digits), sums.tax_left_out.to_fixed(digits),
        sums.walmart.to_fixed(digits), sums.exact.to_fixed(digits), sums.difference.to_fixed(digits));
    for (const auto& [cause, amount] : sums.explained) {
      text += fmt::format("     {}: {}\n", cause, amount.to_fixed(digits));
    }
  }
  for (const auto& note : result.notes) text += note + "\n";
  text += fmt::format(
      "{} to {}: {} orders of Walmart against {} documents in Exact: {}\n", domain::to_iso8601(result.period.first),
      domain::to_iso8601(result.period.last), result.orders, result.documents,
      result.balances() ? std::string("they balance") : fmt::format("{} lines differ", result.differences));
  return text;
}

}  // namespace

ExitCode run(const Reconcile& command, Context& context) {
  auto period = period_of(command);
  if (!period) return fail_command(context, period.error());
  auto live = LiveInstallation::open(context);
  if (!live) return fail_command(context, live.error());
  auto row = (*live)->connection(command.name);
  if (!row) return fail_command(context, row.error());
  auto runtime = (*live)->runtime(*row);
  if (!runtime) return fail_command(context, runtime.error());
  auto input = (*live)->run(flows::read_for_reconciliation((*runtime)->walmart(), (*runtime)->exact(), (*live)->store(),
                                                           (*live)->clock(), (*live)->loop(), row->id, *period));
  if (!input) return fail_command(context, input.error());
  const flows::Reconciliation result = flows::reconcile(*input);
  context.output.result(flows::to_json(result), text_of_result(result));
  return result.balances() ? ExitCode::done : ExitCode::differences;
}

}  // namespace connector::app::commands
