#include "app/config_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace connector::app {
namespace {

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

bool is_host(std::string_view text, bool brackets) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [brackets](char c) {
    bool hexadecimal = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (brackets) return hexadecimal || c == ':' || c == '.';
    return hexadecimal || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_';
  });
}

struct Authority {
  std::string host;
  std::string_view port;  ///< empty when absent
  bool has_port = false;
};

std::optional<Authority> split_authority(std::string_view text) {
  Authority authority;
  bool brackets = text.starts_with('[');
  std::size_t end = brackets ? text.find(']') : text.find(':');
  if (brackets && end == std::string_view::npos) return std::nullopt;
  authority.host = brackets ? text.substr(1, end - 1) : text.substr(0, end);
  if (!is_host(authority.host, brackets)) return std::nullopt;
  std::string_view rest = end == std::string_view::npos ? std::string_view() : text.substr(end + (brackets ? 1 : 0));
  if (!rest.empty()) {
    if (rest.front() != ':') return std::nullopt;
    authority.port = rest.substr(1);
    authority.has_port = true;
  }
  return authority;
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  // A name such as 127.example.com is not loopback: only digits and points may follow.
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

domain::Result<WebAddress> parse_web_address(std::string_view text) {
  auto wrong = [text] {
    // What stands before it is a secret.
    if (text.find('@') != std::string_view::npos) {
      return domain::fail(domain::Cause::bad_input,
                          "a web address with a user or password, which is not shown here, is not taken: write it "
                          "without, such as \"https://connector.example\"");
    }
    return domain::fail(
        domain::Cause::bad_input,
        fmt::format("\"{}\" is no web address such as \"https://connector.example\" (no user, query or fragment)",
                    text));
  };
  WebAddress address;
  std::string_view rest;
  if (text.starts_with("https://")) {
    rest = text.substr(8);
  } else if (text.starts_with("http://")) {
    rest = text.substr(7);
    address.encrypted = false;
  } else {
    return wrong();
  }
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c >= 127; })) return wrong();
  if (text.find_first_of("?#@\"<>\\") != std::string_view::npos) return wrong();
  auto authority = split_authority(rest.substr(0, rest.find('/')));
  if (!authority) return wrong();
  if (authority->has_port && port_of(authority->port).value_or(0) == 0) return wrong();
  address.loopback = is_loopback(authority->host);
  address.text = text;
  while (address.text.ends_with('/')) address.text.pop_back();
  return address;
}

domain::Result<ListenAddress> parse_listen_address(std::string_view text) {
  auto authority = split_authority(text);
  auto port = authority && authority->has_port ? port_of(authority->port) : std::nullopt;
  if (!port) {
    return domain::fail(domain::Cause::bad_input,
                        fmt::format("\"{}\" is no address and port such as \"127.0.0.1:8480\"", text));
  }
  if (authority->host == "localhost") authority->host = "127.0.0.1";
  std::array<unsigned char, sizeof(in6_addr)> binary{};
  const int family = authority->host.find(':') == std::string::npos ? AF_INET : AF_INET6;
  if (::inet_pton(family, authority->host.c_str(), binary.data()) != 1) {
    return domain::fail(
        domain::Cause::bad_input,
        fmt::format("\"{}\" is no IP address of this machine; write 127.0.0.1 for this machine alone, or "
                    "0.0.0.0 for all its addresses",
                    authority->host));
  }
  return ListenAddress{authority->host, *port};
}

bool is_any_address(std::string_view host) { return host == "0.0.0.0" || host == "::"; }

std::string http_address(const ListenAddress& address) {
  const bool is_ipv6 = address.host.find(':') != std::string::npos;
  const std::string host = is_any_address(address.host) ? (is_ipv6 ? "::1" : "127.0.0.1") : address.host;
  return is_ipv6 ? fmt::format("http://[{}]:{}", host, address.port) : fmt::format("http://{}:{}", host, address.port);
}

}  // namespace connector::app
