#include <map>

#include "flows/order_preview.h"
#include "flows/preview_json.h"
#include "flows/with_runtime.h"
#include "server/api.h"

namespace connector::server {

using flows::OrderPreview;
using ports::Task;

namespace {

constexpr std::size_t kPreviewOrders = 200;

json::Value previews_json(const std::vector<OrderPreview>& previews) {
  json::Value orders{json::Array{}};
  std::size_t documents = 0;
  std::size_t problems = 0;
  std::map<std::string, domain::Decimal> totals;
  for (const OrderPreview& planned : previews) {
    documents += planned.plan.documents.size();
    problems += planned.plan.problems.size();
    for (const auto& document : planned.plan.documents) {
      if (document.kind == domain::PostingKind::sales_invoice) totals[document.currency] += document.total;
    }
    const bool shown = !planned.plan.documents.empty() || !planned.plan.problems.empty();
    if (shown && orders.size() < kPreviewOrders) orders.push_back(flows::preview_json(planned));
  }
  json::Value sums{json::Object{}};
  for (const auto& [currency, total] : totals) sums.set(currency, total);
  json::Value value;
  value.set("orders_read", previews.size());
  value.set("documents", documents);
  value.set("problems", problems);
  value.set("totals", std::move(sums));
  value.set("orders", std::move(orders));
  return value;
}

/// Reads real orders and plans them as `sync --dry-run` does, and looks what of it Exact would refuse for its codes.
Task<ApiAnswer> preview(ApiContext* api, ApiRequest request) {
  auto row = co_await connection_of(api, &request);
  if (!row) co_return domain::fail(row.error());
  const store::ConnectionId id = row->id;
  const auto days =
      std::clamp<std::int64_t>(json::parse_integer(request.routed.query_value("days")).value_or(7), 1, 60);
  flows::FlowRequest reading;
  reading.since = api->environment.clock.now() - std::chrono::hours(24 * days);
  auto plan = [reading](flows::ConnectionRuntime& runtime) { return runtime.orders().preview_orders(reading); };
  auto planned = co_await flows::with_runtime(api->environment, *std::move(row), plan);
  if (!planned) co_return domain::fail(planned.error());
  auto check = [id, previews = *std::move(planned)](store::Reader& reader) {
    return flows::with_unusable_codes(reader, id, previews);
  };
  auto previews = co_await api->environment.store.read(std::move(check));
  if (!previews) co_return domain::fail(previews.error());
  co_return ok(previews_json(*previews));
}

}  // namespace

void add_preview_routes(ApiRoutes& routes) {
  using enum Needs;
  routes.add("GET", "/connections/{connection}/preview", operates, preview,
             {.summary = "The last days' orders as the documents they would become; nothing is sent",
              .query = "days(integer): 1 to 60, 7 if absent",
              .answer = "Preview"});
}

}  // namespace connector::server
