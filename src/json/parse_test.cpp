#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "json/value.h"

namespace connector::json {
namespace parse_test {

using namespace std::string_literals;

std::string nested(std::size_t depth, const std::string& open, const std::string& close) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  text += "1";
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

TEST(Parse, ReadsEveryKind) {
  const auto value = parse(R"( {"s":"a\u20ac\n","n":-1.50e+2,"t":true,"f":false,"z":null,"o":{"k":[1,[],{}]}} )");
  ASSERT_TRUE(value.has_value()) << value.error().message;
  EXPECT_EQ((*value)["s"].string(), "a\xE2\x82\xAC\n");
  EXPECT_EQ((*value)["n"].text(), "-1.50e+2");
  EXPECT_EQ((*value)["t"].boolean(), true);
  EXPECT_EQ((*value)["f"].boolean(), false);
  EXPECT_TRUE(value->contains("z"));
  EXPECT_TRUE((*value)["z"].is_null());
  EXPECT_EQ((*value)["o"]["k"].size(), 3U);
}

TEST(Parse, KeepsNumberText) {
  EXPECT_EQ(parse("[123456789012345678901234567890.10 ]")->at(0).text(), "123456789012345678901234567890.10");
  EXPECT_EQ(parse("[0.1\n,1E400]")->at(1).text(), "1E400");
  EXPECT_EQ(parse("[18446744073709551616]")->at(0).text(), "18446744073709551616");
}

TEST(Parse, ReadsBareScalars) {
  EXPECT_EQ(parse("12.50")->text(), "12.50");
  EXPECT_EQ(parse(" \"a\" ")->string(), "a");
  EXPECT_TRUE(parse("null")->is_null());
  EXPECT_EQ(parse("true")->boolean(), true);
  EXPECT_EQ(parse("\xEF\xBB\xBF{}")->is_object(), true);
}

TEST(Parse, LastOfRepeatedNamesWins) {
  const auto value = parse(R"({"a":1,"b":2,"a":{"c":3}})");
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->size(), 2U);
  EXPECT_EQ((*value)["a"]["c"].integer(), 3);
  std::string many = "{";
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 50; ++i) many += fmt::format("\"name{}\":{},", i, round);
  }
  many.back() = '}';
  const auto large = parse(many);
  ASSERT_TRUE(large.has_value());
  EXPECT_EQ(large->size(), 50U);
  EXPECT_EQ((*large)["name0"].integer(), 2);
  EXPECT_EQ((*large)["name49"].integer(), 2);
}

TEST(Parse, RefusesWhatIsNoJson) {
  const std::vector<std::string> refused{"",
                                         " ",
                                         "{",
                                         "[",
                                         "]",
                                         "}",
                                         "[1,",
                                         "[1,]",
                                         "[,1]",
                                         "[1 2]",
                                         "{\"a\"}",
                                         "{\"a\":}",
                                         "{\"a\":1,}",
                                         "{a:1}",
                                         "{1:1}",
                                         "{\"a\":1]",
                                         "[1}",
                                         "[1]]",
                                         "[1][2]",
                                         "1 2",
                                         "1,2",
                                         "1],[2",
                                         "01",
                                         "-",
                                         "1.",
                                         ".5",
                                         "1e",
                                         "+1",
                                         "NaN",
                                         "Infinity",
                                         "tru",
                                         "truee",
                                         "nul",
                                         "True",
                                         "'a'",
                                         "\"a",
                                         "\"\\x\"",
                                         "\"\\u12\"",
                                         "\"\\ud800\"",
                                         "[\"a\nb\"]",
                                         "[\"\x01\"]",
                                         "// c\n1",
                                         "[1/*c*/]",
                                         "\"\xff\"",
                                         "[\"\xc0\xaf\"]",
                                         "[\"\xed\xa0\x80\"]",
                                         "{\"a\xff\":1}",
                                         "[1]\xff",
                                         "<html></html>",
                                         "{}x",
                                         "[]{}",
                                         "[1]\0"s};
  for (const auto& text : refused) {
    const auto value = parse(text);
    ASSERT_FALSE(value.has_value()) << text;
    EXPECT_EQ(value.error().cause, domain::Cause::malformed_response);
  }
}

TEST(Parse, TellsThePosition) {
  EXPECT_NE(parse(R"({"a":1,"b":tru})").error().message.find("byte 11"), std::string::npos)
      << parse(R"({"a":1,"b":tru})").error().message;
}

TEST(Parse, LimitsTheDepth) {
  EXPECT_TRUE(parse(nested(512, "[", "]")).has_value());
  EXPECT_FALSE(parse(nested(513, "[", "]")).has_value());
  EXPECT_TRUE(parse(nested(512, "{\"a\":", "}")).has_value());
  EXPECT_FALSE(parse(nested(513, "{\"a\":", "}")).has_value());
  EXPECT_FALSE(parse(nested(1'000'000, "[", "]")).has_value());
  EXPECT_FALSE(parse(std::string(1'000'000, '[')).has_value());
  EXPECT_FALSE(parse(std::string(1'000'000, '{')).has_value());
  EXPECT_EQ(write(*parse(nested(512, "[", "]"))), nested(512, "[", "]"));
}

TEST(Parse, ReadsLargeTexts) {
  std::string text = "[";
  for (int i = 0; i < 200'000; ++i) text += fmt::format("{{\"sku\":\"S-{}\",\"quantity\":{}}},", i, i);
  text.back() = ']';
  const auto value = parse(text);
  ASSERT_TRUE(value.has_value()) << value.error().message;
  EXPECT_EQ(value->size(), 200'000U);
  EXPECT_EQ(value->at(199'999)["sku"].string(), "S-199999");
}

/// simdjson's validating DOM parser is the judge of what is JSON; it alone refuses large numbers.
bool judged_valid(simdjson::dom::parser& judge, const std::string& text) {
  return judge.parse(text).error() == simdjson::SUCCESS;
}

TEST(Parse, AgreesWithAValidatingParserOnDamagedTexts) {
  const std::vector<std::string> seeds{
      R"({"list":{"meta":{"totalCount":1},"elements":{"order":[{"purchaseOrderId":"1796277083022","lines":[{"n":"1"}]}]}}})",
      R"([1,-2.5,3e4,"a\"b\\c\u00e9",true,false,null,{},[],{"k":[{}]}])", R"({"a":{"b":{"c":[[[]]]}},"d":"e"})",
      R"(["\ud83d\ude00","x",0,-0,1.0E-2])"};
  const std::string alphabet = "{}[]:,\"\\ \n0123456789.-+eEtrufalsn\xff\xc3\xa9/'\0"s;
  std::mt19937 random(20'261'123);
  simdjson::dom::parser judge;
  int accepted = 0;
  for (int round = 0; round < 60'000; ++round) {
    std::string text = seeds[random() % seeds.size()];
    const auto edits = random() % 4;
    for (unsigned edit = 0; edit < edits && !text.empty(); ++edit) {
      const auto at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text.erase(at, 1 + random() % 8);
          break;
        case 1:
          text.insert(at, 1, alphabet[random() % alphabet.size()]);
          break;
        case 2:
          text[at] = alphabet[random() % alphabet.size()];
          break;
        default:
          text = text.substr(0, at) + text.substr(random() % text.size());
      }
    }
    const auto value = parse(text);
    ASSERT_EQ(value.has_value(), judged_valid(judge, text)) << text;
    if (!value) continue;
    ++accepted;
    const auto again = parse(write(*value));
    ASSERT_TRUE(again.has_value()) << text;
    ASSERT_EQ(*again, *value) << text;
  }
  EXPECT_GT(accepted, 10'000);
}

TEST(ParseMembers, KeepsThoseThatAreNamedAtAnyDepth) {
  constexpr std::string_view names[] = {"d", "ID", "Lines", "results"};
  const auto value = parse_members(
      R"({"x":{"ID":0},"d":{"ID":"a","Other":[1,{"y":"}]\""}],"Lines":{"results":[{"ID":1,"z":null},{"z":2}]}}})",
      names);
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(write(*value), R"({"d":{"ID":"a","Lines":{"results":[{"ID":1},{}]}}})");
  EXPECT_EQ(write(*parse_members(R"({"a":1})", {})), "{}");
}

TEST(ParseMembers, RefusesWhatWasCutOff) {
  constexpr std::string_view names[] = {"d", "ID"};
  const std::string text = R"({"d":{"Other":{"deep":[{"x":"}"}]},"ID":"a","Last":[{},{}]}})";
  ASSERT_TRUE(parse_members(text, names));
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(parse_members(std::string_view(text).substr(0, size), names)) << text.substr(0, size);
  }
}

TEST(Parse, ReadsEverySample) {
  int read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(CONNECTOR_SOURCE_DIR "/tests/data/walmart")) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    simdjson::dom::parser judge;
    EXPECT_EQ(parse(text).has_value(), judged_valid(judge, text)) << entry.path();
    ++read;
  }
  EXPECT_GT(read, 50);
}

}  // namespace parse_test
}  // namespace connector::json
