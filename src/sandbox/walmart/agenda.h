#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <tuple>
#include <vector>

#include "domain/time.h"

namespace connector::sandbox::walmart {

/// What will happen at a certain time, earliest first; equal times in a fixed order.
class Agenda {
 public:
  enum class Kind : std::uint8_t {
    script,         ///< subject: order
    deliver,        ///< subject: order, detail: line << 16 | units
    auto_cancel,    ///< subject: order
    open_return,    ///< subject: order, detail: line << 16 | units
    return_step,    ///< subject: return
    feed_step,      ///< subject: feed
    price,          ///< subject: waiting price
    webhook_retry,  ///< subject: notice
  };
  struct Entry {
    domain::UtcTime time{};
    std::uint32_t subject = 0;
    std::uint32_t detail = 0;
    Kind kind = Kind::script;
  };

  void add(Entry entry) { queue_.push(entry); }
  std::optional<domain::UtcTime> next_time() const {
    return queue_.empty() ? std::nullopt : std::optional(queue_.top().time);
  }
  Entry take() {
    Entry entry = queue_.top();
    queue_.pop();
    return entry;
  }

 private:
  struct Later {
    bool operator()(const Entry& first, const Entry& second) const {
      return std::tie(first.time, first.kind, first.subject, first.detail) >
             std::tie(second.time, second.kind, second.subject, second.detail);
    }
  };
  std::priority_queue<Entry, std::vector<Entry>, Later> queue_;
};

}  // namespace connector::sandbox::walmart
