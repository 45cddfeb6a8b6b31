#include <gtest/gtest.h>

#include <map>
#include <set>

#include "engine/digest.h"
#include "engine/posting_worker.h"
#include "engine/retry_requested.h"
#include "simulation/seeded_random.h"
#include "simulation/simulated_loop.h"
#include "store/restoration.h"
#include "store/test_store.h"

namespace connector::simulation {
namespace posting_protocol_test {

using domain::Cause;
using domain::Milliseconds;
using domain::Result;
using engine::LookUpOutcome;
using engine::SendOutcome;
using ports::Task;
using store::PostingRow;
using store::PostingState;

/// A target that remembers what it was sent and answers as the test says.
class ScriptedTarget : public engine::Target {
 public:
  explicit ScriptedTarget(SimulatedLoop& loop) : loop_(loop) {}

  engine::Freezer freezer() const override {
    return [refusal = refusal](store::Reader&, const PostingRow& row) -> Result<std::string> {
      if (refusal) return domain::fail(*refusal);
      return "body of " + row.key;
    };
  }
  engine::Planner planner() const override {
    if (!plans_anew) return nullptr;
    return [this](store::Transaction& transaction, const PostingRow& row) -> Result<void> {
      planned_anew.push_back(row.key);
      auto present = transaction.posting(row.connection, row.key);
      if (!present) return domain::fail(present.error());
      EXPECT_NE((*present)->state, PostingState::sending) << "it is not in the worker's hands meanwhile";
      (*present)->document = R"({"anew":true})";
      return transaction.update_posting(**present);
    };
  }
  Task<SendOutcome> send(PostingRow row, domain::UtcTime not_after) override {
    co_await ports::sleep_for(loop_, answer_after);
    SendOutcome outcome;
    if (loop_.now() - answer_after > not_after) {
      outcome.kind = SendOutcome::Kind::not_sent;
      outcome.error = {Cause::api_outage, "too late"};
      co_return outcome;
    }
    sent.push_back(row);
    const SendOutcome::Kind kind = script.empty() ? SendOutcome::Kind::posted : script.front();
    if (!script.empty()) script.erase(script.begin());
    if (kind == SendOutcome::Kind::posted || (kind == SendOutcome::Kind::unclear && unclear_takes_effect)) {
      ++documents[row.key];
    }
    outcome.kind = kind;
    outcome.target_id = "id-" + row.key;
    if (kind == SendOutcome::Kind::refused) outcome.error = {Cause::closed_period, "period is closed"};
    if (kind == SendOutcome::Kind::not_sent) outcome.error = failure;
    outcome.others_may_go = others_may_go;
    outcome.look_again_in = look_again_in;
    if (kind == SendOutcome::Kind::not_sent) outcome.not_before = not_before;
    if (kind == SendOutcome::Kind::accepted) {
      outcome.target_data = "accepted";
      ++documents[row.key];
    }
    if (kind == SendOutcome::Kind::unclear) outcome.error = {Cause::unclear_outcome, "time-out"};
    co_return outcome;
  }
  Task<std::vector<LookUpOutcome>> look_up(std::vector<PostingRow> rows, domain::UtcTime not_after) override {
    std::vector<LookUpOutcome> outcomes;
    for (const PostingRow& row : rows) {
      LookUpOutcome outcome;
      const bool is_turn = put_off_every != 0 && ++asked % put_off_every == 0;
      if (!has_time || is_turn || loop_.now() > not_after) {
        outcome.kind = LookUpOutcome::Kind::put_off;
        outcomes.push_back(outcome);
        continue;
      }
      looked_up.push_back(loop_.now());
      co_await ports::sleep_for(loop_, looked_up_after);
      if (look_up_failure) {
        outcome.error = *look_up_failure;
        outcome.not_before = not_before;
        outcome.others_may_go = others_may_go;
        outcomes.push_back(outcome);
        continue;
      }
      outcome.kind = documents.contains(row.key) ? LookUpOutcome::Kind::found : LookUpOutcome::Kind::absent;
      outcome.target_id = "id-" + row.key;
      if (outcome.kind == LookUpOutcome::Kind::found && said_of_found) outcome.error = *said_of_found;
      if (differing.contains(row.key)) {
        outcome.kind = LookUpOutcome::Kind::differs;
        outcome.error = {Cause::amount_difference, "another amount"};
      }
      if (const auto other = mistaken.find(row.key); other != mistaken.end()) {
        outcome.target_id = "id-" + other->second;
        mistaken.erase(other);
      }
      outcomes.push_back(outcome);
    }
    look_up_sizes.push_back(rows.size());
    co_return outcomes;
  }
  bool may_find_anothers(const PostingRow& /*row*/) const override { return true; }
  bool may_be_out_of_date(const PostingRow& /*row*/) const override { return frozen_anew; }
  engine::LookUpsPerCall look_ups_per_call() const override { return {per_call, accepted_per_call}; }
  std::size_t allowance() const override { return calls; }
  Milliseconds allowance_returns_in() const override { return calls_return_in; }

  SimulatedLoop& loop_;
  Milliseconds answer_after{50};
  Milliseconds looked_up_after{0};  ///< each
  int asked = 0;
  int put_off_every = 0;  ///< every so many look-ups are put off; 0 = none
  bool has_time = true;   ///< false: whatever is looked up is put off
  std::optional<domain::Error> look_up_failure;
  std::optional<domain::Error> said_of_found;
  std::optional<domain::Error> refusal;
  domain::Error failure{Cause::api_outage, "connection refused"};  ///< why what is not sent could not leave
  std::vector<SendOutcome::Kind> script;
  bool unclear_takes_effect = true;
  std::optional<domain::UtcTime> not_before;
  bool others_may_go = false;
  std::optional<Milliseconds> look_again_in;
  bool frozen_anew = false;
  bool plans_anew = false;
  mutable std::vector<std::string> planned_anew;
  std::size_t per_call = 1;
  std::size_t accepted_per_call = 1;
  std::size_t calls = 1'000;
  Milliseconds calls_return_in{0};
  std::map<std::string, std::string>
      mistaken;                     ///< whose document the next look-up of a posting finds instead of its own
  std::set<std::string> differing;  ///< under whose reference something else stands
  std::vector<PostingRow> sent;
  std::vector<domain::UtcTime> looked_up;
  std::vector<std::size_t> look_up_sizes;
  std::map<std::string, int> documents;
};

/// A store over a network: what was read is told a while later.
class FarStore : public store::Store {
 public:
  FarStore(store::Store& near, SimulatedLoop& loop) : near_(near), loop_(loop) {}

 protected:
  Task<Result<void>> run_write(std::function<Result<void>(store::Transaction&)> work) override {
    auto done = co_await near_.write(std::move(work));
    co_await ports::sleep_for(loop_, Milliseconds{60});
    co_return done;
  }
  Task<Result<void>> run_read(std::function<Result<void>(store::Reader&)> work) override {
    auto done = co_await near_.read(std::move(work));
    co_await ports::sleep_for(loop_, Milliseconds{60});
    co_return done;
  }

 private:
  store::Store& near_;
  SimulatedLoop& loop_;
};

class PostingProtocolTest : public ::testing::Test {
 protected:
  PostingProtocolTest() {
    store::SqliteStoreOptions options;
    options.on_commit = [this](std::size_t) { ++commits_; };
    store_ = store::testing::store_with_shop(loop_, loop_, options);
  }

  template <class F>
  void write(F work) {
    auto task = store_->write(std::move(work));
    task.start();
    ASSERT_TRUE(task.done());
    auto result = task.take();
    ASSERT_TRUE(result) << result.error().message;
  }

  /// So long ago that nothing of before is on its way any more, if not told otherwise.
  void note_restored(Milliseconds ago = std::chrono::minutes(10)) {
    write([at = loop_.now() - ago](store::Transaction& transaction) { return store::note_restored(transaction, at); });
  }

  std::vector<std::string> held_sources(std::int64_t older_than) {
    auto task = store_->read([older_than](store::Reader& reader) { return reader.held_sources(1, older_than, 10); });
    task.start();
    return task.take().value();
  }

  std::int64_t raise_mapping_version() {
    std::int64_t version = 0;
    write([&version](store::Transaction& transaction) -> Result<void> {
      auto raised = transaction.raise_mapping_version(1);
      if (!raised) return domain::fail(raised.error());
      version = *raised;
      return {};
    });
    return version;
  }

  void plan(const std::string& key, const std::string& depends_on = {},
            domain::PostingKind kind = domain::PostingKind::sales_invoice) {
    PostingRow row;
    row.kind = kind;
    row.connection = 1;
    row.key = key;
    row.source_id = key.substr(key.find('/') + 1, key.rfind('/') - key.find('/') - 1);
    row.reference = key;
    row.depends_on = depends_on;
    row.document = "{}";
    row.created_at = row.updated_at = loop_.now();
    write([row](store::Transaction& transaction) { return transaction.insert_posting(row); });
  }

  void skip(const std::string& key) {
    PostingRow row = posting(key);
    row.state = PostingState::skipped;
    row.cause.reset();
    write([row](store::Transaction& transaction) { return transaction.update_posting(row); });
  }

  void retry(const std::string& key, const std::string& action) {
    PostingRow row = posting(key);
    row.state = PostingState::planned;
    row.cause.reset();
    row.next_attempt_at = loop_.now();
    store::AuditRecord record;
    record.at = loop_.now();
    record.connection = 1;
    record.posting_key = key;
    record.action = action;
    write([row, record](store::Transaction& transaction) -> Result<void> {
      if (auto updated = transaction.update_posting(row); !updated) return updated;
      return transaction.append_audit(record);
    });
  }

  PostingRow posting(const std::string& key) {
    auto task = store_->read([key](store::Reader& reader) { return reader.posting(1, key); });
    task.start();
    auto result = task.take();
    EXPECT_TRUE(result && *result);
    return **result;
  }

  std::unique_ptr<engine::PostingWorker> worker(const std::string& owner) {
    engine::WorkerOptions options;
    options.owner = owner;
    options.concurrency = 8;
    return std::make_unique<engine::PostingWorker>(engine::PostingWorker::Ports{*store_, loop_, loop_, random_},
                                                   target_, 1, options);
  }

  void run(engine::PostingWorker& worker, Milliseconds patience, Milliseconds through_outage = Milliseconds::max()) {
    auto task = worker.run_until_idle(patience, through_outage);
    task.start();
    while (!task.done() && loop_.step()) {
    }
    ASSERT_TRUE(task.done());
    auto result = task.take();
    ASSERT_TRUE(result) << result.error().message;
  }

  SimulatedLoop loop_{domain::UtcTime{} + std::chrono::hours(490'000)};
  SeededRandom random_{1};
  int commits_ = 0;
  std::unique_ptr<store::Store> store_;
  ScriptedTarget target_{loop_};
};

TEST_F(PostingProtocolTest, PostsEachPlannedPostingOnceWithItsIntentDurableFirst) {
  for (int i = 0; i < 20; ++i) plan("invoice/" + std::to_string(100 + i) + "/1");
  auto first = worker("a");
  run(*first, Milliseconds{1});
  EXPECT_EQ(target_.sent.size(), 20U);
  for (const PostingRow& row : target_.sent) {
    EXPECT_EQ(row.attempt, 1);
    EXPECT_EQ(row.body_digest, engine::sha256_hex(row.body));
  }
  for (const auto& [key, count] : target_.documents) {
    EXPECT_EQ(count, 1) << key;
    EXPECT_EQ(posting(key).state, PostingState::posted);
    EXPECT_EQ(posting(key).target_id, "id-" + key);
  }
}

TEST_F(PostingProtocolTest, AnUnclearOutcomeIsLookedUpAndAdopted) {
  plan("invoice/1/1");
  target_.script = {SendOutcome::Kind::unclear};
  auto only = worker("a");
  run(*only, Milliseconds{3'600'000});
  EXPECT_EQ(target_.sent.size(), 1U);
  EXPECT_EQ(target_.documents["invoice/1/1"], 1);
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::posted);
  EXPECT_EQ(only->counts().adopted, 1U);
}

TEST_F(PostingProtocolTest, WhatIsSaidOfAFoundDocumentStaysWithThePosting) {
  plan("invoice/1/1");
  target_.script = {SendOutcome::Kind::unclear};
  target_.said_of_found = {Cause::amount_difference, "VAT on top"};
  auto only = worker("a");
  run(*only, Milliseconds{3'600'000});
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::posted);
  EXPECT_EQ(posting("invoice/1/1").cause, Cause::amount_difference);
  EXPECT_EQ(posting("invoice/1/1").cause_detail, "VAT on top");
}

TEST_F(PostingProtocolTest, AnOutageEndsARunHoweverManyRetriesAreDue) {
  for (int i = 0; i < 30; ++i) plan("invoice/" + std::to_string(100 + i) + "/1");
  target_.script = std::vector<SendOutcome::Kind>(1'000, SendOutcome::Kind::not_sent);
  const domain::UtcTime began = loop_.now();
  auto only = worker("a");
  run(*only, Milliseconds{90'000}, Milliseconds{90'000});
  EXPECT_LT(loop_.now() - began, Milliseconds{180'000});
  ASSERT_TRUE(only->hindrance());
  EXPECT_EQ(only->hindrance()->cause, Cause::api_outage);
}

TEST_F(PostingProtocolTest, FailuresBetweenSuccessesEndNoRun) {
  for (int i = 0; i < 30; ++i) plan("invoice/" + std::to_string(100 + i) + "/1");
  for (int i = 0; i < 200; ++i) {
    target_.script.push_back(i % 2 == 1 ? SendOutcome::Kind::posted : SendOutcome::Kind::not_sent);
  }
  auto only = worker("a");
  run(*only, Milliseconds{3'600'000}, Milliseconds{90'000});
  EXPECT_EQ(only->counts().posted, 30U);
  EXPECT_FALSE(only->hindrance());
}

TEST_F(PostingProtocolTest, ARefusedSignInEndsARunAtOnce) {
  for (int i = 0; i < 30; ++i) plan("invoice/" + std::to_string(100 + i) + "/1");
  target_.script = std::vector<SendOutcome::Kind>(1'000, SendOutcome::Kind::not_sent);
  target_.failure = {Cause::authentication_failed, "sign in to Exact again"};
  const domain::UtcTime began = loop_.now();
  auto only = worker("a");
  run(*only, Milliseconds{90'000}, Milliseconds{90'000});
  EXPECT_LT(loop_.now() - began, Milliseconds{2'000});
  EXPECT_LE(target_.sent.size(), 8U);
  ASSERT_TRUE(only->hindrance());
  EXPECT_EQ(only->hindrance()->cause, Cause::authentication_failed);
}

TEST_F(PostingProtocolTest, SpentCallsAreToldAndEndARun) {
  plan("invoice/100/1");
  target_.calls = 0;
  target_.calls_return_in = Milliseconds{3'600'000};
  auto only = worker("a");
  run(*only, Milliseconds{90'000}, Milliseconds{90'000});
  EXPECT_TRUE(target_.sent.empty());
  ASSERT_TRUE(only->hindrance());
  EXPECT_EQ(only->hindrance()->cause, Cause::budget_spent);
}

TEST_F(PostingProtocolTest, LookUpsShareCallsHoweverFewMayLeave) {
  for (int i = 0; i < 30; ++i) plan("invoice/" + std::to_string(100 + i) + "/1");
  target_.script = std::vector<SendOutcome::Kind>(30, SendOutcome::Kind::accepted);
  auto first = worker("a");
  run(*first, Milliseconds{1});
  ASSERT_EQ(target_.sent.size(), 30U);
  target_.accepted_per_call = 20;
  target_.calls = 1;
  run(*first, Milliseconds{60'000});
  EXPECT_EQ(target_.look_up_sizes, (std::vector<std::size_t>{20, 10}));
  for (const auto& [key, count] : target_.documents) EXPECT_EQ(posting(key).state, PostingState::posted) << key;
  EXPECT_EQ(target_.sent.size(), 30U);
}

TEST_F(PostingProtocolTest, WhatIsUnclearAndWhatWasAcceptedShareNoCall) {
  for (int i = 0; i < 16; ++i) {
    const std::string key = "invoice/" + std::to_string(100 + i) + "/1";
    plan(key);
    PostingRow row = posting(key);
    row.state = PostingState::retry;
    row.in_doubt = true;
    if (i >= 6) row.target_data = "accepted";
    write([row](store::Transaction& transaction) { return transaction.update_posting(row); });
    target_.documents[key] = 1;
  }
  target_.per_call = 4;
  target_.accepted_per_call = 100;
  target_.calls = 2;
  auto first = worker("a");
  run(*first, Milliseconds{60'000});
  std::sort(target_.look_up_sizes.begin(), target_.look_up_sizes.end());
  EXPECT_EQ(target_.look_up_sizes, (std::vector<std::size_t>{2, 4, 10}));
  for (const auto& [key, count] : target_.documents) EXPECT_EQ(posting(key).state, PostingState::posted) << key;
}

TEST_F(PostingProtocolTest, ADocumentThatAnotherPostingHasIsNotAdoptedTwice) {
  plan("invoice/1/1");
  plan("invoice/1/2");
  target_.script = {SendOutcome::Kind::accepted, SendOutcome::Kind::accepted};
  target_.mistaken = {{"invoice/1/2", "invoice/1/1"}};
  auto only = worker("a");
  run(*only, Milliseconds{60'000});
  EXPECT_EQ(posting("invoice/1/1").target_id, "id-invoice/1/1");
  EXPECT_EQ(posting("invoice/1/2").target_id, "id-invoice/1/2");
  EXPECT_EQ(posting("invoice/1/2").state, PostingState::posted);
  EXPECT_EQ(target_.sent.size(), 2U);
}

TEST_F(PostingProtocolTest, AnAbsentDocumentIsSentAgainOnlyAfterTheQuietPeriod) {
  plan("invoice/1/1");
  target_.script = {SendOutcome::Kind::unclear};
  target_.unclear_takes_effect = false;
  const auto started = loop_.now();
  auto only = worker("a");
  run(*only, Milliseconds{3'600'000});
  ASSERT_EQ(target_.sent.size(), 2U);
  EXPECT_EQ(target_.sent[0].body, target_.sent[1].body);
  EXPECT_GT(target_.sent[1].attempt, target_.sent[0].attempt);
  engine::WorkerOptions options;
  EXPECT_GE(loop_.now() - started, options.quiet_period());
  EXPECT_EQ(target_.documents["invoice/1/1"], 1);
  EXPECT_FALSE(target_.looked_up.empty());
}

TEST_F(PostingProtocolTest, WhatMayBeOutOfDateIsFrozenAnewBeforeItIsSentAgain) {
  target_.unclear_takes_effect = false;
  for (const bool anew : {false, true}) {
    const std::string key = anew ? "invoice/2/1" : "invoice/1/1";
    plan(key);
    target_.frozen_anew = anew;
    target_.script = {SendOutcome::Kind::unclear};
    auto only = worker("a");
    ports::TaskGroup running(loop_);
    running.spawn(only->run());
    loop_.run_until(loop_.now() + std::chrono::seconds(1));
    const std::size_t sent = target_.sent.size();
    target_.refusal = domain::Error{Cause::waiting_for_dependency, "it was compared too long ago"};
    loop_.run_until(loop_.now() + std::chrono::minutes(30));
    const PostingRow after = posting(key);
    EXPECT_EQ(target_.sent.size(), sent + (anew ? 0 : 1)) << "a document is sent as it was frozen";
    EXPECT_EQ(after.state, anew ? PostingState::retry : PostingState::posted);
    EXPECT_FALSE(after.in_doubt) << "a comparison may withdraw it";
    target_.refusal.reset();
    loop_.run_until(loop_.now() + std::chrono::minutes(6));
    EXPECT_EQ(posting(key).state, PostingState::posted);
    EXPECT_EQ(target_.documents[key], 1);
    only->stop();
    while (running.running() > 0 && loop_.step()) {
    }
  }
}

TEST_F(PostingProtocolTest, WhatIsAbsentAndCanNoLongerBeFrozenIsHeldWithItsCause) {
  plan("price/1/1");
  target_.unclear_takes_effect = false;
  target_.frozen_anew = true;
  target_.script = {SendOutcome::Kind::unclear};
  auto only = worker("a");
  std::vector<std::string> told;
  only->on_change = [&told](const PostingRow& row) { told.push_back(std::string(store::to_string(row.state))); };
  ports::TaskGroup running(loop_);
  running.spawn(only->run());
  loop_.run_until(loop_.now() + std::chrono::seconds(1));
  target_.refusal = domain::Error{Cause::missing_item, "the item was deleted"};
  loop_.run_until(loop_.now() + std::chrono::minutes(30));
  EXPECT_EQ(posting("price/1/1").state, PostingState::held);
  EXPECT_EQ(posting("price/1/1").cause, Cause::missing_item);
  EXPECT_FALSE(posting("price/1/1").in_doubt);
  EXPECT_EQ(target_.sent.size(), 1U);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back(), "held");
  only->stop();
  while (running.running() > 0 && loop_.step()) {
  }
}

TEST_F(PostingProtocolTest, ARefusalHoldsThePostingWithItsCause) {
  plan("invoice/1/1");
  target_.script = {SendOutcome::Kind::refused};
  auto only = worker("a");
  run(*only, Milliseconds{3'600'000});
  EXPECT_EQ(target_.sent.size(), 1U);
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::held);
  EXPECT_EQ(posting("invoice/1/1").cause, Cause::closed_period);
  EXPECT_FALSE(posting("invoice/1/1").in_doubt);
}

TEST_F(PostingProtocolTest, WhatCannotBeFrozenIsHeldAndNeverSent) {
  plan("invoice/1/1");
  target_.refusal = domain::Error{Cause::missing_item, "no such item"};
  auto only = worker("a");
  run(*only, Milliseconds{1});
  EXPECT_TRUE(target_.sent.empty());
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::held);
  EXPECT_EQ(posting("invoice/1/1").cause, Cause::missing_item);
}

TEST_F(PostingProtocolTest, WhatWasPlannedBeforeAMendAndCannotBeFrozenIsPlannedAnew) {
  plan("invoice/1/1");
  const std::int64_t version = raise_mapping_version();
  target_.refusal = domain::Error{Cause::missing_item, "no such item"};
  auto only = worker("a");
  run(*only, Milliseconds{1});
  ASSERT_EQ(posting("invoice/1/1").state, PostingState::held);
  EXPECT_EQ(held_sources(version), std::vector<std::string>{"1"});
}

TEST_F(PostingProtocolTest, WhatWasPlannedBeforeAMendIsPlannedAnewBeforeItIsSent) {
  target_.plans_anew = true;
  for (const char* key : {"invoice/1/1", "invoice/1/2", "invoice/2/1"}) plan(key);
  auto only = worker("a");
  const std::int64_t version = raise_mapping_version();
  run(*only, Milliseconds{60'000});
  EXPECT_EQ(target_.planned_anew, (std::vector<std::string>{"invoice/1/1", "invoice/1/2", "invoice/2/1"}));
  ASSERT_EQ(target_.sent.size(), 3U);
  for (const PostingRow& row : target_.sent) {
    EXPECT_EQ(row.document, R"({"anew":true})");
    EXPECT_EQ(posting(row.key).mapping_version, version);
    EXPECT_EQ(posting(row.key).state, PostingState::posted);
  }
}

TEST_F(PostingProtocolTest, WhatMayStandThereIsNotPlannedAnew) {
  target_.plans_anew = true;
  target_.script = {SendOutcome::Kind::unclear};
  plan("invoice/1/1");
  auto only = worker("a");
  run(*only, Milliseconds{1});
  raise_mapping_version();
  run(*only, Milliseconds{600'000});
  EXPECT_TRUE(target_.planned_anew.empty());
  EXPECT_EQ(target_.sent.size(), 1U);
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::posted);
}

TEST_F(PostingProtocolTest, WhatIsAbsentBeyondDoubtIsPlannedAnewBeforeItIsSentAgain) {
  target_.plans_anew = true;
  target_.script = {SendOutcome::Kind::unclear};
  target_.unclear_takes_effect = false;
  plan("invoice/1/1");
  auto only = worker("a");
  run(*only, Milliseconds{1});
  const std::int64_t version = raise_mapping_version();
  run(*only, Milliseconds{600'000});
  EXPECT_EQ(target_.planned_anew, std::vector<std::string>{"invoice/1/1"});
  ASSERT_EQ(target_.sent.size(), 2U);
  EXPECT_EQ(target_.sent[1].document, R"({"anew":true})");
  EXPECT_EQ(posting("invoice/1/1").mapping_version, version);
  EXPECT_EQ(target_.documents["invoice/1/1"], 1);
}

TEST_F(PostingProtocolTest, WhatIsRefusedIsPlannedAnewIfTheMappingWasMendedMeanwhile) {
  target_.plans_anew = true;
  target_.script = {SendOutcome::Kind::refused};
  target_.answer_after = Milliseconds{5'000};
  plan("invoice/1/1");
  auto only = worker("a");
  std::int64_t version = 0;
  loop_.call_after(Milliseconds{1'000}, [&] { version = raise_mapping_version(); });
  run(*only, Milliseconds{60'000});
  ASSERT_EQ(posting("invoice/1/1").state, PostingState::held);
  EXPECT_EQ(held_sources(version), std::vector<std::string>{"1"});
}

TEST_F(PostingProtocolTest, AWorkerBesideAFlowThatPlansNothingEndsWithTheFlow) {
  auto only = worker("a");
  bool more_to_come = true;
  auto task = only->run_while(&more_to_come);
  task.start();
  const auto ends = loop_.now() + Milliseconds{10'000};
  while (!task.done() && loop_.now() < ends && loop_.step()) {
  }
  ASSERT_FALSE(task.done());
  more_to_come = false;
  for (int i = 0; i < 100 && !task.done() && loop_.step(); ++i) {
  }
  EXPECT_TRUE(task.done());
}

TEST_F(PostingProtocolTest, ADependentWaitsForWhatItDependsOn) {
  plan("delivery/1/1", "order/1/0");
  plan("order/1/0");
  auto only = worker("a");
  run(*only, Milliseconds{60'000});
  ASSERT_EQ(target_.sent.size(), 2U);
  EXPECT_EQ(target_.sent[0].key, "order/1/0");
}

TEST_F(PostingProtocolTest, OutagesAreRetriedWithoutALookUp) {
  plan("invoice/1/1");
  target_.script = {SendOutcome::Kind::not_sent, SendOutcome::Kind::not_sent};
  auto only = worker("a");
  run(*only, Milliseconds{3'600'000});
  EXPECT_EQ(target_.sent.size(), 3U);
  EXPECT_TRUE(target_.looked_up.empty());
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::posted);
}

TEST_F(PostingProtocolTest, WhatFailsForTooLongIsHeldForAPerson) {
  plan("invoice/1/1");
  target_.script = std::vector<SendOutcome::Kind>(5'000, SendOutcome::Kind::not_sent);
  auto only = worker("a");
  run(*only, std::chrono::hours(2));
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::held);
  EXPECT_EQ(posting("invoice/1/1").cause, Cause::api_outage);
  EXPECT_GT(loop_.now() - posting("invoice/1/1").created_at, engine::RetryPolicy{}.give_up_after);
}

TEST_F(PostingProtocolTest, AnUnclearOutcomeIsLookedUpHoweverLongItFailedBefore) {
  for (const bool takes_effect : {true, false}) {
    const std::string key = takes_effect ? "invoice/1/1" : "invoice/2/1";
    plan(key);
    target_.script = {SendOutcome::Kind::not_sent};
    auto first = worker("a");
    run(*first, Milliseconds{1});
    loop_.run_until(loop_.now() + std::chrono::hours(80));
    target_.sent.clear();
    target_.script = {SendOutcome::Kind::unclear};
    target_.unclear_takes_effect = takes_effect;
    run(*first, std::chrono::hours(2));
    EXPECT_EQ(target_.sent.size(), 1U);
    EXPECT_EQ(posting(key).state, takes_effect ? PostingState::posted : PostingState::held);
    EXPECT_FALSE(posting(key).in_doubt) << "Exact was asked";
  }
}

TEST_F(PostingProtocolTest, DaysWithoutACallLeftAreNoFailure) {
  plan("invoice/1/1");
  target_.failure = {Cause::budget_spent, "no call left today"};
  target_.others_may_go = true;
  auto only = worker("a");
  for (int day = 0; day < 5; ++day) {
    target_.script = {SendOutcome::Kind::not_sent};
    target_.not_before = loop_.now() + std::chrono::hours(24);
    run(*only, std::chrono::hours(1));
    ASSERT_EQ(posting("invoice/1/1").state, PostingState::retry);
    loop_.run_until(*target_.not_before + std::chrono::hours(1));
  }
  target_.failure = {Cause::api_outage, "connection refused"};
  target_.script = {SendOutcome::Kind::not_sent};
  target_.not_before.reset();
  run(*only, std::chrono::hours(1));
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::posted);
}

TEST_F(PostingProtocolTest, DaysWithoutACallLeftForALookUpAreNoFailure) {
  plan("invoice/1/1");
  target_.script = {SendOutcome::Kind::accepted};
  auto only = worker("a");
  run(*only, Milliseconds{1});
  target_.look_up_failure = domain::Error{Cause::budget_spent, "no call left today"};
  target_.others_may_go = true;
  target_.not_before = loop_.now() + std::chrono::hours(24);
  run(*only, std::chrono::hours(1));
  EXPECT_EQ(target_.looked_up.size(), 1U);
  ASSERT_EQ(posting("invoice/1/1").state, PostingState::retry);
  EXPECT_FALSE(posting("invoice/1/1").first_failed_at);
  EXPECT_GE(*posting("invoice/1/1").next_attempt_at, *target_.not_before);
  target_.look_up_failure.reset();
  run(*only, std::chrono::hours(25));
  EXPECT_EQ(target_.looked_up.size(), 2U);
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::posted);
}

TEST_F(PostingProtocolTest, WhatIsFoundIsRecordedWithinTheLeaseHoweverLongTheRestTakes) {
  for (int i = 0; i < 20; ++i) plan("invoice/" + std::to_string(100 + i) + "/1");
  target_.script = std::vector<SendOutcome::Kind>(20, SendOutcome::Kind::accepted);
  auto first = worker("a");
  run(*first, Milliseconds{1});
  target_.accepted_per_call = 20;
  target_.looked_up_after = Milliseconds{9'000};
  auto second = worker("b");
  auto one = first->run_until_idle(Milliseconds{3'600'000});
  auto two = second->run_until_idle(Milliseconds{3'600'000});
  one.start();
  two.start();
  while ((!one.done() || !two.done()) && target_.looked_up.size() < 100 && loop_.step()) {
  }
  EXPECT_EQ(target_.looked_up.size(), 20U) << "each was asked for once";
  for (const auto& [key, count] : target_.documents) EXPECT_EQ(posting(key).state, PostingState::posted) << key;
  EXPECT_EQ(target_.sent.size(), 20U);
}

TEST_F(PostingProtocolTest, AWaitForItsTurnForgetsNoEarlierFailure) {
  plan("invoice/1/1");
  target_.script = std::vector<SendOutcome::Kind>(100'000, SendOutcome::Kind::not_sent);
  auto only = worker("a");
  run(*only, Milliseconds{1});
  const auto failing_since = posting("invoice/1/1").first_failed_at;
  ASSERT_TRUE(failing_since);
  target_.failure = {Cause::budget_spent, "no call left today"};
  target_.others_may_go = true;
  target_.not_before = loop_.now() + std::chrono::hours(24);
  run(*only, std::chrono::hours(1));
  EXPECT_EQ(posting("invoice/1/1").first_failed_at, failing_since);
  target_.failure = {Cause::api_outage, "connection refused"};
  target_.not_before.reset();
  run(*only, std::chrono::hours(25));
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::held) << "it failed for three days, whatever came between";
}

TEST_F(PostingProtocolTest, WhatIsPutOffForDaysIsForAPerson) {
  plan("invoice/1/1");
  target_.script = {SendOutcome::Kind::accepted};
  auto only = worker("a");
  run(*only, Milliseconds{1});
  target_.has_time = false;
  run(*only, std::chrono::hours(1));
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::held);
  EXPECT_EQ(posting("invoice/1/1").cause, Cause::api_outage);
  EXPECT_TRUE(posting("invoice/1/1").in_doubt);
  EXPECT_TRUE(target_.looked_up.empty());
}

TEST_F(PostingProtocolTest, WhatIsPutOffOnceIsHeldForNoOlderFailure) {
  plan("invoice/1/1");
  target_.script = {SendOutcome::Kind::unclear};
  auto only = worker("a");
  run(*only, Milliseconds{1});
  ASSERT_TRUE(posting("invoice/1/1").first_failed_at);
  loop_.run_until(loop_.now() + std::chrono::hours(100));  // no process was there
  target_.has_time = false;
  run(*only, Milliseconds{1});
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::retry);
  EXPECT_EQ(posting("invoice/1/1").cause, Cause::unclear_outcome);
  target_.has_time = true;
  run(*only, std::chrono::hours(1));
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::posted);
}

TEST_F(PostingProtocolTest, WhatIsPutOffBeforeAndAfterADowntimeIsNotPutOffForDays) {
  plan("invoice/1/1");
  target_.script = {SendOutcome::Kind::accepted};
  auto only = worker("a");
  target_.has_time = false;
  run(*only, std::chrono::seconds(10));
  ASSERT_EQ(posting("invoice/1/1").cause, Cause::fenced);
  loop_.run_until(loop_.now() + std::chrono::hours(100));
  run(*only, Milliseconds{1});
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::retry);
}

TEST_F(PostingProtocolTest, APutOffForgetsNoFailure) {
  plan("invoice/1/1");
  target_.script = std::vector<SendOutcome::Kind>(100'000, SendOutcome::Kind::unclear);
  target_.unclear_takes_effect = false;
  target_.put_off_every = 2;
  auto only = worker("a");
  const auto began = loop_.now();
  run(*only, std::chrono::hours(2));
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::held) << "it was sent in vain for three days";
  EXPECT_LT(loop_.now() - began, std::chrono::hours(90));
}

TEST_F(PostingProtocolTest, LookUpsThatFailOrArePutOffByTurnsEnd) {
  plan("invoice/1/1");
  target_.script = {SendOutcome::Kind::accepted};
  target_.look_up_failure = domain::Error{Cause::api_outage, "time-out"};
  target_.put_off_every = 2;
  auto only = worker("a");
  const auto began = loop_.now();
  run(*only, std::chrono::hours(2));
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::held);
  EXPECT_LT(loop_.now() - began, std::chrono::hours(90));
}

TEST_F(PostingProtocolTest, APostingThatCannotGoNowNeedNotHoldOthersUp) {
  for (const bool others_may_go : {false, true}) {
    const std::string order = others_may_go ? "2" : "1";
    target_.others_may_go = others_may_go;
    target_.script = {SendOutcome::Kind::not_sent};
    plan("price-feed/" + order + "/a");
    auto first = worker("a");
    run(*first, Milliseconds{1});
    plan("invoice/" + order + "/1");
    run(*first, Milliseconds{1});
    EXPECT_EQ(target_.documents.contains("invoice/" + order + "/1"), others_may_go);
    run(*first, Milliseconds{3'600'000});
  }
}

TEST_F(PostingProtocolTest, WhatATargetKeepsBackForAWhileIsNotTriedBefore) {
  plan("invoice/1/1");
  target_.script = {SendOutcome::Kind::not_sent};
  target_.others_may_go = true;
  target_.not_before = loop_.now() + std::chrono::minutes(50);
  auto only = worker("a");
  run(*only, std::chrono::minutes(5));
  EXPECT_EQ(target_.sent.size(), 1U);
  EXPECT_LT(loop_.now(), *target_.not_before) << "nothing is due for long: the run is over";
  run(*only, std::chrono::hours(2));
  EXPECT_EQ(target_.sent.size(), 2U);
  EXPECT_GE(loop_.now(), *target_.not_before);
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::posted);
}

TEST_F(PostingProtocolTest, AfterARestoreWhatMayStandThereIsSoughtBeforeItIsSent) {
  plan("invoice/1/1");
  plan("invoice/2/1");
  plan("prices/3/1", {}, domain::PostingKind::price_feed);
  target_.documents["invoice/1/1"] = 1;  // posted after the backup was made
  note_restored();
  auto first = worker("a");
  run(*first, Milliseconds{60'000});
  EXPECT_EQ(target_.looked_up.size(), 2U) << "a price does no harm twice";
  ASSERT_EQ(target_.sent.size(), 2U);
  EXPECT_TRUE(std::none_of(target_.sent.begin(), target_.sent.end(),
                           [](const PostingRow& row) { return row.key == "invoice/1/1"; }));
  EXPECT_EQ(first->counts().adopted, 1U);
  for (const auto& [key, count] : target_.documents) {
    EXPECT_EQ(count, 1) << key;
    EXPECT_EQ(posting(key).state, PostingState::posted);
  }
}

TEST_F(PostingProtocolTest, AfterARestoreWhatTheStoreKnowsToHaveBeenSentSinceIsNotSoughtFirst) {
  note_restored();
  plan("invoice/1/1");
  target_.script = {SendOutcome::Kind::not_sent};
  auto first = worker("a");
  run(*first, Milliseconds{3'600'000});
  EXPECT_EQ(target_.looked_up.size(), 1U);
  EXPECT_EQ(target_.sent.size(), 2U);
  EXPECT_EQ(target_.documents["invoice/1/1"], 1);
  // Long after it nothing can be left that the store does not know of.
  loop_.run_until(loop_.now() + std::chrono::hours(24 * 31));
  plan("invoice/2/1");
  run(*first, Milliseconds{1});
  EXPECT_EQ(target_.looked_up.size(), 1U);
  EXPECT_EQ(target_.documents["invoice/2/1"], 1);
}

TEST_F(PostingProtocolTest, AfterARestoreWhatWasOnItsWayIsWaitedFor) {
  plan("invoice/1/1");
  note_restored(Milliseconds{0});
  // The request left before the store was lost, and Exact makes the document of it after the first look.
  loop_.call_after(Milliseconds{25'000}, [this] { target_.documents["invoice/1/1"] = 1; });
  auto first = worker("a");
  run(*first, Milliseconds{600'000});
  EXPECT_TRUE(target_.sent.empty());
  EXPECT_EQ(first->counts().adopted, 1U);
  EXPECT_EQ(target_.documents["invoice/1/1"], 1);
}

TEST_F(PostingProtocolTest, AfterARestorePartsComeInOrderAlsoWhileTheFirstIsNotDue) {
  note_restored();
  plan("invoice/1/1");
  plan("invoice/1/2");
  PostingRow late = posting("invoice/1/1");
  late.next_attempt_at = loop_.now() + std::chrono::minutes(5);
  write([late](store::Transaction& transaction) { return transaction.update_posting(late); });
  target_.differing = {"invoice/1/1"};  // what Exact holds of it may be both
  auto first = worker("a");
  run(*first, std::chrono::hours(1));
  EXPECT_TRUE(target_.sent.empty());
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::held);
  EXPECT_EQ(posting("invoice/1/2").cause, std::optional(Cause::confirmation_needed));
}

TEST_F(PostingProtocolTest, AfterARestoreAPersonSaysWhetherWhatDiffersHoldsMore) {
  note_restored();
  target_.per_call = 20;
  plan("invoice/1/1");
  plan("invoice/1/2");
  plan("invoice/2/1");
  plan("credit/1/1", {}, domain::PostingKind::credit_memo);
  target_.differing = {"invoice/1/1"};
  auto first = worker("a");
  run(*first, Milliseconds{60'000});
  EXPECT_EQ(posting("invoice/1/1").cause, std::optional(Cause::amount_difference));
  const PostingRow kept_back = posting("invoice/1/2");
  EXPECT_EQ(kept_back.state, PostingState::held);
  EXPECT_EQ(kept_back.cause, std::optional(Cause::confirmation_needed));
  EXPECT_NE(kept_back.cause_detail.find("invoice/1/1"), std::string::npos);
  EXPECT_FALSE(target_.documents.contains("invoice/1/2"));
  EXPECT_EQ(target_.documents["invoice/2/1"], 1) << "another source is not concerned";
  EXPECT_EQ(target_.documents["credit/1/1"], 1) << "nor another kind";
  // It is not sent because the other was skipped, but because a person says so of it.
  skip("invoice/1/1");
  retry("invoice/1/2", "system");
  plan("invoice/1/3");
  run(*first, Milliseconds{60'000});
  EXPECT_EQ(posting("invoice/1/3").cause, std::optional(Cause::confirmation_needed));
  retry("invoice/1/3", engine::kRetryRequested);
  run(*first, Milliseconds{60'000});
  EXPECT_EQ(target_.documents["invoice/1/3"], 1);
  EXPECT_FALSE(target_.documents.contains("invoice/1/2"));
}

TEST_F(PostingProtocolTest, AfterARestoreDocumentsOfOneSourceComeOneByOne) {
  note_restored();
  target_.per_call = 20;
  for (const char* key : {"invoice/1/1", "invoice/1/2", "invoice/1/3"}) plan(key);
  auto first = worker("a");
  run(*first, Milliseconds{600'000});
  ASSERT_EQ(target_.sent.size(), 3U);
  for (std::size_t index = 0; index < 3; ++index) {
    EXPECT_EQ(target_.sent[index].key, "invoice/1/" + std::to_string(index + 1));
    if (index == 0) continue;
    EXPECT_GE(*target_.sent[index].last_sent_at, *target_.sent[index - 1].last_sent_at + target_.answer_after);
  }
}

TEST_F(PostingProtocolTest, WhatWaitsLongIsLookedAtLessOften) {
  plan("invoice/1/1");
  target_.refusal = domain::Error{Cause::waiting_for_dependency, "its time has not come"};
  auto only = worker("a");
  ports::TaskGroup running(loop_);
  running.spawn(only->run());
  loop_.run_until(loop_.now() + std::chrono::minutes(2));
  const int in_two_minutes = commits_;
  EXPECT_GE(in_two_minutes, 10);
  loop_.run_until(loop_.now() + std::chrono::hours(5));
  EXPECT_LE(commits_ - in_two_minutes, 90);
  target_.refusal.reset();
  loop_.run_until(loop_.now() + std::chrono::minutes(6));
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::posted);
  only->stop();
  while (running.running() > 0 && loop_.step()) {
  }
}

TEST_F(PostingProtocolTest, BackgroundWorkIsAskedForWhenItsTargetSays) {
  plan("price-feed/1/a");
  target_.script = {SendOutcome::Kind::accepted};
  target_.look_again_in = std::chrono::minutes(15);
  const auto started = loop_.now();
  auto only = worker("a");
  run(*only, Milliseconds{3'600'000});
  ASSERT_EQ(target_.looked_up.size(), 1U);
  EXPECT_GE(target_.looked_up[0] - started, std::chrono::minutes(15));
  EXPECT_EQ(posting("price-feed/1/a").state, PostingState::posted);
}

TEST_F(PostingProtocolTest, AKilledWorkersIntentIsLookedUpByTheNext) {
  plan("invoice/1/1");
  target_.answer_after = Milliseconds{10'000};
  {
    auto doomed = worker("a");
    auto task = doomed->run_until_idle(Milliseconds{1});
    task.start();
    loop_.run_until(loop_.now() + Milliseconds{100});
    EXPECT_EQ(posting("invoice/1/1").state, PostingState::sending);
  }
  // The request had left: it takes effect although its sender is dead.
  target_.documents["invoice/1/1"] = 1;
  target_.answer_after = Milliseconds{50};
  auto heir = worker("b");
  run(*heir, Milliseconds{3'600'000});
  EXPECT_TRUE(target_.sent.empty());
  EXPECT_EQ(target_.looked_up.size(), 1U);
  EXPECT_EQ(posting("invoice/1/1").state, PostingState::posted);
}

TEST_F(PostingProtocolTest, AnIdleWorkerWritesNothingAndFindsWhatOthersPlanned) {
  auto idle = worker("a");
  auto task = idle->run();
  task.start();
  loop_.run_until(loop_.now() + std::chrono::minutes(1));
  const int before = commits_;
  loop_.run_until(loop_.now() + std::chrono::hours(1));
  EXPECT_EQ(commits_, before);
  plan("invoice/100/1");
  loop_.run_until(loop_.now() + std::chrono::minutes(1));
  EXPECT_EQ(target_.documents["invoice/100/1"], 1);
  plan("invoice/101/1");
  idle->wake();
  loop_.run_until(loop_.now() + std::chrono::milliseconds(200));
  EXPECT_EQ(target_.documents["invoice/101/1"], 1);
  idle->stop();
  loop_.run_until(loop_.now() + std::chrono::minutes(1));
  EXPECT_TRUE(task.done());
}

TEST_F(PostingProtocolTest, AWorkerThatJustLooksMissesNoWakingAndNoEnd) {
  FarStore far(*store_, loop_);
  engine::WorkerOptions options;
  options.owner = "a";
  options.is_woken = true;
  for (int later = 0; later < 200; later += 20) {
    engine::PostingWorker worker(engine::PostingWorker::Ports{far, loop_, loop_, random_}, target_, 1, options);
    ports::TaskGroup running(loop_);
    running.spawn(worker.run());
    loop_.run_until(loop_.now() + Milliseconds{later});
    const std::string key = "invoice/" + std::to_string(later) + "/1";
    plan(key);
    worker.wake();
    loop_.run_until(loop_.now() + std::chrono::seconds(2));
    EXPECT_EQ(posting(key).state, PostingState::posted) << later << " ms after it began";
  }
  for (int later = 0; later < 200; later += 20) {
    engine::PostingWorker worker(engine::PostingWorker::Ports{far, loop_, loop_, random_}, target_, 1, options);
    ports::TaskGroup running(loop_);
    running.spawn(worker.run());
    loop_.run_until(loop_.now() + Milliseconds{later});
    worker.stop();
    loop_.run_until(loop_.now() + std::chrono::seconds(2));
    EXPECT_EQ(running.running(), 0U) << later << " ms after it began";
  }
}

TEST_F(PostingProtocolTest, TwoWorkersShareTheWorkWithoutDoubles) {
  for (int i = 0; i < 50; ++i) plan("invoice/" + std::to_string(100 + i) + "/1");
  auto first = worker("a");
  auto second = worker("b");
  auto one = first->run_until_idle(Milliseconds{1});
  auto two = second->run_until_idle(Milliseconds{1});
  one.start();
  two.start();
  while ((!one.done() || !two.done()) && loop_.step()) {
  }
  ASSERT_TRUE(one.done() && two.done());
  EXPECT_EQ(target_.documents.size(), 50U);
  for (const auto& [key, count] : target_.documents) EXPECT_EQ(count, 1) << key;
}

}  // namespace posting_protocol_test
}  // namespace connector::simulation
