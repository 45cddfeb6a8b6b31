#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/result.h"

namespace connector::app {

/// An http:// or https:// address of a server, without user, query or fragment.
struct WebAddress {
  std::string text;  ///< without trailing slash
  bool encrypted = true;
  bool loopback = false;  ///< localhost, 127.0.0.0/8 or ::1
};

/// Error: bad_input.
domain::Result<WebAddress> parse_web_address(std::string_view text);

struct ListenAddress {
  std::string host;  ///< IPv6 without brackets
  std::uint16_t port = 0;
};

/// Reads "127.0.0.1:8480", "[::1]:8480" or "localhost:0", which is 127.0.0.1. Error: bad_input, also for other names.
domain::Result<ListenAddress> parse_listen_address(std::string_view text);

/// Whether it stands for all addresses of the machine: 0.0.0.0 or ::.
bool is_any_address(std::string_view host);
/// Where a browser on this machine finds what listens there: "http://[::1]:8480"; all addresses are reached by
/// loopback.
std::string http_address(const ListenAddress& address);

}  // namespace connector::app
