#pragma once

#include <string>
#include <string_view>

namespace connector::net {

/// What a URL's scheme and host mean for the way a request may take.
struct UrlRoute {
  bool valid = false;     ///< http or https with a host
  bool plain = false;     ///< no TLS
  bool loopback = false;  ///< 127.0.0.0/8, ::1 or localhost
};

/// Reads the URL as libcurl will.
UrlRoute route_of(const std::string& url);

/// "scheme://authority" of a URL: all that its route depends on.
std::string_view origin_of(std::string_view url);

}  // namespace connector::net
