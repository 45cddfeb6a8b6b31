#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "walmart/payload_fields.h"

namespace connector::walmart {

enum class FeedState { received, in_progress, processed, error, unknown };
enum class IngestionState { in_progress, success, data_error, system_error, timeout_error, unknown };

/// One feed as the list of feeds shows it: the only way to find a feed whose answer was lost (walmart.md 5).
struct FeedSummary {
  std::string feed_id;
  std::string feed_type;
  FeedState state = FeedState::unknown;
  std::string state_word;
  std::int64_t items_received = 0;
  std::int64_t items_succeeded = 0;
  std::int64_t items_failed = 0;
  std::int64_t items_processing = 0;
  std::optional<domain::UtcTime> submitted_at;
  std::optional<domain::UtcTime> modified_at;
  std::string file_name;
};

struct FeedsPage {
  std::vector<FeedSummary> feeds;
  std::int64_t total = 0;
  std::int64_t offset = 0;
  std::int64_t limit = 0;
};

struct IngestionError {
  std::string type;
  std::string code;  ///< trimmed: Walmart sends trailing tabs
  std::string field;
  std::string description;
};

/// What became of one entry of a feed. A success may still carry errors, as warnings.
struct FeedItem {
  std::string sku;
  std::int64_t index = 0;
  std::string item_id;
  IngestionState state = IngestionState::unknown;
  std::string state_word;
  std::vector<IngestionError> errors;
};

/// PROCESSED says nothing about the items: each has its own state.
struct FeedStatus {
  FeedSummary feed;
  std::int64_t offset = 0;
  std::int64_t limit = 0;
  std::vector<IngestionError> errors;  ///< of the file itself
  std::vector<FeedItem> items;
};

/// The id that a submitted feed got.
domain::Result<std::string> read_feed_id(std::string_view body);
domain::Result<FeedsPage> read_feeds_page(std::string_view body);
domain::Result<FeedStatus> read_feed_status(std::string_view body);

/// A file as multipart/form-data with the one field `file`.
struct MultipartBody {
  std::string content_type;  ///< with the boundary
  std::string body;
};
/// `boundary_seed` makes the boundary (a UUID); it is varied until it does not occur in the content.
MultipartBody multipart_file(std::string_view file_name, std::string_view content, std::string_view boundary_seed);

}  // namespace connector::walmart
