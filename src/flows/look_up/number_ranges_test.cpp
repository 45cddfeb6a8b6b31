#include "flows/look_up/number_ranges.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>

namespace connector::flows {
namespace number_ranges_test {

std::vector<std::int64_t> from(std::int64_t first, std::size_t count) {
  std::vector<std::int64_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), first);
  return numbers;
}

TEST(NumberRanges, FewerThanAFilterNamesAreAskedForByThemselves) {
  EXPECT_EQ(dense_ranges(from(100, 20)), std::vector<NumberRange>());
  EXPECT_EQ(dense_ranges(from(100, 21)), (std::vector<NumberRange>{{100, 120}}));
  std::vector<std::int64_t> twice = from(100, 20);
  twice.push_back(100);
  EXPECT_EQ(dense_ranges(twice), std::vector<NumberRange>()) << "one number given twice is one";
}

TEST(NumberRanges, WhatLiesFarApartIsInNone) {
  std::vector<std::int64_t> numbers = from(1'000, 25);
  numbers.insert(numbers.begin(), {1, 1'000'000});
  EXPECT_EQ(dense_ranges(numbers), (std::vector<NumberRange>{{1'000, 1'024}}));
  std::vector<std::int64_t> sparse;
  for (std::int64_t number = 0; number < 3'000; number += 15) sparse.push_back(number);
  EXPECT_EQ(dense_ranges(sparse), std::vector<NumberRange>()) << "20 in 300 are no fewer calls";
}

TEST(NumberRanges, MoreThanAPageIsCutInRanges) {
  EXPECT_EQ(dense_ranges(from(1, 700)), (std::vector<NumberRange>{{1, 300}, {301, 600}, {601, 700}}));
}

TEST(NumberRanges, NumbersAtTheEndsOfTheirTypeDoNoHarm) {
  std::vector<std::int64_t> numbers = from(std::numeric_limits<std::int64_t>::max() - 31, 31);
  numbers.push_back(std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(dense_ranges(numbers), (std::vector<NumberRange>{{numbers.front(), numbers.front() + 30}}));
}

}  // namespace number_ranges_test
}  // namespace connector::flows
