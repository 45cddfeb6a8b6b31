#include "flows/preview_json.h"

#include "flows/document_json.h"

namespace connector::flows {

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

}  // namespace connector::flows
