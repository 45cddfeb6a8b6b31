#include "csv/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connector::csv {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Csv, PassesOverOtherColumnsWhereTheyAreToBeIgnored) {
  const std::string text = "b,other,a\n2,x,1\n";
  const File refused = read_file(text, {"a"}, {"b"});
  ASSERT_EQ(refused.bad_rows.size(), 1U);
  EXPECT_THAT(to_string(refused.bad_rows.front()), HasSubstr("unknown column \"other\""));
  const File file = read_file(text, {"a"}, {"b", "absent"}, OtherColumns::ignored);
  EXPECT_THAT(file.bad_rows, IsEmpty());
  ASSERT_EQ(file.records.size(), 1U);
  EXPECT_THAT(file.records.front().cells, ElementsAre("1", "2", ""));
  EXPECT_THAT(to_string(read_file(text, {"c"}, {}, OtherColumns::ignored).bad_rows.front()),
              HasSubstr("no column \"c\""));
}

TEST(Csv, ReadsBackWhatItWrites) {
  const std::vector<std::string> cells = {"a", "", " blank ", "one,two", "\"quoted\"", "two\nlines"};
  const File file =
      read_file(write_row({"1", "2", "3", "4", "5", "6"}) + write_row(cells), {"1", "2", "3", "4", "5", "6"});
  ASSERT_EQ(file.records.size(), 1U);
  EXPECT_EQ(file.records.front().cells, cells);
  EXPECT_EQ(file.records.front().row, 2U);
}

}  // namespace
}  // namespace connector::csv
