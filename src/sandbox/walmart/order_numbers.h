#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace connector::sandbox::walmart {

/// Thirteen digits that look unordered and can be turned back: 1..4, then a permutation of the twelve-digit numbers.
/// `key` < 10^12. Different `salt` gives different numbers.
std::string scrambled_number(std::uint64_t key, std::uint64_t salt, char first_digit_base);
/// The key behind such a number; nullopt for any other text.
std::optional<std::uint64_t> unscrambled_number(std::string_view text, std::uint64_t salt, char first_digit_base);

}  // namespace connector::sandbox::walmart
