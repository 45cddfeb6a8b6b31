// Orders are acknowledged through the posting protocol, against the sandbox's marketplace.

#include <gtest/gtest.h>

#include "engine/posting_worker.h"
#include "flows/acknowledgement_target.h"
#include "flows/connection_changes.h"
#include "flows/order_flow.h"
#include "flows/settings_json.h"
#include "store/test_store.h"
#include "walmart_fixture.h"

namespace connector::contract {
namespace acknowledgement_contract_test {

using domain::Cause;
using domain::Result;
using sandbox::walmart::Status;
using std::chrono::minutes;
using std::chrono::seconds;
using store::PostingRow;
using store::PostingState;

/// Acknowledgements alone; Exact's budget may be spent.
class WalmartSide : public engine::Target {
 public:
  WalmartSide(flows::AcknowledgementTarget& target, walmart::Client& client) : target_(target), client_(client) {}
  engine::Freezer freezer() const override { return target_.freezer(); }
  ports::Task<engine::SendOutcome> send(PostingRow row, domain::UtcTime not_after) override {
    return target_.send(std::move(row), not_after);
  }
  ports::Task<std::vector<engine::LookUpOutcome>> look_up(std::vector<PostingRow> rows,
                                                          domain::UtcTime /*not_after*/) override {
    std::vector<engine::LookUpOutcome> outcomes;
    for (PostingRow& row : rows) {
      outcomes.push_back(co_await flows::look_up_acknowledgement(&client_, std::move(row)));
    }
    co_return outcomes;
  }
  std::size_t allowance() const override { return exact_calls; }
  domain::Milliseconds allowance_returns_in() const override { return minutes(30); }
  std::size_t exact_calls = 100;

 private:
  flows::AcknowledgementTarget& target_;
  walmart::Client& client_;
};

class Acknowledgements : public WalmartClientTest {
 protected:
  Acknowledgements() {
    add_orders(30, time.now() - std::chrono::hours(24), minutes(30));
    store_ = store::testing::store_with_shop(time, time);
    budget.emplace(time, time);
    limited.emplace(session, transport, *budget, random, time, options);
    target.emplace(*limited, *budget, time);
    side.emplace(*target, *limited);
    engine::WorkerOptions of_worker;
    of_worker.owner = "p";
    worker.emplace(engine::PostingWorker::Ports{*store_, time, time, random}, *side, 1, of_worker);
    flow.emplace(client, *store_, time, time, 1, minutes(10));
  }

  void add_orders(std::uint64_t count, domain::UtcTime start, domain::Milliseconds spacing) {
    sandbox::walmart::OrderGenerator generator;
    generator.seed = count;
    generator.count = count;
    generator.start = start;
    generator.spacing = spacing;
    generator.life = sandbox::walmart::SellerLife::by_calls;
    generator.asked_to_cancel = generator.walmart_fulfilled = generator.third_party_fulfilled = 0;
    marketplace.add_orders(generator);
    marketplace.advance(time.now());
  }
  std::string some_order() {
    auto& seller = marketplace.seller();
    return seller.orders.order(3, seller.catalogue).purchase_order_id;
  }
  void set(const std::string& name, const std::string& value) {
    auto changed = time.run(store_->write([name, value](store::Transaction& transaction) -> Result<void> {
      auto row = transaction.connection(1);
      if (!row) return domain::fail(row.error());
      auto next = flows::with_change(transaction, **row, name, value);
      if (!next) return domain::fail(next.error());
      const store::Vault vault(*store::MasterKey::from_bytes(std::string(store::MasterKey::size, 'k')));
      return flows::write_change(transaction, vault, *next, {});
    }));
    ASSERT_TRUE(changed) << changed.error().message;
  }
  void read_orders() {
    const auto report = time.run(flow->run({}));
    ASSERT_TRUE(report) << report.error().message;
  }
  void work() {
    const auto done = time.run(worker->run_until_idle(minutes(5)));
    ASSERT_TRUE(done) << done.error().message;
  }
  std::vector<PostingRow> postings() {
    store::PostingFilter filter;
    filter.connection = 1;
    filter.kind = domain::PostingKind::order_acknowledgement;
    filter.limit = 500;
    return stored(time.run(store_->read([filter](store::Reader& reader) { return reader.postings(filter); })));
  }
  template <class T>
  static T stored(Result<T> result) {
    EXPECT_TRUE(result) << result.error().message;
    return result ? std::move(*result) : T{};
  }
  std::map<PostingState, std::size_t> states() {
    std::map<PostingState, std::size_t> counts;
    for (const auto& row : postings()) ++counts[row.state];
    return counts;
  }
  std::size_t still_created() {
    const auto& orders = marketplace.seller().orders;
    std::size_t count = 0;
    for (std::size_t number = 0; number < orders.size(); ++number) {
      const auto& record = orders.record(static_cast<sandbox::walmart::OrderNumber>(number));
      count += (record.status_mask & bit(Status::created)) != 0 ? 1 : 0;
    }
    return count;
  }
  std::size_t all() { return marketplace.seller().orders.size(); }
  std::uint64_t calls() {
    std::uint64_t sum = 0;
    for (const auto& [endpoint, count] : marketplace.seller().counters.requests) {
      if (endpoint.find("acknowledge") != std::string::npos) sum += count;
    }
    return sum;
  }

  std::unique_ptr<store::Store> store_;
  std::optional<engine::WalmartBudget> budget;
  std::optional<walmart::Client> limited;
  std::optional<flows::AcknowledgementTarget> target;
  std::optional<WalmartSide> side;
  std::optional<engine::PostingWorker> worker;
  std::optional<flows::OrderFlow> flow;
};

TEST_F(Acknowledgements, AreNotMadeUnlessTurnedOn) {
  read_orders();
  work();
  EXPECT_TRUE(postings().empty());
  EXPECT_EQ(calls(), 0U);
  EXPECT_EQ(still_created(), all());
}

TEST_F(Acknowledgements, EveryCreatedOrderIsAcknowledgedOnceAlsoWhatWasKnownBeforeItWasTurnedOn) {
  read_orders();
  set("acknowledge_orders", "true");
  read_orders();
  EXPECT_EQ(states(), (std::map<PostingState, std::size_t>{{PostingState::planned, all()}}));
  work();
  EXPECT_EQ(states(), (std::map<PostingState, std::size_t>{{PostingState::posted, all()}}));
  EXPECT_EQ(still_created(), 0U);
  EXPECT_EQ(calls(), all());
  time.pass(minutes(5));
  read_orders();
  work();
  EXPECT_EQ(calls(), all()) << "and never again";
}

TEST_F(Acknowledgements, OrdersFromBeforeGoLiveAreLeftAlone) {
  set("acknowledge_orders", "true");
  set("go_live", domain::to_iso8601(time.now() + minutes(1)));
  read_orders();
  EXPECT_TRUE(postings().empty());
}

TEST_F(Acknowledgements, AreWithdrawnWhenAnotherProgramWasFasterOrTheSettingIsTurnedOff) {
  set("acknowledge_orders", "true");
  read_orders();
  const std::string theirs = some_order();
  ASSERT_TRUE(time.run(client.acknowledge(theirs)));
  time.pass(minutes(5));
  read_orders();
  EXPECT_EQ(states()[PostingState::withdrawn], 1U);
  set("acknowledge_orders", "false");
  work();
  EXPECT_EQ(calls(), 1U) << "none of ours";
  read_orders();
  EXPECT_EQ(states(), (std::map<PostingState, std::size_t>{{PostingState::withdrawn, all()}}));
  set("acknowledge_orders", "true");
  read_orders();
  work();
  EXPECT_EQ(still_created(), 0U);
}

TEST_F(Acknowledgements, ARefusalOfWhatWaitsForNobodyIsNoFailure) {
  marketplace.seller().switches.acknowledge_again_is_error = true;
  set("acknowledge_orders", "true");
  read_orders();
  ASSERT_TRUE(time.run(client.acknowledge(some_order())));
  work();
  EXPECT_EQ(states(), (std::map<PostingState, std::size_t>{{PostingState::posted, all()}}));
}

TEST_F(Acknowledgements, ARefusalThatAPersonMustSeeToIsHeldWithItsCause) {
  set("acknowledge_orders", "true");
  read_orders();
  marketplace.seller().switches.scope_orders = "view_only";
  work();
  EXPECT_EQ(states(), (std::map<PostingState, std::size_t>{{PostingState::held, all()}}));
  EXPECT_EQ(postings().front().cause, Cause::permission_denied);
}

TEST_F(Acknowledgements, ALostAnswerIsLookedUp) {
  set("acknowledge_orders", "true");
  read_orders();
  transport.lose_next_answer = true;
  work();
  EXPECT_EQ(states(), (std::map<PostingState, std::size_t>{{PostingState::posted, all()}}));
  EXPECT_EQ(calls(), all());
}

TEST_F(Acknowledgements, DoNotWaitForExactsBudget) {
  set("acknowledge_orders", "true");
  read_orders();
  side->exact_calls = 0;
  for (int round = 0; round < 3; ++round) {
    work();
    time.pass(minutes(1));
  }
  EXPECT_EQ(still_created(), 0U);
}

TEST_F(Acknowledgements, KeepToWalmartsLimitAndTakeTurns) {
  add_orders(150, time.now(), domain::Milliseconds(1));
  time.pass(seconds(1));
  set("acknowledge_orders", "true");
  read_orders();
  const auto begun = time.now();
  work();
  EXPECT_EQ(still_created(), 0U);
  EXPECT_EQ(states(), (std::map<PostingState, std::size_t>{{PostingState::posted, all()}}));
  EXPECT_EQ(calls(), all()) << "nothing was refused by the limit";
  EXPECT_LT(time.now() - begun, minutes(5));
}

}  // namespace acknowledgement_contract_test
}  // namespace connector::contract
