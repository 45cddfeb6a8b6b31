#include "flows/whole_list.h"

#include <fmt/format.h>

#include <algorithm>

namespace connector::flows {

namespace {

constexpr int kMostPasses = 4;

}  // namespace

void WholeList::begin_pass() {
  seen_before_ = std::move(seen_);
  seen_.clear();
  total_ = rows_ = page_rows_ = 0;
  page_is_new_ = is_broken_ = false;
  ++passes_;
}

bool WholeList::see(const std::string& sku) {
  ++page_rows_;
  const bool is_new = seen_.insert(sku).second;
  page_is_new_ = page_is_new_ || is_new;
  return is_new;
}

void WholeList::end_page(std::int64_t total) {
  total_ = std::max(total_, total);
  if (page_is_new_) rows_ += page_rows_;
  page_rows_ = 0;
  page_is_new_ = false;
}

WholeList::Verdict WholeList::end_pass() {
  const bool all_seen = static_cast<std::int64_t>(seen_.size()) >= total_;
  // As many rows as there are, and the same twice: the list itself holds a SKU more than once.
  const bool is_stable = rows_ >= total_ && seen_ == seen_before_;
  if (!is_broken_ && (all_seen || is_stable)) return Verdict::whole;
  return passes_ < kMostPasses ? Verdict::again : Verdict::incomplete;
}

domain::Error WholeList::incomplete(const std::string& what) const {
  const std::string told = is_broken_ ? "broke off" : fmt::format("told of {}", total_);
  return {domain::Cause::api_outage,
          fmt::format("Walmart's list of {} {} and showed {}, in {} passes: a part is not taken for the whole, and "
                      "nothing is compared",
                      what, told, seen_.size(), passes_)};
}

}  // namespace connector::flows
