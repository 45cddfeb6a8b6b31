#include "json/utf8.h"

#include <gtest/gtest.h>

namespace connector::json {
namespace utf8_test {

using namespace std::string_view_literals;

TEST(Utf8, WhatIsValidStaysAsItIs) {
  for (const auto text : {""sv, "plain"sv, "caf\xc3\xa9"sv, "\xe2\x82\xac 5"sv, "\xf0\x9f\x93\xa6"sv}) {
    EXPECT_TRUE(is_plain_utf8(text));
    EXPECT_EQ(plain_utf8(text), text);
  }
}

TEST(Utf8, WhatIsNotIsReplacedByteByByte) {
  EXPECT_EQ(plain_utf8("cut \xe2\x82"sv), "cut \xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(plain_utf8("\xe9t\xe9"sv), "\xef\xbf\xbdt\xef\xbf\xbd") << "Latin-1";
  EXPECT_EQ(plain_utf8("a\0b"sv), "a\xef\xbf\xbd\x62");
  EXPECT_EQ(plain_utf8("\xed\xa0\x80!"sv), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd!") << "half of a surrogate pair";
  EXPECT_EQ(plain_utf8("\xc0\xaf"sv), "\xef\xbf\xbd\xef\xbf\xbd") << "longer than need be";
  EXPECT_EQ(plain_utf8("\xc3\x28"sv), "\xef\xbf\xbd(") << "the next letter is not swallowed";
  EXPECT_FALSE(is_plain_utf8("a\0b"sv));
}

}  // namespace utf8_test
}  // namespace connector::json
