#pragma once

#include <functional>
#include <string>
#include <vector>

#include "domain/planned_posting.h"
#include "domain/planning.h"

namespace connector::domain {

/// What a planner wants for one order, beside what stands already; the plan is the difference of the two. A planner
/// derives from it. The history must outlive it.
class PlanDraft {
 protected:
  explicit PlanDraft(const std::vector<PlannedPosting>& history) : history_(history) {}

  /// nullptr if no posting of this key stands.
  const PlannedPosting* known(const std::string& key) const;
  bool is_frozen(const std::string& key) const;
  /// By a person: the document of this key will never be in Exact.
  bool was_skipped(const std::string& key) const;
  void problem(Cause cause, const std::string& key, std::string message);
  /// What follows a document that was skipped cannot be sent by itself: it is held. True if it is.
  bool hold_behind_skipped(const std::string& key, const std::string& before);
  /// Its total becomes the sum of its lines.
  void want(Document made);
  /// What `planned_here` names, may still change and is wanted no longer is withdrawn. Leaves the draft empty.
  Plan published(const std::function<bool(const Document&)>& planned_here);

  const std::vector<PlannedPosting>& history_;
  std::vector<Document> wanted_;
  std::vector<PlanningProblem> problems_;
};

}  // namespace connector::domain
