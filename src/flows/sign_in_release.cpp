#include "flows/sign_in_release.h"

#include "store/console_store.h"

namespace connector::flows {

using domain::Cause;
using domain::Result;
using store::PostingState;

Result<std::size_t> release_what_waited_for_sign_in(store::Transaction& transaction, store::ConnectionId connection,
                                                    domain::UtcTime now) {
  std::vector<std::string> keys;
  const std::function<Result<void>(const store::Failure&)> note = [&keys](const store::Failure& failure) {
    if (failure.state == PostingState::retry && failure.cause == Cause::authentication_failed)
      keys.push_back(failure.key);
    return Result<void>{};
  };
  if (auto seen = store::console(transaction).visit_failures(connection, note); !seen)
    return domain::fail(seen.error());
  for (const std::string& key : keys) {
    auto row = transaction.posting(connection, key);
    if (!row) return domain::fail(row.error());
    if (!*row || (*row)->next_attempt_at <= now) continue;
    (*row)->next_attempt_at = now;
    if (auto updated = transaction.update_posting(**row); !updated) return domain::fail(updated.error());
  }
  return keys.size();
}

}  // namespace connector::flows
