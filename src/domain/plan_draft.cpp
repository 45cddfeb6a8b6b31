#include "domain/plan_draft.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace connector::domain {

const PlannedPosting* PlanDraft::known(const std::string& key) const {
  const auto found = std::find_if(history_.begin(), history_.end(),
                                  [&key](const PlannedPosting& posting) { return posting.document.key == key; });
  return found == history_.end() ? nullptr : &*found;
}

bool PlanDraft::is_frozen(const std::string& key) const {
  const PlannedPosting* posting = known(key);
  return posting != nullptr && posting->frozen;
}

bool PlanDraft::was_skipped(const std::string& key) const {
  const PlannedPosting* posting = known(key);
  return posting != nullptr && posting->skipped;
}

void PlanDraft::problem(Cause cause, const std::string& key, std::string message) {
  problems_.push_back({cause, key, std::move(message)});
}

bool PlanDraft::hold_behind_skipped(const std::string& key, const std::string& before) {
  if (!was_skipped(before)) return false;
  problem(Cause::waiting_for_dependency, key,
          fmt::format("it follows {}, which was skipped: skip it too, or book it by hand", before));
  return true;
}

void PlanDraft::want(Document made) {
  made.total = Decimal();
  for (const DocumentLine& line : made.lines) made.total += line.amount;
  wanted_.push_back(std::move(made));
}

Plan PlanDraft::published(const std::function<bool(const Document&)>& planned_here) {
  Plan result;
  std::set<std::string> keys;
  for (Document& made : wanted_) {
    keys.insert(made.key);
    const PlannedPosting* posting = known(made.key);
    if (posting != nullptr && (posting->frozen || posting->document == made)) continue;
    result.documents.push_back(std::move(made));
  }
  for (PlanningProblem& found : problems_) {
    if (!is_frozen(found.key)) result.problems.push_back(std::move(found));
  }
  for (const PlannedPosting& posting : history_) {
    const Document& former = posting.document;
    if (!posting.frozen && planned_here(former) && !keys.contains(former.key)) result.withdrawn.push_back(former.key);
  }
  return result;
}

}  // namespace connector::domain
