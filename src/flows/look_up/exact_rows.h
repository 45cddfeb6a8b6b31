#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flows/look_up/look_up_batch.h"
#include "flows/look_up/number_ranges.h"

namespace connector::flows {

/// Rows of one or more lists; the correlation id is that of the last call.
using ExactRows = ports::Answer<std::vector<json::Value>>;

/// All rows of the query; nullopt after the batch was told of the failure.
ports::Task<std::optional<ExactRows>> read_for(const LookUpBatch* batch, exact::Client* client,
                                               const exact::ODataQuery* query);

/// What several calls in a row brought until one of them failed.
struct FilteredRows {
  std::vector<json::Value> rows;
  std::string correlation_id;                 ///< of the last call; empty if there was none
  std::size_t answered = 0;                   ///< the first so many of the filters were asked with success
  std::optional<ports::CallFailure> failure;  ///< of the call for the others
};

/// The rows of which one of the filters is true, some per call; without filters none.
ports::Task<FilteredRows> read_any_of(exact::Client* client, std::string resource, std::vector<std::string> columns,
                                      std::vector<exact::ODataFilter> wanted);
/// The same for a batch that is of no use in parts: nullopt after it was told of a failure.
ports::Task<std::optional<ExactRows>> read_all_of(const LookUpBatch* batch, exact::Client* client, std::string resource,
                                                  std::vector<std::string> columns,
                                                  std::vector<exact::ODataFilter> wanted);

/// What long lists show of some numbers.
struct NumberedRows {
  std::vector<json::Value> rows;    ///< of every number in the ranges, wanted or not
  std::vector<NumberRange> ranges;  ///< that were read whole
  std::string correlation_id;       ///< of the last call; empty if there was none

  bool covers(std::int64_t number) const;
};

/// Reads `resource`, a bulk list, by its column "OrderNumber" where many of the numbers lie together (dense_ranges).
/// What cannot be read is missing: the caller asks for it by itself, as for what is not covered. So it does before it
/// takes anything for absent, because nothing promises that a bulk list is never behind; half of the time is left for
/// it.
ports::Task<NumberedRows> read_ranges(exact::Client* client, std::string resource, std::vector<std::string> columns,
                                      std::vector<std::int64_t> order_numbers);

}  // namespace connector::flows
