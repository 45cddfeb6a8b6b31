#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "ports/executor.h"
#include "ports/task.h"

namespace connector::server {

/// Hashes and compares passwords with argon2id (libsodium, interactive limits: 64 MiB) on a thread of its own, one
/// after another, so that neither the event loop nor the memory feels it. Executor thread only.
class PasswordHasher {
 public:
  explicit PasswordHasher(ports::Executor& executor);
  PasswordHasher(const PasswordHasher&) = delete;
  PasswordHasher& operator=(const PasswordHasher&) = delete;
  /// Lets the password in hand be finished.
  ~PasswordHasher();

  /// Libsodium's text form; empty when there is no memory for it.
  ports::Task<std::string> hash(std::string password);
  /// An empty `hash` costs the same time and is never right, so that nobody learns which names exist.
  ports::Task<bool> verify(std::string hash, std::string password);
  /// Passwords that wait or are being worked on.
  std::size_t waiting() const;

 private:
  void push(std::function<void()> job);
  void serve();

  ports::Executor& executor_;
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<std::function<void()>> jobs_;
  std::size_t waiting_ = 0;
  bool closed_ = false;
  std::string nobody_;  ///< hash of no password, made at the first need; worker thread only
  std::thread thread_;
};

}  // namespace connector::server
