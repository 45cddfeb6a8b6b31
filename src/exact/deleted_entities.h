#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exact/client.h"

namespace connector::exact {

/// Entity types of sync/Deleted (exact.md 3.4).
inline constexpr std::int64_t kSalesItemPriceEntity = 8;
inline constexpr std::int64_t kStockPositionEntity = 15;

/// Ids of the entities of one type that were deleted after a row version. `client` must outlive the task.
ports::Task<ports::CallResult<std::vector<std::string>>> load_deleted_ids(Client& client, std::int64_t entity_type,
                                                                          std::int64_t after_timestamp,
                                                                          ports::CallPriority priority);

/// Whether that list is closed to this client: 403, 404, or it rests after such answers. What is gone then shows only
/// in the whole, read anew.
bool is_deleted_list_closed(const ports::CallFailure& failure);

}  // namespace connector::exact
