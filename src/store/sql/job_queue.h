#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace connector::store::sql {

/// Hands work from the executor's thread to the store's threads. Thread-safe.
template <class Job>
class JobQueue {
 public:
  void push(std::vector<Job> jobs) {
    {
      const std::lock_guard lock(mutex_);
      for (auto& job : jobs) jobs_.push_back(std::move(job));
    }
    jobs.size() == 1 ? filled_.notify_one() : filled_.notify_all();
  }
  /// Waits for work and takes at most `limit` jobs; empty once the queue is closed and drained.
  std::vector<Job> take(std::size_t limit) {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
    std::vector<Job> taken;
    while (!jobs_.empty() && taken.size() < limit) {
      taken.push_back(std::move(jobs_.front()));
      jobs_.pop_front();
    }
    return taken;
  }
  /// What is queued is still given out.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    filled_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<Job> jobs_;
  bool closed_ = false;
};

}  // namespace connector::store::sql
