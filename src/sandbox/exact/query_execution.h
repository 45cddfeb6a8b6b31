#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/exact/query_options.h"

namespace connector::sandbox::exact {

/// One page of an answer.
struct Page {
  std::vector<RowNumber> rows;
  std::string next_token;                 ///< value of `$skiptoken` for the next page, not encoded; empty = last page
  std::optional<std::uint64_t> next_top;  ///< what remains of `$top` for the next page
  std::optional<std::uint64_t> total;     ///< with $inlinecount=allpages
};

/// Finds the rows of a query: by key, by index or by Timestamp where the filter allows, else by a scan. `within` limits
/// it to the lines of one document.
Page execute(const Administration& books, const Resource& resource, const QueryOptions& options,
             RowNumber within = no_row);

/// Rows that may match, if keys and indexes narrow the filter down; nullopt if all rows must be looked at.
std::optional<std::vector<RowNumber>> narrow(const Administration& books, const Resource& resource,
                                             const Expression& expression);

}  // namespace connector::sandbox::exact
