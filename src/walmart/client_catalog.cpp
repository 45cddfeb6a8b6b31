#include <algorithm>

#include "walmart/client.h"
#include "walmart/endpoints.h"
#include "walmart/query_text.h"
#include "walmart/reports_reader.h"

namespace connector::walmart {

using domain::Cause;
using ports::CallKind;
using ports::CallPriority;
using ports::CallResult;
using ports::Task;

namespace {

constexpr int largest_returns_page = 200;
constexpr std::string_view largest_items_page = "50";

CallRequest write_call(std::string_view endpoint, std::string_view method, std::string target, std::string body,
                       CallPriority priority) {
  CallRequest call = read_call(endpoint, std::move(target), priority);
  call.method = method;
  call.body = std::move(body);
  call.kind = CallKind::write;
  return call;
}

/// A page of a list: that nothing was found is no answer to a cursor that the list itself gave.
CallRequest page_call(std::string_view endpoint, std::string target, CallPriority priority, bool may_be_empty) {
  return may_be_empty ? list_call(endpoint, std::move(target), priority)
                      : read_call(endpoint, std::move(target), priority);
}

/// "2020-04-17T10:42:41.000+0000", as returns want their times.
std::string time_with_zone(domain::UtcTime time) {
  std::string text = domain::to_iso8601(time);
  text.replace(text.size() - 1, 1, "+0000");
  return text;
}

void add_period(QueryText& text, std::string_view from_name, std::optional<domain::UtcTime> from,
                std::string_view to_name, std::optional<domain::UtcTime> to, domain::UtcTime now) {
  if (!from && !to) return;
  constexpr std::chrono::days horizon{180};
  text.add(from_name, time_with_zone(from.value_or(to.value_or(now) - horizon)));
  text.add(to_name, time_with_zone(to.value_or(now)));
}

/// A page of JSON can come with status 200 in place of the archive (walmart.md 7).
domain::Result<std::string> read_archive(std::string_view body) {
  if (!body.starts_with("PK")) {
    return domain::fail(Cause::malformed_response,
                        "Walmart's recon file is no ZIP archive: " + ports::remote_words(body.substr(0, 200)));
  }
  return std::string(body);
}

}  // namespace

Task<CallResult<ReturnsPage>> Client::returns(ReturnsQuery query) {
  QueryText text;
  const domain::UtcTime now = caller_.now();
  add_period(text, "returnCreationStartDate", query.created_from, "returnCreationEndDate", query.created_to, now);
  add_period(text, "returnLastModifiedStartDate", query.modified_from, "returnLastModifiedEndDate", query.modified_to,
             now);
  text.add("status", query.status).add("returnOrderId", query.return_order_id);
  text.add("customerOrderId", query.customer_order_id);
  text.add("isWFSEnabled", query.walmart_fulfilled ? "Y" : "");
  text.add("limit", std::to_string(std::clamp(query.limit, 1, largest_returns_page)));
  const std::string target = "/v3/returns" + text.text();
  return caller_.read(repeated_list_call(endpoints::returns, target, CallPriority::returns), read_returns_page);
}

Task<CallResult<ReturnsPage>> Client::next_returns(std::string cursor) {
  const std::string target = "/v3/returns" + cursor_query(cursor);
  return caller_.read(repeated_list_call(endpoints::returns, target, CallPriority::returns), read_returns_page);
}

Task<CallResult<InventoriesPage>> Client::inventories(std::string cursor) {
  QueryText text;
  text.add("limit", largest_items_page).add("nextCursor", cursor);
  const std::string target = "/v3/inventories" + text.text();
  return caller_.read(page_call(endpoints::inventories, target, CallPriority::inventory, cursor.empty()),
                      read_inventories_page);
}

Task<CallResult<ItemStock>> Client::item_inventory(std::string sku) {
  const std::string target = "/v3/inventories/" + ports::percent_encode(sku);
  return caller_.read(read_call(endpoints::item_inventory, target, CallPriority::inventory), read_item_stock);
}

Task<CallResult<PriceAnswer>> Client::put_price(std::string body, domain::UtcTime not_after) {
  CallRequest call = write_call(endpoints::put_price, "PUT", "/v3/price", std::move(body), CallPriority::person);
  call.not_after = not_after;
  return caller_.read(std::move(call), read_price_answer);
}

Task<CallResult<std::string>> Client::submit_feed(NewFeed feed, std::optional<domain::UtcTime> not_after) {
  QueryText text;
  text.add("feedType", feed.type);
  // Each feed type has its own token bucket, whatever the node.
  const std::string endpoint = std::string(endpoints::submit_feed) + text.text();
  text.add("shipNode", feed.ship_node);
  const std::string name = feed.name.empty() ? feed.type + ".json" : feed.name;
  MultipartBody file = multipart_file(name, feed.file, caller_.new_id());
  CallRequest call =
      write_call(endpoint, "POST", "/v3/feeds" + text.text(), std::move(file.body), CallPriority::prices);
  call.content_type = std::move(file.content_type);
  call.not_after = not_after;
  return caller_.read(std::move(call), read_feed_id);
}

Task<CallResult<FeedsPage>> Client::feeds(std::int64_t offset) {
  QueryText text;
  text.add("offset", std::to_string(offset)).add("limit", largest_items_page);
  return caller_.read(list_call(endpoints::feeds, "/v3/feeds" + text.text(), CallPriority::prices), read_feeds_page);
}

Task<CallResult<FeedStatus>> Client::feed_status(std::string feed_id, std::int64_t offset) {
  QueryText text;
  text.add("includeDetails", "true").add("offset", std::to_string(offset)).add("limit", largest_items_page);
  const std::string target = "/v3/feeds/" + ports::percent_encode(feed_id) + text.text();
  return caller_.read(read_call(endpoints::feeds, target, CallPriority::prices), read_feed_status);
}

Task<CallResult<ItemsPage>> Client::items(std::string cursor, std::int64_t offset) {
  QueryText text;
  text.add("nextCursor", cursor).add("limit", largest_items_page);
  if (offset > 0) text.add("offset", std::to_string(offset));
  // Where the cursor stays the same, nothing but the page behind the last tells of the end.
  const bool may_be_empty = cursor == "*" || offset > 0;
  return caller_.read(page_call(endpoints::items, "/v3/items" + text.text(), CallPriority::prices, may_be_empty),
                      read_items_page);
}

Task<CallResult<ItemsPage>> Client::item(std::string sku, CallPriority priority) {
  const std::string target = "/v3/items/" + ports::percent_encode(sku);
  return caller_.read(read_call(endpoints::item, target, priority), read_items_page);
}

Task<CallResult<std::vector<EventType>>> Client::event_types() {
  return caller_.read(read_call(endpoints::event_types, "/v3/webhooks/eventTypes", CallPriority::person),
                      read_event_types);
}

Task<CallResult<std::vector<Subscription>>> Client::subscriptions() {
  return caller_.read(list_call(endpoints::subscriptions, "/v3/webhooks/subscriptions", CallPriority::person),
                      read_subscriptions);
}

Task<CallResult<std::vector<Subscription>>> Client::subscribe(std::vector<Subscription> subscriptions) {
  return caller_.read(write_call(endpoints::subscribe, "POST", "/v3/webhooks/subscriptions",
                                 subscriptions_body(subscriptions), CallPriority::person),
                      read_subscriptions);
}

Task<CallResult<std::string>> Client::unsubscribe(std::string subscription_id) {
  const std::string target = "/v3/webhooks/subscriptions/" + ports::percent_encode(subscription_id);
  return caller_.read(write_call(endpoints::unsubscribe, "DELETE", target, "", CallPriority::person),
                      read_subscription_message);
}

Task<CallResult<std::string>> Client::test_subscription(Subscription subscription) {
  return caller_.read(write_call(endpoints::test_subscription, "POST", "/v3/webhooks/test",
                                 subscription_test_body(subscription), CallPriority::person),
                      read_subscription_message);
}

Task<CallResult<std::vector<domain::Date>>> Client::recon_dates() {
  QueryText text;
  text.add("reportVersion", "v1");
  const std::string target = "/v3/report/reconreport/availableReconFiles" + text.text();
  return caller_.read(read_call(endpoints::recon_dates, target, CallPriority::backfill), read_recon_dates);
}

Task<CallResult<std::string>> Client::recon_file(domain::Date date) {
  QueryText text;
  text.add("reportDate", recon_date(date)).add("reportVersion", "v1");
  CallRequest call =
      read_call(endpoints::recon_file, "/v3/report/reconreport/reconFile" + text.text(), CallPriority::backfill);
  call.accept = "application/octet-stream";
  return caller_.read(std::move(call), read_archive);
}

}  // namespace connector::walmart
