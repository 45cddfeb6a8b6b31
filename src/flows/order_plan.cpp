#include "flows/order_plan.h"

#include <algorithm>
#include <iterator>

#include "domain/acknowledgement_planning.h"
#include "domain/booked_orders.h"
#include "domain/credit_planning.h"

namespace connector::flows {

using domain::Document;

namespace {

void append(domain::Plan& plan, domain::Plan more) {
  std::move(more.documents.begin(), more.documents.end(), std::back_inserter(plan.documents));
  std::move(more.problems.begin(), more.problems.end(), std::back_inserter(plan.problems));
  std::move(more.withdrawn.begin(), more.withdrawn.end(), std::back_inserter(plan.withdrawn));
}

/// The postings of an order as they stand once `plan` is carried out.
std::vector<domain::PlannedPosting> carried_out(std::vector<domain::PlannedPosting> history, const domain::Plan& plan) {
  for (const std::string& key : plan.withdrawn) {
    std::erase_if(history, [&key](const domain::PlannedPosting& posting) { return posting.document.key == key; });
  }
  for (const Document& document : plan.documents) {
    std::erase_if(history,
                  [&document](const domain::PlannedPosting& posting) { return posting.document.key == document.key; });
    history.push_back({document});
  }
  return history;
}

/// What was planned of an order before go_live was moved past it.
void withdraw_unsent(const std::vector<domain::PlannedPosting>& history, domain::Plan& plan) {
  for (const domain::PlannedPosting& posting : history) {
    const Document& document = posting.document;
    if (posting.frozen || !domain::books_the_order(document.kind, document.key)) continue;
    plan.withdrawn.push_back(document.key);
  }
}

}  // namespace

domain::Plan plan_everything(const domain::PurchaseOrder& order, const PlanningContext& context,
                             const std::vector<domain::PlannedPosting>& stored, std::optional<domain::UtcTime> now) {
  const auto history = domain::without_posting_dates(stored);
  domain::Plan plan;
  if (domain::is_left_alone(order, context.settings, history)) {
    withdraw_unsent(history, plan);
  } else {
    auto own = history;
    std::erase_if(own,
                  [](const domain::PlannedPosting& posting) { return domain::is_credit_key(posting.document.key); });
    plan = domain::plan_order(order, context.mapping, context.settings, own);
  }
  const auto now_planned = carried_out(history, plan);
  append(plan, domain::plan_credits(order, context.mapping, context.settings, now_planned, now));
  append(plan, domain::plan_acknowledgement(order, context.settings, history));
  return domain::in_periods(std::move(plan), stored, context.calendar, context.settings.closed_period);
}

}  // namespace connector::flows
