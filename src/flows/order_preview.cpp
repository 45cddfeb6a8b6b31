#include "flows/order_preview.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "flows/freezing/exact_freezer.h"
#include "flows/preview_json.h"

namespace connector::flows {
namespace {

std::string preview_text(const OrderPreview& preview) {
  std::string text;
  for (const auto& document : preview.plan.documents) {
    text += fmt::format("{}  {}  {}  {} {}\n", document.key, document.reference,
                        document.date ? domain::to_iso8601(*document.date) : "-", document.total.to_fixed(2),
                        document.currency);
    for (const auto& line : document.lines) {
      text += fmt::format("    {:>8} x {:<24} {:>12} {:>12}  {}\n", line.quantity.to_string(), line.exact_item,
                          line.unit_price.to_fixed(2), line.amount.to_fixed(2), line.sku);
    }
  }
  for (const auto& problem : preview.plan.problems)
    text += fmt::format("{}  would be held: {}\n", problem.key, problem.message);
  return text;
}

}  // namespace

FlowPreview show_order_previews(const std::vector<OrderPreview>& previews) {
  FlowPreview shown;
  json::Value orders{json::Array{}};
  std::size_t documents = 0;
  std::size_t held = 0;
  for (const auto& preview : previews) {
    if (preview.plan.documents.empty() && preview.plan.problems.empty()) continue;
    documents += preview.plan.documents.size();
    held += preview.plan.problems.size();
    shown.problems = shown.problems || !preview.plan.problems.empty();
    orders.push_back(preview_json(preview));
    shown.text += preview_text(preview);
  }
  shown.text += fmt::format("{} orders read, {} documents would be made{}; nothing was sent.\n", previews.size(),
                            documents, held == 0 ? "" : fmt::format(", {} would be held", held));
  shown.json = json::Value{json::Object{}};
  shown.json.set("dry_run", true);
  shown.json.set("orders_read", previews.size());
  shown.json.set("documents", documents);
  shown.json.set("orders", std::move(orders));
  return shown;
}

domain::Result<std::vector<OrderPreview>> with_unusable_codes(store::Reader& reader, store::ConnectionId connection,
                                                              std::vector<OrderPreview> previews) {
  for (OrderPreview& preview : previews) {
    std::set<std::string> named;
    for (const auto& problem : preview.plan.problems) named.insert(problem.key);
    for (const auto& document : preview.plan.documents) {
      if (!document.depends_on.empty() || named.contains(document.key)) continue;
      auto usable = check_codes(reader, connection, document);
      if (usable) continue;
      if (usable.error().cause == domain::Cause::store_failure) return domain::fail(usable.error());
      preview.plan.problems.push_back({usable.error().cause, document.key, usable.error().message});
    }
  }
  std::stable_partition(previews.begin(), previews.end(),
                        [](const OrderPreview& preview) { return !preview.plan.problems.empty(); });
  return previews;
}

}  // namespace connector::flows
