#include "domain/mapping.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace connector::domain {
namespace mapping_test {

Mapping example() {
  return Mapping({{"*", "CATCH-ALL", "8000", "CC0", "U0", "0", "MAIN"},
                  {"HOME-*", "HOUSEHOLD", "8001", "CC1", "", "", ""},
                  {"HOME-MUG-*", "", "", "CC2", "", "", "WEST"},
                  {"HOME-MUG-01", "MUG", "", "", "", "1", ""},
                  {"@Shipping", "FREIGHT", "8100", "", "", "", ""},
                  {"@gift*", "WRAP", "", "", "", "", ""}},
                 {{"SET", {{"A", Decimal::from_integer(1), Decimal::from_integer(1)}}}},
                 {{"OLD-MUG", "HOME-MUG-01"}, {"OLD-SET", "SET"}}, {{"NODE", "EAST"}});
}

TEST(Mapping, FallsBackMemberByMember) {
  const auto mug = example().resolve("HOME-MUG-01");
  EXPECT_EQ(mug.row, (MappingRow{"HOME-MUG-01", "MUG", "8001", "CC2", "U0", "1", "WEST"}));
  EXPECT_FALSE(mug.warehouse_by_default);
  EXPECT_TRUE(mug.kit.empty());
  const auto other = example().resolve("HOME-LAMP");
  EXPECT_EQ(other.row, (MappingRow{"HOME-LAMP", "HOUSEHOLD", "8001", "CC1", "U0", "0", "MAIN"}));
  EXPECT_TRUE(other.warehouse_by_default);
  EXPECT_EQ(example().resolve("X").row.exact_item, "CATCH-ALL");
  EXPECT_EQ(example().resolve("home-mug-01").row.exact_item, "CATCH-ALL") << "SKUs differ by case";
}

TEST(Mapping, AliasesComeFirst) {
  EXPECT_EQ(example().resolve("OLD-MUG").row.sku, "HOME-MUG-01");
  EXPECT_EQ(example().resolve("OLD-MUG").row.exact_item, "MUG");
  ASSERT_EQ(example().resolve("OLD-SET").kit.size(), 1U);
  EXPECT_TRUE(example().has_row_for("OLD-MUG"));
}

TEST(Mapping, ChargesTakeNoItemFromTheCatchAll) {
  EXPECT_EQ(example().resolve("@shipping").row, (MappingRow{"@shipping", "FREIGHT", "8100", "CC0", "U0", "0", "MAIN"}));
  EXPECT_EQ(example().resolve("@fee").row.exact_item, "");
  EXPECT_EQ(example().resolve("@fee").row.gl_account, "8000");
  EXPECT_EQ(example().resolve("@giftwrap").row.exact_item, "WRAP");
  EXPECT_TRUE(example().has_row_for("@SHIPPING"));
  EXPECT_FALSE(example().has_row_for("@discount"));
  EXPECT_FALSE(example().has_row_for("X"));
}

TEST(Mapping, ShipNodes) {
  EXPECT_EQ(example().warehouse_of("NODE"), "EAST");
  EXPECT_FALSE(example().warehouse_of("ELSEWHERE"));
}

TEST(Mapping, NothingMappedIsNoError) {
  EXPECT_EQ(Mapping().resolve("X").row, (MappingRow{"X", "", "", "", "", "", ""}));
}

TEST(ChargeMappingKey, NamesCharges) {
  EXPECT_EQ(charge_mapping_key("PRODUCT"), "");
  EXPECT_EQ(charge_mapping_key("SHIPPING"), "@shipping");
  EXPECT_EQ(charge_mapping_key("FEE"), "@fee");
  EXPECT_EQ(charge_mapping_key("Recycling Fee"), "@recycling fee");
  EXPECT_EQ(charge_mapping_key(""), "@unknown");
}

/// The rules of design.md 1.4, said again in the plainest way: of all rows with a value the most special one wins.
std::string plainly(const std::vector<MappingRow>& rows, const std::string& sku, std::string MappingRow::*member) {
  std::string value;
  std::size_t special = 0;
  for (const MappingRow& row : rows) {
    if ((row.*member).empty()) continue;
    const bool is_pattern = row.sku.ends_with('*');
    const std::string prefix = row.sku.substr(0, row.sku.size() - 1);
    if (is_pattern ? !sku.starts_with(prefix) : row.sku != sku) continue;
    const std::size_t rank = is_pattern ? row.sku.size() : 1'000;
    if (rank <= special) continue;
    special = rank;
    value = row.*member;
  }
  return value;
}

TEST(Mapping, AnyRowsFallBackAsThePlainRulesSay) {
  EXPECT_TRUE(rc::check([] {
    const auto text = [](std::size_t most) {
      std::string made;
      const auto length = *rc::gen::inRange<std::size_t>(0, most + 1);
      for (std::size_t at = 0; at < length; ++at) made.push_back(*rc::gen::element('A', 'B', '-'));
      return made;
    };
    std::vector<MappingRow> rows;
    const auto count = *rc::gen::inRange(0, 9);
    for (int index = 0; index < count; ++index) {
      MappingRow row;
      row.sku = text(4) + (*rc::gen::arbitrary<bool>() ? "*" : "");
      const auto taken = [&row](const MappingRow& other) { return other.sku == row.sku; };
      if (row.sku.empty() || std::any_of(rows.begin(), rows.end(), taken)) continue;
      for (auto member : {&MappingRow::exact_item, &MappingRow::gl_account, &MappingRow::cost_center,
                          &MappingRow::cost_unit, &MappingRow::vat_code, &MappingRow::warehouse}) {
        if (*rc::gen::arbitrary<bool>()) row.*member = row.sku + "'s";
      }
      rows.push_back(std::move(row));
    }
    const std::string sku = text(5);
    const MappingRow found = Mapping(rows, {}, {}, {}).resolve(sku).row;
    for (auto member : {&MappingRow::exact_item, &MappingRow::gl_account, &MappingRow::cost_center,
                        &MappingRow::cost_unit, &MappingRow::vat_code, &MappingRow::warehouse}) {
      const bool as_said = found.*member == plainly(rows, sku, member);
      RC_ASSERT(as_said);
    }
  }));
}

}  // namespace mapping_test
}  // namespace connector::domain
