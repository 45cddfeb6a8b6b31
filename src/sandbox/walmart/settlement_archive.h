#pragma once

#include <string>
#include <string_view>

namespace connector::sandbox::walmart {

/// A ZIP archive with this one file. The same arguments give the same bytes: it says nothing of when it was made.
std::string zip_archive(const std::string& file_name, std::string_view content);

}  // namespace connector::sandbox::walmart
