#include "exact/deleted_entities.h"

#include <algorithm>

#include "exact/refusals.h"

namespace connector::exact {

ports::Task<ports::CallResult<std::vector<std::string>>> load_deleted_ids(Client& client, std::int64_t entity_type,
                                                                          std::int64_t after_timestamp,
                                                                          ports::CallPriority priority) {
  ODataQuery query("sync/Deleted");
  query.select({"EntityKey", "EntityType", "Timestamp"})
      .filter(ODataFilter::greater_than_timestamp("Timestamp", std::max<std::int64_t>(after_timestamp, 1)) &&
              ODataFilter::equals_number("EntityType", entity_type));
  auto rows = co_await client.get_all(query, priority);
  if (!rows) co_return tl::unexpected(std::move(rows.error()));
  std::vector<std::string> ids;
  for (const json::Value& row : rows->value) ids.push_back(row["EntityKey"].text_or(""));
  co_return ports::Answer<std::vector<std::string>>{std::move(ids), std::move(rows->correlation_id)};
}

bool is_deleted_list_closed(const ports::CallFailure& failure) {
  return failure.status == 403 || failure.status == 404 || is_rested(failure);
}

}  // namespace connector::exact
