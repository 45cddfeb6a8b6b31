#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "store/audit_chain.h"
#include "store/sql/database.h"

namespace connector::store::sql {

/// A SHA-256 in hex is stored as its 32 bytes; any other text, of another length than 32, as its own.
class DigestColumn {
 public:
  explicit DigestColumn(std::string_view text) : text_(text), digest_(parse_digest(text)) {}
  /// Valid as long as this object and the text.
  Blob value() const {
    if (!digest_) return Blob{text_};
    return Blob{{reinterpret_cast<const char*>(digest_->data()), digest_->size()}};
  }

 private:
  std::string_view text_;
  std::optional<AuditDigest> digest_;
};

inline std::string digest_text(const Query& query, int column) {
  const auto stored = query.view(column);
  AuditDigest digest{};
  // Before PostgreSQL was another choice, texts stood as text.
  if (!query.is_blob(column) || stored.size() != digest.size()) return std::string(stored);
  std::copy(stored.begin(), stored.end(), digest.begin());
  return to_hex(digest);
}

}  // namespace connector::store::sql
