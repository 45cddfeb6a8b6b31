#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace connector::sandbox::exact {

/// A 128-bit GUID, `high` holding its first eight bytes as written.
struct Guid {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  // clang-tidy 14 takes what a defaulted comparison is made of for a null pointer.
  auto operator<=>(const Guid&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// Parses 32 hex digits with dashes (or none, or braces), any case; nullopt otherwise.
std::optional<Guid> parse_guid(std::string_view text);
/// Appends the 36-character lower-case form.
void append_guid(std::string& out, Guid guid);
std::string to_string(Guid guid);

/// Turns up to 62 bits into a version 4 GUID that looks random, and back. Every record's key is made this way from its
/// division, table and row, so that a look-up by key needs no index and a key costs no memory.
class GuidCipher {
 public:
  explicit GuidCipher(std::uint64_t seed);
  Guid seal(std::uint64_t plain) const;
  /// nullopt for a GUID that this cipher did not make.
  std::optional<std::uint64_t> open(Guid guid) const;

 private:
  std::uint64_t keys_[4];
};

}  // namespace connector::sandbox::exact
