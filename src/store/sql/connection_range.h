#pragma once

#include <limits>

#include "store/store.h"

namespace connector::store::sql {

/// The connections that a statement is about, so that `connection BETWEEN ? AND ?` finds those of one by an index: an
/// OR of "all" and "this one" would read the table through.
struct ConnectionRange {
  /// `connection` 0 = all.
  explicit ConnectionRange(ConnectionId connection)
      : first(connection), last(connection == 0 ? std::numeric_limits<ConnectionId>::max() : connection) {}
  ConnectionId first;
  ConnectionId last;
};

}  // namespace connector::store::sql
