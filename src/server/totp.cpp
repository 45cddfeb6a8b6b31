#include "server/totp.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "store/secret_comparison.h"

namespace connector::server {

namespace {

constexpr std::int64_t kStepMilliseconds = 30'000;
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

}  // namespace

std::int64_t totp_step(domain::UtcTime time) { return domain::to_epoch_milliseconds(time) / kStepMilliseconds; }

std::string totp_code(std::string_view secret, std::int64_t step) {
  std::array<unsigned char, 8> counter{};
  for (std::size_t i = 0; i < counter.size(); ++i) {
    counter[counter.size() - 1 - i] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (8 * i));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(), counter.size(), digest.data(),
       &length);
  // RFC 4226, 5.3: the last four bits say which 31 bits are taken.
  const std::size_t offset = digest[length - 1] & 0x0fU;
  std::uint32_t number = digest[offset] & 0x7fU;
  for (std::size_t i = 1; i < 4; ++i) number = (number << 8U) | digest[offset + i];
  return fmt::format("{:06}", number % 1'000'000);
}

std::optional<std::int64_t> totp_match(std::string_view secret, std::string_view code, domain::UtcTime now,
                                       std::int64_t after) {
  const std::int64_t present = totp_step(now);
  for (std::int64_t step = present - 1; step <= present + 1; ++step) {
    const bool same = store::same_secret(code, totp_code(secret, step));
    if (same && step > after) return step;
  }
  return std::nullopt;
}

std::string base32(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += kAlphabet[(bits >> held) & 31U];
    }
  }
  if (held > 0) text += kAlphabet[(bits << (5 - held)) & 31U];
  return text;
}

std::string base32_bytes(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const auto digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return {};
    bits = (bits << 5U) | static_cast<std::uint32_t>(digit);
    held += 5;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>((bits >> held) & 0xffU);
  }
  return bytes;
}

}  // namespace connector::server
