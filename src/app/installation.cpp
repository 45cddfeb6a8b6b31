#include "app/installation.h"

#include <fmt/format.h>

#include "app/config_file.h"
#include "app/suggestion.h"
#include "store/open_store.h"

namespace connector::app {

store::MasterKeySource master_key_source(const Config& config) {
  if (!config.vault.master_key_env.empty()) return {{}, config.vault.master_key_env};
  return {config.vault.master_key_file.string(), {}};
}

domain::Result<std::unique_ptr<Installation>> open_installation(const Context& context) {
  auto loaded = load_config(context.config_file, context.environment);
  if (!loaded) return domain::fail(loaded.error());
  auto installation = std::make_unique<Installation>();
  installation->config_file = std::move(loaded->file);
  installation->config = std::move(loaded->config);
  auto store = store::open_store(installation->config.store.place, installation->loop, installation->clock);
  if (!store) return domain::fail(store.error());
  installation->store = *std::move(store);
  return installation;
}

store::AuditRecord person_audit(const Context& context, domain::UtcTime at, store::ConnectionId connection,
                                std::string action, const json::Value& detail) {
  store::AuditRecord record;
  record.at = at;
  record.connection = connection;
  record.actor = context.actor;
  record.action = std::move(action);
  record.detail = json::write(detail);
  return record;
}

domain::Result<store::ConnectionRow> find_connection(store::Reader& reader, const std::string& name) {
  auto found = reader.connection(name);
  if (!found) return domain::fail(found.error());
  if (*found) return **std::move(found);
  auto all = reader.connections();
  if (!all) return domain::fail(all.error());
  std::vector<std::string_view> names;
  for (const store::ConnectionRow& row : *all) names.push_back(row.name);
  std::string way_out = suggestion(name, names);
  if (names.empty()) {
    way_out = "; add one: ml-connector connection add NAME";
  } else if (way_out.empty()) {
    way_out = fmt::format("; there are: {}", fmt::join(names, ", "));
  }
  return domain::fail(domain::Cause::not_found, fmt::format("there is no connection \"{}\"{}", name, way_out));
}

domain::Result<store::ConnectionRow> find_connection_or_removed(store::Reader& reader, const std::string& name) {
  auto present = find_connection(reader, name);
  if (present || present.error().cause != domain::Cause::not_found) return present;
  auto removed = reader.removed_connections();
  if (!removed) return domain::fail(removed.error());
  for (store::ConnectionRow& row : *removed) {
    if (row.name == name) return std::move(row);
  }
  return present;
}

domain::Result<void> require_not_paused(const store::ConnectionRow& row) {
  if (!row.paused) return {};
  return domain::fail(domain::Cause::bad_input,
                      fmt::format("{0} is paused; resume it first: ml-connector connection resume {0}", row.name));
}

ExitCode fail_command(Context& context, const domain::Error& error) {
  context.output.problem(error);
  return exit_code_of(error.cause);
}

}  // namespace connector::app
