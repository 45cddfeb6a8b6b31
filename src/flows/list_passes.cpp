#include "flows/list_passes.h"

#include <algorithm>

namespace connector::flows {

namespace {

constexpr int kMostPasses = 5;

}  // namespace

void ListPasses::begin(std::int64_t total) {
  if (passes_ == 0) total_ = total;
  seen_before_ = seen_.size();
  ++passes_;
}

void ListPasses::see(const std::string& id) { seen_.insert(id); }

ListPasses::Verdict ListPasses::end() {
  if (static_cast<std::int64_t>(seen_.size()) >= total_) return Verdict::whole;
  // A pass that brings nothing new shows that the total counts something else.
  if (passes_ > 1 && seen_.size() == seen_before_) return Verdict::whole;
  return passes_ < kMostPasses ? Verdict::again : Verdict::restless;
}

domain::Error restless_list(const std::string& what) {
  return {domain::Cause::api_outage,
          "Walmart's list of " + what + " kept changing while it was read; it is read again from where it began"};
}

}  // namespace connector::flows
