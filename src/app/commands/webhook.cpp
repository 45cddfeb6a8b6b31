#include <fmt/format.h>

#include "app/live_installation.h"
#include "app/run.h"
#include "app/secret_input.h"
#include "flows/connection_runtime.h"
#include "flows/webhook_subscription.h"

namespace connector::app::commands {
namespace {

/// An installation with the clients of one connection.
struct Connected {
  std::unique_ptr<LiveInstallation> live;
  LiveInstallation::OpenConnection runtime;
};

domain::Result<Connected> open(Context& context, const std::string& name) {
  Connected connected;
  auto live = LiveInstallation::open(context);
  if (!live) return domain::fail(live.error());
  connected.live = std::move(*live);
  auto row = connected.live->connection(name);
  if (!row) return domain::fail(row.error());
  auto runtime = connected.live->runtime(std::move(*row));
  if (!runtime) return domain::fail(runtime.error());
  connected.runtime = std::move(*runtime);
  return connected;
}

ExitCode failed(Context& context, const domain::Error& error) {
  context.output.problem(error);
  return exit_code_of(error.cause);
}

void show(Context& context, const std::vector<flows::WebhookRow>& rows) {
  Table table{{{"system", "SYSTEM"},
               {"event", "EVENT"},
               {"status", "STATUS"},
               {"ours", "OURS"},
               {"address", "ADDRESS"},
               {"id", "ID"}},
              {}};
  for (const auto& row : rows) {
    table.rows.push_back({row.system, row.event, row.status, row.ours, row.address, row.id});
    if (!row.refusal.empty()) context.output.note("no notices of " + row.event + " will come: " + row.refusal);
  }
  context.output.table("webhooks", table);
}

}  // namespace

ExitCode run(const WebhookSubscribe& command, Context& context) {
  auto connected = open(context, command.name);
  if (!connected) return failed(context, connected.error());
  LiveInstallation& live = *connected->live;
  const std::string& public_url = live.config().server.public_url;
  const std::string& remote =
      command.system == "walmart" ? live.config().walmart.base_url : live.config().exact.base_url;
  if (auto problem = no_way_to_public_url(live.config(), remote)) {
    return failed(context, {domain::Cause::bad_input, *problem});
  }
  if (command.system == "walmart") {
    if (!command.method.empty()) {
      context.output.note(
          "subscriptions with another method are removed first, which Walmart allows a few times a "
          "minute: this may take a minute or two");
    }
    auto rows = live.run(flows::subscribe_walmart(live.environment(), *connected->runtime, public_url, command.method));
    if (!rows) return failed(context, rows.error());
    show(context, *rows);
    return ExitCode::done;
  }
  std::string secret;
  if (!command.secret.file.empty() || !command.secret.environment.empty()) {
    auto read = read_secret(command.secret, context);
    if (!read) return failed(context, read.error());
    secret = std::move(*read);
  }
  auto rows = live.run(flows::subscribe_exact(live.environment(), *connected->runtime, public_url, secret));
  if (!rows) return failed(context, rows.error());
  show(context, *rows);
  return ExitCode::done;
}

ExitCode run(const WebhookList& command, Context& context) {
  auto connected = open(context, command.name);
  if (!connected) return failed(context, connected.error());
  LiveInstallation& live = *connected->live;
  auto rows =
      live.run(flows::list_webhooks(live.environment(), *connected->runtime, live.config().server.public_url, ""));
  if (!rows) return failed(context, rows.error());
  show(context, *rows);
  return ExitCode::done;
}

ExitCode run(const WebhookTest& command, Context& context) {
  auto connected = open(context, command.name);
  if (!connected) return failed(context, connected.error());
  LiveInstallation& live = *connected->live;
  auto answer =
      live.run(flows::test_walmart_webhook(live.environment(), *connected->runtime, live.config().server.public_url));
  if (!answer) return failed(context, answer.error());
  json::Value result{json::Object{}};
  result.set("walmart", *answer);
  context.output.result(result, "Walmart: " + *answer + "\n");
  return ExitCode::done;
}

ExitCode run(const WebhookRemove& command, Context& context) {
  auto connected = open(context, command.name);
  if (!connected) return failed(context, connected.error());
  LiveInstallation& live = *connected->live;
  auto removed = live.run(
      flows::remove_webhooks(live.environment(), *connected->runtime, live.config().server.public_url, command.system));
  if (!removed) return failed(context, removed.error());
  json::Value result{json::Object{}};
  result.set("removed", *removed);
  context.output.result(result, fmt::format("{} subscriptions removed\n", *removed));
  return ExitCode::done;
}

}  // namespace connector::app::commands
