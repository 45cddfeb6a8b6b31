#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>

#include "store/audit_chain.h"
#include "store/sqlite/database.h"

namespace connector::store::sqlite {

/// A SHA-256 in hex is stored as a BLOB of its 32 bytes; any other text is stored as text.
class DigestColumn {
 public:
  explicit DigestColumn(std::string_view text) : text_(text), digest_(parse_digest(text)) {}
  /// Valid as long as this object and the text.
  std::variant<Blob, std::string_view> value() const {
    if (!digest_) return text_;
    return Blob{{reinterpret_cast<const char*>(digest_->data()), digest_->size()}};
  }

 private:
  std::string_view text_;
  std::optional<AuditDigest> digest_;
};

inline std::string digest_text(const Query& query, int column) {
  const auto stored = query.view(column);
  AuditDigest digest{};
  if (!query.is_blob(column) || stored.size() != digest.size()) return std::string(stored);
  std::copy(stored.begin(), stored.end(), digest.begin());
  return to_hex(digest);
}

}  // namespace connector::store::sqlite
