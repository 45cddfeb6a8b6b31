#include "simulation/budget_backlog.h"

#include <algorithm>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/exact_budget.h"
#include "engine/posting_worker.h"
#include "simulation/seeded_random.h"
#include "simulation/simulated_loop.h"
#include "store/sqlite/sqlite_store.h"

namespace connector::simulation {
namespace {

using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;
using engine::LookUpOutcome;
using engine::SendOutcome;
using ports::CallPriority;
using ports::Task;
using store::PostingRow;

constexpr Milliseconds kMinute = std::chrono::minutes(1);
constexpr Milliseconds kDay = std::chrono::hours(24);
constexpr std::int64_t kMostDays = 30;

/// Counts calls in fixed windows of its own clock and tells of them as Exact does (exact.md 2).
class CountingRemote {
 public:
  CountingRemote(SimulatedLoop& loop, const BacklogOptions& options) : loop_(loop), options_(options) {}

  ports::HttpResponse answer(const std::string& posting) {
    ports::HttpResponse response;
    if (!count_call()) {
      ++answers_429;
      response.status = 429;
    } else {
      ++answered;
      last_at = loop_.now();
      response.status = 201;
      if (!made_.insert(posting).second) ++doubles;
    }
    const auto tell = [&response](const std::string& prefix, std::int64_t limit, std::int64_t left, Milliseconds end) {
      response.headers.emplace_back(prefix + "Limit", std::to_string(limit));
      response.headers.emplace_back(prefix + "Remaining", std::to_string(left));
      response.headers.emplace_back(prefix + "Reset", std::to_string(end.count()));
    };
    // A refusal tells only of the window that is spent (exact.md 2).
    const bool refused = response.status == 429;
    const bool day_is_spent = day_.calls >= options_.calls_per_day;
    if (!refused || !day_is_spent) {
      tell("X-RateLimit-Minutely-", options_.calls_per_minute, options_.calls_per_minute - minute_.calls,
           (minute_.number + 1) * kMinute);
    }
    if (!refused || day_is_spent) {
      tell("X-RateLimit-", options_.calls_per_day, options_.calls_per_day - day_.calls, (day_.number + 1) * kDay);
    }
    return response;
  }
  /// A call of another program under the same key.
  void call_of_others() {
    if (count_call()) ++others;
  }
  bool has(const std::string& posting) const { return made_.contains(posting); }

  /// Calls that could have been made from then on until the last one.
  std::int64_t allowed_since(UtcTime start) const {
    std::int64_t calls = 0;
    for (Milliseconds day = start.time_since_epoch() / kDay * kDay; day <= last_at.time_since_epoch(); day += kDay) {
      const Milliseconds from = std::max(day, start.time_since_epoch());
      const Milliseconds to = std::min(day + kDay - Milliseconds{1}, last_at.time_since_epoch());
      const std::int64_t minutes = to / kMinute - from / kMinute + 1;
      calls += std::min(options_.calls_per_day, minutes * options_.calls_per_minute);
    }
    return calls;
  }

  std::int64_t answered = 0;
  std::int64_t others = 0;
  std::int64_t answers_429 = 0;
  std::int64_t doubles = 0;
  UtcTime last_at{};

 private:
  bool count_call() {
    const Milliseconds time = loop_.now().time_since_epoch();
    roll(minute_, time, kMinute);
    roll(day_, time, kDay);
    if (minute_.calls >= options_.calls_per_minute || day_.calls >= options_.calls_per_day) {
      return false;
    }
    ++minute_.calls;
    ++day_.calls;
    return true;
  }

  struct Window {
    std::int64_t number = -1;
    std::int64_t calls = 0;
  };
  static void roll(Window& window, Milliseconds time, Milliseconds length) {
    if (time / length != window.number) window = {time / length, 0};
  }
  SimulatedLoop& loop_;
  BacklogOptions options_;
  Window minute_;
  Window day_;
  std::set<std::string> made_;
};

/// One process' way to the remote, behind its budget.
class LimitedTarget : public engine::Target {
 public:
  LimitedTarget(SimulatedLoop& loop, SeededRandom random, CountingRemote& remote, engine::BudgetStore shared)
      : loop_(loop), random_(random), remote_(remote), budget_(loop, loop, std::move(shared)) {}

  engine::Freezer freezer() const override {
    return [](store::Reader&, const PostingRow& row) -> Result<std::string> { return "body of " + row.key; };
  }
  Task<SendOutcome> send(PostingRow row, UtcTime not_after) override {
    SendOutcome outcome;
    outcome.kind = SendOutcome::Kind::not_sent;
    const std::string endpoint = "salesinvoice/SalesInvoices";
    auto admitted = co_await budget_.admit(endpoint, CallPriority::orders, std::nullopt);
    if (!admitted) {
      outcome.error = admitted.error();
      co_return outcome;
    }
    if (loop_.now() > not_after) {
      outcome.error = {domain::Cause::fenced, "too late"};
      const ports::HttpOutcome not_made = tl::unexpected(
          ports::TransportFailure{ports::TransportFailure::Kind::too_late_to_send, "admission took too long", false});
      budget_.completed(endpoint, not_made);
      co_return outcome;
    }
    co_await ports::sleep_for(loop_, latency());
    const ports::HttpResponse response = remote_.answer(row.key);
    co_await ports::sleep_for(loop_, latency());
    budget_.completed(endpoint, response);
    if (response.status == 201) {
      outcome.kind = SendOutcome::Kind::posted;
      outcome.target_id = row.key;
    } else if (response.status == 429) {
      outcome.error = {domain::Cause::rate_limited, "429"};
    }
    co_return outcome;
  }
  Task<std::vector<LookUpOutcome>> look_up(std::vector<PostingRow> rows, UtcTime /*not_after*/) override {
    std::vector<LookUpOutcome> outcomes;
    for (const PostingRow& row : rows) {
      LookUpOutcome outcome;
      outcome.kind = remote_.has(row.key) ? LookUpOutcome::Kind::found : LookUpOutcome::Kind::absent;
      outcome.target_id = row.key;
      outcomes.push_back(outcome);
    }
    co_return outcomes;
  }
  std::size_t allowance() const override { return budget_.allowance(CallPriority::orders); }
  Milliseconds allowance_returns_in() const override { return budget_.returns_in(CallPriority::orders); }

 private:
  Milliseconds latency() { return Milliseconds{40 + static_cast<std::int64_t>(random_.below(200))}; }

  SimulatedLoop& loop_;
  SeededRandom random_;
  CountingRemote& remote_;
  engine::ExactBudget budget_;
};

Task<void> call_as_others(SimulatedLoop* loop, CountingRemote* remote, std::int64_t per_minute) {
  while (true) {
    co_await ports::sleep_for(*loop, kMinute / per_minute);
    remote->call_of_others();
  }
}

Result<void> plan(store::Transaction& transaction, std::int64_t count, UtcTime now) {
  store::ConnectionRow connection;
  connection.name = "shop";
  connection.market = "us";
  connection.division = 1;
  connection.settings = "{}";
  connection.created_at = now;
  auto added = transaction.add_connection(connection);
  if (!added) return domain::fail(added.error());
  for (std::int64_t number = 0; number < count; ++number) {
    PostingRow row;
    row.connection = *added;
    row.source_id = std::to_string(1'000'000 + number);
    row.key = "invoice/" + row.source_id + "/1";
    row.reference = row.key;
    row.document = "{}";
    row.created_at = row.updated_at = now;
    if (auto inserted = transaction.insert_posting(row); !inserted) return inserted;
  }
  return {};
}

}  // namespace

BacklogResult work_off_backlog(const BacklogOptions& options) {
  const UtcTime start = UtcTime{} + std::chrono::days(20'000);
  SimulatedLoop loop(start);
  SeededRandom random(options.seed);
  store::SqliteStoreOptions store_options;
  store_options.run_inline = true;
  auto store = store::open_sqlite_store(":memory:", loop, loop, store_options);
  if (!store) throw std::runtime_error(store.error().message);
  auto planned = (*store)->write(
      [&options, start](store::Transaction& transaction) { return plan(transaction, options.postings, start); });
  planned.start();
  if (auto done = planned.take(); !done) throw std::runtime_error(done.error().message);

  CountingRemote remote(loop, options);
  std::vector<std::unique_ptr<LimitedTarget>> targets;
  std::vector<std::unique_ptr<engine::PostingWorker>> workers;
  ports::TaskGroup tasks(loop);
  if (options.others_per_minute > 0) tasks.spawn(call_as_others(&loop, &remote, options.others_per_minute));
  for (int process = 0; process < options.processes; ++process) {
    const std::string owner = "process " + std::to_string(process);
    targets.push_back(std::make_unique<LimitedTarget>(loop,
                                                      random.fork_numbered(static_cast<std::uint64_t>(process) + 1),
                                                      remote, engine::BudgetStore{store->get(), 1, owner}));
    engine::WorkerOptions worker;
    worker.owner = owner;
    workers.push_back(std::make_unique<engine::PostingWorker>(engine::PostingWorker::Ports{**store, loop, loop, random},
                                                              *targets.back(), 1, worker));
    tasks.spawn(workers.back()->run());
  }
  while (remote.answered < options.postings && loop.now() - start < kMostDays * kDay && loop.step()) {
  }
  loop.run_until(loop.now() + kMinute);

  BacklogResult result;
  for (const auto& worker : workers) result.posted += static_cast<std::int64_t>(worker->counts().posted);
  result.answered = remote.answered;
  result.others = remote.others;
  result.answers_429 = remote.answers_429;
  result.doubles = remote.doubles;
  result.allowed = remote.allowed_since(start);
  return result;
}

}  // namespace connector::simulation
