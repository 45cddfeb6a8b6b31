#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "app/config.h"
#include "app/installation.h"
#include "app/run.h"
#include "app/text_file.h"
#include "store/master_key.h"

namespace connector::app::commands {

ExitCode run(const Init&, Context& context) {
  std::filesystem::path config_file = context.config_file.value_or("ml-connector.toml");
  // The template is read as every later start will read it, so that the key goes where it will be looked for.
  auto config = parse_config(config_template(), config_file.string(), context.environment);
  if (!config) return fail_command(context, config.error());
  store::MasterKeySource source = master_key_source(*config);
  std::error_code ignored;
  for (const std::filesystem::path& file : {config_file, std::filesystem::path(source.file)}) {
    if (!file.empty() && std::filesystem::exists(file, ignored)) {
      return fail_command(
          context, {domain::Cause::bad_input, fmt::format("{} exists already; nothing was written", file.string())});
    }
  }
  if (!source.file.empty()) {
    if (auto made = store::make_master_key_file(source.file); !made) return fail_command(context, made.error());
  }
  if (auto made = create_text_file(config_file, config_template(), 0644); !made) {
    return fail_command(context, made.error());
  }
  json::Value result;
  result.set("config", config_file.string());
  result.set("master_key_file", source.file.empty() ? json::Value() : json::Value(source.file));
  std::string text = fmt::format("wrote {}\n", config_file.string());
  if (source.file.empty()) {
    text += fmt::format("the master key is expected in the environment variable {}\n", source.environment);
  } else {
    text +=
        fmt::format("wrote {}: keep a copy apart from the store, without it all credentials are lost\n", source.file);
  }
  context.output.result(result, text);
  return ExitCode::done;
}

}  // namespace connector::app::commands
