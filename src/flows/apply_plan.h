#pragma once

#include <string>
#include <vector>

#include "domain/planned_posting.h"
#include "domain/planning.h"
#include "flows/planning_context.h"
#include "store/store.h"

namespace connector::flows {

/// What became of a plan.
struct AppliedPlan {
  std::size_t planned = 0;
  std::size_t held = 0;
  std::size_t withdrawn = 0;

  AppliedPlan& operator+=(const AppliedPlan& other) {
    planned += other.planned;
    held += other.held;
    withdrawn += other.withdrawn;
    return *this;
  }
};

/// What was planned for a source before, by the postings that it has.
domain::Result<std::vector<domain::PlannedPosting>> planned_before(store::Reader& reader,
                                                                   const std::vector<store::PostingRow>& rows);

/// Writes what the plan of a source asks for, with audit records; `documents` are the plan's as JSON, `rows` the
/// postings that the source already has. What is frozen stays as it is; what was held and is not held again is
/// released.
domain::Result<AppliedPlan> apply_plan(store::Transaction& transaction, const PlanningContext& context,
                                       const std::string& source_id, const domain::Plan& plan,
                                       const std::vector<std::string>& documents, std::vector<store::PostingRow> rows,
                                       domain::UtcTime now);

/// Holds the posting for a problem, or plans it. `waits`: the posting that must be posted first; a credit memo says so
/// while it waits.
void put_verdict(store::PostingRow& row, const domain::PlanningProblem* problem,
                 const store::PostingRow* waits = nullptr);

}  // namespace connector::flows
