#include "domain/plan_draft.h"

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

void PlanDraft::problem(Cause cause, const std::string& key, std::string message) {
  problems_.push_back({cause, key, std::move(message)});
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
