#include "app/config_file.h"

#include <fmt/format.h>

#include <array>
#include <system_error>

#include "app/text_file.h"

namespace connector::app {
namespace {

constexpr std::array<std::string_view, 2> search_path{"ml-connector.toml", "/etc/ml-connector/ml-connector.toml"};

domain::Result<std::filesystem::path> find_config(const std::optional<std::string>& given) {
  if (given) return std::filesystem::path(*given);
  for (std::string_view candidate : search_path) {
    std::error_code ignored;
    if (std::filesystem::exists(candidate, ignored)) return std::filesystem::path(candidate);
  }
  return domain::fail(
      domain::Cause::bad_input,
      fmt::format("no config: neither ./{} nor {} exists; make one with `ml-connector init`, or name it "
                  "with --config",
                  search_path[0], search_path[1]));
}

}  // namespace

domain::Result<LoadedConfig> load_config(const std::optional<std::string>& given, const Environment& environment) {
  auto file = find_config(given);
  if (!file) return domain::fail(file.error());
  auto text = read_text_file(*file, 1UL << 20U);
  if (!text) return domain::fail(text.error());
  auto config = parse_config(*text, file->string(), environment);
  if (!config) return domain::fail(config.error());
  return LoadedConfig{*std::move(file), *std::move(config)};
}

}  // namespace connector::app
