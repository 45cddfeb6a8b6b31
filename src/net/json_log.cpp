#include "net/json_log.h"

#include <ostream>

#include "json/value.h"
#include "net/system_clock.h"

namespace connector::net {

void JsonLog::write(ports::LogLevel level, std::string_view event, const Fields& fields) {
  constexpr const char* kLevels[] = {"debug", "info", "warning", "error"};
  json::Value line{json::Object{}};
  line.set("at", domain::to_iso8601(SystemClock().now()));
  line.set("level", kLevels[static_cast<int>(level)]);
  line.set("event", event);
  for (const auto& [name, value] : fields) line.set(name, value);
  const std::string text = json::write(line) + "\n";
  const std::lock_guard guard(mutex_);
  out_ << text << std::flush;
}

}  // namespace connector::net
