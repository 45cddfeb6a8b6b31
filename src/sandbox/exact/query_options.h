#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/exact/odata_filter.h"
#include "sandbox/exact/resource.h"

namespace connector::sandbox::exact {

struct Ordering {
  const Property* property = nullptr;
  bool descending = false;
};

/// The OData options of one GET, checked against the resource.
struct QueryOptions {
  bool select_all = true;
  std::vector<const Property*> select;       ///< in the order of the type's list
  std::vector<const Property*> line_select;  ///< of expanded lines; empty = all
  bool expand_lines = false;
  std::unique_ptr<Expression> filter;
  std::string filter_text;
  std::vector<Ordering> order_by;
  std::optional<std::uint64_t> top;
  std::uint64_t skip = 0;
  std::vector<Value> skip_token;              ///< values of `order_by`, then the key
  std::vector<std::string> skip_token_texts;  ///< own the token's text values
  bool count_all = false;
};

/// `error` is the text of a 400 answer; empty = good.
struct QueryOptionsResult {
  QueryOptions options;
  std::string error;
};
QueryOptionsResult parse_query_options(std::string_view query, const Resource& resource, const Administration& books);

/// Without the named option of a still percent-encoded query.
std::string without_option(std::string_view query, std::string_view name);
/// A value as an OData literal, for `$skiptoken`.
std::string literal(const Value& value, const Administration& books);

}  // namespace connector::sandbox::exact
