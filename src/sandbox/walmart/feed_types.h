#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace connector::sandbox::walmart {

/// A kind of feed with its published limits (walmart.md 1.5).
struct FeedType {
  std::string_view name;
  std::string_view list;    ///< the member that holds the items
  std::string_view suffix;  ///< of its feed ids
  std::string_view bucket;  ///< types that share one share the calls
  std::int64_t per_hour = 10;
  std::int64_t most_bytes = 10'000'000;
};

inline constexpr std::array<FeedType, 13> feed_types = {{
    {"inventory", "Inventory", "AUoBAQA", "POST /v3/feeds inventory", 10, 10'000'000},
    {"MP_INVENTORY", "inventory", "AVMBCQA", "POST /v3/feeds MP_INVENTORY", 50, 1'000'000},
    {"price", "Price", "AVMBAgA", "POST /v3/feeds price", 10, 10'000'000},
    {"PRICE_AND_PROMOTION", "MPItem", "AVMBAwA", "POST /v3/feeds price", 10, 10'000'000},
    {"promo", "Promo", "AVMBBAA", "POST /v3/feeds price", 10, 10'000'000},
    {"item", "MPItem", "AU8BAgA", "POST /v3/feeds MP_ITEM", 10, 25'000'000},
    {"MP_ITEM", "MPItem", "AU8BAQA", "POST /v3/feeds MP_ITEM", 10, 25'000'000},
    {"MP_MAINTENANCE", "MPItem", "AU8BBAA", "POST /v3/feeds MP_MAINTENANCE", 10, 25'000'000},
    {"MP_ITEM_MATCH", "MPItem", "AU8BBQA", "POST /v3/feeds MP_ITEM_MATCH", 20, 25'000'000},
    {"RETIRE_ITEM", "RetireItem", "AU8BBgA", "POST /v3/feeds RETIRE_ITEM", 10, 400'000},
    {"DELETE_ITEM", "MPItem", "AU8BBwA", "POST /v3/feeds DELETE_ITEM", 10, 400'000},
    {"lagtime", "lagTime", "AVQBAQA", "POST /v3/feeds lagtime", 10, 10'000'000},
    {"RETURNS_OVERRIDES", "ReturnsOverrides", "ATgBAQA", "POST /v3/feeds RETURNS_OVERRIDES", 10, 10'000'000},
}};

/// The type of that name, or nullptr.
constexpr const FeedType* find_feed_type(std::string_view name) {
  for (const FeedType& type : feed_types) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

}  // namespace connector::sandbox::walmart
