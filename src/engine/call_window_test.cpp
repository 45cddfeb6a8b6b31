#include "engine/call_window.h"

#include <gtest/gtest.h>

namespace connector::engine {
namespace call_window_test {

using domain::UtcTime;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr UtcTime kStart = UtcTime{} + std::chrono::hours(400'000);

exact::RateWindow stated(std::int64_t limit, std::int64_t remaining, UtcTime reset) {
  exact::RateWindow window;
  window.limit = limit;
  window.remaining = remaining;
  window.reset = reset;
  return window;
}

TEST(CallWindow, CallsUnderWayAreCountedUntilTheirAnswersTell) {
  CallWindow window{minutes(1)};
  window.learn(stated(60, 59, kStart + minutes(1)), 0);
  window.take(20);
  // The remote told of 12 when 9 were on their way: it may or may not have counted those.
  window.learn(stated(60, 48, kStart + minutes(1)), 9);
  EXPECT_EQ(window.left(kStart + seconds(20), 9, 0), 60 - 12 - 9);
  EXPECT_EQ(window.open(0), 40);
  EXPECT_EQ(window.left(kStart + seconds(20), 0, 0), 40) << "nothing stays lost once the answers are there";
}

TEST(CallWindow, CallsOfAnotherProgramAreSeenInWhatIsTold) {
  CallWindow window{minutes(1)};
  window.learn(stated(60, 59, kStart + minutes(1)), 0);
  window.take(10);
  window.learn(stated(60, 20, kStart + minutes(1)), 0);
  EXPECT_EQ(window.left(kStart + seconds(20), 0, 0), 20);
  EXPECT_EQ(window.caution(kStart + seconds(20), 0), 30);
}

TEST(CallWindow, ARefusalInAWindowThatIsOverByOurClockLeavesThePresentOneAlone) {
  CallWindow window{std::chrono::hours(24)};
  const UtcTime midnight = kStart + std::chrono::hours(24);
  window.learn(stated(5'000, 1, midnight), 0);
  window.roll(midnight + seconds(3), 0);  // a clock that is ahead
  window.learn(stated(5'000, 0, midnight), 0);
  EXPECT_TRUE(window.refused(stated(5'000, 0, midnight)));
  EXPECT_EQ(window.left(midnight + seconds(20), 0, 0), 5'000);
  EXPECT_TRUE(window.refused(stated(5'000, 0, midnight + std::chrono::hours(24))));
  EXPECT_EQ(window.left(midnight + seconds(20), 0, 0), 0);
}

TEST(CallWindow, HalfOfAWindowIsSpentBeforeItsFirstAnswer) {
  CallWindow window{minutes(1)};
  window.learn(stated(60, 0, kStart), 0);
  window.roll(kStart + seconds(1), 0);
  EXPECT_EQ(window.reset(), kStart + minutes(1));
  EXPECT_EQ(window.left(kStart + seconds(1), 0, 0), 30);
  EXPECT_EQ(window.left(kStart + seconds(10), 0, 0), 60) << "nobody called, so nothing could be told";
  window.learn(stated(60, 59, kStart + minutes(1)), 0);
  EXPECT_EQ(window.left(kStart + seconds(1), 0, 0), 59);
}

TEST(CallWindow, AnAnswerOfAnEarlierWindowTellsNothing) {
  CallWindow window{minutes(1)};
  window.learn(stated(60, 3, kStart), 0);
  window.roll(kStart + seconds(1), 0);
  window.learn(stated(60, 1, kStart), 0);
  EXPECT_EQ(window.told(), 0);
  EXPECT_EQ(window.reset(), kStart + minutes(1));
}

TEST(CallWindow, AfterARefusalNothingIsLeftUntilTheWindowEnds) {
  CallWindow window{minutes(1)};
  window.learn(stated(60, 30, kStart + minutes(1)), 0);
  EXPECT_TRUE(window.refused(stated(60, 0, kStart + minutes(1))));
  EXPECT_LE(window.left(kStart + seconds(30), 0, 0), 0);
  window.roll(kStart + minutes(1), 0);
  EXPECT_GT(window.left(kStart + minutes(1) + seconds(1), 0, 0), 0);
}

TEST(CallWindow, ARefusalThatTellsOfCallsLeftHasAnotherReason) {
  CallWindow window{std::chrono::hours(24)};
  const UtcTime midnight = kStart + std::chrono::hours(24);
  window.learn(stated(5'000, 4'200, midnight), 0);
  EXPECT_FALSE(window.refused(stated(5'000, 4'200, midnight)));
  EXPECT_FALSE(window.refused({})) << "it tells nothing of this window";
  EXPECT_EQ(window.left(kStart + minutes(5), 0, 0), 5'000 - 800);
  exact::RateWindow without_count = stated(5'000, 0, midnight);
  without_count.remaining.reset();
  EXPECT_TRUE(window.refused(without_count));
  EXPECT_LE(window.left(kStart + minutes(5), 0, 0), 0);
}

}  // namespace call_window_test
}  // namespace connector::engine
