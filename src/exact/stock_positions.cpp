#include "exact/stock_positions.h"

#include <algorithm>
#include <map>

#include "exact/answers.h"

namespace connector::exact {

using json::Value;
using ports::CallPriority;
using ports::CallResult;
using ports::Task;

Task<CallResult<StockPositions>> load_stock_positions(Client& client, std::int64_t after_timestamp) {
  const std::int64_t after = std::max<std::int64_t>(after_timestamp, 1);
  ODataQuery query("sync/Inventory/StockPositions");
  query.select({"ID", "ItemCode", "WarehouseCode", "CurrentStock", "Timestamp"})
      .filter(ODataFilter::greater_than_timestamp("Timestamp", after));
  auto rows = co_await client.get_all(query, CallPriority::inventory);
  if (!rows) co_return tl::unexpected(std::move(rows.error()));
  StockPositions positions;
  positions.timestamp = after;
  // A row that changes while pages are read comes again with a higher version (exact.md 3.4).
  std::map<std::string, StockPosition> newest;
  for (const Value& row : rows->value) {
    StockPosition position;
    position.id = row["ID"].text_or("");
    position.item = read_code(row["ItemCode"]);
    position.warehouse = read_code(row["WarehouseCode"]);
    position.current = row["CurrentStock"].decimal().value_or(domain::Decimal());
    position.timestamp = row["Timestamp"].integer().value_or(0);
    positions.timestamp = std::max(positions.timestamp, position.timestamp);
    if (position.item.empty() || position.warehouse.empty()) continue;
    StockPosition& known = newest[position.item + "\n" + position.warehouse];
    if (known.item.empty() || known.timestamp <= position.timestamp) known = std::move(position);
  }
  for (auto& [place, position] : newest) positions.rows.push_back(std::move(position));
  std::sort(positions.rows.begin(), positions.rows.end(),
            [](const StockPosition& a, const StockPosition& b) { return a.timestamp < b.timestamp; });
  co_return ports::Answer<StockPositions>{std::move(positions), std::move(rows->correlation_id)};
}

}  // namespace connector::exact
