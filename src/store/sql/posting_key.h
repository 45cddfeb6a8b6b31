#pragma once

#include <string_view>
#include <vector>

namespace connector::store::sql {

/// True if `key` is "<kind>/<source_id>" or "<kind>/<source_id>/..."; a key without '/' has an empty source.
bool key_has_source(std::string_view key, std::string_view source_id);

/// The sources a key may have: its second part and, since a source such as a SKU may hold '/' itself, every
/// longer run of parts. The likeliest comes first.
std::vector<std::string_view> possible_sources(std::string_view key);

}  // namespace connector::store::sql
