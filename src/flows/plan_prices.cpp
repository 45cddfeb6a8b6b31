#include "flows/plan_prices.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "domain/item_skus.h"
#include "engine/posting_audit.h"
#include "engine/posting_steps.h"
#include "flows/document_json.h"
#include "flows/posting_states.h"
#include "flows/price_documents.h"

namespace connector::flows {

using domain::Cause;
using domain::Decimal;
using domain::Document;
using domain::PostingKind;
using domain::PriceChange;
using domain::PriceDecision;
using domain::Result;
using domain::UtcTime;
using json::Value;
using store::PostingRow;
using store::PostingState;

namespace {

/// Walmart takes 10 MB (walmart.md 1.5); an entry has about so many bytes around its SKU.
constexpr std::size_t kFeedBytes = 9'000'000;
constexpr std::size_t kEntryBytes = 200;
constexpr std::size_t kUrgentPerHour = 100;
/// So long after it was made a row that Exact's list does not show is taken for deleted.
constexpr domain::Milliseconds kLongestUnseen = std::chrono::hours(24);

PostingRow row_of(const PlanningContext& context, const Document& document, std::string source, const Value& stored,
                  UtcTime now) {
  PostingRow row;
  row.connection = context.connection;
  row.key = document.key;
  row.source_id = std::move(source);
  row.kind = document.kind;
  row.reference = document.reference;
  row.document = json::write(stored);
  row.currency = document.currency;
  row.document_date = document.date ? domain::to_iso8601(*document.date) : std::string();
  row.mapping_version = context.mapping_version;
  row.priority = store::posting_priority::prices;
  row.created_at = row.updated_at = now;
  return row;
}

Result<std::set<std::string>> item_codes(store::Reader& reader, store::ConnectionId connection) {
  auto rows = reader.references(connection, "item");
  if (!rows) return domain::fail(rows.error());
  std::set<std::string> codes;
  for (const auto& row : *rows) codes.insert(row.code);
  return codes;
}

Result<void> plan_feeds(store::Transaction& transaction, const PlanningContext& context, PriceRun& run, UtcTime now) {
  for (const auto& change : run.walmart.equal) {
    const PriceDecision decision{change.fact, PriceDecision::State::equal, change.to, change.follows, ""};
    auto put = put_price_decision(transaction, context.connection, change.sku, decision);
    if (!put) return put;
  }
  for (const auto& batch : price_batches(run.walmart.changes)) {
    const Document document = price_feed_document(batch, context.settings.reference_prefix);
    auto known = transaction.posting(context.connection, document.key);
    if (!known) return domain::fail(known.error());
    if (!*known) {
      PostingRow row = row_of(context, document, std::string(kPriceFeedSource), to_json(document), now);
      auto saved = engine::store_decision(transaction, row, "posting.planned", now);
      if (!saved) return saved;
      run.postings.push_back(document.key);
    }
    for (const PriceChange& change : batch) {
      const PriceDecision decision{change.fact, PriceDecision::State::sent, change.to, document.key, ""};
      auto put = put_price_decision(transaction, context.connection, change.sku, decision);
      if (!put) return put;
    }
  }
  return {};
}

Result<void> withdraw(store::Transaction& transaction, PostingRow& row, const char* why, UtcTime now,
                      const std::string& actor = "system") {
  engine::become_withdrawn(row, why);
  return engine::store_decision(transaction, row, "posting.withdrawn", now, actor);
}

/// What an earlier run planned and this one, which saw all items, does not want.
Result<void> withdraw_others(store::Transaction& transaction, store::ConnectionId connection,
                             const std::vector<domain::ItemPriceChange>& wanted, UtcTime now) {
  std::set<std::string, std::less<>> items;
  for (const auto& change : wanted) items.insert(change.item);
  for (const PostingState state : {PostingState::planned, PostingState::retry, PostingState::held}) {
    store::PostingFilter filter;
    filter.connection = connection;
    filter.kind = PostingKind::item_price;
    filter.state = state;
    while (true) {
      auto rows = transaction.postings(filter);
      if (!rows) return domain::fail(rows.error());
      for (PostingRow& row : *rows) {
        filter.before_id = row.id;
        if (row.in_doubt || items.contains(row.source_id)) continue;
        auto withdrawn = withdraw(transaction, row, "both sides agree now, or a guard keeps the change back", now);
        if (!withdrawn) return withdrawn;
      }
      if (rows->size() < filter.limit) break;
    }
  }
  return {};
}

/// The posting that last made a row of the item's list price; nullptr if none did.
const PostingRow* last_made(const std::vector<PostingRow>& rows) {
  const auto made = std::find_if(rows.rbegin(), rows.rend(), [](const PostingRow& row) {
    if (row.kind != PostingKind::item_price || row.state != PostingState::posted) return false;
    const auto document = json::parse(row.document);
    return document && list_price_id(*document).empty();
  });
  return made == rows.rend() ? nullptr : &*made;
}

/// Whether the row that a posting made was taken back or has ended: the list shows it no more, or as one of another
/// day.
Result<bool> has_gone(store::Reader& reader, const PostingRow& made, const std::string& item, UtcTime now) {
  if (now - made.updated_at > kLongestUnseen) return true;
  auto lists = list_prices(reader, made.connection);
  if (!lists) return domain::fail(lists.error());
  const auto list = lists->find(item);
  return list != lists->end() && std::any_of(list->second.begin(), list->second.end(),
                                             [&](const auto& price) { return price.id == made.target_id; });
}

Result<void> plan_item_price(store::Transaction& transaction, const PlanningContext& context,
                             domain::ItemPriceChange change, PriceRun& run, domain::Date today, UtcTime now) {
  auto rows = transaction.postings_of(context.connection, change.item);
  if (!rows) return domain::fail(rows.error());
  if (const PostingRow* made = change.row ? nullptr : last_made(*rows)) {
    const auto gone = has_gone(transaction, *made, change.item, now);
    if (!gone) return domain::fail(gone.error());
    // Exact's list may not show yet what was just made.
    if (!*gone) return {};
    change.follows = made->key;
  }
  const Value stored = item_price_document(change, context.settings.reference_prefix, today, now);
  auto document = document_from_json(stored);
  if (!document) return domain::fail(document.error());
  for (PostingRow& row : *rows) {
    if (row.kind != PostingKind::item_price || !is_open(row)) continue;
    // One that may have taken effect is cleared up first; the next run sees what came of it.
    if (row.in_doubt || row.state == PostingState::sending) return {};
    if (row.key == document->key) {
      row.document = json::write(stored);
      return transaction.update_posting(row);
    }
    auto withdrawn = withdraw(transaction, row, "Walmart's price changed before it was sent", now);
    if (!withdrawn) return withdrawn;
  }
  const auto known =
      std::find_if(rows->begin(), rows->end(), [&](const PostingRow& row) { return row.key == document->key; });
  if (known != rows->end() && known->state != PostingState::withdrawn) return {};
  PostingRow row = row_of(context, *document, change.item, stored, now);
  if (known != rows->end()) {
    row.id = known->id;
    row.attempt = known->attempt;
    row.created_at = known->created_at;
  }
  run.postings.push_back(row.key);
  return engine::store_decision(transaction, row, "posting.planned", now);
}

/// SKU -> Walmart's words, of the entries that did not succeed.
struct Refusal {
  std::string error;
  bool again = false;
};

std::map<std::string, Refusal> refusals_of(const PostingRow& row) {
  std::map<std::string, Refusal> refusals;
  auto data = json::parse(row.target_data.empty() ? "{}" : row.target_data);
  if (!data) return refusals;
  for (const Value& entry : (*data)["failed"].array()) {
    const std::string state = entry["state"].text_or("");
    refusals[entry["sku"].text_or("")] = {state + " " + entry["error"].text_or(""), state != "DATA_ERROR"};
  }
  return refusals;
}

}  // namespace

Result<void> compare_prices(store::Reader& reader, const PlanningContext& context,
                            const std::vector<domain::OfferedPrice>& offers, domain::Date today, PriceRun& run) {
  auto lists = list_prices(reader, context.connection);
  if (!lists) return domain::fail(lists.error());
  auto decisions = price_decisions(reader, context.connection);
  if (!decisions) return domain::fail(decisions.error());
  auto items = item_codes(reader, context.connection);
  if (!items) return domain::fail(items.error());
  run.walmart = domain::plan_prices_to_walmart(offers, *lists, *decisions, context.mapping, context.settings, today);
  run.exact = domain::plan_prices_to_exact(offers, *lists, *items, context.mapping, context.settings, today);
  return {};
}

std::vector<std::vector<PriceChange>> price_batches(const std::vector<PriceChange>& changes) {
  std::vector<std::vector<PriceChange>> batches;
  const std::size_t most = domain::price_batch_size(changes.size());
  std::size_t bytes = 0;
  for (const PriceChange& change : changes) {
    const std::size_t size = kEntryBytes + 6 * change.sku.size();
    if (batches.empty() || batches.back().size() >= most || bytes + size > kFeedBytes) {
      batches.emplace_back();
      bytes = 0;
    }
    batches.back().push_back(change);
    bytes += size;
  }
  return batches;
}

Result<void> plan_price_postings(store::Transaction& transaction, const PlanningContext& context, PriceRun& run,
                                 domain::Date today, UtcTime now) {
  if (auto planned = plan_feeds(transaction, context, run, now); !planned) return planned;
  for (const auto& change : run.exact.changes) {
    if (auto planned = plan_item_price(transaction, context, change, run, today, now); !planned) return planned;
  }
  return run.only.empty() ? withdraw_others(transaction, context.connection, run.exact.changes, now) : Result<void>{};
}

Result<std::vector<SettledPrice>> settle_prices(store::Transaction& transaction, store::ConnectionId connection) {
  std::vector<SettledPrice> settled;
  auto decisions = price_decisions(transaction, connection);
  if (!decisions) return domain::fail(decisions.error());
  struct Feed {
    std::optional<PostingState> state;
    std::string reason;
    std::map<std::string, Refusal> refusals;
  };
  std::map<std::string, Feed> feeds;
  for (auto& [sku, decision] : *decisions) {
    if (decision.state != PriceDecision::State::sent) continue;
    auto feed = feeds.find(decision.posting_key);
    if (feed == feeds.end()) {
      auto row = transaction.posting(connection, decision.posting_key);
      if (!row) return domain::fail(row.error());
      Feed read;
      if (*row) {
        read.state = (*row)->state;
        read.reason = (*row)->cause_detail;
        read.refusals = refusals_of(**row);
      }
      feed = feeds.emplace(decision.posting_key, std::move(read)).first;
    }
    SettledPrice price{sku, decision.amount, false, false, "", decision.posting_key};
    if (feed->second.state == PostingState::skipped) {
      price.error = "a person decided against the feed: " + feed->second.reason;
      decision.state = PriceDecision::State::refused;
    } else if (feed->second.state == PostingState::posted) {
      const auto refusal = feed->second.refusals.find(sku);
      price.accepted = refusal == feed->second.refusals.end();
      if (!price.accepted) {
        price.error = refusal->second.error;
        price.again = refusal->second.again;
      }
      decision.state = price.accepted ? PriceDecision::State::accepted
                       : price.again  ? PriceDecision::State::again
                                      : PriceDecision::State::refused;
    } else {
      continue;
    }
    decision.error = price.error;
    if (auto put = put_price_decision(transaction, connection, sku, decision); !put) return domain::fail(put.error());
    settled.push_back(std::move(price));
  }
  return settled;
}

Result<PostingRow> plan_urgent_price(store::Transaction& transaction, const PlanningContext& context,
                                     const std::string& sku, Decimal amount, UtcTime now, const std::string& actor) {
  int ordinal = 1;
  auto rows = transaction.postings_of(context.connection, sku);
  if (!rows) return domain::fail(rows.error());
  for (PostingRow& row : *rows) {
    if (row.kind != PostingKind::urgent_price) continue;
    ++ordinal;
    if (!is_open(row)) continue;
    if (row.in_doubt || row.state == PostingState::sending) {
      return domain::fail(Cause::waiting_for_dependency,
                          fmt::format("{} is still being cleared up; say it again in a few minutes", row.key));
    }
    if (auto withdrawn = withdraw(transaction, row, "a later word of a person", now, actor); !withdrawn) {
      return domain::fail(withdrawn.error());
    }
  }
  store::PostingFilter filter;
  filter.connection = context.connection;
  filter.kind = PostingKind::urgent_price;
  filter.limit = kUrgentPerHour;
  auto latest = transaction.postings(filter);
  if (!latest) return domain::fail(latest.error());
  const UtcTime hour_ago = now - std::chrono::hours(1);
  if (latest->size() == kUrgentPerHour && latest->back().created_at > hour_ago) {
    return domain::fail(
        Cause::budget_spent,
        fmt::format("Walmart takes {} single prices an hour, and so many were set; the next one can "
                    "be set at {}",
                    kUrgentPerHour, domain::to_iso8601(latest->back().created_at + std::chrono::hours(1))));
  }
  const Document document =
      urgent_price_document(sku, context.settings.price_currency, amount, ordinal, context.settings.reference_prefix);
  PostingRow row = row_of(context, document, sku, to_json(document), now);
  row.priority = store::posting_priority::in_haste;
  if (auto saved = engine::store_decision(transaction, row, "posting.planned", now, actor); !saved)
    return domain::fail(saved.error());
  // The price list has spoken before the person did: its present fact is dealt with.
  auto lists = list_prices(transaction, context.connection);
  if (!lists) return domain::fail(lists.error());
  auto today = domain::date_in_zone(now, context.settings.booking_zone);
  if (!today) return domain::fail(today.error());
  const auto resolved = context.mapping.resolve(sku);
  const auto list = lists->find(domain::item_code(resolved));
  const domain::ListPrice* price =
      list == lists->end() ? nullptr : domain::price_in_force(list->second, context.settings.price_currency, *today);
  const PriceDecision decision{price == nullptr ? "" : domain::price_fact(*price), PriceDecision::State::person, amount,
                               row.key, ""};
  if (auto put = put_price_decision(transaction, context.connection, sku, decision); !put)
    return domain::fail(put.error());
  return row;
}

}  // namespace connector::flows
