#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/exact/value.h"

namespace connector::sandbox::exact {

/// A record's non-null values in one run of bytes: per value the property's index, a tag and a short payload. A million
/// invoices have to fit in memory beside everything else.
namespace packed {

/// Appends one value; null appends nothing. `index` is below 256.
void append(std::string& bytes, std::size_t index, const Value& value);
/// The value of one property, null if absent. Text views into `bytes`.
Value find(std::string_view bytes, std::size_t index);
/// Fills `values` (already null) by property index.
void unpack(std::string_view bytes, std::vector<Value>& values);

}  // namespace packed

}  // namespace connector::sandbox::exact
