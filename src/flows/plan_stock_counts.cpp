#include "flows/plan_stock_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/posting_audit.h"
#include "engine/posting_steps.h"
#include "flows/posting_states.h"

namespace connector::flows {

using domain::Cause;
using domain::Decimal;
using domain::Result;
using domain::UtcTime;
using store::PostingRow;
using store::PostingState;

namespace {

constexpr const char* kNotice = "inventory_notice";

bool says_the_same(const PostingRow& row, const StockCount& count) {
  auto document = json::parse(row.document);
  if (!document) return false;
  auto planned = stock_count_of(*document);
  return planned && differences_of(*planned) == differences_of(count);
}

Decimal units_of(const StockCount& count) {
  Decimal units;
  for (const auto& line : count.lines) units += line.difference().abs();
  return units;
}

/// A run may have read Exact's positions so long before it plans.
constexpr domain::Milliseconds kUnseen = std::chrono::hours(1);

std::optional<StockCount> count_of(const PostingRow& row) {
  auto document = json::parse(row.document);
  auto count = document ? stock_count_of(*document) : Result<StockCount>(domain::fail(document.error()));
  return count ? std::optional(std::move(*count)) : std::nullopt;
}

const domain::StockLine* line_of(const StockCount& count, const std::string& item) {
  for (const auto& line : count.lines) {
    if (line.item == item) return &line;
  }
  return nullptr;
}

class Planner {
 public:
  Planner(store::Transaction& transaction, const PlanningContext& context, const InventoryRun& run, UtcTime now)
      : transaction_(transaction), context_(context), run_(run), now_(now) {}

  Result<PlannedCount> plan(StockCount count) {
    PlannedCount planned;
    auto rows = transaction_.postings_of(context_.connection, stock_count_source(count.warehouse));
    if (!rows) return domain::fail(rows.error());
    for (const PostingRow& row : *rows) {
      if (is_open(row) && (row.in_doubt || row.state == PostingState::sending)) {
        return PlannedCount{row.key, "under_way", "an earlier count of this warehouse is being posted"};
      }
    }
    if (!run_.only.empty()) complete(count, *rows);
    const std::size_t found = count.lines.size();
    if (!is_known(count, *rows)) leave_what_is_dealt_with(count, *rows);
    const bool is_dealt_with = count.lines.size() < found;
    const PostingRow* same = nullptr;
    for (PostingRow& row : *rows) {
      if (!is_open(row)) continue;
      if (same == nullptr && !count.lines.empty() && says_the_same(row, count)) {
        same = &row;
        continue;
      }
      if (auto gone = withdraw(row); !gone) return domain::fail(gone.error());
    }
    if (count.lines.empty() && is_dealt_with)
      return PlannedCount{"", "left", "what differs was dealt with already, and Exact has not changed since"};
    if (count.lines.empty()) return planned;
    if (same != nullptr) return PlannedCount{same->key, "kept", same->cause_detail};
    return insert(count, *rows);
  }

 private:
  /// What a waiting count says of items that this run did not look at still stands.
  void complete(StockCount& count, const std::vector<PostingRow>& rows) const {
    for (const PostingRow& row : rows) {
      const auto waiting = is_open(row) ? count_of(row) : std::nullopt;
      if (!waiting) continue;
      bool kept = false;
      for (const auto& line : waiting->lines) {
        if (was_compared({line.item, count.warehouse})) continue;
        count.lines.push_back(line);
        kept = true;
      }
      if (!kept) continue;
      std::set<std::string> nodes(count.ship_nodes.begin(), count.ship_nodes.end());
      nodes.insert(waiting->ship_nodes.begin(), waiting->ship_nodes.end());
      count.ship_nodes.assign(nodes.begin(), nodes.end());
      count.walmart_read_from = std::min(count.walmart_read_from, waiting->walmart_read_from);
      count.walmart_read_to = std::max(count.walmart_read_to, waiting->walmart_read_to);
      count.exact_read_at = std::min(count.exact_read_at, waiting->exact_read_at);
    }
    std::sort(count.lines.begin(), count.lines.end(), [](const auto& a, const auto& b) { return a.item < b.item; });
  }

  bool was_compared(const domain::StockPlace& place) const {
    const auto is_among = [&place](const std::vector<domain::StockPlace>& places) {
      return std::find(places.begin(), places.end(), place) != places.end();
    };
    return run_.items.contains(place.first) && !is_among(run_.comparison.moving) && !is_among(run_.comparison.untold);
  }

  static bool is_known(const StockCount& count, const std::vector<PostingRow>& rows) {
    const std::string key = stock_count_key(count);
    return std::any_of(rows.begin(), rows.end(), [&key](const PostingRow& row) {
      return row.key == key && row.state != PostingState::withdrawn;
    });
  }

  /// Counts that were posted while this run was reading, and those that a person refused.
  void leave_what_is_dealt_with(StockCount& count, const std::vector<PostingRow>& rows) const {
    for (const PostingRow& row : rows) {
      const bool posted = row.state == PostingState::posted && now_ - row.updated_at < kUnseen;
      const bool refused = row.state == PostingState::skipped && !run_.only.empty();
      if (count.lines.empty() || (!posted && !refused)) continue;
      const auto earlier = count_of(row);
      if (!earlier) continue;
      std::erase_if(count.lines, [&](const domain::StockLine& line) {
        const auto* before = line_of(*earlier, line.item);
        return before != nullptr && (posted ? before->timestamp == line.timestamp : *before == line);
      });
    }
  }

  Result<void> withdraw(PostingRow& row) {
    engine::become_withdrawn(row, "a later comparison found other differences");
    return engine::store_decision(transaction_, row, "posting.withdrawn", now_);
  }

  Result<PlannedCount> insert(const StockCount& count, const std::vector<PostingRow>& rows) {
    const std::string key = stock_count_key(count);
    const auto known = std::find_if(rows.begin(), rows.end(), [&key](const PostingRow& row) { return row.key == key; });
    if (known != rows.end() && known->state == PostingState::skipped)
      return PlannedCount{key, "skipped", "a person decided against this count: " + known->cause_detail};
    if (known != rows.end() && known->state == PostingState::posted)
      return PlannedCount{key, "posted", "this count was posted, and neither side has changed since"};
    auto date = domain::date_in_zone(count.exact_read_at, context_.settings.booking_zone);
    if (!date) return domain::fail(date.error());
    PostingRow row = known == rows.end() ? PostingRow{} : *known;
    row.connection = context_.connection;
    row.key = key;
    row.source_id = stock_count_source(count.warehouse);
    row.kind = domain::PostingKind::stock_count;
    const json::Value document = stock_count_document(count, context_.settings.reference_prefix, *date);
    row.reference = document["reference"].text_or("");
    row.document = json::write(document);
    row.body.clear();
    row.body_digest.clear();
    row.document_date = domain::to_iso8601(*date);
    row.priority = store::posting_priority::inventory;
    row.mapping_version = context_.mapping_version;
    if (known == rows.end()) row.created_at = now_;
    engine::become_planned(row);
    const bool large = units_of(count) > context_.settings.stock_confirm_units;
    if (large) {
      engine::become_held(row, {Cause::confirmation_needed, confirmation_text(count, context_.settings)}, false);
    }
    auto saved = engine::store_decision(transaction_, row, large ? "posting.held" : "posting.planned", now_);
    if (!saved) return domain::fail(saved.error());
    return PlannedCount{key, large ? "held" : "planned", row.cause_detail};
  }

  store::Transaction& transaction_;
  const PlanningContext& context_;
  const InventoryRun& run_;
  UtcTime now_;
};

}  // namespace

std::string confirmation_text(const StockCount& count, const domain::ConnectionSettings& settings) {
  return fmt::format(
      "the count of warehouse {} moves {} units of {} items, more than stock_confirm_units {}; look at its lines with "
      "posting show, then release it with posting retry",
      count.warehouse, units_of(count).to_string(), count.lines.size(), settings.stock_confirm_units.to_string());
}

std::vector<StockCount> counts_of(const InventoryRun& run) {
  std::vector<StockCount> counts;
  for (const auto& warehouse : run.comparison.warehouses) {
    StockCount count;
    count.warehouse = warehouse.warehouse;
    count.ship_nodes = warehouse.ship_nodes;
    count.lines = warehouse.different;
    count.walmart_read_from = run.walmart_read_from;
    count.walmart_read_to = run.walmart_read_to;
    count.exact_read_at = run.exact_read_at;
    counts.push_back(std::move(count));
  }
  return counts;
}

Result<void> plan_stock_counts(store::Transaction& transaction, const PlanningContext& context, InventoryRun& run,
                               UtcTime now) {
  Planner planner(transaction, context, run, now);
  for (const StockCount& count : counts_of(run)) {
    if (context.settings.stock_counts != domain::StockCounts::post) {
      run.counts.push_back({"", count.lines.empty() ? "" : "reported", ""});
      continue;
    }
    auto planned = planner.plan(count);
    if (!planned) return domain::fail(planned.error());
    run.counts.push_back(std::move(*planned));
  }
  return {};
}

Result<void> remember_notices(store::Transaction& transaction, store::ConnectionId connection, InventoryRun& run) {
  auto known = transaction.references(connection, kNotice);
  if (!known) return domain::fail(known.error());
  std::set<std::string> before;
  for (const auto& row : *known) before.insert(row.code);
  for (const auto& notice : run.comparison.notices) {
    if (before.erase(notice.subject) > 0) continue;
    run.new_notices.push_back(notice);
    auto put = transaction.put_reference(
        connection, {kNotice, notice.subject, notice.subject, json::write(json::Value(notice.message))});
    if (!put) return put;
  }
  for (const std::string& subject : before) {
    // A confined run knows of its own SKUs alone whether they are still to be told of.
    if (!run.only.empty() && (!subject.starts_with("sku/") || !run.only.contains(subject.substr(4)))) continue;
    if (auto gone = transaction.delete_reference(connection, kNotice, subject); !gone) return gone;
  }
  return {};
}

}  // namespace connector::flows
