#include "engine/call_window.h"

#include <algorithm>

namespace connector::engine {

using domain::Milliseconds;
using domain::UtcTime;

namespace {

/// By then the first calls of a window have been answered, if there were any.
constexpr Milliseconds kFirstAnswers{5'000};

}  // namespace

void CallWindow::roll(UtcTime now, std::int64_t in_flight) {
  if (!limit_ || now < reset_) return;
  reset_ += ((now - reset_) / length_ + 1) * length_;
  taken_ = in_flight;
  told_ = 0;
}

void CallWindow::learn(const exact::RateWindow& stated, std::int64_t in_flight) {
  const bool first = !limit_ && stated.limit;
  if (stated.limit) limit_ = *stated.limit;
  if (!limit_) return;
  if (stated.reset) {
    const Milliseconds later = *stated.reset - reset_;
    if (later < -(length_ / 2)) return;
    if (first || later > length_ / 2) {
      taken_ = in_flight;
      told_ = 0;
    }
    reset_ = *stated.reset;
  }
  // Answers overtake each other: the highest count is the latest.
  told_ = std::max(told_, stated.remaining ? *limit_ - *stated.remaining : std::int64_t{1});
}

void CallWindow::follow(std::int64_t limit, std::int64_t taken, UtcTime reset) {
  if (!limit_ || reset - reset_ > length_ / 2) told_ = 0;
  limit_ = limit;
  taken_ = taken;
  reset_ = reset;
}

bool CallWindow::refused(const exact::RateWindow& stated) {
  if (!stated.reset || stated.remaining.value_or(0) > 0) return false;
  if (!limit_ || reset_ - *stated.reset > length_ / 2) return true;
  taken_ = std::max(taken_, *limit_);
  told_ = std::max(told_, *limit_);
  return true;
}

bool CallWindow::is_unheard(UtcTime now) const { return told_ == 0 && now - (reset_ - length_) < kFirstAnswers; }

std::int64_t CallWindow::left(UtcTime now, std::int64_t in_flight, std::int64_t unspent) const {
  std::int64_t calls = std::min(open(unspent), *limit_ - told_ - in_flight);
  if (is_unheard(now)) calls = std::min(calls, (*limit_ + 1) / 2 - taken_ + unspent);
  return calls;
}

std::int64_t CallWindow::caution(UtcTime now, std::int64_t in_flight) const {
  std::int64_t calls = std::max<std::int64_t>(0, told_ + in_flight - taken_);
  if (limit_ && is_unheard(now)) calls = std::max(calls, *limit_ / 2);
  return calls;
}

}  // namespace connector::engine
