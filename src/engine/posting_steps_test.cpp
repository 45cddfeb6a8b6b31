#include "engine/posting_steps.h"

#include <gtest/gtest.h>

#include "ports/test_doubles.h"

namespace connector::engine {
namespace posting_steps_test {

using domain::Cause;
using domain::Milliseconds;
using domain::UtcTime;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using store::PostingRow;
using store::PostingState;

constexpr UtcTime now{seconds{1'760'000'000}};
const domain::Error outage{Cause::api_outage, "connection refused"};

PostingRow failed_row() {
  PostingRow row;
  row.state = PostingState::sending;
  row.in_doubt = true;
  row.cause = Cause::api_outage;
  row.cause_detail = "before";
  row.first_failed_at = now - minutes(5);
  row.next_attempt_at = now;
  return row;
}

class BackOff : public ::testing::Test {
 protected:
  /// The pause after a failure at `at`, and the row after it.
  Milliseconds pause(PostingRow& row, UtcTime at) {
    back_off(row, outage, at, retry, random);
    return *row.next_attempt_at - at;
  }
  RetryPolicy retry;
  ports::testing::CountingRandom random;
};

TEST(PostingSteps, WhatIsPostedHasNoFailureLeft) {
  PostingRow row = failed_row();
  become_posted(row, "id", "7", "data");
  EXPECT_EQ(row.state, PostingState::posted);
  EXPECT_FALSE(row.in_doubt);
  EXPECT_EQ(row.target_id, "id");
  EXPECT_EQ(row.target_number, "7");
  EXPECT_EQ(row.target_data, "data");
  EXPECT_FALSE(row.cause || row.first_failed_at || row.next_attempt_at);
  EXPECT_EQ(row.cause_detail, "");
}

TEST(PostingSteps, WhatWasAcceptedStaysInDoubt) {
  PostingRow row = failed_row();
  EXPECT_FALSE(is_accepted(row));
  become_accepted(row, "process", now + seconds(8));
  EXPECT_TRUE(is_accepted(row));
  EXPECT_EQ(row.state, PostingState::retry);
  EXPECT_TRUE(row.in_doubt);
  EXPECT_EQ(row.next_attempt_at, now + seconds(8));
  EXPECT_FALSE(row.cause);
  EXPECT_TRUE(row.first_failed_at) << "what is accepted may come to nothing, again and again";
}

TEST(PostingSteps, WhatCameToNothingIsInNoDoubt) {
  PostingRow row = failed_row();
  become_accepted(row, "process", now);
  become_unmade(row);
  EXPECT_FALSE(row.in_doubt);
  EXPECT_FALSE(is_accepted(row));
  EXPECT_TRUE(row.first_failed_at);
}

TEST(PostingSteps, AFindingLeavesAPostingPosted) {
  PostingRow row = failed_row();
  become_posted(row, "id", "7", "");
  note_finding(row, {Cause::amount_difference, "it amounts to 5"});
  EXPECT_EQ(row.state, PostingState::posted);
  EXPECT_EQ(row.cause, Cause::amount_difference);
  EXPECT_EQ(row.cause_detail, "it amounts to 5");
}

TEST(PostingSteps, WhatIsHeldKeepsItsCauseAndHasNoTime) {
  PostingRow row = failed_row();
  become_held(row, {Cause::closed_period, "period 11 is closed"}, false);
  EXPECT_EQ(row.state, PostingState::held);
  EXPECT_FALSE(row.in_doubt);
  EXPECT_EQ(row.cause, Cause::closed_period);
  EXPECT_EQ(row.cause_detail, "period 11 is closed");
  EXPECT_FALSE(row.next_attempt_at);
  EXPECT_TRUE(row.first_failed_at) << "how long it has failed is not forgotten";
}

TEST(PostingSteps, AnothersDocumentIsGivenBack) {
  PostingRow row = failed_row();
  become_posted(row, "id", "7", "");
  row.last_sent_at = now - seconds(10);
  become_doubtful(row, now);
  EXPECT_EQ(row.state, PostingState::retry);
  EXPECT_TRUE(row.in_doubt);
  EXPECT_EQ(row.target_id + row.target_number, "");
  EXPECT_GT(row.next_attempt_at, now);
}

TEST_F(BackOff, PausesGrowWithTheTimeSinceTheFirstFailure) {
  PostingRow row = failed_row();
  row.first_failed_at.reset();
  Milliseconds last = pause(row, now);
  EXPECT_EQ(row.first_failed_at, now);
  EXPECT_LE(last, retry.initial);
  for (const seconds later : {seconds(10), seconds(60), seconds(600)}) {
    const Milliseconds next = pause(row, now + later);
    EXPECT_GT(next, last);
    last = next;
  }
  EXPECT_EQ(row.first_failed_at, now);
  EXPECT_LE(pause(row, now + hours(70)), retry.maximum);
}

TEST_F(BackOff, WhatHasFailedForTooLongIsHeldUnlessItsBudgetWasSpent) {
  PostingRow row = failed_row();
  row.first_failed_at = now;
  retry_or_hold(row, outage, now + retry.give_up_after, retry, random);
  EXPECT_EQ(row.state, PostingState::retry);
  const UtcTime late = now + retry.give_up_after + seconds(1);
  retry_or_hold(row, {Cause::budget_spent, "the day's calls are spent"}, late, retry, random);
  EXPECT_EQ(row.state, PostingState::retry);
  retry_or_hold(row, outage, late, retry, random);
  EXPECT_EQ(row.state, PostingState::held);
  EXPECT_EQ(row.cause, Cause::api_outage);
  EXPECT_TRUE(row.in_doubt) << "what may stand in the target is looked up once it is let go";
}

TEST(PostingSteps, LookUpsOfOneMomentAreDueAtOnceAndFurtherApartTheLongerItTakes) {
  const auto due_after = [](UtcTime at, std::optional<UtcTime> since) { return look_up_time(at, std::nullopt, since); };
  EXPECT_EQ(due_after(now, std::nullopt), due_after(now + Milliseconds(3'999), std::nullopt)) << "now is a full pause";
  EXPECT_EQ(due_after(now, std::nullopt) - now, seconds(8));
  EXPECT_EQ(due_after(now, now - seconds(80)) - now, seconds(44));
  EXPECT_EQ(due_after(now, now - hours(10)) - now, minutes(5) + seconds(4));
  EXPECT_EQ(due_after(now, now + hours(1)) - now, seconds(8)) << "the clock was set back";
  EXPECT_EQ(look_up_time(now, seconds(1), now - hours(10)), now + seconds(1));
}

TEST(PostingSteps, WhatCannotBeMadeUpWaitsForItsTurnOrForAPerson) {
  PostingRow row;
  row.created_at = now - minutes(10);
  row.next_attempt_at = now - seconds(1);
  become_unsendable(row, {Cause::waiting_for_dependency, "after order/1"}, now);
  EXPECT_EQ(row.state, PostingState::retry);
  EXPECT_EQ(row.next_attempt_at, now + minutes(1));
  EXPECT_FALSE(row.first_failed_at) << "waiting is no failure";
  row.next_attempt_at = now + hours(9);
  become_unsendable(row, {Cause::waiting_for_dependency, "after order/1"}, now);
  EXPECT_EQ(row.next_attempt_at, now + hours(9)) << "a turn that it has is kept";
  row.in_doubt = true;
  become_unsendable(row, {Cause::missing_item, "no item A"}, now);
  EXPECT_EQ(row.state, PostingState::held);
  EXPECT_EQ(row.cause, Cause::missing_item);
  EXPECT_FALSE(row.in_doubt);
}

TEST(PostingSteps, WhatWaitsIsLookedAtAfterATenthOfItsAge) {
  EXPECT_EQ(end_of_wait(now, now), now + seconds(10));
  EXPECT_EQ(end_of_wait(now, now - minutes(10)), now + minutes(1));
  EXPECT_EQ(end_of_wait(now, now - hours(24)), now + minutes(5));
}

}  // namespace posting_steps_test
}  // namespace connector::engine
