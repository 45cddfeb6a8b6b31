#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ports/http.h"

namespace connector::sandbox::walmart {

/// A request taken apart. Refers to the ServerRequest, which must outlive it.
struct Request {
  explicit Request(const ports::ServerRequest& source);

  /// First value of a query parameter, decoded; empty when absent.
  std::string_view parameter(std::string_view name) const;
  bool has(std::string_view name) const;
  /// A header's value, trimmed; empty when absent.
  std::string_view header(std::string_view name) const;

  const ports::ServerRequest& source;
  std::vector<std::string> segments;  ///< of the path, decoded: {"v3", "orders"}
  std::vector<std::pair<std::string, std::string>> parameters;
};

std::string_view trimmed(std::string_view text);

}  // namespace connector::sandbox::walmart
