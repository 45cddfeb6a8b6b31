#pragma once

#include <cstdint>
#include <functional>

#include "store/store.h"

namespace connector::simulation {

/// Visits the records of the audit trail after `last_sequence`, in order, and moves it on with each, until there is no
/// more or `visit` says false; returns what it said last. For a store that does all within the call. Error: the store
/// cannot be read now, and the rest is for the next time.
domain::Result<bool> read_trail_on(store::Store& store, std::int64_t& last_sequence,
                                   const std::function<bool(const store::AuditRecord&)>& visit);

}  // namespace connector::simulation
