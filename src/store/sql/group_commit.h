#pragma once

#include <exception>
#include <functional>
#include <span>

#include "store/sql/transaction.h"

namespace connector::store::sql {

/// How a closure ended. An exception is a bug of the closure; it is rethrown where the write is awaited.
struct Outcome {
  Result<void> result;
  std::exception_ptr exception;
};

/// A closure on its way through a commit.
struct WriteStep {
  std::function<Result<void>(Transaction&)> work;
  Outcome outcome;
};

/// Runs each closure once, all in one transaction with one commit, each behind a savepoint of its own. A closure
/// succeeds only if the commit did; one that fails leaves no trace and disturbs no other. If the transaction is lost
/// in between (full disk, I/O error), the closures run so far fail and the others go into a new one.
/// Returns the number of closures committed.
std::size_t commit_group(Database& database, SqlTransaction& transaction, std::span<WriteStep* const> steps);

/// The result of a closure that ended; throws the exception that ended it.
Result<void> take(Outcome outcome);

/// One closure in a transaction of its own. Rethrows what it throws.
Result<void> commit_alone(Database& database, SqlTransaction& transaction,
                          std::function<Result<void>(Transaction&)> work);

/// Runs one closure on a consistent snapshot.
Outcome read_snapshot(Database& database, SqlTransaction& reader, const std::function<Result<void>(Reader&)>& work);

}  // namespace connector::store::sql
