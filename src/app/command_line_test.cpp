#include "app/command_line.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace connector::app {
namespace command_line_test {

std::variant<Invocation, NothingToRun> parse(const std::string& line) {
  std::vector<std::string> words;
  std::istringstream stream(line);
  for (std::string word; stream >> word;) words.push_back(word);
  return parse_command_line(std::move(words));
}

template <class C>
C parsed(const std::string& line) {
  auto result = parse(line);
  if (auto* nothing = std::get_if<NothingToRun>(&result)) {
    ADD_FAILURE() << line << ": " << nothing->text;
    return C{};
  }
  const Command& command = std::get<Invocation>(result).command;
  if (!std::holds_alternative<C>(command)) {
    ADD_FAILURE() << line << ": another command, number " << command.index();
    return C{};
  }
  return std::get<C>(command);
}

/// What bad usage is answered with.
std::string refusal(const std::string& line) {
  auto result = parse(line);
  auto* nothing = std::get_if<NothingToRun>(&result);
  if (nothing == nullptr) return "accepted";
  EXPECT_EQ(nothing->code, ExitCode::bad_usage) << line;
  return nothing->text;
}

std::string help(const std::string& line) {
  auto result = parse(line);
  auto* nothing = std::get_if<NothingToRun>(&result);
  if (nothing == nullptr) return "accepted";
  EXPECT_EQ(nothing->code, ExitCode::done) << line << ": " << nothing->text;
  return nothing->text;
}

TEST(CommandLine, EveryCommandOfTheDesign) {
  EXPECT_EQ(parsed<commands::Demo>("demo --orders 20 --seed 7").sandbox.seed, 7U);
  parsed<commands::Serve>("serve");
  auto sandbox = parsed<commands::Sandbox>(
      "sandbox --walmart-port 9001 --exact-port 0 --seed 5 --orders 500 --profile hostile --exact-minute-limit 0 "
      "--exact-day-limit 100 --edition invoicing --life-speed 60 --listen 0.0.0.0 --exact-switch language=dutch "
      "--exact-switch maintenance=true --walmart-switch empty_is_404=false");
  EXPECT_EQ(sandbox.walmart_port, 9001);
  EXPECT_EQ(sandbox.options.orders, 500);
  EXPECT_EQ(sandbox.options.profile, "hostile");
  EXPECT_EQ(sandbox.options.exact_minute_limit, 0);
  EXPECT_EQ(sandbox.options.exact_day_limit, 100);
  EXPECT_EQ(sandbox.options.edition, "invoicing");
  EXPECT_EQ(sandbox.options.life_speed, 60.0);
  EXPECT_EQ(sandbox.listen, "0.0.0.0");
  ASSERT_EQ(sandbox.options.exact_switches.size(), 2U);
  EXPECT_EQ(sandbox.options.exact_switches[1], (std::pair<std::string, std::string>("maintenance", "true")));
  ASSERT_EQ(sandbox.options.walmart_switches.size(), 1U);
  parsed<commands::Init>("init");
  EXPECT_EQ(parsed<commands::ConnectionAdd>("connection add shop --market us --division 123456").division, 123456);
  parsed<commands::ConnectionList>("connection list");
  EXPECT_EQ(parsed<commands::ConnectionShow>("connection show shop").name, "shop");
  EXPECT_EQ(parsed<commands::ConnectionRemove>("connection remove shop").name, "shop");
  EXPECT_EQ(parsed<commands::ConnectionSet>("connection set shop tax_policy include").value, "include");
  EXPECT_TRUE(parsed<commands::ConnectionPause>("connection pause shop").paused);
  EXPECT_FALSE(parsed<commands::ConnectionPause>("connection resume shop").paused);
  EXPECT_EQ(
      parsed<commands::ConnectWalmart>("connect walmart shop --client-id I --client-secret-file -").client_secret.file,
      "-");
  EXPECT_EQ(parsed<commands::ConnectWalmart>("connect walmart shop --client-id I --client-secret-env S")
                .client_secret.environment,
            "S");
  auto exact = parsed<commands::ConnectExact>("connect exact shop --client-id I --client-secret-file F --code C");
  EXPECT_EQ(exact.code, "C");
  EXPECT_FALSE(parsed<commands::ConnectExact>("connect exact shop").code.has_value());
  EXPECT_EQ(parsed<commands::Ping>("ping shop").name, "shop");
  auto import =
      parsed<commands::MappingImport>("mapping import shop m.csv --ship-nodes s.csv --kits k.csv --aliases a.csv");
  EXPECT_EQ(import.file, "m.csv");
  EXPECT_EQ(import.ship_nodes, "s.csv");
  EXPECT_EQ(import.kits, "k.csv");
  EXPECT_EQ(import.aliases, "a.csv");
  EXPECT_EQ(parsed<commands::MappingExport>("mapping export shop").part, "mapping");
  parsed<commands::MappingCheck>("mapping check shop");
  auto sync = parsed<commands::Sync>("sync shop orders --since 2026-11-01 --dry-run");
  EXPECT_EQ(sync.flow, "orders");
  EXPECT_EQ(sync.since, "2026-11-01");
  EXPECT_TRUE(sync.dry_run);
  auto postings = parsed<commands::Postings>("postings shop --state held --order 179");
  EXPECT_EQ(postings.state, "held");
  EXPECT_EQ(postings.order, "179");
  EXPECT_EQ(parsed<commands::PostingShow>("posting show invoice/1/1").key, "invoice/1/1");
  EXPECT_EQ(parsed<commands::PostingRetry>("posting retry a b c").keys.size(), 3U);
  EXPECT_TRUE(parsed<commands::PostingRetry>("posting retry --all-failed --connection shop").all_failed);
  EXPECT_EQ(parsed<commands::PostingSkip>("posting skip a --reason broken").reason, "broken");
  const auto price = parsed<commands::PriceSet>("price set shop MUG 4.99 --beyond-guards");
  EXPECT_EQ(price.sku, "MUG");
  EXPECT_EQ(price.amount, "4.99");
  EXPECT_TRUE(price.beyond_guards);
  EXPECT_EQ(parsed<commands::Audit>("audit shop --order 17 --format csv").format, "csv");
  parsed<commands::AuditVerify>("audit verify");
  EXPECT_EQ(parsed<commands::Reconcile>("reconcile shop --from 2026-01-01 --to 2026-01-31").to, "2026-01-31");
  auto simulate = parsed<commands::Simulate>("simulate --seed 3 --seeds 10 --days 30 --orders 50 --faults none");
  EXPECT_EQ(simulate.seeds, 10);
  EXPECT_EQ(simulate.faults, "none");
  parsed<commands::KeyRotate>("key rotate");
  EXPECT_EQ(parsed<commands::StoreBackup>("store backup /backup/today.db").file, "/backup/today.db");
  EXPECT_EQ(parsed<commands::StoreRestore>("store restore today.db").file, "today.db");
  (void)parsed<commands::StoreRestored>("store restored");
  EXPECT_EQ(parsed<commands::StoreMove>("store move postgresql://db/books").url, "postgresql://db/books");
  parsed<commands::Version>("version");
  parsed<commands::Doctor>("doctor");
}

TEST(CommandLine, ConfigAndOutputBeforeAndBehindTheCommand) {
  for (const char* line :
       {"--config c.toml --output json connection show shop", "connection --output json show shop --config c.toml",
        "connection show shop --config c.toml --output json"}) {
    auto result = parse(line);
    ASSERT_TRUE(std::holds_alternative<Invocation>(result)) << line << ": " << std::get<NothingToRun>(result).text;
    EXPECT_EQ(std::get<Invocation>(result).config_file, "c.toml") << line;
    EXPECT_EQ(std::get<Invocation>(result).output, OutputFormat::json) << line;
  }
}

TEST(CommandLine, BadUsageSaysWhatIsWrong) {
  EXPECT_NE(refusal("").find("subcommand"), std::string::npos);
  EXPECT_NE(refusal("conection list").find("did you mean \"connection\""), std::string::npos);
  EXPECT_NE(refusal("connection").find("See: ml-connector connection --help"), std::string::npos);
  EXPECT_NE(refusal("connection add").find("NAME"), std::string::npos);
  EXPECT_NE(refusal("connection add a b").find('b'), std::string::npos);
  EXPECT_NE(refusal("connection add a --market mx").find("mx"), std::string::npos);
  EXPECT_NE(refusal("--output xml version").find("xml"), std::string::npos);
  EXPECT_NE(refusal("sync shop refunds").find("refunds"), std::string::npos);
  EXPECT_NE(refusal("sandbox --walmart-port 70000").find("70000"), std::string::npos);
  EXPECT_NE(refusal("sandbox --profile wild").find("wild"), std::string::npos);
  EXPECT_NE(refusal("sandbox --exact-switch language").find("NAME=VALUE"), std::string::npos);
  EXPECT_NE(refusal("posting retry").find("--all-failed"), std::string::npos);
  EXPECT_NE(refusal("posting retry a --all-failed").find("--all-failed"), std::string::npos);
  EXPECT_NE(refusal("posting skip a").find("--reason"), std::string::npos);
  EXPECT_EQ(parsed<commands::Audit>("audit").name, "");
  EXPECT_NE(refusal("audit --order 17").find("NAME"), std::string::npos);
  EXPECT_NE(refusal("--output json audit shop --format csv").find("exclude each other"), std::string::npos);
  EXPECT_NE(refusal("audit verify extra").find("takes no NAME"), std::string::npos);
}

TEST(CommandLine, ASecretIsNeverAnArgument) {
  EXPECT_NE(refusal("connect walmart shop --client-id I --client-secret abc").find("--client-secret"),
            std::string::npos);
  EXPECT_NE(refusal("connect walmart shop --client-id I"), "accepted");
  EXPECT_NE(refusal("connect walmart shop --client-id I --client-secret-file f --client-secret-env E"), "accepted");
}

TEST(CommandLine, HelpEverywhere) {
  EXPECT_NE(help("--help").find("Exit codes"), std::string::npos);
  EXPECT_NE(help("connection --help").find("resume"), std::string::npos);
  EXPECT_NE(help("mapping import --help").find("--ship-nodes"), std::string::npos);
  EXPECT_NE(help("audit verify --help").find("chain"), std::string::npos);
  EXPECT_NE(help("sandbox --help").find("--exact-minute-limit"), std::string::npos);
}

/// Each command with the least that it takes.
const std::vector<std::pair<std::string, std::string>> every_command = {
    {"demo", ""},
    {"serve", ""},
    {"sandbox", ""},
    {"init", ""},
    {"connection add", "shop"},
    {"connection list", ""},
    {"connection show", "shop"},
    {"connection remove", "shop"},
    {"connection set", "shop KEY VALUE"},
    {"connection pause", "shop"},
    {"connection resume", "shop"},
    {"connect walmart", "shop --client-id I --client-secret-file F"},
    {"connect exact", "shop"},
    {"ping", "shop"},
    {"mapping import", "shop FILE"},
    {"mapping export", "shop"},
    {"mapping check", "shop"},
    {"sync", "shop orders"},
    {"flow list", "shop"},
    {"flow pause", "shop orders"},
    {"flow resume", "shop orders"},
    {"flow run", "shop orders"},
    {"flow backfill", "shop orders"},
    {"webhook subscribe", "shop walmart"},
    {"webhook list", "shop"},
    {"webhook test", "shop"},
    {"webhook remove", "shop walmart"},
    {"postings", "shop"},
    {"posting show", "KEY"},
    {"posting retry", "KEY"},
    {"posting skip", "KEY --reason WHY"},
    {"price set", "shop SKU 1"},
    {"audit", "shop"},
    {"audit verify", ""},
    {"reconcile", "shop --from 2026-01-01 --to 2026-01-31"},
    {"simulate", ""},
    {"key rotate", ""},
    {"store backup", "FILE"},
    {"store restore", "FILE"},
    {"store restored", ""},
    {"store move", "URL"},
    {"version", ""},
    {"doctor", ""},
};

TEST(CommandLine, EveryCommandOfTheDesignIsOffered) {
  std::set<std::size_t> commands;
  for (const auto& [path, arguments] : every_command) {
    const auto result = parse(path + " " + arguments);
    const auto* invocation = std::get_if<Invocation>(&result);
    ASSERT_NE(invocation, nullptr) << path << ": " << std::get<NothingToRun>(result).text;
    commands.insert(invocation->command.index());
    const auto space = path.find(' ');
    const std::string group = space == std::string::npos ? std::string() : path.substr(0, space);
    const std::string name = space == std::string::npos ? path : path.substr(space + 1);
    EXPECT_NE(help(group + " --help").find("\n  " + name + " "), std::string::npos) << path;
  }
  EXPECT_EQ(commands.size(), std::variant_size_v<Command>) << "a command of the design is missing above";
}

}  // namespace command_line_test
}  // namespace connector::app
