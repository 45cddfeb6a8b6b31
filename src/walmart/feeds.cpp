#include "walmart/feeds.h"

#include <fmt/format.h>

namespace connector::walmart {

using domain::Cause;
using domain::fail;
using domain::Result;
using json::Value;

namespace {

FeedState feed_state(std::string_view word) {
  if (word == "RECEIVED") return FeedState::received;
  if (word == "INPROGRESS") return FeedState::in_progress;
  if (word == "PROCESSED") return FeedState::processed;
  if (word == "ERROR") return FeedState::error;
  return FeedState::unknown;
}

IngestionState ingestion_state(std::string_view word) {
  if (word == "INPROGRESS") return IngestionState::in_progress;
  if (word == "SUCCESS") return IngestionState::success;
  if (word == "DATA_ERROR") return IngestionState::data_error;
  if (word == "SYSTEM_ERROR") return IngestionState::system_error;
  if (word == "TIMEOUT_ERROR") return IngestionState::timeout_error;
  return IngestionState::unknown;
}

FeedSummary read_summary(const Value& value) {
  FeedSummary feed;
  feed.feed_id = value["feedId"].text_or("");
  feed.feed_type = value["feedType"].text_or("");
  feed.state_word = trimmed(value["feedStatus"].text_or(""));
  feed.state = feed_state(feed.state_word);
  feed.items_received = value["itemsReceived"].integer().value_or(0);
  feed.items_succeeded = value["itemsSucceeded"].integer().value_or(0);
  feed.items_failed = value["itemsFailed"].integer().value_or(0);
  feed.items_processing = value["itemsProcessing"].integer().value_or(0);
  feed.submitted_at = read_instant(value["feedDate"]);
  if (!feed.submitted_at) feed.submitted_at = read_instant(value["feedSubmissionDate"]);
  feed.modified_at = read_instant(value["modifiedDtm"]);
  feed.file_name = value["fileName"].text_or("");
  return feed;
}

std::vector<IngestionError> read_ingestion_errors(const Value& value) {
  std::vector<IngestionError> errors;
  for (const Value* error : elements(value.is_array() ? value : value["ingestionError"])) {
    errors.push_back({(*error)["type"].text_or(""), trimmed((*error)["code"].text_or("")),
                      (*error)["field"].text_or(""), (*error)["description"].text_or("")});
  }
  return errors;
}

}  // namespace

Result<std::string> read_feed_id(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  auto id = (*document)["feedId"].text_or("");
  if (id.empty()) return fail(Cause::malformed_response, "Walmart's answer holds no feedId");
  return id;
}

Result<FeedsPage> read_feeds_page(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  if (!(*document)["results"].is_object() && !(*document)["totalResults"].integer()) {
    return fail(Cause::malformed_response, "Walmart's answer holds no list of feeds");
  }
  FeedsPage page;
  page.total = (*document)["totalResults"].integer().value_or(0);
  page.offset = (*document)["offset"].integer().value_or(0);
  page.limit = (*document)["limit"].integer().value_or(0);
  for (const Value* feed : elements((*document)["results"]["feed"])) page.feeds.push_back(read_summary(*feed));
  return page;
}

Result<FeedStatus> read_feed_status(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  FeedStatus status;
  status.feed = read_summary(*document);
  if (status.feed.feed_id.empty() || status.feed.state_word.empty()) {
    return fail(Cause::malformed_response, "Walmart's answer holds no feed status");
  }
  status.offset = (*document)["offset"].integer().value_or(0);
  status.limit = (*document)["limit"].integer().value_or(0);
  status.errors = read_ingestion_errors((*document)["ingestionErrors"]);
  for (const Value* value : elements((*document)["itemDetails"]["itemIngestionStatus"])) {
    FeedItem item;
    item.sku = (*value)["sku"].text_or("");
    item.index = (*value)["index"].integer().value_or(0);
    item.item_id = (*value)["itemid"].text_or("");
    item.state_word = trimmed((*value)["ingestionStatus"].text_or(""));
    item.state = ingestion_state(item.state_word);
    item.errors = read_ingestion_errors((*value)["ingestionErrors"]);
    status.items.push_back(std::move(item));
  }
  return status;
}

MultipartBody multipart_file(std::string_view file_name, std::string_view content, std::string_view boundary_seed) {
  std::string boundary = fmt::format("file-{}", boundary_seed);
  for (int suffix = 0; content.find(boundary) != std::string_view::npos; ++suffix) {
    boundary = fmt::format("file-{}-{}", boundary_seed, suffix);
  }
  MultipartBody result;
  result.content_type = "multipart/form-data; boundary=" + boundary;
  result.body = fmt::format(
      "--{0}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{1}\"\r\n"
      "Content-Type: application/json\r\n\r\n{2}\r\n--{0}--\r\n",
      boundary, file_name, content);
  return result;
}

}  // namespace connector::walmart
