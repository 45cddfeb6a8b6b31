#include "flows/planning_context.h"

#include "domain/booked_orders.h"
#include "flows/closed_periods.h"
#include "flows/settings_json.h"

namespace connector::flows {

using domain::Cause;
using domain::Result;

Result<PlanningContext> read_planning_context(store::Reader& reader, store::ConnectionId connection) {
  auto row = reader.connection(connection);
  if (!row) return domain::fail(row.error());
  if (!*row) return domain::fail(Cause::bad_input, "the connection no longer exists");
  auto settings = settings_of(**row);
  if (!settings) return domain::fail(settings.error());
  auto mapping = reader.mapping(connection);
  if (!mapping) return domain::fail(mapping.error());
  auto calendar = read_closed_periods(reader, connection);
  if (!calendar) return domain::fail(calendar.error());
  return PlanningContext{connection, (*row)->mapping_version, std::move(*settings), std::move(*mapping),
                         0,          std::move(*calendar)};
}

bool is_before_go_live(const PlanningContext& context, const domain::PurchaseOrder& order) {
  return domain::is_before_go_live(order, context.settings);
}

}  // namespace connector::flows
