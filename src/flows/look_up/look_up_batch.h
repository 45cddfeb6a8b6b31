#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/target.h"
#include "exact/client.h"
#include "exact/odata_query.h"
#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

/// What a look-up asks: an Exact division, for as long as there is time, and what the store knows of it.
struct LookUpSources {
  exact::Client* client;
  store::Store* store;
};

/// Postings that are found in the same way, with calls that they share, and where the outcomes of all go.
struct LookUpBatch {
  const std::vector<store::PostingRow>* rows;
  std::vector<std::size_t> indices;  ///< of the rows that belong to it
  std::vector<engine::LookUpOutcome>* outcomes;

  const store::PostingRow& row(std::size_t index) const { return (*rows)[index]; }
  engine::LookUpOutcome& outcome(std::size_t index) const { return (*outcomes)[index]; }
  /// The same rows, none of them in it yet.
  LookUpBatch none_of_it() const { return {rows, {}, outcomes}; }

  /// True of what one of the rows is found by: `term(index)`.
  template <class Term>
  exact::ODataFilter any_of(Term term) const {
    std::vector<exact::ODataFilter> terms;
    terms.reserve(indices.size());
    for (const std::size_t index : indices) terms.push_back(term(index));
    return exact::ODataFilter::any_of(terms);
  }
  exact::ODataFilter by_reference() const;

  /// No look-up of the batch succeeded.
  void fail(const ports::CallFailure& failure) const;
  void fail(const domain::Error& error) const;
};

/// A text of the row's frozen body; empty if there is none.
std::string body_text(const store::PostingRow& row, std::string_view member);

/// Exact holds it, under this id and the number that it states.
engine::LookUpOutcome found_in_exact(std::string id, const json::Value& number, std::string correlation_id);

/// What Exact made was removed there since.
engine::LookUpOutcome no_longer_there(std::string message, std::string correlation_id);

}  // namespace connector::flows
