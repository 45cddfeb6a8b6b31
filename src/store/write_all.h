#pragma once

#include <string_view>

namespace connector::store {

/// Writes the whole text to a file descriptor, going on after a signal. False, with errno, if it cannot; a part may
/// then be written.
bool write_all(int descriptor, std::string_view text);

}  // namespace connector::store
