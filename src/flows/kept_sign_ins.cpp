#include "flows/kept_sign_ins.h"

#include <utility>

#include "flows/with_runtime.h"

namespace connector::flows {

using domain::Result;
using domain::UtcTime;
using ports::Task;

namespace {

constexpr std::string_view kKeptMark = "sign_in/kept_at";
constexpr domain::Milliseconds kBetween = std::chrono::hours(24);

/// Those whose turn it is; from then on it is nobody's for a day.
Result<std::vector<store::ConnectionRow>> take_turns(store::Transaction& transaction, UtcTime now) {
  std::vector<store::ConnectionRow> taken;
  auto rows = transaction.connections();
  if (!rows) return domain::fail(rows.error());
  for (store::ConnectionRow& row : *rows) {
    if (!row.paused) continue;
    auto signed_in = transaction.sealed_secret(row.id, kExactTokens);
    if (!signed_in) return domain::fail(signed_in.error());
    if (!*signed_in) continue;
    auto mark = transaction.watermark(row.id, kKeptMark);
    if (!mark) return domain::fail(mark.error());
    const auto kept_at = *mark ? domain::parse_iso8601(**mark) : domain::Result<UtcTime>(UtcTime{});
    if (kept_at && now - *kept_at < kBetween) continue;
    if (auto put = transaction.put_watermark(row.id, kKeptMark, domain::to_iso8601(now)); !put) {
      return domain::fail(put.error());
    }
    taken.push_back(std::move(row));
  }
  return taken;
}

Task<Result<void>> renew(Environment* environment, store::ConnectionRow row) {
  auto ask = [](ConnectionRuntime& runtime) -> Task<Result<void>> {
    if (!runtime.has_exact_credentials()) co_return Result<void>{};
    // The access token of a connection that rests is over: asking for one renews the pair.
    auto token = co_await runtime.exact_session().token();
    if (!token) co_return domain::fail(token.error().error);
    co_return Result<void>{};
  };
  co_return co_await with_runtime(*environment, std::move(row), ask);
}

}  // namespace

Task<Result<std::vector<KeptSignIn>>> keep_paused_sign_ins(Environment& environment) {
  auto look = [](store::Reader& reader) -> Result<bool> {
    auto rows = reader.connections();
    if (!rows) return domain::fail(rows.error());
    for (const store::ConnectionRow& row : *rows) {
      if (row.paused) return true;
    }
    return false;
  };
  auto any = co_await environment.store.read(std::move(look));
  if (!any) co_return domain::fail(any.error());
  std::vector<KeptSignIn> kept;
  if (!*any) co_return kept;
  auto take = [now = environment.clock.now()](store::Transaction& transaction) { return take_turns(transaction, now); };
  auto rows = co_await environment.store.write(std::move(take));
  if (!rows) co_return domain::fail(rows.error());
  for (store::ConnectionRow& row : *rows) {
    std::string name = row.name;
    auto outcome = co_await renew(&environment, std::move(row));
    kept.push_back({std::move(name), std::move(outcome)});
  }
  co_return kept;
}

}  // namespace connector::flows
