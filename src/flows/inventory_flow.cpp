#include "flows/inventory_flow.h"

#include <algorithm>
#include <set>

#include "domain/item_skus.h"
#include "flows/call_outcomes.h"
#include "flows/confined_skus.h"
#include "flows/flow_report.h"
#include "flows/inventory_reader.h"
#include "flows/order_watermarks.h"
#include "flows/pending_movements.h"
#include "flows/plan_stock_counts.h"
#include "flows/report_text.h"
#include "flows/walmart_stock.h"

namespace connector::flows {

using domain::Cause;
using domain::Decimal;
using domain::NodeQuantity;
using domain::PendingMovement;
using domain::Result;
using domain::StockFacts;
using domain::UtcTime;
using json::Value;
using ports::Task;

namespace {

/// Items that the comparison may ask for: code -> kept in stock.
Result<std::map<std::string, bool>> known_items(store::Reader& reader, store::ConnectionId connection) {
  auto rows = reader.references(connection, "item");
  if (!rows) return domain::fail(rows.error());
  std::map<std::string, bool> items;
  for (const auto& row : *rows) {
    auto data = json::parse(row.data.empty() ? "{}" : row.data);
    if (!data) return domain::fail(data.error());
    items.emplace(row.code, (*data)["IsStockItem"].boolean() != std::optional(false));
  }
  return items;
}

/// Why there is nothing to compare; nullopt if there is.
std::optional<std::string> idle_reason(const PlanningContext& context) {
  if (context.settings.stock_counts == domain::StockCounts::off)
    return "stock_counts is off for this connection; set it to post, or to report for a report only";
  if (context.mapping.ship_node_warehouses().empty()) {
    return "no ship node is mapped to a warehouse, so there is nothing to compare; import a file ship_node,warehouse "
           "with mapping import --ship-nodes";
  }
  return std::nullopt;
}

Value notice_json(const domain::StockNotice& notice) {
  Value object{json::Object{}};
  object.set("subject", notice.subject);
  object.set("message", notice.message);
  return object;
}

Value places_json(const std::vector<domain::StockPlace>& places) {
  Value list{json::Array{}};
  for (const auto& [item, warehouse] : places) {
    Value place{json::Object{}};
    place.set("item", item);
    place.set("warehouse", warehouse);
    list.push_back(std::move(place));
  }
  return list;
}

/// What a confined run compared, and a notice for each SKU that was named and is not there.
void confine(InventoryRun& run, const domain::Mapping& mapping, const std::vector<std::string>& named) {
  if (run.only.empty()) return;
  for (const std::string& sku : run.only) {
    const auto resolved = mapping.resolve(sku);
    if (resolved.kit.empty()) run.items.insert(domain::item_code(resolved));
  }
  std::erase_if(run.unknown,
                [&named](const std::string& sku) { return std::find(named.begin(), named.end(), sku) == named.end(); });
  for (const std::string& sku : run.unknown) {
    run.comparison.notices.push_back({"sku/" + sku, "Walmart told of SKU \"" + sku +
                                                        "\", which is not in the seller's inventory there; nothing is "
                                                        "compared for it"});
  }
}

/// The SKUs of a confined run whose items moved meanwhile, or whose warehouse had a count under way.
std::vector<std::string> left_of(const InventoryRun& run, const domain::Mapping& mapping,
                                 const std::vector<std::string>& named) {
  std::set<std::string> items;
  for (const auto& [item, warehouse] : run.comparison.moving) items.insert(item);
  for (std::size_t i = 0; i < run.counts.size(); ++i) {
    if (run.counts[i].state != "under_way") continue;
    for (const auto& line : run.comparison.warehouses[i].different) items.insert(line.item);
  }
  std::vector<std::string> left;
  for (const std::string& sku : named) {
    const auto resolved = mapping.resolve(sku);
    if (resolved.kit.empty() && items.contains(domain::item_code(resolved))) left.push_back(sku);
  }
  return left;
}

}  // namespace

Value to_json(const InventoryRun& run) {
  Value report{json::Object{}};
  report.set("walmart_read_from", domain::to_iso8601(run.walmart_read_from));
  report.set("walmart_read_to", domain::to_iso8601(run.walmart_read_to));
  report.set("exact_read_at", domain::to_iso8601(run.exact_read_at));
  report.set("skus_read", run.skus_read);
  if (!run.only.empty()) {
    Value only{json::Array{}};
    for (const auto& sku : run.only) only.push_back(sku);
    report.set("only_skus", std::move(only));
  }
  Value warehouses{json::Array{}};
  for (std::size_t i = 0; i < run.comparison.warehouses.size(); ++i) {
    const auto& warehouse = run.comparison.warehouses[i];
    Value entry{json::Object{}};
    entry.set("warehouse", warehouse.warehouse);
    Value nodes{json::Array{}};
    for (const auto& node : warehouse.ship_nodes) nodes.push_back(node);
    entry.set("ship_nodes", std::move(nodes));
    entry.set("items_compared", warehouse.compared);
    entry.set("items_different", warehouse.different.size());
    entry.set("units_moved", warehouse.units_moved());
    const PlannedCount planned = i < run.counts.size() ? run.counts[i] : PlannedCount{};
    entry.set("posting", planned.key.empty() ? Value() : Value(planned.key));
    entry.set("count", planned.state.empty() ? Value() : Value(planned.state));
    if (!planned.note.empty()) entry.set("note", planned.note);
    Value lines{json::Array{}};
    for (const auto& line : warehouse.different) lines.push_back(to_json(line));
    entry.set("lines", std::move(lines));
    warehouses.push_back(std::move(entry));
  }
  report.set("warehouses", std::move(warehouses));
  report.set("left_to_the_next_run", places_json(run.comparison.moving));
  report.set("not_told_by_walmart", places_json(run.comparison.untold));
  Value fresh{json::Array{}};
  for (const auto& notice : run.new_notices) fresh.push_back(notice_json(notice));
  report.set("new_notices", std::move(fresh));
  report.set("notices", run.comparison.notices.size());
  return report;
}

Task<Result<std::vector<PendingMovement>>> InventoryFlow::pending(bool dry_run) {
  if (!dry_run) {
    FlowRequest request;
    auto read = co_await orders_.run(request);
    if (!read) co_return domain::fail(read.error());
    auto query = [connection = connection_](store::Reader& reader) { return pending_movements(reader, connection); };
    co_return co_await store_.read(std::move(query));
  }
  // A dry run writes no facts: what the orders would become is added to what is planned.
  auto since_query = [connection = connection_](store::Reader& reader) -> Result<std::optional<UtcTime>> {
    auto context = read_planning_context(reader, connection);
    if (!context) return domain::fail(context.error());
    return all_orders_read_to(reader, *context);
  };
  auto since = co_await store_.read(std::move(since_query));
  if (!since) co_return domain::fail(since.error());
  FlowRequest request;
  request.since = *since;
  auto previews = co_await orders_.preview_orders(request);
  if (!previews) co_return domain::fail(previews.error());
  auto query = [connection = connection_,
                previews = std::move(*previews)](store::Reader& reader) -> Result<std::vector<PendingMovement>> {
    auto planned = pending_movements(reader, connection);
    if (!planned) return planned;
    for (const OrderPreview& preview : previews) {
      for (const auto& document : preview.plan.documents) {
        std::string warehouse;
        for (const auto& other : preview.plan.documents) {
          if (other.key == document.depends_on) warehouse = other.warehouse;
        }
        if (warehouse.empty() && !document.depends_on.empty()) {
          auto order = reader.posting(connection, document.depends_on);
          if (!order) return domain::fail(order.error());
          auto parsed =
              *order && !(*order)->document.empty() ? json::parse((*order)->document) : Result<Value>(Value());
          if (parsed) warehouse = (*parsed)["warehouse"].text_or("");
        }
        planned->erase(std::remove_if(planned->begin(), planned->end(),
                                      [&](const auto& movement) { return movement.posting_key == document.key; }),
                       planned->end());
        for (auto& movement : movements_of(document, warehouse)) planned->push_back(std::move(movement));
      }
    }
    return planned;
  };
  co_return co_await store_.read(std::move(query));
}

Task<Result<std::vector<NodeQuantity>>> InventoryFlow::read_walmart(InventoryRun* run) {
  run->walmart_read_from = clock_.now();
  InventoryReader reader(walmart_, on_progress);
  auto inventory = co_await reader.read();
  if (!inventory) co_return domain::fail(inventory.error());
  run->walmart_read_to = clock_.now();
  run->skus_read = inventory->skus;
  co_return std::move(inventory->quantities);
}

/// The SKUs the run is confined to, each with a call of its own.
Task<Result<std::vector<NodeQuantity>>> InventoryFlow::read_only(InventoryRun* run) {
  std::vector<NodeQuantity> quantities;
  run->walmart_read_from = clock_.now();
  for (const std::string& sku : run->only) {
    auto item = co_await walmart_.item_inventory(sku);
    if (!item && item.error().error.cause == Cause::not_found) {
      run->unknown.push_back(sku);
      continue;
    }
    if (!item) co_return domain::fail(with_context(item.error(), "reading Walmart's inventory of SKU \"" + sku + "\""));
    for (const auto& node : item->value.nodes) {
      quantities.push_back({sku, node.ship_node, node.in_hand()});
    }
    ++run->skus_read;
  }
  run->walmart_read_to = clock_.now();
  co_return quantities;
}

Task<Result<bool>> InventoryFlow::can_confine(std::vector<std::string> skus) {
  auto confined = co_await confined_skus(store_, connection_, std::move(skus));
  if (!confined) co_return domain::fail(confined.error());
  co_return confined->has_value();
}

Task<Result<InventoryRun>> InventoryFlow::compare(bool dry_run, std::vector<std::string> skus) {
  auto context_query = [connection = connection_](store::Reader& reader) {
    return read_planning_context(reader, connection);
  };
  auto context = co_await store_.read(std::move(context_query));
  if (!context) co_return domain::fail(context.error());
  if (auto reason = idle_reason(*context)) co_return domain::fail(Cause::bad_input, *std::move(reason));
  InventoryRun run;
  run.dry_run = dry_run;
  if (!skus.empty()) {
    auto confined = co_await confined_skus(store_, connection_, skus);
    if (!confined) co_return domain::fail(confined.error());
    // The mapping may have changed since it was said that it can be confined.
    if (*confined) run.only = std::move(**confined);
  }
  StockFacts facts;
  auto before = co_await pending(dry_run);
  if (!before) co_return domain::fail(before.error());
  facts.pending_before = std::move(*before);
  // A confined run leaves positions that are gone to the next run over all: to be told of them costs a call.
  auto refreshed = co_await positions_.refresh(run.only.empty());
  if (!refreshed) {
    co_return domain::fail(refreshed.error().error.cause,
                           "reading Exact's stock positions: " + refreshed.error().error.message);
  }
  run.exact_read_at = clock_.now();
  auto exact_query = [connection = connection_](store::Reader& reader) { return stock_positions(reader, connection); };
  auto exact = co_await store_.read(std::move(exact_query));
  if (!exact) co_return domain::fail(exact.error());
  facts.exact = std::move(*exact);
  auto walmart = Result<std::vector<NodeQuantity>>(std::vector<NodeQuantity>{});
  if (run.only.empty()) {
    walmart = co_await read_walmart(&run);
  } else {
    walmart = co_await read_only(&run);
  }
  if (!walmart) co_return domain::fail(walmart.error());
  facts.walmart = std::move(*walmart);
  auto after = co_await pending(dry_run);
  if (!after) co_return domain::fail(after.error());
  facts.pending_after = std::move(*after);
  auto items_query = [connection = connection_](store::Reader& reader) { return known_items(reader, connection); };
  auto items = co_await store_.read(std::move(items_query));
  if (!items) co_return domain::fail(items.error());
  facts.items = std::move(*items);
  run.comparison = domain::compare_stock(facts, context->mapping);
  confine(run, context->mapping, skus);
  run.walmart = std::move(facts.walmart);
  co_return run;
}

Task<Result<InventoryRun>> InventoryFlow::compare_and_plan(std::vector<std::string> skus) {
  auto compared = co_await compare(false, std::move(skus));
  if (!compared) co_return compared;
  auto work = [connection = connection_, compared = std::move(*compared),
               now = clock_.now()](store::Transaction& transaction) -> Result<InventoryRun> {
    InventoryRun run = compared;
    auto context = read_planning_context(transaction, connection);
    if (!context) return domain::fail(context.error());
    if (auto remembered = remember_notices(transaction, connection, run); !remembered)
      return domain::fail(remembered.error());
    if (auto planned = plan_stock_counts(transaction, *context, run, now); !planned)
      return domain::fail(planned.error());
    if (auto kept = remember_walmart_stock(transaction, connection, run.walmart, run.only); !kept)
      return domain::fail(kept.error());
    const std::string_view reports = run.only.empty() ? "inventory" : kNoticedStock;
    if (auto put = put_report(transaction, connection, reports, now, to_json(run)); !put)
      return domain::fail(put.error());
    return run;
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<InventoryRun>> InventoryFlow::compare_only() {
  auto compared = co_await compare(true, {});
  if (!compared) co_return compared;
  auto work = [connection = connection_,
               compared = std::move(*compared)](store::Reader& reader) -> Result<InventoryRun> {
    InventoryRun run = compared;
    auto context = read_planning_context(reader, connection);
    if (!context) return domain::fail(context.error());
    for (const StockCount& count : counts_of(run)) {
      PlannedCount planned;
      if (!count.lines.empty()) {
        auto date = domain::date_in_zone(count.exact_read_at, context->settings.booking_zone);
        if (!date) return domain::fail(date.error());
        planned.key = stock_count_key(count);
        planned.state = "would_be_planned";
        Decimal units;
        for (const auto& line : count.lines) units += line.difference().abs();
        if (units > context->settings.stock_confirm_units) {
          planned.state = "would_be_held";
          planned.note = confirmation_text(count, context->settings);
        }
        run.documents.push_back(stock_count_document(count, context->settings.reference_prefix, *date));
      }
      run.counts.push_back(std::move(planned));
    }
    run.new_notices = run.comparison.notices;
    return run;
  };
  co_return co_await store_.read(std::move(work));
}

Task<Result<FlowReport>> InventoryFlow::run(FlowRequest request) {
  auto context_query = [connection = connection_](store::Reader& reader) {
    return read_planning_context(reader, connection);
  };
  auto context = co_await store_.read(std::move(context_query));
  if (!context) co_return domain::fail(context.error());
  if (auto reason = idle_reason(*context)) {
    FlowReport idle;
    idle.notes.push_back(*std::move(reason));
    co_return idle;
  }
  auto run = co_await compare_and_plan(request.entities);
  if (!run) co_return domain::fail(run.error());
  FlowReport report;
  std::int64_t compared = 0;
  std::int64_t different = 0;
  std::int64_t planned = 0;
  for (const auto& warehouse : run->comparison.warehouses) {
    compared += static_cast<std::int64_t>(warehouse.compared);
    different += static_cast<std::int64_t>(warehouse.different.size());
  }
  for (const PlannedCount& count : run->counts) {
    planned += count.state == "planned" ? 1 : 0;
    if (!count.note.empty()) report.notes.push_back(count.note);
  }
  report.counts = {{"skus_read", static_cast<std::int64_t>(run->skus_read)},
                   {"items_compared", compared},
                   {"items_different", different},
                   {"left_to_the_next_run", static_cast<std::int64_t>(run->comparison.moving.size())},
                   {"planned", planned}};
  report.changed = different > 0 || !run->new_notices.empty();
  for (const auto& notice : run->new_notices) report.notes.push_back(notice.message);
  report.unknown = run->unknown;
  if (!run->only.empty()) report.left = left_of(*run, context->mapping, request.entities);
  co_return report;
}

Task<Result<FlowPreview>> InventoryFlow::preview(FlowRequest) {
  auto run = co_await compare_only();
  if (!run) co_return domain::fail(run.error());
  FlowPreview preview;
  preview.json = to_json(*run);
  preview.json.set("dry_run", true);
  Value documents{json::Array{}};
  for (const Value& document : run->documents) documents.push_back(document);
  preview.json.set("documents", std::move(documents));
  preview.text = inventory_text(preview.json) + "Nothing was sent.\n";
  for (const PlannedCount& count : run->counts) preview.problems = preview.problems || count.state == "would_be_held";
  co_return preview;
}

}  // namespace connector::flows
