#include "flows/look_up/number_ranges.h"

#include <algorithm>
#include <iterator>

#include "exact/odata_query.h"

namespace connector::flows {

namespace {

/// Orders with three lines each then fill one page of a bulk list (exact.md 3.4: 1,000 rows).
constexpr std::uint64_t kWidestRange = 300;

}  // namespace

std::vector<NumberRange> dense_ranges(std::vector<std::int64_t> numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  std::vector<NumberRange> ranges;
  for (auto first = numbers.begin(); first != numbers.end();) {
    const auto end = std::partition_point(first, numbers.end(), [low = *first](std::int64_t number) {
      return static_cast<std::uint64_t>(number) - static_cast<std::uint64_t>(low) < kWidestRange;
    });
    if (static_cast<std::size_t>(std::distance(first, end)) > exact::ODataFilter::most_terms) {
      ranges.push_back({*first, *std::prev(end)});
      first = end;
    } else {
      ++first;
    }
  }
  return ranges;
}

}  // namespace connector::flows
