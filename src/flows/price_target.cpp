#include "flows/price_target.h"

#include <algorithm>

#include "exact/sales_item_prices.h"
#include "flows/call_outcomes.h"
#include "flows/document_json.h"
#include "flows/price_documents.h"

namespace connector::flows {

using domain::Cause;
using domain::Decimal;
using domain::Milliseconds;
using domain::PostingKind;
using domain::UtcTime;
using engine::LookUpOutcome;
using engine::SendOutcome;
using exact::ODataFilter;
using exact::ODataQuery;
using json::Value;
using ports::CallPriority;
using ports::Task;
using store::PostingRow;
using walmart::FeedState;
using walmart::IngestionState;

namespace {

constexpr const char* kListPrices = "logistics/SalesItemPrices";
/// A feed of ours lies within so much of the time its request left.
constexpr Milliseconds kClockTolerance = std::chrono::minutes(5);
constexpr std::size_t kFeedPages = 20;

domain::Document price_document(const PostingRow& row) { return document_of(row).value_or(domain::Document{}); }

/// Walmart's limits are no reason for Exact's postings to wait.
SendOutcome walmart_failure(const ports::CallFailure& failure) {
  SendOutcome outcome = send_failure(failure);
  outcome.others_may_go = failure.error.cause != Cause::authentication_failed;
  return outcome;
}

LookUpOutcome walmart_look_up_failure(const ports::CallFailure& failure) {
  LookUpOutcome outcome = look_up_failure(failure);
  outcome.others_may_go = failure.error.cause != Cause::authentication_failed;
  return outcome;
}

std::string file_name_of(const PostingRow& row) { return row.reference + ".json"; }

std::string feed_id_of(const PostingRow& row) {
  auto data = json::parse(row.target_data.empty() ? "{}" : row.target_data);
  return data ? (*data)["feed_id"].text_or("") : std::string();
}

std::string data_with_feed(const std::string& feed_id) {
  Value data{json::Object{}};
  data.set("feed_id", feed_id);
  return json::write(data);
}

/// A price feed of that time and size. It is listed as the kind that Walmart makes of it, and under a name of Walmart's
/// own that begins with its id (walmart.md 5), which says nothing; any other name is another program's or posting's.
bool may_be_ours(const walmart::FeedSummary& feed, std::int64_t items, UtcTime left) {
  const bool is_price =
      feed.feed_type == "price" || feed.feed_type == "MP_ITEM_PRICE_UPDATE" || feed.feed_type == "PRICE_AND_PROMOTION";
  const bool is_nameless = feed.file_name.empty() || feed.file_name.starts_with(feed.feed_id);
  return is_price && is_nameless && !feed.feed_id.empty() && feed.submitted_at &&
         *feed.submitted_at + kClockTolerance >= left &&
         (feed.items_received == items || feed.state == FeedState::received);
}

std::string words_of(const std::vector<walmart::IngestionError>& errors) {
  std::string words;
  for (const auto& error : errors) {
    if (!words.empty()) words += "; ";
    words += error.code + (error.field.empty() ? "" : " " + error.field) + " " + error.description;
  }
  return words;
}

Value item_json(const walmart::FeedItem& item) {
  Value entry{json::Object{}};
  entry.set("sku", item.sku);
  entry.set("state", item.state_word);
  entry.set("error", words_of(item.errors));
  return entry;
}

}  // namespace

Milliseconds feed_pause(Milliseconds age) {
  using std::chrono::hours;
  using std::chrono::minutes;
  using std::chrono::seconds;
  if (age < seconds(20)) return seconds(2);
  if (age < minutes(2)) return seconds(5);
  if (age < minutes(15)) return minutes(1);
  if (age < hours(1)) return minutes(15);
  if (age < hours(4)) return hours(1);
  return hours(4);
}

Task<SendOutcome> PriceTarget::send(PostingRow row, UtcTime not_after) {
  switch (row.kind) {
    case PostingKind::price_feed:
      co_return co_await send_feed(std::move(row), not_after);
    case PostingKind::urgent_price:
      co_return co_await send_urgent(std::move(row), not_after);
    default:
      co_return co_await send_item_price(std::move(row), not_after);
  }
}

Task<LookUpOutcome> PriceTarget::look_up(PostingRow row) {
  switch (row.kind) {
    case PostingKind::price_feed:
      co_return co_await look_up_feed(std::move(row));
    case PostingKind::urgent_price:
      co_return co_await look_up_urgent(std::move(row));
    default:
      co_return co_await look_up_item_price(std::move(row));
  }
}

Task<SendOutcome> PriceTarget::send_feed(PostingRow row, UtcTime not_after) {
  walmart::NewFeed feed;
  feed.type = "price";
  feed.name = file_name_of(row);
  feed.file = row.body;
  auto submitted = co_await walmart_.submit_feed(std::move(feed), not_after);
  if (!submitted) co_return walmart_failure(submitted.error());
  SendOutcome outcome;
  outcome.kind = SendOutcome::Kind::accepted;
  outcome.target_data = data_with_feed(submitted->value);
  outcome.correlation_id = submitted->correlation_id;
  outcome.look_again_in = feed_pause(Milliseconds::zero());
  co_return outcome;
}

Task<SendOutcome> PriceTarget::send_urgent(PostingRow row, UtcTime not_after) {
  auto put = co_await walmart_.put_price(row.body, not_after);
  if (!put) co_return walmart_failure(put.error());
  SendOutcome outcome;
  outcome.kind = SendOutcome::Kind::posted;
  outcome.target_id = price_document(row).lines.front().sku;
  outcome.correlation_id = put->correlation_id;
  co_return outcome;
}

Task<SendOutcome> PriceTarget::send_item_price(PostingRow row, UtcTime not_after) {
  SendOutcome outcome;
  auto document = json::parse(row.document);
  const std::string id = document ? list_price_id(*document) : std::string();
  if (!id.empty()) {
    auto updated = co_await exact_.update(kListPrices, id, row.body, CallPriority::prices, not_after);
    if (!updated) co_return send_failure(updated.error());
    outcome.target_id = id;
    outcome.correlation_id = updated->correlation_id;
  } else {
    auto created = co_await exact_.create(kListPrices, row.body, CallPriority::prices, not_after);
    if (!created) co_return send_failure(created.error());
    outcome.target_id = created->value["ID"].text_or("");
    outcome.correlation_id = created->correlation_id;
    if (outcome.target_id.empty()) {
      outcome.error = {Cause::malformed_response, "Exact answered a POST on logistics/SalesItemPrices without an id"};
      co_return outcome;
    }
  }
  outcome.kind = SendOutcome::Kind::posted;
  co_return outcome;
}

Task<LookUpOutcome> PriceTarget::look_up_feed(PostingRow row) {
  const std::string known = feed_id_of(row);
  if (!known.empty()) co_return co_await follow_feed(std::move(row), known);
  co_return co_await find_feed(std::move(row));
}

/// The feed whose answer was lost: by its file name, which is the posting's reference. Where Walmart's list does not
/// have the name, by type, time, number of items and SKUs.
Task<LookUpOutcome> PriceTarget::find_feed(PostingRow row) {
  const auto items = static_cast<std::int64_t>(price_document(row).lines.size());
  const UtcTime left = row.last_sent_at.value_or(row.created_at);
  std::set<std::string> candidates;
  std::int64_t offset = 0;
  for (std::size_t page_number = 0; page_number < kFeedPages; ++page_number) {
    auto page = co_await walmart_.feeds(offset);
    if (!page) co_return walmart_look_up_failure(page.error());
    bool older = false;
    for (const auto& feed : page->value.feeds) {
      if (feed.file_name == file_name_of(row)) co_return co_await follow_feed(std::move(row), feed.feed_id);
      if (feed.submitted_at && *feed.submitted_at + kClockTolerance < left) older = true;
      if (may_be_ours(feed, items, left)) candidates.insert(feed.feed_id);
    }
    offset += static_cast<std::int64_t>(page->value.feeds.size());
    if (older || page->value.feeds.empty() || offset >= page->value.total) break;
  }
  co_return co_await recognize_feed(std::move(row), std::move(candidates));
}

/// By the SKUs of each, which Walmart tells once it has taken the feed up.
Task<LookUpOutcome> PriceTarget::recognize_feed(PostingRow row, std::set<std::string> candidates) {
  std::set<std::string> skus;
  for (const auto& line : price_document(row).lines) skus.insert(line.sku);
  std::vector<std::string> same;
  bool is_to_come = false;
  for (const std::string& feed_id : candidates) {
    auto query = [connection = row.connection, feed_id](store::Reader& reader) {
      return reader.posting_of_target(connection, feed_id);
    };
    auto owner = co_await store_.read(std::move(query));
    if (!owner) {
      LookUpOutcome failed;
      failed.error = owner.error();
      co_return failed;
    }
    if (*owner && (*owner)->key != row.key) continue;
    auto status = co_await walmart_.feed_status(feed_id, 0);
    if (!status) co_return walmart_look_up_failure(status.error());
    const walmart::FeedStatus& feed = status->value;
    const bool is_open = feed.feed.state == FeedState::received || feed.feed.state == FeedState::in_progress;
    if (feed.items.empty() && is_open) is_to_come = true;
    const bool is_ours = std::all_of(feed.items.begin(), feed.items.end(),
                                     [&skus](const walmart::FeedItem& item) { return skus.contains(item.sku); });
    if (is_ours) same.push_back(feed_id);
  }
  if (is_to_come) {
    LookUpOutcome pending = look_up_outcome(LookUpOutcome::Kind::pending, {});
    pending.look_again_in = feed_pause(clock_.now() - row.last_sent_at.value_or(row.created_at));
    co_return pending;
  }
  if (same.empty()) co_return look_up_outcome(LookUpOutcome::Kind::absent, {});
  if (same.size() > 1) {
    co_return look_up_difference(
        "Walmart holds several price feeds of that time with these SKUs, and does not tell their names; see there "
        "whether the prices of " +
            row.key + " arrived, then retry or skip it",
        {});
  }
  co_return co_await follow_feed(std::move(row), same.front());
}

Task<LookUpOutcome> PriceTarget::follow_feed(PostingRow row, std::string feed_id) {
  const UtcTime left = row.last_sent_at.value_or(row.created_at);
  LookUpOutcome outcome;
  outcome.target_data = data_with_feed(feed_id);
  outcome.look_again_in = feed_pause(clock_.now() - left);
  auto first = co_await walmart_.feed_status(feed_id, 0);
  if (!first) {
    LookUpOutcome failed = walmart_look_up_failure(first.error());
    failed.target_data = data_with_feed(feed_id);
    co_return failed;
  }
  const walmart::FeedStatus& status = first->value;
  outcome.correlation_id = first->correlation_id;
  if (status.feed.state == FeedState::error) {
    outcome.kind = LookUpOutcome::Kind::refused;
    outcome.error = {Cause::business_refusal, "Walmart refused price feed " + feed_id + ": " + words_of(status.errors)};
    co_return outcome;
  }
  if (status.feed.state != FeedState::processed || status.feed.items_processing > 0) {
    outcome.kind = LookUpOutcome::Kind::pending;
    co_return outcome;
  }
  Value failed{json::Array{}};
  Value warnings{json::Array{}};
  std::set<std::string> answered;
  const auto take = [&](const std::vector<walmart::FeedItem>& items) {
    for (const auto& item : items) {
      answered.insert(item.sku);
      if (item.state != IngestionState::success) failed.push_back(item_json(item));
      if (item.state == IngestionState::success && !item.errors.empty()) warnings.push_back(item_json(item));
    }
  };
  take(status.items);
  auto offset = static_cast<std::int64_t>(status.items.size());
  bool more = !status.items.empty() && offset < status.feed.items_received;
  while (more) {
    auto page = co_await walmart_.feed_status(feed_id, offset);
    if (!page) {
      LookUpOutcome unknown = walmart_look_up_failure(page.error());
      unknown.target_data = data_with_feed(feed_id);
      co_return unknown;
    }
    take(page->value.items);
    offset += static_cast<std::int64_t>(page->value.items.size());
    more = !page->value.items.empty() && offset < status.feed.items_received;
  }
  for (const auto& line : price_document(row).lines) {
    if (answered.contains(line.sku)) continue;
    Value entry{json::Object{}};
    entry.set("sku", line.sku);
    entry.set("state", "NO_ANSWER");
    entry.set("error", "Walmart's feed status does not name this SKU");
    failed.push_back(std::move(entry));
  }
  Value data{json::Object{}};
  data.set("feed_id", feed_id);
  data.set("received", status.feed.items_received);
  data.set("succeeded", status.feed.items_succeeded);
  data.set("failed", std::move(failed));
  data.set("warnings", std::move(warnings));
  outcome.kind = LookUpOutcome::Kind::found;
  outcome.target_id = feed_id;
  outcome.target_data = json::write(data);
  co_return outcome;
}

Task<LookUpOutcome> PriceTarget::look_up_urgent(PostingRow row) {
  const domain::Document document = price_document(row);
  const std::string sku = document.lines.empty() ? std::string() : document.lines.front().sku;
  auto found = co_await walmart_.item(sku, CallPriority::person);
  if (!found) co_return walmart_look_up_failure(found.error());
  for (const auto& item : found->value.items) {
    if (item.sku != sku || !item.price || item.price->amount != document.lines.front().unit_price) continue;
    LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, found->correlation_id);
    hit.target_id = sku;
    co_return hit;
  }
  co_return look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
}

Task<LookUpOutcome> PriceTarget::look_up_item_price(PostingRow row) {
  auto parsed = json::parse(row.document);
  auto body = json::parse(row.body);
  if (!parsed || !body) {
    LookUpOutcome failed;
    failed.error = {Cause::store_failure, "the document of " + row.key + " cannot be read"};
    co_return failed;
  }
  const std::string id = list_price_id(*parsed);
  ODataQuery query(kListPrices);
  query
      .select({"ID", "ItemCode", "Currency", "Price", "Quantity", "Account", "NumberOfItemsPerUnit", "StartDate",
               "EndDate"})
      .filter(id.empty() ? ODataFilter::equals_guid("Item", (*body)["Item"].text_or(""))
                         : ODataFilter::equals_guid("ID", id));
  auto found = co_await exact_.get_all(query, CallPriority::prices);
  if (!found) co_return look_up_failure(found.error());
  const Decimal wanted = (*body)["Price"].decimal().value_or(Decimal());
  for (const Value& candidate : found->value) {
    const domain::ListPrice price = exact::read_list_price(candidate);
    const bool fits = id.empty() ? price.currency == (*body)["Currency"].text_or("") && !price.for_one_customer &&
                                       price.minimum_quantity <= Decimal::from_integer(1)
                                 : price.id == id;
    if (!fits || price.price != wanted) continue;
    LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, found->correlation_id);
    hit.target_id = price.id;
    co_return hit;
  }
  if (!id.empty() && found->value.empty()) {
    LookUpOutcome gone = look_up_outcome(LookUpOutcome::Kind::differs, found->correlation_id);
    gone.error = {Cause::changed_by_person,
                  "the price list row to be changed no longer exists in Exact; skip this "
                  "posting, the next run makes a new row"};
    co_return gone;
  }
  co_return look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
}

}  // namespace connector::flows
