#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "walmart/client.h"
#include "walmart/order_writer.h"
#include "walmart/reports_reader.h"
#include "walmart/settings_reader.h"
#include "walmart/token_reader.h"

namespace connector::walmart {
namespace samples_test {

using domain::Decimal;
using json::Value;

const std::filesystem::path folder = CONNECTOR_SOURCE_DIR "/tests/data/walmart";

std::string sample(const std::string& name) {
  std::ifstream file(folder / name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

Value document(std::string_view text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value) << (value ? "" : value.error().message);
  return value ? *value : Value();
}

/// Reads a body and tells why it could not, or "".
using Reader = std::function<std::string(const std::string&)>;

template <class T>
Reader whole(domain::Result<T> (*reader)(std::string_view)) {
  return [reader](const std::string& body) {
    const auto value = reader(body);
    return value ? std::string() : value.error().message;
  };
}

template <class T>
Reader of_document(domain::Result<T> (*reader)(const Value&)) {
  return [reader](const std::string& body) {
    const auto whole_document = read_document(body);
    if (!whole_document) return whole_document.error().message;
    const auto value = reader(*whole_document);
    return value ? std::string() : value.error().message;
  };
}

std::string orders_of(const std::string& body) {
  const auto page = read_orders_page(body);
  if (!page) return page.error().message;
  if (page->orders.empty()) return "no orders";
  for (const ReadOrder& order : page->orders) {
    if (!order.order) return order.order.error().message;
  }
  return {};
}

std::string single_order_of(const std::string& body) {
  const auto order = read_single_order(body);
  if (!order) return order.error().message;
  return order->order ? std::string() : order->order.error().message;
}

std::string returns_of(const std::string& body) {
  const auto page = read_returns_page(body);
  if (!page) return page.error().message;
  for (const ReadReturn& entry : page->returns) {
    if (!entry.order) return entry.order.error().message;
  }
  return page->returns.empty() ? "no returns" : "";
}

std::string any_document(const std::string& body) {
  const auto value = read_document(body);
  return value ? std::string() : value.error().message;
}

/// By the beginning of the file name; the longest that fits counts.
const std::vector<std::pair<std::string, Reader>>& readers() {
  static const std::vector<std::pair<std::string, Reader>> table = {
      {"auth.getTokenDetail.get.200", of_document(read_token_detail)},
      {"auth.tokenAPI.post.200", whole(read_token_answer)},
      {"feeds.getAllFeedStatuses.get.200", whole(read_feeds_page)},
      {"feeds.getFeedItemStatus.get.200", whole(read_feed_status)},
      {"inventory.getInventory.get.200", whole(read_stock_level)},
      {"inventory.getMultiNodeInventoryForAllSku", whole(read_inventories_page)},
      {"inventory.getMultiNodeInventoryForSku", whole(read_item_stock)},
      {"inventory.updateBulkInventory.post.200", whole(read_feed_id)},
      {"inventory.updateInventoryForAnItem.put.", whole(read_stock_level)},
      {"inventory.updateMultiNodeInventory.put.200", whole(read_item_stock_update)},
      {"inventory.updateMultiNodeInventory.put.request", any_document},
      {"items.getAllItems.get.200", whole(read_items_page)},
      {"items.getAnItem.get.200", whole(read_items_page)},
      {"items.getCatalogSearch.post.200", whole(read_catalog_search)},
      {"items.getCountByStatus.get.200", whole(read_item_counts)},
      {"items.getItemAssociations.post.", whole(read_item_associations)},
      {"items.getSearchResult.get.200", whole(read_search_result)},
      {"items.getTaxonomyResponse.get.200", whole(read_taxonomy)},
      {"items.getVariantCount.get.200", whole(read_variant_counts)},
      {"items.itemBulkUploads.post.200", whole(read_feed_id)},
      {"items.retireAnItem.delete.200", whole(read_retired_item)},
      {"notifications.createSubscription.post.", whole(read_subscriptions)},
      {"notifications.deleteSubscription.delete.200", whole(read_subscription_message)},
      {"notifications.getAllSubscriptions.get.200", whole(read_subscriptions)},
      {"notifications.getEventTypes.get.200", whole(read_event_types)},
      {"notifications.testNotification.post.200", whole(read_subscription_message)},
      {"notifications.testNotification.post.request", any_document},
      {"notifications.updateSubscription.patch.200", whole(read_subscriptions)},
      {"notifications.updateSubscription.patch.request", any_document},
      {"onrequestreports.downloadReport.get.200", whole(read_report_download)},
      {"onrequestreports.generateReport.post.200", whole(read_report_request)},
      {"onrequestreports.generateReport.post.request", any_document},
      {"onrequestreports.getRequestsStatus.get.200", whole(read_report_requests_page)},
      {"orders.acknowledgeOrders.post.200", single_order_of},
      {"orders.cancelOrderLines.post.200", single_order_of},
      {"orders.cancelOrderLines.post.request", any_document},
      {"orders.getAllOrders.get.200", orders_of},
      {"orders.getAllReleasedOrders.get.200", orders_of},
      {"orders.getAnOrder.get.200", single_order_of},
      {"orders.refundOrderLines.post.200", single_order_of},
      {"orders.refundOrderLines.post.request", any_document},
      {"orders.shippingUpdates.post.200", single_order_of},
      {"orders.shippingUpdates.post.request", any_document},
      {"price.priceBulkUploads.post.200", whole(read_feed_id)},
      {"price.updatePrice.put.200", whole(read_price_answer)},
      {"price.updatePrice.put.request", any_document},
      {"reports.getAvailableReconReportDates.get.200", whole(read_recon_dates)},
      {"reports.getPartnerPerformance.get.200", whole(read_seller_performance)},
      {"reports.getPartnerStatement.get.200", whole(read_payment_statement)},
      {"returns.bulkItemOverrideFeed.post.200", whole(read_feed_id)},
      {"returns.getReturns.get.200", returns_of},
      {"returns.issueRefund.post.200", whole(read_return_refund)},
      {"returns.issueRefund.post.request", whole(read_return_refund)},
      {"settings.associate3PFulfillmentCenter.post.request", any_document},
      {"settings.createFulfillmentCenter.post.200", whole(read_ship_nodes)},
      {"settings.createFulfillmentCenter.post.request", any_document},
      {"settings.getAllFulfillmentCenters.get.200", whole(read_ship_nodes)},
      {"settings.getCoverageForFulfillmentCenters.get.200", whole(read_ship_node_coverage)},
      {"settings.getPartnerConfigurations.get.200", of_document(read_partner_profile)},
      {"settings.updateFulfillmentCenter.put.200", whole(read_ship_nodes)},
      {"settings.updateFulfillmentCenter.put.request", any_document},
  };
  return table;
}

const Reader* reader_of(const std::string& name) {
  const Reader* found = nullptr;
  std::size_t longest = 0;
  for (const auto& [prefix, reader] : readers()) {
    if (name.starts_with(prefix) && prefix.size() > longest) {
      longest = prefix.size();
      found = &reader;
    }
  }
  return found;
}

std::vector<std::string> sample_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(WalmartSamples, EverySampleIsReadByItsReader) {
  const auto names = sample_names();
  EXPECT_GE(names.size(), 78U);
  for (const std::string& name : names) {
    const Reader* reader = reader_of(name);
    ASSERT_NE(reader, nullptr) << name << " has no reader";
    EXPECT_EQ((*reader)(sample(name)), "") << name;
  }
}

/// Every way to lack, null, or spoil one member must end in a value, never in a crash.
void spoil_each_member(const Value& whole_document, Value& place, const Reader& reader) {
  const auto try_with = [&](Value replacement) {
    std::swap(place, replacement);
    reader(json::write(whole_document));
    std::swap(place, replacement);
  };
  try_with(Value());
  try_with(Value("x"));
  try_with(Value(json::Number{"-1e30"}));
  try_with(Value(json::Array{Value(), Value(true)}));
  try_with(Value(json::Object{}));
  if (auto* members = place.mutable_object()) {
    for (auto& [name, member] : *members) spoil_each_member(whole_document, member, reader);
  }
  if (auto* list = place.mutable_array()) {
    if (!list->empty()) spoil_each_member(whole_document, list->front(), reader);
  }
}

TEST(WalmartSamples, NoSpoiltMemberCrashesAReader) {
  for (const std::string& name : sample_names()) {
    if (std::filesystem::file_size(folder / name) > 8'000) continue;
    Value whole_document = document(sample(name));
    spoil_each_member(whole_document, whole_document, *reader_of(name));
  }
}

TEST(WalmartSamples, NoTruncatedBodyCrashesAReader) {
  for (const std::string& name : sample_names()) {
    const std::string body = sample(name);
    for (std::size_t size = 0; size < body.size(); size += 1 + body.size() / 60) {
      EXPECT_NE((*reader_of(name))(body.substr(0, size)), "") << name << " cut at " << size;
    }
  }
}

TEST(WalmartSamples, RequestBodiesAreAsPublished) {
  ShipmentLine line;
  line.line_number = "1";
  line.quantity = Decimal::from_integer(1);
  line.ship_time = domain::from_epoch_milliseconds(1580821866000);
  line.carrier = "UPS";
  line.tracking_number = "22344";
  line.tracking_url =
      "http://walmart/tracking/ups?&type=MP&seller_id=12345&promise_date=03/02/2020&dzip=92840&tracking_numbers=92345";
  const Value ours = document(shipment_body({line}));
  Value theirs = document(sample("orders.shippingUpdates.post.request.json"));
  Value* lines = theirs.find("orderShipment")->find("orderLines")->find("orderLine");
  lines->mutable_array()->resize(1);
  // What is optional and we do not send.
  lines->mutable_array()->front().erase("sellerOrderId");
  lines->mutable_array()
      ->front()
      .find("orderLineStatuses")
      ->find("orderLineStatus")
      ->mutable_array()
      ->front()
      .erase("returnCenterAddress");
  EXPECT_EQ(json::write(ours), json::write(theirs));

  RefundLine refund;
  refund.line_number = "4";
  refund.comments = "test test";
  refund.reason = "Merchandise not received";
  refund.charge = {"PRODUCT",       "Item Price", "USD", *Decimal::parse("0.1"), Decimal::parse("0.1").value(),
                   "Item Price Tax"};
  EXPECT_EQ(refund_body("2577453162650", {refund}),
            json::write(document(sample("orders.refundOrderLines.post.request.json"))));

  EXPECT_EQ(price_body({"97964_KFTest", {"USD", Decimal::from_integer(10)}}),
            json::write(document(sample("price.updatePrice.put.request.json"))));
  Subscription subscription;
  subscription.event_type = "OFFER_UNPUBLISHED";
  subscription.resource_name = "ITEM";
  subscription.event_url = "https://example.com/events";
  subscription.authentication = {"BASIC_AUTH", "Authorization", "abc", "test", "", "", ""};
  EXPECT_EQ(subscriptions_body({subscription}),
            json::write(document(sample("notifications.createSubscription.post.request.sample2.json"))));
}

TEST(WalmartSamples, SelectedValuesArrive) {
  const auto page = read_returns_page(sample("returns.getReturns.get.200.json"));
  const ReturnLine& line = page->returns.at(0).order->lines.at(0);
  EXPECT_EQ(page->next_cursor, "?sellerId=151&limit=10&offset=10");
  EXPECT_EQ(line.purchase_order_line_number, "1");
  EXPECT_EQ(line.charges.at(0).per_unit, (Money{"USD", *Decimal::parse("119.95")}));
  EXPECT_EQ(line.charges.at(0).taxes.at(0).per_unit.amount.to_string(), "7.5");
  EXPECT_EQ(line.totals.at("lineTotal").amount.to_string(), "127.45");
  EXPECT_EQ(line.quantity.to_string(), "3");
  EXPECT_EQ(line.events.at(0).tag, "RETURN_IN_TRANSIT");
  EXPECT_EQ(line.statuses.at(1).refund_status, "REFUND_COMPLETED");
  EXPECT_TRUE(page->returns[0].unknown_words.empty());

  const auto stock =
      read_inventories_page(sample("inventory.getMultiNodeInventoryForAllSkuAndAllShipNodes.get.200.json"));
  EXPECT_EQ(stock->items.at(0).nodes.at(1).available->to_string(), "433");
  EXPECT_EQ(stock->items.at(0).nodes.at(1).reserved->to_string(), "3");
  EXPECT_EQ(stock->items.at(0).nodes.at(1).in_hand()->to_string(), "436");

  const auto dates = read_recon_dates(sample("reports.getAvailableReconReportDates.get.200.json"));
  EXPECT_EQ(domain::to_iso8601(dates->at(1)), "2018-07-03");
  EXPECT_EQ(recon_date(dates->at(1)), "07032018");
  const auto statement = read_payment_statement(sample("reports.getPartnerStatement.get.200.json"));
  EXPECT_EQ(statement->amounts.at("saleAggregate.productPrice").to_string(), "3866.61");
  EXPECT_EQ(statement->closing_balance.to_string(), "2370.87");

  const auto profile = read_partner_profile(document(sample("settings.getPartnerConfigurations.get.200.json")));
  EXPECT_EQ(profile->feed_throttles.at(0).count, 6);
  EXPECT_EQ(profile->feed_throttles.at(0).window_seconds, 3600);
  const auto subscriptions = read_subscriptions(sample("notifications.getAllSubscriptions.get.200.sample1.json"));
  EXPECT_EQ(subscriptions->at(0).authentication.method, "BASIC_AUTH");
  EXPECT_EQ(subscriptions->at(0).authentication.password, "") << "secrets are not read back";
}

}  // namespace samples_test
}  // namespace connector::walmart
