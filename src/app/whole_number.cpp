#include "app/whole_number.h"

#include <fmt/format.h>

#include <charconv>

namespace connector::app {

std::function<std::string(const std::string&)> whole_number(std::uint64_t first, std::uint64_t last) {
  return [first, last](const std::string& text) -> std::string {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = error == std::errc() && end == text.data() + text.size();
    if (is_number && first <= number && number <= last) return {};
    return fmt::format("\"{}\" is no whole number from {} to {}", text, first, last);
  };
}

}  // namespace connector::app
