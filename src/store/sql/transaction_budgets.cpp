#include <algorithm>

#include "store/sql/connection_range.h"
#include "store/sql/transaction.h"

namespace connector::store::sql {

using domain::fail;
using domain::Milliseconds;

namespace {

constexpr std::string_view put_budget =
    "INSERT INTO budget(connection, name, call_limit, taken, reset) VALUES(?,?,?,?,?) ON CONFLICT(connection, name)"
    " DO UPDATE SET call_limit=excluded.call_limit, taken=excluded.taken, reset=excluded.reset";

/// Brings a stored window up to what the remote last said and to the present.
void update(BudgetWindow& window, const BudgetAsk& ask, UtcTime now) {
  if (ask.limit) {
    window.limit = *ask.limit;
    const Milliseconds apart = ask.reset - window.reset;
    if (apart > ask.length / 2) {
      window.taken = ask.used;
      window.reset = ask.reset;
    } else if (apart > -(ask.length / 2)) {
      // The same window, its end perhaps reckoned before. Calls of others under the same key show in `used` alone.
      window.taken = std::max(window.taken, ask.used);
      window.reset = ask.reset;
    }
  }
  if (now >= window.reset) {
    // The next answer will tell the end exactly.
    const std::int64_t passed = (now - window.reset) / ask.length + 1;
    window.reset += passed * ask.length;
    window.taken = ask.in_flight;
  }
}

}  // namespace

Result<std::vector<BudgetWindow>> SqlTransaction::budget_windows(ConnectionId connection) {
  const ConnectionRange range(connection);
  Query query(database_,
              "SELECT connection, name, call_limit, taken, reset FROM budget"
              " WHERE connection BETWEEN ? AND ? ORDER BY connection, name",
              range.first, range.last);
  std::vector<BudgetWindow> windows;
  while (query.step()) {
    windows.push_back({query.integer(0), query.text(1), query.integer(2), query.integer(3), query.time(4)});
  }
  if (auto done = query.finish(); !done) return fail(done.error());
  return windows;
}

Result<BudgetGrant> SqlTransaction::take_budget(ConnectionId connection, const std::vector<BudgetAsk>& asks,
                                                std::int64_t wanted, UtcTime now) {
  BudgetGrant grant;
  grant.granted = wanted;
  for (const BudgetAsk& ask : asks) {
    BudgetWindow window{connection, ask.name, 0, 0, {}};
    Query query(database_, "SELECT call_limit, taken, reset FROM budget WHERE connection=? AND name=?", connection,
                ask.name);
    const bool stored = query.step();
    if (stored) {
      window.limit = query.integer(0);
      window.taken = query.integer(1);
      window.reset = query.time(2);
    }
    if (auto done = query.finish(); !done) return fail(done.error());
    if (!stored && !ask.limit) continue;
    update(window, ask, now);
    grant.granted = std::min(grant.granted, window.limit - window.taken - ask.reserve);
    grant.windows.push_back(std::move(window));
  }
  grant.granted = wanted < 0 ? wanted : std::max<std::int64_t>(0, grant.granted);
  for (BudgetWindow& window : grant.windows) {
    window.taken = std::max<std::int64_t>(0, window.taken + grant.granted);
    Query put(database_, put_budget, connection, window.name, window.limit, window.taken, window.reset);
    if (auto done = put.finish(); !done) return fail(done.error());
  }
  return grant;
}

Result<std::int64_t> SqlTransaction::take_from_bucket(ConnectionId connection, std::string_view name, std::int64_t size,
                                                      Milliseconds period, std::int64_t wanted,
                                                      std::optional<std::int64_t> left, UtcTime now) {
  std::int64_t missing = 0;
  UtcTime reckoned = now;
  Query query(database_, "SELECT taken, reset FROM budget WHERE connection=? AND name=?", connection, name);
  if (query.step()) {
    missing = query.integer(0);
    reckoned = query.time(1);
  }
  if (auto done = query.finish(); !done) return fail(done.error());
  const std::int64_t elapsed = std::clamp<std::int64_t>((now - reckoned).count(), 0, period.count());
  const std::int64_t filled = elapsed * size * 1000 / period.count();
  // What is less than a thousandth stays for the next time, or a bucket asked often would never fill.
  reckoned = filled >= missing ? now : std::min(now, reckoned + Milliseconds{filled * period.count() / (size * 1000)});
  missing = std::max<std::int64_t>(0, missing - filled);
  if (left) missing = std::max(missing, (size - *left) * 1000);
  const std::int64_t granted = std::clamp<std::int64_t>((size * 1000 - missing) / 1000, 0, wanted);
  missing += granted * 1000;
  Query put(database_, put_budget, connection, name, size, missing, reckoned);
  if (auto done = put.finish(); !done) return fail(done.error());
  return granted;
}

}  // namespace connector::store::sql
