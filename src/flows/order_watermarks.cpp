#include "flows/order_watermarks.h"

#include <algorithm>

namespace connector::flows {

using domain::Result;
using domain::UtcTime;

std::string order_watermark(const std::string& ship_node_type) { return "orders/" + ship_node_type; }

Result<std::optional<UtcTime>> orders_read_to(store::Reader& reader, store::ConnectionId connection,
                                              const std::string& ship_node_type) {
  auto mark = reader.watermark(connection, order_watermark(ship_node_type));
  if (!mark) return domain::fail(mark.error());
  if (!*mark) return std::nullopt;
  auto time = domain::parse_iso8601(**mark);
  if (!time) return domain::fail(time.error());
  return std::optional(*time);
}

Result<std::optional<UtcTime>> all_orders_read_to(store::Reader& reader, const PlanningContext& context) {
  std::optional<UtcTime> earliest;
  for (const std::string& type : context.settings.ship_node_types) {
    auto read_to = orders_read_to(reader, context.connection, type);
    if (!read_to || !*read_to) return read_to;
    earliest = std::min(earliest.value_or(**read_to), **read_to);
  }
  return earliest;
}

}  // namespace connector::flows
