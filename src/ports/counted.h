#pragma once

namespace connector::ports {

/// Counts one more as long as it lives. The count must outlive it.
template <class Number>
class Counted {
 public:
  explicit Counted(Number& count) : count_(count) { ++count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --count_; }

 private:
  Number& count_;
};

}  // namespace connector::ports
