#include "domain/acknowledgement_planning.h"

#include <algorithm>
#include <utility>

#include "domain/booked_orders.h"
#include "domain/mutation.h"
#include "domain/plan_draft.h"

namespace connector::domain {
namespace {

class AcknowledgementPlanner : private PlanDraft {
 public:
  explicit AcknowledgementPlanner(const std::vector<PlannedPosting>& history) : PlanDraft(history) {}

  Plan plan(const PurchaseOrder& order, const ConnectionSettings& settings) {
    if (!is_left_alone(order, settings, history_) && acknowledges_orders_of(settings, order.ship_node_type) &&
        awaits_acknowledgement(order)) {
      Document made;
      made.kind = PostingKind::order_acknowledgement;
      made.key = acknowledgement_key(order.purchase_order_id);
      made.reference = order.purchase_order_id;
      made.purchase_order_id = order.purchase_order_id;
      made.customer_order_id = order.customer_order_id;
      made.description = "Acknowledgement of Walmart order " + order.purchase_order_id;
      want(std::move(made));
    }
    return published([](const Document& former) { return former.kind == PostingKind::order_acknowledgement; });
  }
};

}  // namespace

std::string acknowledgement_key(std::string_view purchase_order_id) {
  return "acknowledgement/" + std::string(purchase_order_id);
}

bool awaits_acknowledgement(const PurchaseOrder& order) {
  return std::any_of(order.lines.begin(), order.lines.end(), [](const OrderLine& line) {
    return std::any_of(line.statuses.begin(), line.statuses.end(), [](const QuantityStatus& part) {
      return part.status == LineStatus::created && part.quantity > Decimal();
    });
  });
}

bool acknowledges_orders_of(const ConnectionSettings& settings, std::string_view ship_node_type) {
  if (mutated(Mutation::never_acknowledged)) return false;
  const bool is_wanted = settings.acknowledge_orders || mutated(Mutation::acknowledged_unasked);
  return is_wanted && ship_node_type != walmart_fulfilled_type && books_orders_of(settings, ship_node_type);
}

Plan plan_acknowledgement(const PurchaseOrder& order, const ConnectionSettings& settings,
                          const std::vector<PlannedPosting>& history) {
  return AcknowledgementPlanner(history).plan(order, settings);
}

}  // namespace connector::domain
