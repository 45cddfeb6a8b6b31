#include "ports/http.h"

#include <gtest/gtest.h>

namespace connector::ports {
namespace http_test {

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(Http, FindsHeadersInAnyCase) {
  const HttpHeaders headers{{"Content-Type", "text/plain"}, {"X-A", "1"}, {"x-a", "2"}};
  EXPECT_EQ(find_header(headers, "content-type"), "text/plain");
  EXPECT_EQ(find_header(headers, "X-a"), "1");
  EXPECT_EQ(find_header(headers, "x"), std::nullopt);
}

TEST(Http, SplitsTheTarget) {
  ServerRequest request;
  request.target = "/a%20b?c=d?e";
  EXPECT_EQ(request.path(), "/a%20b");
  EXPECT_EQ(request.query(), "c=d?e");
  request.target = "/a";
  EXPECT_EQ(request.path(), "/a");
  EXPECT_EQ(request.query(), "");
}

TEST(Http, EncodesAndDecodes) {
  EXPECT_EQ(percent_encode("aZ9-._~ /?+%\xE2\x82\xAC"), "aZ9-._~%20%2F%3F%2B%25%E2%82%AC");
  EXPECT_EQ(percent_decode("a%20b+c%2f", false), "a b+c/");
  EXPECT_EQ(percent_decode("a%20b+c", true), "a b c");
  EXPECT_EQ(percent_decode("%", false), "%");
  EXPECT_EQ(percent_decode("%4", false), "%4");
  EXPECT_EQ(percent_decode("%zz%41", false), "%zzA");
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(percent_decode(percent_encode(all), true), all);
}

TEST(Http, ReadsQueries) {
  EXPECT_EQ(parse_query("a=1&b=x%26y+z&&c&=d&a=2&e=f=g"),
            (Pairs{{"a", "1"}, {"b", "x&y z"}, {"c", ""}, {"", "d"}, {"a", "2"}, {"e", "f=g"}}));
  EXPECT_EQ(parse_query(""), Pairs());
}

}  // namespace http_test
}  // namespace connector::ports
