#include "flows/order_preview.h"

#include <fmt/format.h>

#include "flows/document_json.h"

namespace connector::flows {
namespace {

json::Value preview_json(const OrderPreview& preview) {
  json::Value value{json::Object{}};
  value.set("purchase_order", preview.order.purchase_order_id);
  value.set("before_go_live", preview.before_go_live);
  json::Value documents{json::Array{}};
  for (const auto& document : preview.plan.documents) documents.push_back(to_json(document));
  value.set("documents", std::move(documents));
  json::Value problems{json::Array{}};
  for (const auto& problem : preview.plan.problems) {
    json::Value entry{json::Object{}};
    entry.set("key", problem.key);
    entry.set("cause", domain::to_string(problem.cause));
    entry.set("message", problem.message);
    problems.push_back(std::move(entry));
  }
  value.set("problems", std::move(problems));
  return value;
}

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
  for (const auto& preview : previews) {
    if (preview.plan.documents.empty() && preview.plan.problems.empty()) continue;
    documents += preview.plan.documents.size();
    shown.problems = shown.problems || !preview.plan.problems.empty();
    orders.push_back(preview_json(preview));
    shown.text += preview_text(preview);
  }
  shown.text +=
      fmt::format("{} orders read, {} documents would be made; nothing was sent.\n", previews.size(), documents);
  shown.json = json::Value{json::Object{}};
  shown.json.set("dry_run", true);
  shown.json.set("orders_read", previews.size());
  shown.json.set("documents", documents);
  shown.json.set("orders", std::move(orders));
  return shown;
}

}  // namespace connector::flows
