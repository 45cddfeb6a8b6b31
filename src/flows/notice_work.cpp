#include "flows/notice_work.h"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "flows/flow_runner.h"
#include "flows/notice_routing.h"

namespace connector::flows {

using domain::Cause;
using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;
using ports::Task;
using store::NoticeRow;

namespace {

constexpr std::size_t kBatch = 1'000;
/// More entities than this are cheaper read by a run over all that changed, 200 a page.
constexpr std::size_t kMostSingleFetches = 50;
constexpr std::size_t kAtOnce = 4;
constexpr Milliseconds kLease{30'000};
constexpr Milliseconds kFirstPause{15'000};
constexpr Milliseconds kPausedPause = std::chrono::minutes(1);
constexpr Milliseconds kBusyPause{2'000};
/// Notices in hand come again after so long if their process dies.
constexpr Milliseconds kInHand = std::chrono::minutes(1);
/// A flow that looks at all at once is not run for each notice: every document of our own that moves stock is told.
constexpr Milliseconds kBetweenWholeRuns = std::chrono::minutes(5);
/// Notices that arrive within so long of each other are looked at together.
constexpr Milliseconds kGathering{2'000};
constexpr int kMostAttempts = 6;
/// Done notices are kept so long, to know their repetition.
constexpr Milliseconds kMemory = std::chrono::hours(24 * 7);
constexpr Milliseconds kForgetEvery = std::chrono::hours(1);

}  // namespace

NoticeWork::NoticeWork(Environment& environment, ports::Log& log, const store::ConnectionRow& connection,
                       DocumentWatch& documents, std::function<ScheduledFlow*(std::string_view)> flow)
    : environment_(environment),
      log_(log),
      connection_(connection.id),
      connection_name_(connection.name),
      notes_(log, connection.name),
      documents_(documents),
      flow_(std::move(flow)),
      arrived_(environment.executor),
      in_hand_(environment.executor),
      apart_in_hand_(environment.executor) {}

void NoticeWork::stop() {
  stopping_ = true;
  arrived_.notify_all();
}

void NoticeWork::wake() { arrived_.notify_all(); }

Task<void> NoticeWork::run() {
  while (!stopping_) {
    const UtcTime now = environment_.clock.now();
    if (look_again_at_ <= now) look_again_at_ = now + kForgetEvery;
    auto worked = co_await work_off();
    if (!worked) log_.error("store.failed", {{"connection", connection_name_}, {"message", worked.error().message}});
    if (stopping_ || (worked && *worked > 0)) continue;
    co_await arrived_.wait(std::max(look_again_at_ - environment_.clock.now(), Milliseconds{1}));
  }
  co_await in_hand_.join();
  co_await apart_in_hand_.join();
}

std::vector<NoticeWork::Group> NoticeWork::groups_of(std::vector<NoticeRow> rows) const {
  std::map<std::pair<std::string, std::string>, Group> by_entity;
  std::map<std::string, std::size_t> entities;
  std::vector<Group> groups;
  std::map<std::pair<std::string, bool>, Group> together;
  for (NoticeRow& row : rows) {
    ScheduledFlow* scheduled = flow_(row.flow);
    // What Exact names is no entity of Walmart's: such a flow then compares all there is.
    const bool gathered = scheduled != nullptr && scheduled->flow().gathers_notices() > Milliseconds::zero() &&
                          row.source == "walmart" && !row.entity.empty();
    Group& group = gathered ? together[{row.flow, true}] : by_entity[{row.flow, row.entity}];
    if (!gathered && group.notices.empty()) ++entities[row.flow];
    group.flow = row.flow;
    group.gathered = gathered;
    if (!gathered) group.entity = row.entity;
    group.notices.push_back(std::move(row));
  }
  for (auto& [key, group] : by_entity) {
    ScheduledFlow* scheduled = flow_(group.flow);
    const bool whole = group.flow == kReferenceNotices || group.flow == kDocumentNotices ||
                       (scheduled != nullptr && (!scheduled->flow().can_fetch() || group.entity.empty() ||
                                                 entities[group.flow] > kMostSingleFetches));
    if (!whole) {
      groups.push_back(std::move(group));
      continue;
    }
    Group& all = together[{group.flow, false}];
    all.flow = group.flow;
    std::move(group.notices.begin(), group.notices.end(), std::back_inserter(all.notices));
  }
  for (auto& [key, group] : together) groups.push_back(std::move(group));
  return groups;
}

Task<Result<std::size_t>> NoticeWork::work_off() {
  const UtcTime now = environment_.clock.now();
  const bool forget = now - forgotten_at_ >= kForgetEvery;
  if (forget) forgotten_at_ = now;
  const std::string lease = "notices/" + std::to_string(connection_);
  // Without notices nothing is written: thousands of idle connections look every few seconds.
  auto look = [connection = connection_, now](store::Reader& reader) {
    return reader.open_notices(connection, now, 1);
  };
  auto any = co_await environment_.store.read(std::move(look));
  if (!any) co_return domain::fail(any.error());
  if (any->empty() && !forget) co_return std::size_t{0};
  auto work = [connection = connection_, now, forget, lease,
               owner = environment_.process](store::Transaction& transaction) -> Result<std::vector<NoticeRow>> {
    auto ours = transaction.acquire_lease(lease, owner, now, now + kLease);
    if (!ours) return domain::fail(ours.error());
    if (!*ours) return std::vector<NoticeRow>{};
    if (forget) {
      if (auto forgotten = transaction.forget_notices(connection, now - kMemory); !forgotten) {
        return domain::fail(forgotten.error());
      }
    }
    return transaction.open_notices(connection, now, kBatch);
  };
  auto rows = co_await environment_.store.write(std::move(work));
  if (!rows) co_return domain::fail(rows.error());
  const std::size_t count = rows->size();
  std::vector<Group> groups = groups_of(std::move(*rows));
  for (Group& group : groups) {
    if (stopping_) break;
    if (goes_apart(group)) {
      std::string name = group.flow + (group.gathered ? "/gathered" : "");
      const bool is_free = apart_.insert(name).second;
      Group in_hand = group;
      co_await postpone(std::move(in_hand), is_free ? kInHand : kBusyPause);
      if (is_free) apart_in_hand_.spawn(look_at_apart(std::move(group), std::move(name)));
      continue;
    }
    co_await in_hand_.below(kAtOnce);
    if (stopping_) break;
    in_hand_.spawn(look_at(std::move(group)));
  }
  co_await in_hand_.join();
  co_return count;
}

bool NoticeWork::goes_apart(const Group& group) const {
  ScheduledFlow* scheduled = flow_(group.flow);
  return group.flow == kDocumentNotices ||
         (scheduled != nullptr && scheduled->flow().priority() >= ports::CallPriority::inventory);
}

Task<void> NoticeWork::look_at_apart(Group group, std::string name) {
  co_await look_at(std::move(group));
  apart_.erase(name);
}

Task<void> NoticeWork::look_at(Group group) {
  ScheduledFlow* scheduled = flow_(group.flow);
  Result<void> outcome;
  if (group.flow == kDocumentNotices) co_return co_await look_at_documents(std::move(group));
  if (group.flow == kReferenceNotices && on_references) on_references();
  if (scheduled == nullptr) co_return co_await settle(std::move(group), std::move(outcome));
  if (scheduled->row().paused) co_return co_await postpone(std::move(group), kPausedPause);
  if (group.gathered) co_return co_await run_confined(std::move(group), scheduled);
  if (!scheduled->flow().can_fetch() || group.entity.empty()) {
    co_return co_await run_whole(std::move(group), scheduled);
  }
  outcome = co_await fetch(&scheduled->flow(), group.entity);
  if (outcome && on_planned) on_planned();
  co_await settle(std::move(group), std::move(outcome));
}

Task<Result<void>> NoticeWork::fetch(Flow* flow, std::string entity) {
  try {
    co_return co_await flow->fetch(std::move(entity));
  } catch (const std::overflow_error&) {
    co_return domain::fail(beyond_all_reason());
  }
}

Task<void> NoticeWork::look_at_documents(Group group) {
  auto too_soon = co_await documents_.look_at(group.notices);
  Result<void> outcome;
  if (!too_soon) {
    outcome = domain::fail(too_soon.error());
    co_return co_await settle(std::move(group), std::move(outcome));
  }
  std::erase_if(group.notices, [&too_soon](const NoticeRow& notice) {
    return std::any_of(too_soon->begin(), too_soon->end(),
                       [&notice](const NoticeRow& each) { return each.id == notice.id; });
  });
  Group later;
  later.flow = group.flow;
  later.notices = std::move(*too_soon);
  if (!later.notices.empty()) co_await postpone(std::move(later), DocumentWatch::kPause);
  co_await settle(std::move(group), std::move(outcome));
}

Task<void> NoticeWork::run_whole(Group group, ScheduledFlow* scheduled) {
  const UtcTime now = environment_.clock.now();
  const auto started = scheduled->row().started_at;
  if (!scheduled->flow().can_fetch() && started && now - *started < kBetweenWholeRuns) {
    co_return co_await postpone(std::move(group), *started + kBetweenWholeRuns - now);
  }
  const domain::Schedule at_once;
  auto run = co_await scheduled->runner().run_if_due(at_once, now);
  // A run that began before the notice may have missed what it tells of.
  if (run && !run->ran) co_return co_await postpone(std::move(group), kBusyPause);
  Result<void> outcome;
  if (!run) outcome = domain::fail(run.error());
  if (run && !run->error.empty()) outcome = domain::fail(run->cause, run->error);
  if (run && on_planned) on_planned();
  co_await settle(std::move(group), std::move(outcome));
}

Task<void> NoticeWork::run_confined(Group group, ScheduledFlow* scheduled) {
  const UtcTime now = environment_.clock.now();
  std::set<std::string> named;
  UtcTime first = UtcTime::max();
  for (const NoticeRow& notice : group.notices) {
    named.insert(notice.entity);
    first = std::min(first, notice.received_at);
  }
  // Those that come while the first waits wait for the same moment.
  UtcTime& gathered_until = gathered_until_[group.flow];
  if (gathered_until < first) gathered_until = first + kGathering;
  UtcTime not_before = gathered_until;
  if (const auto last = confined_at_.find(group.flow); last != confined_at_.end()) {
    not_before = std::max(not_before, last->second + scheduled->flow().gathers_notices());
  }
  if (now < not_before) co_return co_await postpone(std::move(group), not_before - now);
  std::vector<std::string> entities(named.begin(), named.end());
  auto confined = co_await scheduled->flow().can_confine(entities);
  if (!confined) {
    Result<void> failure = domain::fail(confined.error());
    co_return co_await settle(std::move(group), std::move(failure));
  }
  if (!*confined) co_return co_await run_whole(std::move(group), scheduled);
  confined_at_[group.flow] = now;
  auto run = co_await scheduled->runner().run_confined(std::move(entities));
  if (run && !run->ran) {
    confined_at_.erase(group.flow);
    co_return co_await postpone(std::move(group), kBusyPause);
  }
  Result<void> outcome;
  if (!run) outcome = domain::fail(run.error());
  if (run && !run->error.empty()) outcome = domain::fail(run->cause, run->error);
  if (!outcome) co_return co_await settle(std::move(group), std::move(outcome));
  note(run->report, group.flow);
  if (on_planned) on_planned();
  Group unknown = take(group, run->report.unknown);
  Group left = take(group, run->report.left);
  if (!unknown.notices.empty()) unknown.entity = unknown.notices.front().entity;
  Result<void> not_known = domain::fail(Cause::not_found, "Walmart does not know what this notice names");
  co_await settle(std::move(unknown), std::move(not_known));
  Result<void> moving = domain::fail(Cause::waiting_for_dependency, "it was changing while it was looked at");
  co_await settle(std::move(left), std::move(moving));
  Result<void> looked_at;
  co_await settle(std::move(group), std::move(looked_at));
}

/// The notices that name one of these.
NoticeWork::Group NoticeWork::take(Group& group, const std::vector<std::string>& entities) {
  Group taken;
  taken.flow = group.flow;
  const auto others =
      std::stable_partition(group.notices.begin(), group.notices.end(), [&entities](const NoticeRow& notice) {
        return std::find(entities.begin(), entities.end(), notice.entity) == entities.end();
      });
  taken.notices.assign(std::move_iterator(others), std::move_iterator(group.notices.end()));
  group.notices.erase(others, group.notices.end());
  return taken;
}

void NoticeWork::note(const FlowReport& report, const std::string& flow) {
  notes_.add(flow, report.notes);
  ports::Log::Fields fields{{"connection", connection_name_}, {"flow", flow}};
  for (const auto& [name, count] : report.counts) fields.emplace_back(name, std::to_string(count));
  if (report.changed) log_.info("flow.ran_for_notices", fields);
}

Task<void> NoticeWork::settle(Group group, Result<void> outcome) {
  if (group.notices.empty()) co_return;
  const UtcTime now = environment_.clock.now();
  if (!outcome && outcome.error().cause == Cause::cancelled) co_return;
  // What is not found by a run over many things is not what a notice named.
  const bool gone = !outcome && outcome.error().cause == Cause::not_found && !group.entity.empty();
  // Other things are polled as well; of documents that a person changed in Exact nothing else tells.
  const bool is_kept = !outcome && group.flow == kDocumentNotices && domain::is_transient(outcome.error().cause);
  bool given_up = false;
  for (NoticeRow& notice : group.notices) {
    if (outcome || gone) {
      notice.done_at = now;
      notice.last_error = gone ? outcome.error().message : std::string();
      continue;
    }
    notice.last_error = outcome.error().message;
    notice.next_attempt_at = now + kFirstPause * (1 << std::min(notice.attempts, 8));
    look_again_at_ = std::min(look_again_at_, *notice.next_attempt_at);
    if (++notice.attempts < kMostAttempts || is_kept) continue;
    notice.done_at = now;
    given_up = true;
  }
  if (!outcome) {
    log_.warning(given_up ? "notice.given_up" : "notice.failed",
                 {{"connection", connection_name_},
                  {"flow", group.flow},
                  {"entity", group.entity},
                  {"cause", std::string(domain::to_string(outcome.error().cause))},
                  {"message", outcome.error().message}});
  }
  auto work = [notices = std::move(group.notices)](store::Transaction& transaction) -> Result<void> {
    for (const NoticeRow& notice : notices) {
      if (auto updated = transaction.update_notice(notice); !updated) return updated;
    }
    return {};
  };
  auto updated = co_await environment_.store.write(std::move(work));
  if (!updated) log_.error("store.failed", {{"connection", connection_name_}, {"message", updated.error().message}});
}

/// What waits for a paused or running flow counts no attempt.
Task<void> NoticeWork::postpone(Group group, Milliseconds pause) {
  const UtcTime until = environment_.clock.now() + pause;
  look_again_at_ = std::min(look_again_at_, until);
  auto work = [notices = std::move(group.notices), until](store::Transaction& transaction) -> Result<void> {
    for (NoticeRow notice : notices) {
      notice.next_attempt_at = until;
      if (auto updated = transaction.update_notice(notice); !updated) return updated;
    }
    return {};
  };
  auto updated = co_await environment_.store.write(std::move(work));
  if (!updated) log_.error("store.failed", {{"connection", connection_name_}, {"message", updated.error().message}});
}

}  // namespace connector::flows
