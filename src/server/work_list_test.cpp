#include "server/work_list.h"

#include "store/store_testing.h"

namespace connector::server {
namespace work_list_test {

using domain::Cause;
using store::PostingState;
using store::testing::value_of;

class WorkListTest : public store::testing::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    connection_ = value_of(write(
        [](store::Transaction& transaction) { return transaction.add_connection(store::testing::seller("shop")); }));
    put_mapping({{"*", "", "8000", "", "", "", ""}});
  }
  void put_mapping(std::vector<domain::MappingRow> rows) {
    value_of(write([&](store::Transaction& transaction) {
      return transaction.replace_mapping(connection_, domain::Mapping(rows, {}, {}, {}));
    }));
  }
  /// So many held for the same cause; "#" in the text stands for the number of each.
  void hold(int first, int count, Cause cause, const std::string& text, const std::string& document) {
    value_of(write([&](store::Transaction& transaction) -> domain::Result<void> {
      for (int number = first; number < first + count; ++number) {
        store::PostingRow row;
        row.connection = connection_;
        row.source_id = std::to_string(number);
        row.key = "invoice/" + row.source_id + "/1";
        row.state = PostingState::held;
        row.cause = cause;
        row.cause_detail = text;
        if (const auto mark = text.find('#'); mark != std::string::npos)
          row.cause_detail.replace(mark, 1, row.source_id);
        row.document = document;
        row.total = domain::Decimal::from_units(1'500'000);
        row.currency = "USD";
        if (auto done = transaction.insert_posting(row); !done) return done;
      }
      return {};
    }));
  }
  json::Value list(std::size_t most_groups = 200) {
    return value_of(read([&](store::Reader& reader) { return work_list(reader, connection_, most_groups); }));
  }
  store::ConnectionId connection_ = 0;
};

constexpr auto kGone = R"({"lines":[{"sku":"MUG","description":"A mug","exact_item":"GONE","gl_account":"8000"}]})";

TEST_F(WorkListTest, CountsAndSumsAreOfAllThatFailed) {
  hold(1, 6'000, Cause::missing_item, "SKU \"MUG\" is mapped to Exact item \"GONE\", which does not exist", kGone);
  hold(10'001, 3, Cause::closed_period, "October is closed", "{}");
  const json::Value value = list();
  EXPECT_EQ(value["failures"].integer(), 6'003);
  const json::Array groups = value["groups"].array();
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0]["count"].integer(), 6'000);
  EXPECT_EQ(groups[0]["totals"]["USD"].decimal(), domain::Decimal::from_units(9'000'000'000));
  EXPECT_EQ(groups[0]["mend"]["sku"].text(), "MUG");
  EXPECT_EQ(groups[0]["mend"]["code"].text(), "GONE");
  EXPECT_EQ(groups[0]["keys"].size(), 1'000U);
  EXPECT_EQ(groups[0]["keys"].array()[0].text(), "invoice/6000/1") << "the newest first";
  EXPECT_EQ(groups[0]["samples"].size(), 5U);
  EXPECT_EQ(groups[1]["cause"].text(), "closed_period");
  EXPECT_TRUE(groups[1]["mend"].is_null());
}

TEST_F(WorkListTest, WhatOneRowMendsIsOneGroupWhateverIsSaidOfIt) {
  const auto blocked = R"({"lines":[{"sku":"SKU","exact_item":"I","gl_account":"9"}]})";
  put_mapping({{"*", "", "9", "", "", "", ""}, {"CUP", "", "9", "", "", "", ""}});
  hold(1, 2, Cause::missing_gl_account, "G/L account \"9\" is blocked in Exact", blocked);
  hold(3, 1, Cause::missing_gl_account, "G/L account \"9\" mapped for \"SKU\" does not exist", blocked);
  // The same words, but the account comes from another row.
  hold(4, 1, Cause::missing_gl_account, "G/L account \"9\" is blocked in Exact",
       R"({"lines":[{"sku":"CUP","exact_item":"I","gl_account":"9"}]})");
  const json::Array groups = list()["groups"].array();
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0]["mend"]["row"].text(), "*");
  EXPECT_EQ(groups[0]["count"].integer(), 3);
  EXPECT_EQ(groups[1]["mend"]["row"].text(), "CUP");
  EXPECT_EQ(groups[1]["count"].integer(), 1);
}

TEST_F(WorkListTest, DocumentsOfOneClosedMonthAreOneGroup) {
  for (int day = 1; day <= 3; ++day) {
    const auto of_october = "the financial period of 2026-10-0" + std::to_string(day) +
                            " is closed in Exact: reopen it there and run `posting retry invoice/#/1`";
    hold(day, 1, Cause::closed_period, of_october, "{}");
  }
  hold(4, 1, Cause::closed_period,
       "the financial period of 2026-09-30 is closed in Exact: reopen it there and run `posting retry invoice/#/1`",
       "{}");
  const json::Array groups = list()["groups"].array();
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0]["count"].integer(), 3);
  EXPECT_EQ(groups[0]["keys"].size(), 3U);
  EXPECT_EQ(groups[1]["count"].integer(), 1);
}

TEST_F(WorkListTest, WhatGoesOnByItselfStandsLastAndApart) {
  hold(1, 3, Cause::api_outage, "Exact does not answer", "{}");
  hold(4, 1, Cause::closed_period, "October is closed", "{}");
  for (const auto* key : {"invoice/1/1", "invoice/2/1"}) {
    value_of(write([&](store::Transaction& transaction) -> domain::Result<void> {
      auto row = **transaction.posting(connection_, key);
      row.state = PostingState::retry;
      row.next_attempt_at = store::testing::at(9'000'000);
      return transaction.update_posting(row);
    }));
  }
  const json::Array groups = list()["groups"].array();
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_FALSE(groups[0]["by_itself"].boolean().value_or(true));
  EXPECT_FALSE(groups[1]["by_itself"].boolean().value_or(true)) << "given up: it waits for a person";
  EXPECT_EQ(groups[2]["cause"].text(), "api_outage");
  EXPECT_TRUE(groups[2]["by_itself"].boolean().value_or(false));
  EXPECT_EQ(groups[2]["count"].integer(), 2);
}

TEST_F(WorkListTest, TheLargestGroupsAreListedAndAllAreCounted) {
  hold(1, 30, Cause::amount_difference, "order # differs", "{}");
  hold(101, 2, Cause::closed_period, "October is closed", "{}");
  const json::Value value = list(10);
  EXPECT_EQ(value["groups_in_all"].integer(), 31);
  EXPECT_EQ(value["failures"].integer(), 32);
  ASSERT_EQ(value["groups"].size(), 10U);
  EXPECT_EQ(value["groups"].array()[0]["cause"].text(), "closed_period");
}

}  // namespace work_list_test
}  // namespace connector::server
