#include "flows/work_watch.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace connector::flows {

using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;
using ports::Task;

WorkWatch::WorkWatch(Environment& environment, ports::Log& log, WatchIntervals intervals)
    : environment_(environment), log_(log), intervals_(intervals), stop_signal_(environment.executor) {}

void WorkWatch::stop() {
  stopping_ = true;
  stop_signal_.notify_all();
}

Task<void> WorkWatch::run() {
  while (!stopping_) {
    co_await look();
    if (stopping_) co_return;
    const UtcTime next = std::min({next_due_, next_held_, next_notices_});
    co_await stop_signal_.wait(std::max(next - environment_.clock.now(), Milliseconds{1}));
  }
}

Task<void> WorkWatch::look() {
  const UtcTime now = environment_.clock.now();
  // A clock that was set back makes no look come late.
  const auto is_time = [now](UtcTime& next, Milliseconds interval) {
    if (now < next && next - now <= interval) return false;
    next = now + interval;
    return true;
  };
  const bool due = is_time(next_due_, intervals_.due);
  const bool held = is_time(next_held_, intervals_.held);
  const bool notices = is_time(next_notices_, intervals_.notices);
  auto query = [now, due, held, notices](store::Reader& reader) -> Result<Waiting> {
    using Ids = Result<std::vector<store::ConnectionId>>;
    auto with_due = due ? reader.connections_due(now) : Ids{};
    if (!with_due) return domain::fail(with_due.error());
    auto with_held = held ? reader.connections_with_outdated_held() : Ids{};
    if (!with_held) return domain::fail(with_held.error());
    auto with_notices = notices ? reader.connections_with_notices(now) : Ids{};
    if (!with_notices) return domain::fail(with_notices.error());
    return Waiting{std::move(*with_due), std::move(*with_held), std::move(*with_notices)};
  };
  auto waiting = co_await environment_.store.read(std::move(query));
  if (!waiting) {
    log_.error("store.failed", {{"message", waiting.error().message}});
    co_return;
  }
  for (const auto id : waiting->due) on_due(id);
  for (const auto id : waiting->held) on_held(id);
  for (const auto id : waiting->notices) on_notices(id);
}

}  // namespace connector::flows
