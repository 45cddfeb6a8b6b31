#pragma once

#include <vector>

#include "domain/result.h"
#include "store/store.h"

namespace connector::flows {

/// Planned, sending, or to be tried again: needs no person.
bool is_on_its_way(store::PostingState state);
/// On its way, or held for a person's mend.
bool is_open(store::PostingState state);
bool is_open(const store::PostingRow& row);
/// Once a request may have left, the document is what it is; skipped ones cover their quantity by a person's word.
bool is_frozen(const store::PostingRow& row);
/// Whether something that books an order has left, among its postings: then it is booked to its end, whatever go_live
/// says (domain/booked_orders.h).
bool has_begun(const std::vector<store::PostingRow>& rows);
/// A posting that is to be sent only after another one gets cause and text that say so; all others stay as they are.
domain::Result<void> say_what_it_waits_for(store::Reader& reader, store::PostingRow& row);

}  // namespace connector::flows
