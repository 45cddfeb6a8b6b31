#include "flows/prepare_order.h"

#include "flows/document_json.h"
#include "flows/order_facts.h"
#include "flows/order_plan.h"

namespace connector::flows {

using domain::Result;

Result<PreparedOrder> prepare_order(store::Reader& reader, const PlanningContext& context,
                                    const domain::PurchaseOrder& order, domain::UtcTime now) {
  PreparedOrder prepared;
  auto known = reader.order(context.connection, order.purchase_order_id);
  if (!known) return domain::fail(known.error());
  auto merged = with_known_facts(context, *known, order, now);
  if (!merged) return domain::fail(merged.error());
  store::OrderRow row = order_row(*merged, context, now);
  prepared.is_known = says_the_same(*known, row);
  if (prepared.is_known) return prepared;
  if (*known) prepared.merged_into = (*known)->facts_digest;
  prepared.row = std::move(row);
  prepared.merged = std::move(*merged);
  if (*known) return prepared;
  prepared.plan = plan_everything(prepared.merged, context, {}, now);
  prepared.documents = texts_of(prepared.plan);
  return prepared;
}

std::vector<std::string> texts_of(const domain::Plan& plan) {
  std::vector<std::string> texts;
  texts.reserve(plan.documents.size());
  for (const domain::Document& document : plan.documents) texts.push_back(json::write(to_json(document)));
  return texts;
}

}  // namespace connector::flows
