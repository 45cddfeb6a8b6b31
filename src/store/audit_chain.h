#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/store.h"

namespace connector::store {

/// SHA-256 of an audit record and, through its predecessor's digest, of all records before it.
using AuditDigest = std::array<unsigned char, 32>;

/// Digest of `record` behind `previous`. Takes sequence, at, connection, actor, action, source_id, posting_key,
/// attempt, cause, correlation_id and detail, each with its length, so that no two records encode alike;
/// previous_hash and hash of `record` are not read.
AuditDigest audit_digest(const AuditDigest& previous, const AuditRecord& record);

/// Lower-case hex of a digest, and back; nullopt if it is no digest.
std::string to_hex(const AuditDigest& digest);
std::optional<AuditDigest> parse_digest(std::string_view hex);

/// Sequence and digest of the last record, kept apart from the records so that a cut tail is found.
struct AuditHead {
  std::int64_t sequence = 0;
  AuditDigest digest{};
};

/// Follows a chain from its first record and remembers the first thing that is wrong.
class AuditVerifier {
 public:
  /// `record` as stored, in the order of sequence; `stored` is the digest stored with it.
  void add(const AuditRecord& record, const AuditDigest& stored);
  /// For a record that cannot even be read.
  void add_unreadable(std::int64_t sequence, std::string problem);
  AuditVerdict finish(const std::optional<AuditHead>& head) const;
  bool failed() const { return verdict_.first_bad_sequence.has_value(); }

 private:
  void report(std::int64_t sequence, std::string problem);
  AuditHead last_;
  AuditVerdict verdict_;
};

}  // namespace connector::store
