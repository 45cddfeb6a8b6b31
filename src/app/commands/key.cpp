#include <fmt/format.h>

#include "app/installation.h"
#include "app/run.h"
#include "store/secret_store.h"

namespace connector::app::commands {

ExitCode run(const KeyRotate&, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  auto vault = store::Vault::open(master_key_source((*installation)->config));
  if (!vault) return fail_command(context, vault.error());
  auto record = person_audit(context, (*installation)->clock.now(), 0, "key.rotate", json::Value(json::Object{}));
  auto rotation = (*installation)->wait(store::rotate_master_key(*(*installation)->store, *vault, record));
  if (!rotation) return fail_command(context, rotation.error());
  json::Value result;
  result.set("secrets", rotation->secrets);
  result.set("key_id", rotation->key_id);
  result.set("remainder", rotation->remainder.empty() ? json::Value() : json::Value(rotation->remainder));
  std::string text =
      fmt::format("{} secrets are sealed under the new master key {}\n", rotation->secrets, rotation->key_id);
  text += "backups that were made before open under the old key alone: make a new one now (store backup FILE)\n";
  if (!rotation->remainder.empty()) text += fmt::format("still to do: {}\n", rotation->remainder);
  context.output.result(result, text);
  return ExitCode::done;
}

}  // namespace connector::app::commands
