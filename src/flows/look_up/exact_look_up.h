#pragma once

#include <vector>

#include "engine/target.h"
#include "exact/client.h"
#include "flows/look_up/look_up_batch.h"
#include "store/store.h"

namespace connector::flows {

/// Finds postings again in one Exact division: by reference, by the sales order or by the id that Exact gave, as many
/// with one call as a filter may have terms or a long list may hold. Executor thread only.
class ExactLookUp {
 public:
  /// Rows that share calls: of what was sent and is in doubt, and of what Exact accepted and works on, which is found
  /// by the number that it gave.
  static constexpr std::size_t unclear_per_call = exact::ODataFilter::most_terms;
  static constexpr std::size_t accepted_per_call = 300;

  ExactLookUp(exact::Client& client, store::Store& store) : client_(client), store_(store) {}

  /// One outcome per row, in order; rows may be of any kind that goes to Exact as a document. No call leaves after
  /// `not_after`.
  ports::Task<std::vector<engine::LookUpOutcome>> look_up(std::vector<store::PostingRow> rows,
                                                          domain::UtcTime not_after);

 private:
  exact::Client& client_;
  store::Store& store_;
};

}  // namespace connector::flows
