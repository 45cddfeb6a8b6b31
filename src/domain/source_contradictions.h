#pragma once

#include <string_view>
#include <vector>

#include "domain/order.h"
#include "domain/planned_posting.h"
#include "domain/planning_problem.h"

namespace connector::domain {

/// What Walmart's words about an order line leave open or contradict: unknown statuses, more units than were ordered,
/// fewer shipped than frozen invoices of the history cover or than Walmart told before. Holds nothing but should be
/// seen: keys are "review/PO/line".
std::vector<PlanningProblem> contradictions_of(std::string_view purchase_order_id, const OrderLine& line,
                                               const std::vector<PlannedPosting>& history);

}  // namespace connector::domain
