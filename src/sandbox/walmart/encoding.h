#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace connector::sandbox::walmart {

std::string base64_encode(std::string_view bytes);
/// Standard alphabet, padding optional; nullopt for other letters.
std::optional<std::string> base64_decode(std::string_view text);
std::string hexadecimal(std::string_view bytes);
/// The 32 raw bytes of HMAC-SHA256.
std::string hmac_sha256(std::string_view key, std::string_view message);

}  // namespace connector::sandbox::walmart
