#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "app/config.h"

namespace connector::app {

struct LoadedConfig {
  std::filesystem::path file;
  Config config;
};

/// Reads `given`, or else the first of ./ml-connector.toml and /etc/ml-connector/ml-connector.toml that exists.
/// Error: bad_input with all problems.
domain::Result<LoadedConfig> load_config(const std::optional<std::string>& given, const Environment& environment);

}  // namespace connector::app
