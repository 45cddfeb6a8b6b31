#pragma once

#include <string>

namespace connector::store {

/// Makes the names in the folder of `path` durable, so that a crash takes back no rename. False, with errno, if it
/// cannot.
bool sync_folder_of(const std::string& path);

}  // namespace connector::store
