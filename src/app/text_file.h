#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "domain/result.h"

namespace connector::app {

/// The whole of a file; "-" is standard input. Errors: bad_input (cannot be read, or larger than `max_bytes`).
domain::Result<std::string> read_text_file(const std::filesystem::path& file, std::size_t max_bytes = 64UL << 20U);

/// Makes a file that does not exist yet, with `mode` (such as 0600) from its first byte on, durably. Error: bad_input
/// when it exists or cannot be written.
domain::Result<void> create_text_file(const std::filesystem::path& file, std::string_view text, unsigned mode);

/// A secret from a file or standard input ("-"), without the line end that editors add. Error: bad_input when empty.
domain::Result<std::string> read_secret_file(const std::filesystem::path& file);

}  // namespace connector::app
