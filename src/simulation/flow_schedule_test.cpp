#include <gtest/gtest.h>

#include "flows/connection_service.h"
#include "flows/notice_routing.h"
#include "flows/notice_work.h"
#include "flows/work_watch.h"
#include "simulation/seeded_random.h"
#include "simulation/simulated_loop.h"
#include "store/sqlite/sqlite_store.h"

namespace connector::simulation {
namespace flow_schedule_test {

using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;
using flows::FlowReport;
using flows::FlowRequest;
using ports::Task;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// A flow that takes a while and remembers its runs.
class ScriptedFlow : public flows::Flow {
 public:
  explicit ScriptedFlow(SimulatedLoop& loop, std::string name = "orders",
                        ports::CallPriority priority = ports::CallPriority::orders)
      : loop_(loop), name_(std::move(name)), priority_(priority) {}
  std::string name() const override { return name_; }
  ports::CallPriority priority() const override { return priority_; }
  bool can_fetch() const override { return fetches; }
  Task<Result<void>> fetch(std::string id) override {
    fetched.push_back(std::move(id));
    co_return Result<void>{};
  }
  bool can_backfill() const override { return true; }
  Task<Result<FlowReport>> run(FlowRequest request) override {
    const Presence presence(at_once);
    most_at_once = std::max(most_at_once, at_once);
    started.push_back(loop_.now());
    requests.push_back(request);
    co_await ports::sleep_for(loop_, takes);
    if (fails) co_return domain::fail(fails_with, "down");
    FlowReport report;
    report.counts = {{"orders_read", 1}};
    report.unknown = unknown;
    report.left = left;
    co_return report;
  }
  /// Also leaves when its process is killed.
  struct Presence {
    explicit Presence(int& count) : present(count) { ++present; }
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;
    ~Presence() { --present; }
    int& present;
  };
  Milliseconds gathers_notices() const override { return gathers; }
  Task<Result<bool>> can_confine(std::vector<std::string> entities) override {
    co_return entities.size() <= most_confined;
  }
  SimulatedLoop& loop_;
  std::string name_;
  ports::CallPriority priority_;
  bool fetches = false;
  std::vector<std::string> fetched;
  Milliseconds takes{100};
  Milliseconds gathers{0};
  std::size_t most_confined = 10;
  std::vector<std::string> unknown;
  std::vector<std::string> left;
  bool fails = false;
  domain::Cause fails_with = domain::Cause::api_outage;
  int at_once = 0;
  int most_at_once = 0;
  std::vector<UtcTime> started;
  std::vector<FlowRequest> requests;
};

class SilentLog : public ports::Log {
 public:
  void write(ports::LogLevel, std::string_view, const Fields&) override {}
};

class NoTransport : public ports::HttpTransport {
 public:
  Task<ports::HttpOutcome> send(ports::HttpRequest) override { co_return ports::HttpResponse{}; }
};

/// A store that counts how often its writer was asked for.
class CountedStore : public store::Store {
 public:
  explicit CountedStore(std::unique_ptr<store::Store> inner) : inner_(std::move(inner)) {}
  int writes = 0;

 protected:
  Task<Result<void>> run_write(std::function<Result<void>(store::Transaction&)> work) override {
    ++writes;
    return inner_->write(std::move(work));
  }
  Task<Result<void>> run_read(std::function<Result<void>(store::Reader&)> work) override {
    return inner_->read(std::move(work));
  }

 private:
  std::unique_ptr<store::Store> inner_;
};

class FlowScheduleTest : public ::testing::Test {
 protected:
  FlowScheduleTest() {
    store::SqliteStoreOptions options;
    options.run_inline = true;
    auto opened = store::open_sqlite_store(":memory:", loop_, loop_, options);
    EXPECT_TRUE(opened) << opened.error().message;
    store_ = std::make_unique<CountedStore>(std::move(*opened));
    connection_.name = "shop";
    connection_.market = "us";
    connection_.settings = "{}";
    connection_.created_at = loop_.now();
    write([row = connection_](store::Transaction& transaction) -> Result<void> {
      auto added = transaction.add_connection(row);
      return added ? Result<void>{} : domain::fail(added.error());
    });
    connection_.id = 1;
    secrets_.emplace(*store_, store::Vault(*store::MasterKey::from_bytes(std::string(32, 'k'))));
  }

  template <class F>
  void write(F work) {
    auto task = store_->write(std::move(work));
    task.start();
    auto result = task.take();
    ASSERT_TRUE(result) << result.error().message;
  }
  store::FlowRow row() {
    auto task = store_->read([](store::Reader& reader) { return reader.flow(1, "orders"); });
    task.start();
    return *task.take();
  }
  void change(const std::function<void(store::FlowRow&)>& edit) {
    auto changed = row();
    edit(changed);
    write([changed](store::Transaction& transaction) { return transaction.put_flow(changed); });
  }

  flows::Environment& environment(const std::string& process) {
    auto& made = environments_[process];
    if (!made) {
      made = std::make_unique<flows::Environment>(
          flows::Environment{*store_, *secrets_, loop_, loop_, random_, transport_, {}, {}, "", process, {}});
    }
    return *made;
  }

  /// A process at work on the flow, with the look at the store that `serve` takes every two seconds.
  struct Process {
    explicit Process(SimulatedLoop& loop) : slots(loop, 4), tasks(loop) {}
    flows::RunSlots slots;
    std::unique_ptr<flows::ScheduledFlow> flow;
    bool stopped = false;
    ports::TaskGroup tasks;
  };
  Task<void> watch(Process* process) {
    while (!process->stopped) {
      process->flow->apply(row());
      co_await ports::sleep_for(loop_, Milliseconds{2'000});
    }
  }
  std::unique_ptr<Process> start(const std::string& name, ScriptedFlow& flow, const std::string& schedule) {
    auto process = std::make_unique<Process>(loop_);
    auto parsed = domain::parse_schedule(schedule);
    EXPECT_TRUE(parsed);
    process->flow = std::make_unique<flows::ScheduledFlow>(environment(name), log_, process->slots, connection_, flow,
                                                           std::move(*parsed));
    process->tasks.spawn(watch(process.get()));
    process->tasks.spawn(process->flow->run());
    return process;
  }
  void pass(Milliseconds time) { loop_.run_until(loop_.now() + time); }

  SimulatedLoop loop_{UtcTime{} + hours(490'000)};
  SeededRandom random_{1};
  SilentLog log_;
  NoTransport transport_;
  std::unique_ptr<CountedStore> store_;
  std::optional<store::SecretStore> secrets_;
  store::ConnectionRow connection_;
  std::map<std::string, std::unique_ptr<flows::Environment>> environments_;
  ScriptedFlow flow_{loop_};
};

TEST_F(FlowScheduleTest, RunsAtOnceAndThenByItsIntervalWithALittleJitter) {
  auto process = start("a", flow_, "10m");
  pass(hours(2));
  ASSERT_GE(flow_.started.size(), 12U);
  ASSERT_LE(flow_.started.size(), 13U);
  for (std::size_t i = 1; i < flow_.started.size(); ++i) {
    EXPECT_GE(flow_.started[i] - flow_.started[i - 1], minutes(10));
    EXPECT_LE(flow_.started[i] - flow_.started[i - 1], minutes(10) + seconds(31));
  }
  EXPECT_EQ(row().report, R"({"orders_read":1})");
}

TEST_F(FlowScheduleTest, ManyMissedTimesAreOneRun) {
  {
    auto process = start("a", flow_, "10m");
    pass(minutes(1));
  }
  pass(hours(30));
  auto process = start("b", flow_, "10m");
  pass(minutes(9));
  EXPECT_EQ(flow_.started.size(), 2U);
}

TEST_F(FlowScheduleTest, ARestartWithinTheIntervalWaitsForTheNextTime) {
  {
    auto process = start("a", flow_, "10m");
    pass(minutes(1));
  }
  auto process = start("b", flow_, "10m");
  pass(minutes(8));
  EXPECT_EQ(flow_.started.size(), 1U);
  pass(minutes(3));
  EXPECT_EQ(flow_.started.size(), 2U);
}

TEST_F(FlowScheduleTest, TwoProcessesShareOneScheduleAndNeverRunAtOnce) {
  flow_.takes = seconds(40);
  auto one = start("a", flow_, "1m");
  auto two = start("b", flow_, "1m");
  pass(hours(1));
  EXPECT_EQ(flow_.most_at_once, 1);
  EXPECT_GE(flow_.started.size(), 50U);
  EXPECT_LE(flow_.started.size(), 61U);
}

TEST_F(FlowScheduleTest, WhoeverComesLateNeedNotWaitForTheWriter) {
  const auto writes = [this](ScriptedFlow& flow, const std::string& name) {
    flows::FlowRunner runner(environment(name), connection_.id, flow);
    const int before = store_->writes;
    auto run = runner.run_if_due(*domain::parse_schedule("1m"), std::nullopt);
    run.start();
    pass(seconds(1));
    EXPECT_TRUE(run.done());
    return store_->writes - before;
  };
  EXPECT_GT(writes(flow_, "a"), 0);
  EXPECT_EQ(writes(flow_, "b"), 0) << "it is not due any more";
  pass(minutes(2));
  flow_.takes = minutes(10);
  auto at_it = start("a", flow_, "1m");
  pass(minutes(2));
  ScriptedFlow other(loop_);
  EXPECT_EQ(writes(other, "b"), 0) << "another is at it";
  EXPECT_TRUE(other.started.empty());
}

TEST_F(FlowScheduleTest, ARunThatOutlastsItsLeaseKeepsItByRenewing) {
  flow_.takes = minutes(5);
  auto one = start("a", flow_, "1m");
  pass(seconds(1));
  auto two = start("b", flow_, "1m");
  pass(minutes(4));
  EXPECT_EQ(flow_.started.size(), 1U);
}

TEST_F(FlowScheduleTest, AKilledProcessesFlowGoesOnElsewhere) {
  flow_.takes = hours(1);
  auto doomed = start("a", flow_, "1m");
  pass(seconds(5));
  doomed.reset();
  flow_.takes = seconds(1);
  auto heir = start("b", flow_, "1m");
  pass(minutes(2));
  EXPECT_GE(flow_.started.size(), 2U);
}

TEST_F(FlowScheduleTest, ARunThatWasCutOffDoesNotWaitForItsNextTime) {
  flow_.takes = seconds(10);
  auto doomed = start("a", flow_, "1h");
  pass(seconds(5));
  doomed.reset();
  auto heir = start("b", flow_, "1h");
  pass(minutes(2));
  EXPECT_EQ(flow_.started.size(), 2U);
  pass(minutes(50));
  EXPECT_EQ(flow_.started.size(), 2U) << "and then keeps its times";
}

TEST_F(FlowScheduleTest, ALongRunIsLeftToWhoeverIsAtIt) {
  flow_.takes = minutes(5);
  auto one = start("a", flow_, "1h");
  auto two = start("b", flow_, "1h");
  pass(minutes(30));
  EXPECT_EQ(flow_.started.size(), 1U);
}

TEST_F(FlowScheduleTest, FailuresAreTriedAgainSoonThenLessOften) {
  flow_.fails = true;
  auto process = start("a", flow_, "1h");
  pass(minutes(59));
  // 15 s, 30 s, 60 s, 120 s ... between tries.
  EXPECT_GE(flow_.started.size(), 7U);
  EXPECT_LE(flow_.started.size(), 9U);
  EXPECT_EQ(row().last_error, "down");
  flow_.fails = false;
  pass(hours(2));
  EXPECT_EQ(row().failures, 0);
  EXPECT_EQ(row().last_error, "");
}

TEST_F(FlowScheduleTest, APausedFlowRestsUntilItIsResumed) {
  auto process = start("a", flow_, "1m");
  pass(seconds(30));
  change([](store::FlowRow& flow) { flow.paused = true; });
  pass(hours(1));
  EXPECT_EQ(flow_.started.size(), 1U);
  change([](store::FlowRow& flow) { flow.paused = false; });
  pass(seconds(10));
  EXPECT_EQ(flow_.started.size(), 2U);
}

TEST_F(FlowScheduleTest, AWishRunsAFlowThatIsOff) {
  auto process = start("a", flow_, "off");
  pass(hours(10));
  EXPECT_TRUE(flow_.started.empty());
  change([this](store::FlowRow& flow) { flow.wanted_at = loop_.now(); });
  pass(hours(10));
  EXPECT_EQ(flow_.started.size(), 1U);
  process->flow->want_run();
  pass(hours(10));
  EXPECT_EQ(flow_.started.size(), 2U);
}

TEST_F(FlowScheduleTest, WhileTheSourceTellsOfChangesRunsAreFurtherApart) {
  auto process = start("a", flow_, "2m");
  process->flow->set_sweep(minutes(10));
  pass(hours(1));
  EXPECT_LE(flow_.started.size(), 7U);
  process->flow->set_sweep(Milliseconds{0});
  const auto before = flow_.started.size();
  pass(hours(1));
  EXPECT_GE(flow_.started.size() - before, 28U);
}

class NoDocuments : public flows::HeldDocuments {
 public:
  Task<Result<std::map<std::string, json::Value>>> read(flows::DocumentTable, std::vector<std::string>) override {
    co_return std::map<std::string, json::Value>{};
  }
};

/// A process that also works off notices.
class NoticeScheduleTest : public FlowScheduleTest {
 protected:
  void begin(const std::string& schedule) {
    process_ = start("a", flow_, schedule);
    pass(seconds(10));
    documents_.emplace(none_, *store_, loop_, 1);
    notices_.emplace(environment("a"), log_, connection_, *documents_, [this](std::string_view name) {
      return name == "orders" ? process_->flow.get() : name == "inventory" ? inventory_.get() : nullptr;
    });
    watch_.emplace(environment("a"), log_, flows::WatchIntervals{seconds(2), seconds(2), seconds(2)});
    watch_->on_due = watch_->on_held = [](store::ConnectionId) {};
    watch_->on_notices = [this](store::ConnectionId) { notices_->wake(); };
    process_->tasks.spawn(notices_->run());
    process_->tasks.spawn(watch_->run());
  }
  void end() {
    notices_->stop();
    watch_->stop();
  }
  void tell(const std::string& entity, const std::string& source = "walmart", const std::string& flow = "orders") {
    store::NoticeRow notice;
    notice.connection = 1;
    notice.source = source;
    notice.event_id = std::to_string(++told_);
    notice.topic = source == "exact" ? "StockPositions" : "INVENTORY_OOS";
    notice.flow = flow;
    notice.entity = entity;
    notice.received_at = loop_.now();
    write([notice](store::Transaction& transaction) { return transaction.add_notice(notice); });
    notices_->wake();
  }
  std::size_t open() {
    auto task = store_->read([later = loop_.now() + hours(24 * 30)](store::Reader& reader) {
      return reader.open_notices(1, later, 10'000);
    });
    task.start();
    auto rows = task.take();
    return rows ? rows->size() : 0;
  }
  std::vector<std::vector<std::string>> confined() const {
    std::vector<std::vector<std::string>> runs;
    for (const auto& request : flow_.requests) {
      if (!request.entities.empty()) runs.push_back(request.entities);
    }
    return runs;
  }

  NoDocuments none_;
  std::optional<flows::DocumentWatch> documents_;
  std::unique_ptr<Process> process_;
  std::unique_ptr<flows::ScheduledFlow> inventory_;
  std::optional<flows::NoticeWork> notices_;
  std::optional<flows::WorkWatch> watch_;
  int told_ = 0;
};

/// Every document of the connector's own that moves stock is told, and each run compares all stock there is.
TEST_F(NoticeScheduleTest, NoticesForAFlowThatLooksAtAllAtOnceRunItOnceInAWhile) {
  begin("1h");
  for (int minute = 0; minute < 30; ++minute) {
    tell(std::to_string(minute), "exact");
    pass(minutes(1));
  }
  EXPECT_GE(flow_.started.size(), 6U);
  EXPECT_LE(flow_.started.size(), 7U);
  pass(minutes(6));
  const auto runs = flow_.started.size();
  EXPECT_GE(flow_.started.back(), loop_.now() - minutes(7)) << "the last notice was heeded, too";
  pass(minutes(20));
  EXPECT_EQ(flow_.started.size(), runs) << "none is left";
  end();
}

TEST_F(NoticeScheduleTest, WhatArrivesTogetherIsOneRunConfinedToIt) {
  flow_.gathers = minutes(1);
  begin("1h");
  const UtcTime scheduled = *row().started_at;
  for (const char* sku : {"B", "A", "B", "C"}) {
    tell(sku);
    pass(Milliseconds{400});
  }
  pass(seconds(10));
  EXPECT_EQ(confined(), (std::vector<std::vector<std::string>>{{"A", "B", "C"}}));
  EXPECT_EQ(open(), 0U);
  EXPECT_EQ(*row().started_at, scheduled) << "the next run over all is due as it was";
  tell("A");  // out of order, or once more
  pass(seconds(30));
  EXPECT_EQ(confined().size(), 1U) << "at most one a minute";
  tell("D");
  pass(minutes(1));
  EXPECT_EQ(confined().back(), (std::vector<std::string>{"A", "D"}));
  EXPECT_EQ(flow_.started.size(), 3U);
  EXPECT_EQ(open(), 0U);
  end();
}

TEST_F(NoticeScheduleTest, WhatItPutOffItLooksAtByItself) {
  flow_.gathers = minutes(1);
  begin("1h");
  watch_->stop();
  flow_.left = {"B"};  // it moved while it was looked at
  for (const char* sku : {"A", "B"}) {
    tell(sku);
    pass(Milliseconds{400});
  }
  pass(seconds(3));
  EXPECT_EQ(confined(), (std::vector<std::vector<std::string>>{{"A", "B"}}));
  flow_.left.clear();
  pass(minutes(2));
  EXPECT_EQ(confined().back(), std::vector<std::string>{"B"});
  EXPECT_EQ(open(), 0U);
  for (const char* sku : {"C", "D"}) {
    tell(sku);
    pass(seconds(1));
  }
  pass(minutes(1));
  EXPECT_EQ(confined().back(), (std::vector<std::string>{"C", "D"}));
  EXPECT_EQ(open(), 0U);
  end();
}

TEST_F(NoticeScheduleTest, ManyEntitiesAreARunOverAll) {
  flow_.gathers = minutes(1);
  flow_.most_confined = 20;
  begin("1h");
  pass(minutes(6));
  for (int sku = 0; sku < 21; ++sku) tell("SKU-" + std::to_string(sku));
  pass(seconds(10));
  EXPECT_EQ(confined().size(), 0U);
  EXPECT_EQ(flow_.started.size(), 2U);
  EXPECT_EQ(open(), 0U);
  for (int sku = 0; sku < 20; ++sku) tell("SKU-" + std::to_string(sku));
  pass(seconds(10));
  EXPECT_EQ(confined().size(), 1U);
  end();
}

TEST_F(NoticeScheduleTest, AConfinedRunThatFailsIsRepeatedAndThenLeftToTheNextRunOverAll) {
  flow_.gathers = minutes(1);
  begin("8h");
  flow_.fails = true;
  flow_.fails_with = domain::Cause::not_found;  // of something else than what the notice names
  tell("A");
  pass(minutes(3));
  EXPECT_GE(confined().size(), 2U);
  EXPECT_EQ(row().failures, 0) << "the next run over all is not put off by it";
  EXPECT_EQ(open(), 1U);
  flow_.fails = false;
  pass(minutes(5));
  EXPECT_EQ(open(), 0U);
  flow_.fails = true;
  tell("B");
  pass(hours(2));
  EXPECT_EQ(open(), 0U) << "it was given up";
  const auto runs = flow_.requests.size();
  EXPECT_LE(runs, 12U);
  flow_.fails = false;
  pass(hours(8));
  ASSERT_EQ(flow_.requests.size(), runs + 1);
  EXPECT_TRUE(flow_.requests.back().entities.empty()) << "the run over all sees it";
  end();
}

TEST_F(NoticeScheduleTest, WhatIsUnknownIsRecordedAndWhatWasMovingIsLookedAtAgain) {
  flow_.gathers = minutes(1);
  begin("1h");
  flow_.unknown = {"GONE"};
  flow_.left = {"BUSY"};
  for (const char* sku : {"BUSY", "CALM", "GONE"}) tell(sku);
  pass(seconds(20));
  EXPECT_EQ(open(), 1U);
  flow_.left.clear();
  pass(minutes(2));
  EXPECT_EQ(confined(), (std::vector<std::vector<std::string>>{{"BUSY", "CALM", "GONE"}, {"BUSY"}}));
  EXPECT_EQ(open(), 0U);
  end();
}

TEST_F(NoticeScheduleTest, ARunForNoticesAndAScheduledOneAreNeverAtOnce) {
  flow_.gathers = seconds(10);
  flow_.takes = minutes(2);
  begin("3m");
  for (int minute = 0; minute < 40; ++minute) {
    tell("A");
    tell("guid-" + std::to_string(minute), "exact");
    pass(minutes(1));
  }
  EXPECT_EQ(flow_.most_at_once, 1);
  EXPECT_GE(confined().size(), 3U);
  EXPECT_GE(flow_.requests.size() - confined().size(), 3U);
  end();
}

TEST_F(NoticeScheduleTest, ReferenceDataIsReadAgainOnceForManyNoticesAndUnknownTopicsAreKept) {
  begin("1h");
  int refreshed = 0;
  notices_->on_references = [&refreshed] { ++refreshed; };
  const auto tell_of = [this](const std::string& flow, const std::string& entity) {
    store::NoticeRow notice;
    notice.connection = 1;
    notice.source = "exact";
    notice.event_id = "e-" + entity;
    notice.flow = flow;
    notice.entity = entity;
    notice.received_at = loop_.now();
    write([notice](store::Transaction& transaction) { return transaction.add_notice(notice); });
  };
  for (const char* item : {"a", "b", "c"}) tell_of(std::string(flows::kReferenceNotices), item);
  tell_of("", "d");
  notices_->wake();
  pass(seconds(5));
  EXPECT_EQ(refreshed, 1);
  EXPECT_EQ(open(), 0U);
  EXPECT_EQ(flow_.started.size(), 1U);
  end();
}

/// A comparison may wait for Exact's budget until the day ends.
TEST_F(NoticeScheduleTest, NoticesOfOrdersDoNotWaitBehindARunForStock) {
  ScriptedFlow stock(loop_, "inventory", ports::CallPriority::inventory);
  stock.gathers = minutes(1);
  stock.takes = hours(3);
  flow_.fetches = true;
  flows::RunSlots slots(loop_, 4);
  auto never = domain::parse_schedule("off");
  inventory_ = std::make_unique<flows::ScheduledFlow>(environment("a"), log_, slots, connection_, stock,
                                                      never ? *never : domain::Schedule{});
  begin("1h");
  tell("MUG", "walmart", "inventory");
  pass(minutes(1));
  EXPECT_EQ(stock.at_once, 1);
  tell("PO-1");
  tell("LAMP", "walmart", "inventory");
  pass(seconds(10));
  EXPECT_EQ(flow_.fetched, std::vector<std::string>{"PO-1"});
  EXPECT_EQ(open(), 2U);
  pass(hours(7));
  EXPECT_EQ(open(), 0U);
  EXPECT_EQ(stock.most_at_once, 1);
  ASSERT_EQ(stock.requests.size(), 2U) << "each once";
  EXPECT_EQ(stock.requests.back().entities, std::vector<std::string>{"LAMP"});
  end();
  pass(minutes(1));
}

TEST_F(NoticeScheduleTest, WhileItsFlowIsPausedANoticeWaits) {
  flow_.gathers = minutes(1);
  begin("1h");
  change([](store::FlowRow& flow) { flow.paused = true; });
  pass(seconds(5));
  tell("A");
  pass(minutes(10));
  EXPECT_EQ(confined().size(), 0U);
  EXPECT_EQ(open(), 1U);
  change([](store::FlowRow& flow) { flow.paused = false; });
  pass(minutes(3));
  EXPECT_EQ(confined().size(), 1U);
  EXPECT_EQ(open(), 0U);
  end();
}

TEST_F(FlowScheduleTest, ABackfillGoesDayByDayBehindWhatIsDueAndSurvivesAKill) {
  const UtcTime to = loop_.now();
  const UtcTime from = to - hours(24 * 10) - hours(3);
  change([&](store::FlowRow& flow) {
    flow.backfill_from = flow.backfill_at = from;
    flow.backfill_to = to;
  });
  flow_.takes = minutes(1);
  auto process = start("a", flow_, "5m");
  pass(minutes(4));
  process.reset();
  process = start("b", flow_, "5m");
  pass(minutes(40));
  UtcTime at = from;
  std::size_t scheduled = 0;
  for (const auto& request : flow_.requests) {
    if (!request.until) {
      ++scheduled;
      continue;
    }
    EXPECT_LE(*request.since, at) << "nothing is left out";
    EXPECT_EQ(request.priority, ports::CallPriority::backfill);
    at = std::max(at, *request.until);
  }
  EXPECT_EQ(at, to);
  EXPECT_GE(scheduled, 6U);
  EXPECT_FALSE(row().backfill_unfinished());
  EXPECT_EQ(flow_.most_at_once, 1);
}

TEST_F(FlowScheduleTest, SlotsAreGivenToTheMostUrgentFirst) {
  flows::RunSlots slots(loop_, 1);
  std::vector<int> order;
  auto work = [](flows::RunSlots* slots, SimulatedLoop* loop, ports::CallPriority priority,
                 std::vector<int>* order) -> Task<void> {
    const auto slot = co_await slots->take(priority);
    order->push_back(static_cast<int>(priority));
    co_await ports::sleep_for(*loop, Milliseconds{10});
  };
  ports::TaskGroup group(loop_);
  for (const auto priority : {ports::CallPriority::prices, ports::CallPriority::inventory, ports::CallPriority::orders,
                              ports::CallPriority::returns}) {
    group.spawn(work(&slots, &loop_, priority, &order));
  }
  {
    ports::TaskGroup abandoned(loop_);
    abandoned.spawn(work(&slots, &loop_, ports::CallPriority::orders, &order));
  }
  pass(seconds(1));
  EXPECT_EQ(order, (std::vector<int>{5, 2, 3, 4}));
  EXPECT_EQ(slots.waiting(), 0U);
}

/// What others leave in the store is told to the connection concerned, within an interval of its own, until it is gone.
TEST_F(FlowScheduleTest, TheWatchTellsWhatWaitsForWhom) {
  flows::WorkWatch watch(environment("a"), log_, {seconds(1), seconds(2), seconds(5)});
  std::map<std::string, std::vector<store::ConnectionId>> told;
  watch.on_due = [&told](store::ConnectionId id) { told["due"].push_back(id); };
  watch.on_held = [&told](store::ConnectionId id) { told["held"].push_back(id); };
  watch.on_notices = [&told](store::ConnectionId id) { told["notices"].push_back(id); };
  ports::TaskGroup watching(loop_);
  watching.spawn(watch.run());
  pass(minutes(10));
  EXPECT_TRUE(told.empty());
  store::PostingRow row;
  row.connection = 1;
  row.source_id = "1";
  row.key = "invoice/1/1";
  row.document = "{}";
  row.state = store::PostingState::retry;
  row.next_attempt_at = loop_.now() + seconds(30);
  write([row](store::Transaction& transaction) { return transaction.insert_posting(row); });
  pass(seconds(29));
  EXPECT_TRUE(told.empty());
  pass(seconds(5));
  EXPECT_GE(told["due"].size(), 3U);
  EXPECT_LE(told["due"].size(), 5U);
  EXPECT_EQ(told["due"].front(), 1);
  write([](store::Transaction& transaction) -> Result<void> {
    auto due = transaction.posting(1, "invoice/1/1");
    if (!due) return domain::fail(due.error());
    (*due)->state = store::PostingState::held;
    (*due)->cause = domain::Cause::missing_item;
    return transaction.update_posting(**due);
  });
  told.clear();
  pass(minutes(1));
  EXPECT_TRUE(told.empty()) << "a person has to do something first";
  write([](store::Transaction& transaction) -> Result<void> {
    auto raised = transaction.raise_mapping_version(1);
    if (!raised) return domain::fail(raised.error());
    store::NoticeRow notice;
    notice.connection = 1;
    notice.source = "walmart";
    notice.event_id = "e";
    notice.flow = "orders";
    return transaction.add_notice(notice);
  });
  pass(seconds(10));
  EXPECT_EQ(told["held"].size(), 5U);
  EXPECT_EQ(told["notices"].size(), 2U);
  EXPECT_EQ(told["due"].size(), 0U);
  watch.stop();
  told.clear();
  pass(minutes(1));
  EXPECT_TRUE(told.empty());
}

}  // namespace flow_schedule_test
}  // namespace connector::simulation
