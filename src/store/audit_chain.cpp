#include "store/audit_chain.h"

#include <fmt/format.h>

#include "store/sha256.h"

namespace connector::store {

namespace {

void append_integer(std::string& text, std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>((bits >> (56 - 8 * i)) & 0xffU);
  text.append(bytes, 8);
}

void append_text(std::string& text, std::string_view value) {
  append_integer(text, static_cast<std::int64_t>(value.size()));
  text.append(value);
}

}  // namespace

AuditDigest audit_digest(const AuditDigest& previous, const AuditRecord& record) {
  std::string text;
  text.reserve(256 + record.detail.size());
  append_text(text, "audit record 1");
  text.append(previous.begin(), previous.end());
  append_integer(text, record.sequence);
  append_integer(text, domain::to_epoch_milliseconds(record.at));
  append_integer(text, record.connection);
  append_text(text, record.actor);
  append_text(text, record.action);
  append_text(text, record.source_id);
  append_text(text, record.posting_key);
  append_integer(text, record.attempt);
  append_text(text, record.cause);
  append_text(text, record.correlation_id);
  append_text(text, record.detail);
  return sha256(text);
}

std::string to_hex(const AuditDigest& digest) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(digest.size() * 2);
  for (const auto byte : digest) {
    text.push_back(digits[byte >> 4U]);
    text.push_back(digits[byte & 15U]);
  }
  return text;
}

std::optional<AuditDigest> parse_digest(std::string_view hex) {
  AuditDigest digest{};
  if (hex.size() != digest.size() * 2) return std::nullopt;
  const auto digit = [](char letter) -> int {
    if (letter >= '0' && letter <= '9') return letter - '0';
    if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
    return -1;
  };
  for (std::size_t index = 0; index < digest.size(); ++index) {
    const int high = digit(hex[2 * index]);
    const int low = digit(hex[2 * index + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    digest[index] = static_cast<unsigned char>(high * 16 + low);
  }
  return digest;
}

void AuditVerifier::report(std::int64_t sequence, std::string problem) {
  if (failed()) return;
  verdict_.first_bad_sequence = sequence;
  verdict_.problem = std::move(problem);
}

void AuditVerifier::add(const AuditRecord& record, const AuditDigest& stored) {
  ++verdict_.records;
  if (failed()) return;
  if (record.sequence != last_.sequence + 1) {
    report(last_.sequence + 1, fmt::format("record {} is missing: record {} is followed by record {}",
                                           last_.sequence + 1, last_.sequence, record.sequence));
    return;
  }
  if (audit_digest(last_.digest, record) != stored) {
    report(record.sequence, fmt::format("record {} was changed: its content does not belong to its hash and to the "
                                        "records before it",
                                        record.sequence));
    return;
  }
  last_ = {record.sequence, stored};
}

void AuditVerifier::add_unreadable(std::int64_t sequence, std::string problem) {
  ++verdict_.records;
  report(sequence, std::move(problem));
}

AuditVerdict AuditVerifier::finish(const std::optional<AuditHead>& head) const {
  if (failed()) return verdict_;
  auto verdict = verdict_;
  if (!head) {
    verdict.first_bad_sequence = last_.sequence + 1;
    verdict.problem = "the head of the trail is missing: records may have been cut off at the end";
  } else if (head->sequence > last_.sequence) {
    verdict.first_bad_sequence = last_.sequence + 1;
    verdict.problem = fmt::format("the trail ends with record {}, but {} records were written: the end was cut off",
                                  last_.sequence, head->sequence);
  } else if (head->sequence != last_.sequence || head->digest != last_.digest) {
    verdict.first_bad_sequence = head->sequence;
    verdict.problem = fmt::format("the head of the trail names record {} and does not belong to the last record {}",
                                  head->sequence, last_.sequence);
  }
  if (!verdict.first_bad_sequence && last_.sequence > 0) verdict.newest_hash = to_hex(last_.digest);
  return verdict;
}

}  // namespace connector::store
