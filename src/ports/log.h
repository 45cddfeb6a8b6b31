#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace connector::ports {

enum class LogLevel { debug, info, warning, error };

/// Structured log: an event name and fields such as connection, order, posting, correlation_id. Never secrets, never
/// customer data. Thread-safe.
class Log {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;
  virtual ~Log() = default;
  virtual void write(LogLevel level, std::string_view event, const Fields& fields) = 0;

  void info(std::string_view event, const Fields& fields = {}) { write(LogLevel::info, event, fields); }
  void warning(std::string_view event, const Fields& fields = {}) { write(LogLevel::warning, event, fields); }
  void error(std::string_view event, const Fields& fields = {}) { write(LogLevel::error, event, fields); }
};

}  // namespace connector::ports
