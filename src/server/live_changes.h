#pragma once

#include <cstdint>

#include "ports/concurrency.h"
#include "ports/executor.h"
#include "store/console_store.h"
#include "store/store.h"

namespace connector::server {

/// Tells those who wait that something happened: every attempt of a posting and every person's deed, in this process or
/// another, is a record of the audit trail, so its newest sequence is watched while somebody waits. Executor thread
/// only.
class LiveChanges {
 public:
  LiveChanges(store::Store& store, ports::Executor& executor) : store_(store), signal_(executor), stopped_(executor) {}

  /// Resumes when the newest sequence is above `seen`, after `patience`, or when all stops. Returns the newest.
  ports::Task<std::int64_t> after(std::int64_t seen, domain::Milliseconds patience);
  std::int64_t newest() const { return newest_; }
  /// Watches until stop().
  ports::Task<void> watch();
  void stop();
  bool stopping() const { return stopping_; }

 private:
  store::Store& store_;
  ports::Signal signal_;
  ports::Signal stopped_;
  std::int64_t newest_ = 0;
  std::size_t waiting_ = 0;
  bool stopping_ = false;
};

}  // namespace connector::server
