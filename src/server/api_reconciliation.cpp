#include <chrono>

#include "flows/reconciliation_json.h"
#include "flows/reconciliation_reader.h"
#include "flows/with_runtime.h"
#include "server/api.h"

namespace connector::server {

using domain::Cause;
using domain::Result;
using ports::Task;

namespace {

/// Each day is looked up in the store, so a period without end would keep it busy.
constexpr std::chrono::days kLongestPeriod{366};

Result<domain::DateRange> reconciled_period(const RoutedRequest& routed) {
  const auto day = [&routed](const char* name) -> Result<domain::Date> {
    const std::string given = routed.query_value(name);
    auto date = domain::parse_date(given);
    if (date) return *date;
    return domain::fail(Cause::bad_input, std::string(name) + " is a day such as 2026-11-30, not \"" + given + "\"");
  };
  const auto first = day("from");
  if (!first) return domain::fail(first.error());
  const auto last = day("to");
  if (!last) return domain::fail(last.error());
  if (*last < *first) return domain::fail(Cause::bad_input, "to is before from");
  if (std::chrono::sys_days{*last} - std::chrono::sys_days{*first} > kLongestPeriod) {
    return domain::fail(Cause::bad_input, "from and to are more than a year apart: compare one month after the other");
  }
  return domain::DateRange{*first, *last};
}

/// Compares as `reconcile` does: both remotes are read anew, so it takes as long as their limits make it.
Task<ApiAnswer> reconciliation(ApiContext* api, ApiRequest request) {
  const auto period = reconciled_period(request.routed);
  if (!period) co_return domain::fail(period.error());
  auto row = co_await connection_of(api, &request);
  if (!row) co_return domain::fail(row.error());
  auto read = [environment = &api->environment, id = row->id, days = *period](flows::ConnectionRuntime& runtime) {
    return flows::read_for_reconciliation(runtime.walmart(), runtime.exact(), environment->store, environment->clock,
                                          environment->executor, id, days);
  };
  auto input = co_await flows::with_runtime(api->environment, *std::move(row), read);
  if (!input) co_return domain::fail(input.error());
  co_return ok(flows::to_json(flows::reconcile(*input)));
}

}  // namespace

void add_reconciliation_routes(ApiRoutes& routes) {
  routes.add(
      "GET", "/connections/{connection}/reconciliation", Needs::viewer, reconciliation,
      {.summary = "Walmart against Exact, line by line to the cent, every difference with its cause; both are read "
                  "anew, which may take minutes",
       .query = "from: the first day, such as 2026-11-01, in the booking zone; Walmart lists the last 180 days\n"
                "to: the last day, at most a year later",
       .answer = "Reconciliation"});
}

}  // namespace connector::server
