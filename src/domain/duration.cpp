#include "domain/duration.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>

namespace connector::domain {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};
constexpr std::array units{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1'000},
                           Unit{"ms", 1}};
constexpr std::int64_t longest = 3650LL * 86'400'000;

Error wrong(std::string_view text) {
  return {Cause::bad_input,
          fmt::format("\"{}\" is no duration; write a number and ms, s, m, h or d, such as \"250ms\" or \"5s\"", text)};
}

}  // namespace

Result<Milliseconds> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0) return fail(wrong(text));
  std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    if (number == 0) return fail(Cause::bad_input, "a duration must be longer than zero");
    if (number > longest / unit.milliseconds) {
      return fail(Cause::bad_input, fmt::format("\"{}\" is longer than 3650 days", text));
    }
    return Milliseconds{number * unit.milliseconds};
  }
  return fail(wrong(text));
}

std::string to_string(Milliseconds duration) {
  for (const Unit& unit : units) {
    if (duration.count() != 0 && duration.count() % unit.milliseconds == 0) {
      return fmt::format("{}{}", duration.count() / unit.milliseconds, unit.name);
    }
  }
  return "0ms";
}

}  // namespace connector::domain
