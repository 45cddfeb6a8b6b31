#pragma once

#include <string>
#include <string_view>

#include "domain/result.h"

namespace connector::walmart {

/// The one CSV file in the ZIP archive of GET /v3/report/reconreport/reconFile (walmart.md 7). Checksums are verified.
/// Error: malformed_response if the archive is damaged, holds no file or more than one, or unpacks to more than
/// 256 MiB.
domain::Result<std::string> unpack_settlement(std::string_view archive);

}  // namespace connector::walmart
