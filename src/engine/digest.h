#pragma once

#include <string>
#include <string_view>

namespace connector::engine {

/// SHA-256 of `bytes` in lower-case hex. Thread-safe.
std::string sha256_hex(std::string_view bytes);

}  // namespace connector::engine
