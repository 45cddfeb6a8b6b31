#pragma once

#include <iosfwd>
#include <mutex>

#include "ports/log.h"

namespace connector::net {

/// One JSON object a line: {"at":...,"level":...,"event":...,fields}. Thread-safe.
class JsonLog : public ports::Log {
 public:
  explicit JsonLog(std::ostream& out) : out_(out) {}
  void write(ports::LogLevel level, std::string_view event, const Fields& fields) override;

 private:
  std::ostream& out_;
  std::mutex mutex_;
};

}  // namespace connector::net
