#pragma once

#include <cstdint>
#include <optional>

#include "domain/time.h"
#include "exact/rate_limits.h"

namespace connector::engine {

/// What is known of one window of calls of a remote: what was taken from it by all processes together, and how many
/// calls the remote itself told of. Times on the remote's clock.
class CallWindow {
 public:
  explicit CallWindow(domain::Milliseconds length) : length_(length) {}

  const std::optional<std::int64_t>& limit() const { return limit_; }
  domain::UtcTime reset() const { return reset_; }
  domain::Milliseconds length() const { return length_; }
  std::int64_t taken() const { return taken_; }
  /// Most calls that an answer told of; 0 = none came in this window.
  std::int64_t told() const { return told_; }

  /// Opens the next window if this one is over; calls on their way may count in it.
  void roll(domain::UtcTime now, std::int64_t in_flight);
  /// An answer's words; those of an earlier window tell nothing of this one.
  void learn(const exact::RateWindow& stated, std::int64_t in_flight);
  /// What all processes together have taken, as the store tells.
  void follow(std::int64_t limit, std::int64_t taken, domain::UtcTime reset);
  /// The remote refused a call and may have stated this window: unless it says that calls remain, nothing is left until
  /// that ends. One that is over by our clock, which may be ahead, tells nothing of the present one. Whether it is why
  /// the call was refused.
  bool refused(const exact::RateWindow& stated);
  void take(std::int64_t calls) { taken_ += calls; }

  /// Calls that may still be taken; `unspent` were taken and have not left yet.
  std::int64_t open(std::int64_t unspent) const { return *limit_ - taken_ + unspent; }
  /// Calls that may leave now. What is on its way may or may not be among those told of, so both are counted until the
  /// answers are there; and before the first answer of a window only half of it is spent, because other programs may
  /// use the same key.
  std::int64_t left(domain::UtcTime now, std::int64_t in_flight, std::int64_t unspent) const;
  /// Of what the store believes to be open, so much is not to be taken now.
  std::int64_t caution(domain::UtcTime now, std::int64_t in_flight) const;

 private:
  bool is_unheard(domain::UtcTime now) const;

  domain::Milliseconds length_;
  std::optional<std::int64_t> limit_;
  domain::UtcTime reset_{};
  std::int64_t taken_ = 0;
  std::int64_t told_ = 0;
};

}  // namespace connector::engine
