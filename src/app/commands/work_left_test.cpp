#include "app/commands/work_left.h"

#include <gtest/gtest.h>

namespace connector::app {
namespace work_left_test {

using domain::Cause;
using domain::Error;
using store::PostingState;
using Counts = std::vector<store::Reader::StateCount>;

TEST(WorkLeft, CountsWhatIsForAPersonAndWhatWaits) {
  const WorkLeft left = work_left({{PostingState::held, Cause::missing_item, 3},
                                   {PostingState::planned, std::nullopt, 4},
                                   {PostingState::sending, std::nullopt, 1},
                                   {PostingState::posted, std::nullopt, 9}},
                                  std::nullopt, 2);
  EXPECT_EQ(left.held, 3);
  EXPECT_EQ(left.waiting, 3);
  EXPECT_EQ(left.held_by_cause["missing_item"].integer(), 3);
  EXPECT_FALSE(left.hindrance);
}

TEST(WorkLeft, ARefusedSignInGoesBeforeAnOutageThatEarlierRunsMet) {
  const Counts counts{{PostingState::retry, Cause::authentication_failed, 2},
                      {PostingState::retry, Cause::api_outage, 7},
                      {PostingState::retry, Cause::waiting_for_dependency, 1}};
  const WorkLeft left = work_left(counts, std::nullopt);
  ASSERT_TRUE(left.hindrance);
  EXPECT_EQ(left.hindrance->cause, Cause::authentication_failed);
}

TEST(WorkLeft, WhatTheRunItselfMetGoesFirst) {
  const WorkLeft left =
      work_left({{PostingState::retry, Cause::api_outage, 7}}, Error{Cause::budget_spent, "no calls are left"});
  ASSERT_TRUE(left.hindrance);
  EXPECT_EQ(left.hindrance->message, "no calls are left");
}

TEST(WorkLeft, NothingHindersWhereNothingWaits) {
  EXPECT_FALSE(work_left({{PostingState::posted, std::nullopt, 7}}, Error{Cause::api_outage, "time-out"}).hindrance);
  EXPECT_FALSE(work_left({{PostingState::retry, Cause::waiting_for_dependency, 1}}, std::nullopt).hindrance);
}

}  // namespace work_left_test
}  // namespace connector::app
