#include <algorithm>

#include "sandbox/walmart/errors.h"
#include "sandbox/walmart/feeds.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {
namespace {

std::int64_t items_with(const Feed& feed, std::string_view status) {
  return std::count_if(feed.items.begin(), feed.items.end(),
                       [status](const FeedItem& item) { return item.status == status; });
}

struct Counts {
  std::int64_t received, succeeded, processing, data_errors, system_errors, timeouts;
  std::int64_t failed() const { return data_errors + system_errors + timeouts; }
};

Counts counts_of(const Feed& feed) {
  Counts counts{};
  // Until it is taken up nothing is known of a feed's items.
  if (feed.status == "RECEIVED") return counts;
  counts.received = static_cast<std::int64_t>(feed.items.size());
  counts.succeeded = items_with(feed, "SUCCESS");
  counts.processing = items_with(feed, "INPROGRESS");
  counts.data_errors = items_with(feed, "DATA_ERROR");
  counts.system_errors = items_with(feed, "SYSTEM_ERROR");
  counts.timeouts = items_with(feed, "TIMEOUT_ERROR");
  return counts;
}

json::Value faults_payload(const std::vector<FeedItem::Fault>& faults) {
  json::Array entries;
  for (const FeedItem::Fault& fault : faults) {
    entries.push_back(json::Object{{"type", fault.type}, {"code", fault.code}, {"description", fault.description}});
  }
  return json::Object{{"ingestionError", std::move(entries)}};
}

json::Value summary(const Seller& seller, const Feed& feed) {
  const Counts counts = counts_of(feed);
  const bool is_renamed = feed.type == "price" && seller.switches.price_feeds_listed == "walmarts_own";
  const std::string file_name = is_renamed ? feed.id + ".json" : feed.file_name;
  json::Value value;
  value.set("feedId", feed.id);
  value.set("feedSource", "MARKETPLACE_PARTNER");
  value.set("feedType", is_renamed ? "MP_ITEM_PRICE_UPDATE" : feed.type);
  value.set("partnerId", seller.config.partner_id);
  value.set("itemsReceived", counts.received);
  value.set("itemsSucceeded", counts.succeeded);
  value.set("itemsFailed", counts.failed());
  value.set("itemsProcessing", counts.processing);
  value.set("feedStatus", feed.status);
  value.set("feedDate", domain::to_epoch_milliseconds(feed.submitted));
  value.set("modifiedDtm", domain::to_epoch_milliseconds(feed.modified));
  if (!file_name.empty()) value.set("fileName", file_name);
  value.set("itemDataErrorCount", counts.data_errors);
  value.set("itemSystemErrorCount", counts.system_errors);
  value.set("itemTimeoutErrorCount", counts.timeouts);
  return value;
}

json::Value item_payload(const FeedItem& item, std::size_t index) {
  json::Value value;
  value.set("martId", 0);
  value.set("sku", item.sku);
  value.set("index", index);
  value.set("ingestionStatus", item.status);
  if (!item.faults.empty()) value.set("ingestionErrors", faults_payload(item.faults));
  return value;
}

/// A paging number within [0, most]; nullopt when it is wrong.
std::optional<std::int64_t> page_number(const Request& request, std::string_view name, std::int64_t fallback,
                                        std::int64_t most) {
  if (!request.has(name)) return fallback;
  const auto value = json::Value(request.parameter(name)).integer();
  return value && *value >= 0 && *value <= most ? value : std::nullopt;
}

constexpr std::int64_t any_offset = 1'000'000'000;

}  // namespace

ports::HttpResponse get_feeds(Seller& seller, const Request& request, domain::UtcTime) {
  const auto limit = page_number(request, "limit", 50, 50);
  const auto offset = page_number(request, "offset", 0, any_offset);
  if (!limit) return bad_parameter(seller.switches, Origin::feeds, "limit", "It cannot be larger than 50.");
  if (!offset) return bad_parameter(seller.switches, Origin::feeds, "offset", "It must be a number.");
  std::vector<const Feed*> found;
  for (auto feed = seller.feeds.list.rbegin(); feed != seller.feeds.list.rend(); ++feed) {
    if (!request.has("feedId") || request.parameter("feedId") == feed->id) found.push_back(&*feed);
  }
  json::Array rows;
  const auto total = static_cast<std::int64_t>(found.size());
  for (std::int64_t row = *offset; row < std::min(total, *offset + *limit); ++row) {
    rows.push_back(summary(seller, *found[static_cast<std::size_t>(row)]));
  }
  json::Value body;
  body.set("totalResults", total);
  body.set("offset", *offset);
  body.set("limit", *limit);
  body.set("results", json::Object{{"feed", std::move(rows)}});
  return json_reply(body);
}

ports::HttpResponse get_feed(Seller& seller, const Request& request, domain::UtcTime) {
  const auto& feeds = seller.feeds.list;
  const auto feed =
      std::find_if(feeds.begin(), feeds.end(), [&](const Feed& entry) { return entry.id == request.segments[2]; });
  if (feed == feeds.end()) return not_found(seller.switches, Origin::feeds, "Feed not found");
  const auto limit = page_number(request, "limit", 50, 1000);
  const auto offset = page_number(request, "offset", 0, any_offset);
  if (!limit) return bad_parameter(seller.switches, Origin::feeds, "limit", "It is too large.");
  if (!offset) return bad_parameter(seller.switches, Origin::feeds, "offset", "It must be a number.");
  const Counts counts = counts_of(*feed);
  json::Value body;
  body.set("feedId", feed->id);
  body.set("feedStatus", feed->status);
  body.set("feedSubmissionDate", domain::to_epoch_milliseconds(feed->submitted));
  if (!feed->faults.empty() && feed->status == "ERROR") body.set("ingestionErrors", faults_payload(feed->faults));
  body.set("itemsReceived", counts.received);
  body.set("itemsSucceeded", counts.succeeded);
  body.set("itemsFailed", counts.failed());
  body.set("itemsProcessing", counts.processing);
  body.set("offset", *offset);
  body.set("limit", *limit);
  json::Array items;
  if (request.parameter("includeDetails") == "true") {
    for (std::int64_t row = *offset; row < std::min(counts.received, *offset + *limit); ++row) {
      const auto index = static_cast<std::size_t>(row);
      items.push_back(item_payload(feed->items[index], index));
    }
  }
  body.set("itemDetails", json::Object{{"itemIngestionStatus", std::move(items)}});
  return json_reply(body);
}

}  // namespace connector::sandbox::walmart
