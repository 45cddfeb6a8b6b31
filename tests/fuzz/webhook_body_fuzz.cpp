#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "json/value.h"

/// Any body that strangers can post: what parses must survive being written and parsed again unchanged, numbers to the
/// last digit, and every typed reader must bear it.
namespace {

using connector::json::Value;

void touch(const Value& value) {
  static_cast<void>(value.text());
  static_cast<void>(value.integer());
  static_cast<void>(value.decimal());
  static_cast<void>(value.boolean());
  for (const Value& element : value.array()) touch(element);
  for (const auto& [name, member] : value.object()) {
    if (!(value[name] == member)) std::abort();
    touch(member);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = connector::json::parse(text);
  if (!value) {
    if (value.error().message.empty()) std::abort();
    return 0;
  }
  touch(*value);
  for (const std::string& written : {connector::json::write(*value), connector::json::write_pretty(*value)}) {
    const auto again = connector::json::parse(written);
    if (!again || !(*again == *value)) std::abort();
  }
  return 0;
}
