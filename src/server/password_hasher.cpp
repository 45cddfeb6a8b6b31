#include "server/password_hasher.h"

#include <sodium.h>

#include <array>
#include <stdexcept>

#include "ports/completion.h"

namespace connector::server {

using ports::Task;

namespace {

std::string argon2id(const std::string& password) {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (crypto_pwhash_str(text.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    return {};
  }
  return text.data();
}

}  // namespace

PasswordHasher::PasswordHasher(ports::Executor& executor) : executor_(executor) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be used on this machine");
  thread_ = std::thread([this] { serve(); });
}

PasswordHasher::~PasswordHasher() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  filled_.notify_all();
  thread_.join();
}

void PasswordHasher::push(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    ++waiting_;
    jobs_.push_back(std::move(job));
  }
  filled_.notify_all();
}

std::size_t PasswordHasher::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

void PasswordHasher::serve() {
  for (;;) {
    std::function<void()> job;
    {
      std::unique_lock lock(mutex_);
      filled_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
      if (closed_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
    const std::lock_guard lock(mutex_);
    --waiting_;
  }
}

Task<std::string> PasswordHasher::hash(std::string password) {
  ports::Completion<std::string> done(executor_);
  push([this, done, password = std::move(password)] {
    executor_.post([done, hash = argon2id(password)] { done.set(hash); });
  });
  co_return co_await done.wait();
}

Task<bool> PasswordHasher::verify(std::string hash, std::string password) {
  ports::Completion<bool> done(executor_);
  push([this, done, hash = std::move(hash), password = std::move(password)] {
    if (nobody_.empty()) nobody_ = argon2id("");
    const std::string& against = hash.empty() ? nobody_ : hash;
    const bool fits = crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
    const bool right = fits && !hash.empty();
    executor_.post([done, right] { done.set(right); });
  });
  co_return co_await done.wait();
}

}  // namespace connector::server
