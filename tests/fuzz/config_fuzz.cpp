#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/config.h"

/// The first line may be an override "SECTION__KEY=value", as it comes from the environment; the rest is the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  connector::app::Environment environment;
  const std::size_t line_end = text.find('\n');
  const std::string_view first = text.substr(0, line_end);
  const std::size_t equals = first.find('=');
  if (line_end != std::string_view::npos && equals != std::string_view::npos && first.find("__") < equals) {
    environment.emplace("ML_CONNECTOR__" + std::string(first.substr(0, equals)), std::string(first.substr(equals + 1)));
    text.remove_prefix(line_end + 1);
  }
  const auto config = connector::app::parse_config(text, "ml-connector.toml", environment);
  if (!config) {
    if (config.error().cause != connector::domain::Cause::bad_input || config.error().message.empty()) std::abort();
    return 0;
  }
  // What the rest of the program relies on.
  if (config->http.connect_timeout.count() <= 0 || config->http.request_timeout.count() <= 0) std::abort();
  if (config->retry.initial.count() <= 0 || config->retry.max < config->retry.initial ||
      !(config->retry.factor >= 1.0)) {
    std::abort();
  }
  if (config->walmart.base_url.empty() || config->exact.base_url.empty() || config->server.listen_host.empty())
    std::abort();
  return 0;
}
