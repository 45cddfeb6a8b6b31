#pragma once

#include <array>
#include <string_view>

namespace connector::store {

/// SHA-256 of `bytes`. Thread-safe.
std::array<unsigned char, 32> sha256(std::string_view bytes);

}  // namespace connector::store
