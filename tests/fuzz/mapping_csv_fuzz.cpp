#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "flows/mapping_csv.h"

namespace {

using namespace connector;

/// Either the whole file is read and what is written reads back the same, or every reason names a row.
template <class Parse, class Write>
void check(std::string_view text, Parse parse, Write write) {
  const auto read = parse(text);
  if (!read) {
    if (read.error().empty()) std::abort();
    for (const auto& bad : read.error()) {
      if (bad.message.empty() || csv::to_string(bad).empty()) std::abort();
    }
    return;
  }
  const std::string written = write(*read);
  const auto again = parse(std::string_view(written));
  if (!again || !(*again == *read)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text, flows::parse_mapping_csv, flows::write_mapping_csv);
  check(text, flows::parse_kits_csv, flows::write_kits_csv);
  check(text, flows::parse_aliases_csv, flows::write_aliases_csv);
  check(text, flows::parse_ship_nodes_csv, flows::write_ship_nodes_csv);
  if (const auto rows = flows::parse_mapping_csv(text)) {
    const domain::Mapping mapping(*rows, {}, {}, {});
    for (const auto& row : *rows) static_cast<void>(mapping.resolve(row.sku));
    static_cast<void>(mapping.resolve("HOME-1"));
    static_cast<void>(mapping.resolve("@shipping"));
  }
  return 0;
}
