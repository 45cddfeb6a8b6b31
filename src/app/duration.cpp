#include "app/duration.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>

namespace connector::app {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};
constexpr std::array units{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1'000},
                           Unit{"ms", 1}};
constexpr std::int64_t longest = 3650LL * 86'400'000;

domain::Error wrong(std::string_view text) {
  return {domain::Cause::bad_input,
          fmt::format("\"{}\" is no duration; write a number and ms, s, m, h or d, such as \"250ms\" or \"5s\"", text)};
}

}  // namespace

domain::Result<domain::Milliseconds> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0) return domain::fail(wrong(text));
  std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    if (number == 0) return domain::fail(domain::Cause::bad_input, "a duration must be longer than zero");
    if (number > longest / unit.milliseconds) {
      return domain::fail(domain::Cause::bad_input, fmt::format("\"{}\" is longer than 3650 days", text));
    }
    return domain::Milliseconds{number * unit.milliseconds};
  }
  return domain::fail(wrong(text));
}

std::string to_string(domain::Milliseconds duration) {
  for (const Unit& unit : units) {
    if (duration.count() != 0 && duration.count() % unit.milliseconds == 0) {
      return fmt::format("{}{}", duration.count() / unit.milliseconds, unit.name);
    }
  }
  return "0ms";
}

}  // namespace connector::app
