#include "sandbox/exact/guid.h"

#include "sandbox/faults/seeded_stream.h"

namespace connector::sandbox::exact {
namespace {

constexpr std::uint64_t left_mask = (1ULL << 60U) - 1;
constexpr std::uint64_t right_mask = (1ULL << 62U) - 1;

int hex_value(char character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<Guid> parse_guid(std::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
  const bool dashed = text.size() == 36;
  if (!dashed && text.size() != 32) return std::nullopt;
  Guid guid;
  int digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (dashed && (i == 8 || i == 13 || i == 18 || i == 23)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    std::uint64_t& half = digits < 16 ? guid.high : guid.low;
    half = (half << 4U) | static_cast<std::uint64_t>(value);
    ++digits;
  }
  return guid;
}

void append_guid(std::string& out, Guid guid) {
  static constexpr char hex[] = "0123456789abcdef";
  char buffer[36];
  int position = 0;
  for (int digit = 0; digit < 32; ++digit) {
    if (digit == 8 || digit == 12 || digit == 16 || digit == 20) buffer[position++] = '-';
    const std::uint64_t half = digit < 16 ? guid.high : guid.low;
    buffer[position++] = hex[(half >> (60U - 4U * static_cast<unsigned>(digit % 16))) & 15U];
  }
  out.append(buffer, sizeof buffer);
}

std::string to_string(Guid guid) {
  std::string text;
  append_guid(text, guid);
  return text;
}

GuidCipher::GuidCipher(std::uint64_t seed) {
  SeededStream stream(seed);
  for (std::uint64_t& key : keys_) key = stream.next();
}

Guid GuidCipher::seal(std::uint64_t plain) const {
  // A four-round Feistel network over 60 + 62 bits; the left half starts as zero and is the check on opening.
  std::uint64_t left = SeededStream::mix((plain & right_mask) ^ keys_[0]) & left_mask;
  std::uint64_t right = (plain ^ SeededStream::mix(left ^ keys_[1])) & right_mask;
  left = (left ^ SeededStream::mix(right ^ keys_[2])) & left_mask;
  right = (right ^ SeededStream::mix(left ^ keys_[3])) & right_mask;
  Guid guid;
  guid.high = ((left >> 12U) << 16U) | 0x4000U | (left & 0xfffU);
  guid.low = (2ULL << 62U) | right;
  return guid;
}

std::optional<std::uint64_t> GuidCipher::open(Guid guid) const {
  if ((guid.high & 0xf000U) != 0x4000U || (guid.low >> 62U) != 2) return std::nullopt;
  std::uint64_t left = ((guid.high >> 16U) << 12U) | (guid.high & 0xfffU);
  std::uint64_t right = guid.low & right_mask;
  right = (right ^ SeededStream::mix(left ^ keys_[3])) & right_mask;
  left = (left ^ SeededStream::mix(right ^ keys_[2])) & left_mask;
  right = (right ^ SeededStream::mix(left ^ keys_[1])) & right_mask;
  left = (left ^ SeededStream::mix(right ^ keys_[0])) & left_mask;
  if (left != 0) return std::nullopt;
  return right;
}

}  // namespace connector::sandbox::exact
