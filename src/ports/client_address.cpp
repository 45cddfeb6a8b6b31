#include "ports/client_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace connector::ports {

namespace {

using Bytes = std::array<unsigned char, 16>;

constexpr int kIpv4Begin = 96;  ///< bits of the prefix of IPv4 within IPv6

bool is_ipv4(const Bytes& bytes) {
  return std::all_of(bytes.begin(), bytes.begin() + 10, [](unsigned char byte) { return byte == 0; }) &&
         bytes[10] == 0xff && bytes[11] == 0xff;
}

std::optional<Bytes> bytes_of(std::string_view address) {
  const std::string text(address.substr(0, address.find('%')));
  Bytes bytes{};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
  bytes = {};
  bytes[10] = bytes[11] = 0xff;
  if (inet_pton(AF_INET, text.c_str(), &bytes[12]) == 1) return bytes;
  return std::nullopt;
}

std::string text_of(const Bytes& bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool ipv4 = is_ipv4(bytes);
  const void* from = ipv4 ? &bytes[12] : bytes.data();
  return inet_ntop(ipv4 ? AF_INET : AF_INET6, from, text.data(), text.size()) == nullptr ? "" : text.data();
}

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// An entry of X-Forwarded-For; some proxies add the port: "192.0.2.1:4711", "[2001:db8::1]:4711".
std::optional<Bytes> bytes_of_entry(std::string_view entry) {
  entry = trimmed(entry);
  if (entry.starts_with('[')) {
    const auto end = entry.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view rest = entry.substr(end + 1);
    if (!rest.empty() && !rest.starts_with(':')) return std::nullopt;
    return bytes_of(entry.substr(1, end - 1));
  }
  if (std::count(entry.begin(), entry.end(), ':') == 1) entry = entry.substr(0, entry.find(':'));
  return bytes_of(entry);
}

/// All entries, the nearest proxy's last; each proxy may have added a line of its own.
std::vector<std::string_view> forwarded_for(const HttpHeaders& headers) {
  std::vector<std::string_view> entries;
  for (const auto& header : headers) {
    if (!find_header({header}, "X-Forwarded-For")) continue;
    std::string_view rest = header.second;
    while (true) {
      const auto comma = rest.find(',');
      entries.push_back(rest.substr(0, comma));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return entries;
}

}  // namespace

domain::Result<AddressRange> AddressRange::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto bytes = bytes_of(text.substr(0, slash));
  AddressRange range;
  if (bytes && slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const bool ipv4 = text.find(':') == std::string_view::npos;
    const int most = ipv4 ? 128 - kIpv4Begin : 128;
    int bits = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    const bool is_number = error == std::errc{} && end == digits.data() + digits.size();
    if (!is_number || bits < 0 || bits > most) {
      return domain::fail(domain::Cause::bad_input, "\"" + std::string(text) + "\" ends with no length of a prefix");
    }
    range.bits_ = ipv4 ? bits + kIpv4Begin : bits;
  }
  if (!bytes) {
    return domain::fail(
        domain::Cause::bad_input,
        "\"" + std::string(text) + "\" is no IP address; write \"127.0.0.1\", \"10.0.0.0/8\" or \"::1\"");
  }
  range.first_ = *bytes;
  return range;
}

bool AddressRange::contains(std::string_view address) const {
  const auto bytes = bytes_of(address);
  if (!bytes) return false;
  for (int bit = 0; bit < bits_; ++bit) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    const int mask = 0x80 >> (bit % 8);
    if (((first_[byte] ^ (*bytes)[byte]) & mask) != 0) return false;
  }
  return true;
}

std::string counted_address(std::string_view address) {
  auto bytes = bytes_of(address);
  if (!bytes) return std::string(address);
  if (!is_ipv4(*bytes)) std::fill(bytes->begin() + 8, bytes->end(), static_cast<unsigned char>(0));
  return text_of(*bytes);
}

bool is_loopback_address(std::string_view address) {
  static const std::array<AddressRange, 2> ranges{*AddressRange::parse("127.0.0.0/8"), *AddressRange::parse("::1")};
  return ranges[0].contains(address) || ranges[1].contains(address);
}

std::string client_address(const ServerRequest& request, const std::vector<AddressRange>& trusted_proxies) {
  const auto is_trusted = [&trusted_proxies](const std::string& address) {
    return std::any_of(trusted_proxies.begin(), trusted_proxies.end(),
                       [&address](const AddressRange& range) { return range.contains(address); });
  };
  std::string client = request.remote_address;
  const std::vector<std::string_view> entries = forwarded_for(request.headers);
  for (auto entry = entries.rbegin(); entry != entries.rend() && is_trusted(client); ++entry) {
    const auto bytes = bytes_of_entry(*entry);
    if (!bytes) break;
    client = text_of(*bytes);
  }
  return client;
}

}  // namespace connector::ports
