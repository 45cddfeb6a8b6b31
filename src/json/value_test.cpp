#include "json/value.h"

#include <gtest/gtest.h>

#include <limits>

namespace connector::json {
namespace value_test {

TEST(Value, MissingPathsAreNull) {
  Value order;
  order.set("shippingInfo", Object{{"methodCode", "Standard"}});
  EXPECT_EQ(order["shippingInfo"]["methodCode"].text_or(""), "Standard");
  EXPECT_TRUE(order["no"]["such"].at(3)["thing"].is_null());
  EXPECT_EQ(order["no"].text_or("fallback"), "fallback");
  EXPECT_EQ(order["no"].size(), 0U);
  EXPECT_FALSE(order.contains("no"));
}

TEST(Value, MembersAreSetReplacedAndErased) {
  Value value;
  value.set("a", 1).set("ignored", 2);  // set returns the member, which becomes an object here
  EXPECT_EQ(value["a"]["ignored"].integer(), 2);
  value.set("a", "text");
  EXPECT_EQ(value.size(), 1U);
  EXPECT_EQ(value["a"].string(), "text");
  ASSERT_NE(value.find("a"), nullptr);
  *value.find("a") = true;
  EXPECT_EQ(value["a"].boolean(), true);
  EXPECT_EQ(value.find("b"), nullptr);
  EXPECT_TRUE(value.erase("a"));
  EXPECT_FALSE(value.erase("a"));
  Value list;
  list.push_back(1);
  list.push_back("two");
  EXPECT_EQ(list.size(), 2U);
  EXPECT_EQ(list.at(1).string(), "two");
  EXPECT_TRUE(list.at(2).is_null());
}

TEST(ParseInteger, TakesWhatANumberMayWrite) {
  EXPECT_EQ(parse_integer("0"), 0);
  EXPECT_EQ(parse_integer("-5"), -5);
  EXPECT_EQ(parse_integer("007"), 7);
  EXPECT_EQ(parse_integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse_integer("12.0"), 12);
  EXPECT_EQ(parse_integer("1.5e3"), 1500);
  for (const char* text :
       {"", "-", "+5", " 5", "5 ", "5.", ".5", "0x5", "12a", "12.5", "1e-7", "9223372036854775808", "nan"}) {
    EXPECT_EQ(parse_integer(text), std::nullopt) << text;
  }
}

TEST(Value, ReadsIntegersFromNumbersAndDigits) {
  EXPECT_EQ(Value("1796277083022").integer(), 1'796'277'083'022);
  EXPECT_EQ(Value(Number{"-5"}).integer(), -5);
  EXPECT_EQ(Value(Number{"12.0"}).integer(), 12);
  EXPECT_EQ(Value(Number{"1.5e3"}).integer(), 1500);
  EXPECT_EQ(Value(Number{"12.5"}).integer(), std::nullopt);
  EXPECT_EQ(Value(Number{"1.0000000001"}).integer(), std::nullopt);
  EXPECT_EQ(Value(Number{"1e-7"}).integer(), std::nullopt);
  EXPECT_EQ(Value(Number{"99999999999999999999"}).integer(), std::nullopt);
  EXPECT_EQ(Value("12a").integer(), std::nullopt);
  EXPECT_EQ(Value("").integer(), std::nullopt);
  EXPECT_EQ(Value(true).integer(), std::nullopt);
}

TEST(Value, ReadsDecimalsWithoutBinaryFloatingPoint) {
  EXPECT_EQ(Value(Number{"0.1"}).decimal()->units(), 100'000);
  EXPECT_EQ(Value("19.99").decimal()->units(), 19'990'000);
  EXPECT_EQ(Value("abc").decimal(), std::nullopt);
  EXPECT_EQ(Value().decimal(), std::nullopt);
  EXPECT_EQ(Value(*domain::Decimal::parse("9.90")).text(), "9.9");
}

TEST(Write, EscapesAndKeepsOrder) {
  Value value;
  value.set("z", "quote \" backslash \\ line\nreturn\rtab\tbell\x07 zero" + std::string(1, '\0') + " \xE2\x82\xAC");
  value.set("a", Array{1, true, nullptr, Number{"1.50"}, Object{}, Array{}});
  EXPECT_EQ(write(value),
            "{\"z\":\"quote \\\" backslash \\\\ line\\nreturn\\rtab\\tbell\\u0007 zero\\u0000 \xE2\x82\xAC\","
            "\"a\":[1,true,null,1.50,{},[]]}");
  EXPECT_EQ(*parse(write(value)), value);
  EXPECT_EQ(*parse(write_pretty(value)), value);
}

TEST(Write, IndentsForPeople) {
  Value value;
  value.set("a", Array{1, 2});
  value.set("b", Object{});
  EXPECT_EQ(write_pretty(value), "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}");
}

}  // namespace value_test
}  // namespace connector::json
