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

/// Reads "127.0.0.1:8480", "[::1]:8480" or "localhost:0". Error: bad_input.
domain::Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace connector::app
