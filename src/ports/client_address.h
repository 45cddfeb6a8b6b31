#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "domain/result.h"
#include "ports/http.h"

namespace connector::ports {

/// IP addresses that begin alike. IPv4 within IPv6 (::ffff:192.0.2.1) counts as IPv4.
class AddressRange {
 public:
  /// "192.0.2.1", "10.0.0.0/8", "::1" or "2001:db8::/32". Error: bad_input.
  static domain::Result<AddressRange> parse(std::string_view text);
  /// False for what is no address.
  bool contains(std::string_view address) const;

 private:
  std::array<unsigned char, 16> first_{};
  int bits_ = 128;  ///< of an IPv6 address
};

/// 127.0.0.0/8 or ::1.
bool is_loopback_address(std::string_view address);

/// By what one client is counted: an IPv4 address, or the first half of an IPv6 address, of which a client has the rest
/// to choose from. What is no address stays as it is.
std::string counted_address(std::string_view address);

/// Whence a request comes: the socket's peer or, if that is a trusted proxy, the last address in X-Forwarded-For that
/// is none. What stands before it, or before something that is no address, was written by strangers.
std::string client_address(const ServerRequest& request, const std::vector<AddressRange>& trusted_proxies);

}  // namespace connector::ports
