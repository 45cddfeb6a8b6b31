#include "csv/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connector::csv {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Csv, PassesOverOtherColumnsOfForeignFiles) {
  const std::string text = "b,other,a\n2,x,1\n";
  const File refused = read_file(text, {"a"}, {"b"});
  ASSERT_EQ(refused.bad_rows.size(), 1U);
  EXPECT_THAT(to_string(refused.bad_rows.front()), HasSubstr("unknown column \"other\""));
  const File file = read_foreign_file(text, {"a"}, {"b", "absent"});
  EXPECT_THAT(file.bad_rows, IsEmpty());
  ASSERT_EQ(file.records.size(), 1U);
  EXPECT_THAT(file.records.front().cells, ElementsAre("1", "2", ""));
  EXPECT_THAT(to_string(read_foreign_file(text, {"c"}, {}).bad_rows.front()), HasSubstr("no column \"c\""));
}

TEST(Csv, TakesFromForeignFilesWhatHasAMeaning) {
  const std::string text =
      "a,goods,b\n"
      "1,Lamp 40\" tall,2\n"
      "3,\"Lamp\" small,\"4\"x\n"
      "5,Lamp \xE9,6\n"
      "7\n";
  const File file = read_foreign_file(text, {"a"}, {"b"});
  ASSERT_THAT(file.bad_rows, IsEmpty()) << to_string(file.bad_rows.front());
  ASSERT_EQ(file.records.size(), 4U);
  EXPECT_THAT(file.records[0].cells, ElementsAre("1", "2"));
  EXPECT_THAT(file.records[1].cells, ElementsAre("3", "4x"));
  EXPECT_THAT(file.records[2].cells, ElementsAre("5", "6"));
  EXPECT_THAT(file.records[3].cells, ElementsAre("7", ""));
  EXPECT_EQ(read_file(text, {"a", "goods"}, {"b"}).bad_rows.size(), 4U) << "a person is told of each";
}

TEST(Csv, EndsForeignFilesWithTheFirstRowThatIsWrong) {
  EXPECT_THAT(to_string(read_foreign_file("a\n1,2\n3,4\n5\n", {"a"}, {}).bad_rows.front()), HasSubstr("row 2"));
  EXPECT_THAT(to_string(read_foreign_file("a\n\xE9\n", {"a"}, {}).bad_rows.front()), HasSubstr("UTF-8"));
  std::string many = "a,b\n";
  for (int row = 0; row < 1'000'001; ++row) many += ",\n";
  const File file = read_foreign_file(many, {"a"}, {});
  ASSERT_EQ(file.bad_rows.size(), 1U);
  EXPECT_THAT(to_string(file.bad_rows.front()), HasSubstr("more than 1000000 rows"));
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
