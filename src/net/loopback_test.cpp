#include "net/loopback.h"

#include <gtest/gtest.h>

namespace connector::net {
namespace loopback_test {

TEST(Loopback, OnlyThisMachineIs) {
  for (const char* url : {"http://127.0.0.1:80/x", "http://127.255.3.4/", "http://localhost/", "http://LOCALHOST:1/",
                          "http://[::1]:9/", "http://u:p@127.0.0.1/", "HTTP://127.1/"}) {
    const auto route = route_of(url);
    EXPECT_TRUE(route.valid && route.plain && route.loopback) << url;
  }
  for (const char* url :
       {"http://example.com/", "http://127.0.0.1.example.com/", "http://127.0.0.1@example.com/", "http://128.0.0.1/",
        "http://localhost.example.com/", "http://[::2]/", "http://10.0.0.1/?127.0.0.1", "http://0.0.0.0/"}) {
    const auto route = route_of(url);
    EXPECT_TRUE(route.valid && route.plain && !route.loopback) << url;
  }
  EXPECT_FALSE(route_of("https://127.0.0.1/").plain);
  for (const char* url : {"", "ftp://127.0.0.1/", "file:///etc/passwd", "127.0.0.1/x", "http://", "//127.0.0.1/",
                          "http://a b/", "javascript:alert(1)"}) {
    EXPECT_FALSE(route_of(url).valid) << url;
  }
}

TEST(Loopback, TheOriginDecidesTheRoute) {
  EXPECT_EQ(origin_of("https://a.example:8/b?c=http://d"), "https://a.example:8");
  EXPECT_EQ(origin_of("http://a?b"), "http://a");
  EXPECT_EQ(origin_of("http://a#b"), "http://a");
  EXPECT_EQ(origin_of("nonsense"), "nonsense");
}

}  // namespace loopback_test
}  // namespace connector::net
