#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/time.h"

namespace connector::walmart {

/// A query string that leaves empty parameters out and percent-encodes the others.
class QueryText {
 public:
  QueryText& add(std::string_view name, std::string_view value);
  /// As "2026-11-23T10:11:12Z".
  QueryText& add(std::string_view name, std::optional<domain::UtcTime> time);
  /// "?name=value&..", or empty.
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// A cursor of the orders and returns lists, which is a whole query string, as it came (walmart.md 2.1): neither
/// encoded anew nor added to. Only what would break the request line is encoded: blanks, controls, quotes and '#'.
std::string cursor_query(std::string_view cursor);

}  // namespace connector::walmart
