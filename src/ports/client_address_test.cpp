#include "ports/client_address.h"

#include <gtest/gtest.h>

namespace connector::ports {
namespace client_address_test {

AddressRange range(std::string_view text) { return *AddressRange::parse(text); }

std::string client(const std::string& peer, const HttpHeaders& headers) {
  ServerRequest request;
  request.remote_address = peer;
  request.headers = headers;
  return client_address(request, {range("127.0.0.1"), range("10.0.0.0/8"), range("fd00::/8")});
}

TEST(AddressRange, HoldsWhatBeginsAlike) {
  EXPECT_TRUE(range("10.0.0.0/8").contains("10.255.3.4"));
  EXPECT_TRUE(range("10.0.0.0/8").contains("::ffff:10.1.2.3"));
  EXPECT_FALSE(range("10.0.0.0/8").contains("11.0.0.1"));
  EXPECT_FALSE(range("10.0.0.0/8").contains("a00::1"));
  EXPECT_TRUE(range("192.0.2.128/25").contains("192.0.2.200"));
  EXPECT_FALSE(range("192.0.2.128/25").contains("192.0.2.100"));
  EXPECT_TRUE(range("2001:db8::/33").contains("2001:db8:7fff::1"));
  EXPECT_FALSE(range("2001:db8::/33").contains("2001:db8:8000::1"));
  EXPECT_TRUE(range("0.0.0.0/0").contains("203.0.113.9"));
  EXPECT_FALSE(range("0.0.0.0/0").contains("2001:db8::1"));
  EXPECT_FALSE(range("::/0").contains("no address"));
}

TEST(AddressRange, OtherTextIsRefused) {
  for (const char* text : {"", "localhost", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x",
                           "::/129", "1.2.3.4:80", "[::1]"}) {
    EXPECT_FALSE(AddressRange::parse(text)) << text;
  }
}

TEST(ClientAddress, ALoopbackAddressIsKnown) {
  EXPECT_TRUE(is_loopback_address("127.0.0.1"));
  EXPECT_TRUE(is_loopback_address("127.8.0.1"));
  EXPECT_TRUE(is_loopback_address("::1"));
  EXPECT_TRUE(is_loopback_address("::ffff:127.0.0.1"));
  EXPECT_FALSE(is_loopback_address("128.0.0.1"));
  EXPECT_FALSE(is_loopback_address(""));
}

TEST(ClientAddress, AClientIsCountedByTheHalfOfAnIpv6AddressThatItCannotChoose) {
  EXPECT_EQ(counted_address("198.51.100.7"), "198.51.100.7");
  EXPECT_EQ(counted_address("::ffff:198.51.100.7"), "198.51.100.7");
  EXPECT_EQ(counted_address("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
  EXPECT_EQ(counted_address("nowhere"), "nowhere");
}

TEST(ClientAddress, AStrangerSaysNothingOfWhereItComesFrom) {
  EXPECT_EQ(client("203.0.113.9", {{"X-Forwarded-For", "198.51.100.7"}}), "203.0.113.9");
}

TEST(ClientAddress, IsTheLastThatIsNoProxy) {
  EXPECT_EQ(client("127.0.0.1", {{"x-forwarded-for", "198.51.100.7"}}), "198.51.100.7");
  EXPECT_EQ(client("127.0.0.1", {{"X-Forwarded-For", "1.1.1.1, 198.51.100.7, 10.0.0.4"}}), "198.51.100.7");
  EXPECT_EQ(client("::ffff:127.0.0.1", {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-For", "198.51.100.7"}}),
            "198.51.100.7")
      << "each proxy may have added a line";
  EXPECT_EQ(client("127.0.0.1", {{"X-Forwarded-For", "10.0.0.9, 10.0.0.4"}}), "10.0.0.9") << "a client within";
}

TEST(ClientAddress, MayBeIpv6AndHaveAPort) {
  EXPECT_EQ(client("127.0.0.1", {{"X-Forwarded-For", "2001:DB8::0:7"}}), "2001:db8::7");
  EXPECT_EQ(client("fd00::2", {{"X-Forwarded-For", "[2001:db8::7]:4711, fd00::1"}}), "2001:db8::7");
  EXPECT_EQ(client("127.0.0.1", {{"X-Forwarded-For", "198.51.100.7:4711"}}), "198.51.100.7");
  EXPECT_EQ(client("127.0.0.1", {{"X-Forwarded-For", "::ffff:198.51.100.7"}}), "198.51.100.7") << "one form for each";
}

TEST(ClientAddress, WhatIsNoAddressEndsTheChain) {
  EXPECT_EQ(client("127.0.0.1", {}), "127.0.0.1");
  for (const char* entry : {"", "unknown", "_hidden", "1.1.1.1, unknown", "[::1", "[::1]x", "1.2.3", ",", "1:2:3"}) {
    EXPECT_EQ(client("127.0.0.1", {{"X-Forwarded-For", entry}}), "127.0.0.1") << entry;
    EXPECT_EQ(client("127.0.0.1", {{"X-Forwarded-For", std::string(entry) + ", 10.0.0.4"}}), "10.0.0.4") << entry;
  }
}

}  // namespace client_address_test
}  // namespace connector::ports
