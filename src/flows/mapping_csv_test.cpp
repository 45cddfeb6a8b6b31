#include "flows/mapping_csv.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace connector::flows {
namespace mapping_csv_test {

using domain::MappingRow;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> texts(const std::vector<csv::BadRow>& bad_rows) {
  std::vector<std::string> result;
  result.reserve(bad_rows.size());
  for (const csv::BadRow& bad : bad_rows) result.push_back(to_string(bad));
  return result;
}

TEST(MappingCsv, ReadsTheDocumentedFile) {
  const auto rows = parse_mapping_csv(
      "sku,exact_item,gl_account,cost_center,cost_unit,vat_code,warehouse\n"
      "*,,8000,WM,,0,MAIN\n"
      "HOME-*,,8001,,,,\n"
      "@shipping,FREIGHT,8100,,,,\n"
      "MUG,MUG-01, 8002 ,CC,CU,1,W\n");
  ASSERT_TRUE(rows);
  EXPECT_THAT(*rows, ElementsAre(MappingRow{"*", "", "8000", "WM", "", "0", "MAIN"},
                                 MappingRow{"HOME-*", "", "8001", "", "", "", ""},
                                 MappingRow{"@shipping", "FREIGHT", "8100", "", "", "", ""},
                                 MappingRow{"MUG", "MUG-01", "8002", "CC", "CU", "1", "W"}));
}

TEST(MappingCsv, ReadsEveryShapeOfRfc4180) {
  const auto rows = parse_mapping_csv(
      "\xEF\xBB\xBFgl_account,sku\r\n"
      "8000,\"A \"\"1\"\"\"\r\n"
      "\r\n"
      "\"80,01\",\"B\r\nC\"\n"
      "8002,D");
  ASSERT_TRUE(rows) << texts(rows.error()).front();
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ((*rows)[0].sku, "A \"1\"");
  EXPECT_EQ((*rows)[1], (MappingRow{"B\r\nC", "", "80,01", "", "", "", ""}));
  EXPECT_EQ((*rows)[2].sku, "D");
}

TEST(MappingCsv, AHeaderAloneIsAnEmptyMapping) {
  const auto rows = parse_mapping_csv("sku,exact_item,gl_account,cost_center,cost_unit,vat_code,warehouse\r\n");
  ASSERT_TRUE(rows);
  EXPECT_THAT(*rows, IsEmpty());
}

TEST(MappingCsv, RefusesWrongHeaders) {
  const auto refusal = [](std::string_view text) {
    const auto rows = parse_mapping_csv(text);
    return rows ? std::vector<std::string>() : texts(rows.error());
  };
  EXPECT_THAT(refusal(""), ElementsAre(HasSubstr("the file is empty")));
  EXPECT_THAT(refusal("sku,item\nA,B\n"), ElementsAre(HasSubstr("row 1, column item: unknown column")));
  EXPECT_THAT(refusal("sku,SKU\nA,B\n"), ElementsAre(HasSubstr("unknown column \"SKU\"")));
  EXPECT_THAT(refusal("exact_item\nA\n"), ElementsAre(HasSubstr("no column \"sku\"")));
  EXPECT_THAT(refusal("sku,sku\nA,B\n"), ElementsAre(HasSubstr("occurs twice")));
  EXPECT_THAT(refusal("sku;exact_item\nA;B\n"), ElementsAre(HasSubstr("semicolons")));
  EXPECT_THAT(refusal(std::string("\xFF\xFEs\0k\0", 6)), ElementsAre(HasSubstr("UTF-8")));
}

TEST(MappingCsv, NamesEveryBadRowWithWhatToDo) {
  const auto rows = parse_mapping_csv(
      "sku,exact_item\n"
      "A,1\n"
      ",2\n"
      "A,3\n"
      "B\n"
      "C,x\"y\n"
      "D,\"x\"y\n"
      " E,5\n"
      "@,6\n"
      "@FEE,7\n"
      "@fee,8\n"
      "F,\xC3(\n"
      "G,9\n"
      "H,\"open\n");
  ASSERT_FALSE(rows);
  EXPECT_THAT(
      texts(rows.error()),
      ElementsAre(HasSubstr("row 3, column sku: sku is empty"),
                  HasSubstr("row 4, column sku: \"A\" is in row 2 already"),
                  HasSubstr("row 5: the row has 1 cells but the header has 2"), HasSubstr("row 6: a quote inside"),
                  HasSubstr("row 7: text follows a closing quote"), HasSubstr("row 8, column sku: \" E\" has blanks"),
                  HasSubstr("row 9, column sku: \"@\" names no charge"),
                  HasSubstr("row 11, column sku: \"@fee\" is in row 10 already"),
                  HasSubstr("row 12: the row is not UTF-8"), HasSubstr("row 14: a quoted cell is not closed")));
}

TEST(MappingCsv, AThousandRowsWithThreeBadOnesAreRefusedWhole) {
  std::string text = "sku,exact_item,gl_account,cost_center,cost_unit,vat_code,warehouse\n";
  for (int i = 1; i <= 1000; ++i) {
    if (i == 17) {
      text += ",ITEM-17,8000,,,,\n";
    } else if (i == 500) {
      text += "SKU-499,ITEM-500,8000,,,,\n";
    } else if (i == 999) {
      text += "SKU-999,ITEM-999\n";
    } else {
      text += fmt::format("SKU-{0},ITEM-{0},8000,,,,\n", i);
    }
  }
  const auto rows = parse_mapping_csv(text);
  ASSERT_FALSE(rows);
  EXPECT_THAT(texts(rows.error()), ElementsAre(HasSubstr("row 18, column sku"), HasSubstr("row 501, column sku"),
                                               HasSubstr("row 1000: the row has 2 cells")));
}

std::string any_cell() {
  auto text = *rc::gen::container<std::string>(rc::gen::element('a', 'B', '"', ',', '\n', '\r', ';', '*', '@', '-'));
  return text;
}

TEST(MappingCsv, WhatIsWrittenReadsBack) {
  EXPECT_TRUE(rc::check([] {
    std::vector<MappingRow> rows;
    const int count = *rc::gen::inRange(0, 20);
    rows.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      rows.push_back({fmt::format("{}-{}", any_cell(), i), any_cell(), any_cell(), any_cell(), any_cell(), any_cell(),
                      any_cell()});
    }
    const auto read = parse_mapping_csv(write_mapping_csv(rows));
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == rows);
  }));
}

TEST(MappingCsv, NoTextBreaksTheReader) {
  EXPECT_TRUE(rc::check([] {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::element('s', 'k', 'u', ',', '"', '\n', '\r', '\0', '\xEF', '\xBB', '\xBF', '\xC3', ' ', '*'));
    for (const std::string& file : {text, "sku,exact_item\n" + text}) {
      const auto rows = parse_mapping_csv(file);
      RC_ASSERT(rows.has_value() || !rows.error().empty());
    }
  }));
}

TEST(KitsCsv, ReadsChecksAndWrites) {
  const std::string text =
      "sku,exact_item,quantity,price_share\r\n"
      "SET,A,1,70\r\n"
      "SET,B,0.5,0\r\n"
      "PAIR,C,2,1\r\n";
  const auto kits = parse_kits_csv(text);
  ASSERT_TRUE(kits);
  ASSERT_EQ(kits->at("SET").size(), 2U);
  EXPECT_EQ(kits->at("SET")[1].quantity.to_string(), "0.5");
  EXPECT_EQ(*parse_kits_csv(write_kits_csv(*kits)), *kits);

  const auto bad = parse_kits_csv(
      "sku,exact_item,quantity,price_share\n"
      "SET,A,0,70\n"
      "SET,A,1,-1\n"
      "SET,,many,1\n"
      "FREE,B,1,0\n");
  ASSERT_FALSE(bad);
  EXPECT_THAT(texts(bad.error()),
              ElementsAre(HasSubstr("row 2, column quantity"), HasSubstr("row 3, column exact_item: \"A\" is in row 2"),
                          HasSubstr("row 3, column price_share"), HasSubstr("row 4, column exact_item"),
                          HasSubstr("row 4, column quantity: \"many\""), HasSubstr("row 5, column price_share")));
}

TEST(AliasesCsv, ReadsChecksAndWrites) {
  const auto aliases = parse_aliases_csv("alias,sku\nOLD,NEW\nOLDER,NEW\n");
  ASSERT_TRUE(aliases);
  EXPECT_EQ(aliases->at("OLDER"), "NEW");
  EXPECT_EQ(*parse_aliases_csv(write_aliases_csv(*aliases)), *aliases);
  const auto bad = parse_aliases_csv("alias,sku\nA,A\nB,C\nC,D\nE,\n");
  ASSERT_FALSE(bad);
  EXPECT_THAT(texts(bad.error()), ElementsAre(HasSubstr("row 5, column sku: sku is empty")));
  const auto circular = parse_aliases_csv("alias,sku\nA,A\nB,C\nC,D\n");
  ASSERT_FALSE(circular);
  EXPECT_THAT(texts(circular.error()), ElementsAre(HasSubstr("row 2, column alias"), HasSubstr("row 3, column sku")));
}

TEST(ShipNodesCsv, ReadsChecksAndWrites) {
  const auto nodes = parse_ship_nodes_csv("warehouse,ship_node\nEAST,\"Node, 7\"\n");
  ASSERT_TRUE(nodes);
  EXPECT_EQ(nodes->at("Node, 7"), "EAST");
  EXPECT_EQ(*parse_ship_nodes_csv(write_ship_nodes_csv(*nodes)), *nodes);
  EXPECT_FALSE(parse_ship_nodes_csv("ship_node\nA\n"));
  EXPECT_FALSE(parse_ship_nodes_csv("ship_node,warehouse\nA,1\nA,2\n"));
}

}  // namespace mapping_csv_test
}  // namespace connector::flows
