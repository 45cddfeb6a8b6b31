#include "app/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>
#include <memory>

#include "app/suggestion.h"
#include "app/whole_number.h"
#include "domain/schedule.h"

namespace connector::app {
namespace {

using namespace commands;

constexpr std::uint64_t most_simulated_days = 36'500;
constexpr std::uint64_t most_simulated_orders = 10'000'000;
constexpr const char* connection_text = "Name of the connection";

/// Builds the tree of commands; each callback leaves its command behind.
class Parser {
 public:
  Parser() {
    app_.name("ml-connector");
    app_.fallthrough();
    app_.require_subcommand(1);
    app_.add_option("--config", config_file_,
                    "Config file (default: ./ml-connector.toml, then /etc/ml-connector/ml-connector.toml)")
        ->type_name("FILE");
    app_.add_option("--output", output_, "Results on stdout as text or json")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json"}));
    app_.footer("Every command takes --config FILE and --output text|json too; see ml-connector --help.");
    add_running();
    add_connection();
    add_connect();
    add_mapping();
    add_work();
    add_flow();
    add_webhook();
    add_trail();
    add_upkeep();
    app_.footer(
        "Exit codes: 0 done; 1 some postings failed or differences were found; 2 bad usage or config;\n"
        "3 a remote refused the credentials; 4 a remote is unreachable or over budget; 5 the store is unusable; 70 a "
        "bug.");
  }

  std::variant<Invocation, NothingToRun> parse(std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
      const CLI::App* command = chosen();
      std::string prefix = command->get_parent() == nullptr ? std::string() : path_of(command->get_parent());
      return NothingToRun{ExitCode::done, command->help(prefix)};
    } catch (const CLI::RequiredError& error) {
      std::string unknown = unknown_command();
      return bad_usage(unknown.empty() ? error.what() : unknown);
    } catch (const CLI::ParseError& error) {
      return bad_usage(error.what());
    }
    if (problem_.empty()) problem_ = usage_problem(*command_);
    if (!problem_.empty()) return bad_usage(problem_);
    Invocation invocation{*std::move(command_), {}, output_ == "json" ? OutputFormat::json : OutputFormat::text};
    if (!config_file_.empty()) invocation.config_file = config_file_;
    return invocation;
  }

 private:
  NothingToRun bad_usage(const std::string& problem) {
    return {ExitCode::bad_usage, "error: " + problem + "\nSee: " + path_of(chosen()) + " --help\n"};
  }

  /// For a word where a command was expected; CLI11 would only say that one is missing.
  std::string unknown_command() {
    std::vector<std::string> words = app_.remaining(true);
    if (words.empty() || words.front().starts_with('-')) return {};
    std::vector<std::string> names;
    for (const CLI::App* known : chosen()->get_subcommands([](CLI::App*) { return true; })) {
      names.push_back(known->get_name());
    }
    return "unknown command \"" + words.front() + "\"" + suggestion(words.front(), {names.begin(), names.end()});
  }

  /// The deepest command that was named.
  CLI::App* chosen() {
    CLI::App* at = &app_;
    while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
    return at;
  }

  static std::string path_of(const CLI::App* app) {
    return app->get_parent() == nullptr ? app->get_name() : path_of(app->get_parent()) + " " + app->get_name();
  }

  /// What CLI11 cannot check: arguments that only some uses of a command take.
  std::string usage_problem(const Command& command) const {
    if (const auto* audit = std::get_if<Audit>(&command); audit != nullptr) {
      if (audit->name.empty() && audit->order) return "--order needs the NAME of a connection";
      if (audit->format && output_ == "json")
        return "--format " + *audit->format + " and --output json exclude each other";
    }
    if (std::holds_alternative<AuditVerify>(command) && app_.get_subcommand("audit")->count("NAME") > 0) {
      return "audit verify takes no NAME: it checks the whole trail";
    }
    if (const auto* retry = std::get_if<PostingRetry>(&command);
        retry != nullptr && retry->keys.empty() && !retry->all_failed) {
      return "name the postings, or give --all-failed";
    }
    return {};
  }

  /// Adds a command; `declare` gives it options that write into the value.
  template <class C, class Declare>
  CLI::App* add(CLI::App* parent, const std::string& name, const std::string& text, Declare declare) {
    auto value = std::make_shared<C>();
    CLI::App* app = parent->add_subcommand(name, text);
    declare(*app, *value);
    app->callback([this, app, value] {
      // A parent's callback runs after its child's: the child's command stands.
      if (app->get_subcommands().empty()) command_ = *value;
    });
    return app;
  }

  /// A command that only holds others.
  CLI::App* add_group(const std::string& name, const std::string& text) {
    CLI::App* group = app_.add_subcommand(name, text);
    group->require_subcommand(1);
    return group;
  }

  static void name_argument(CLI::App& app, std::string& name) {
    app.add_option("NAME", name, connection_text)->required()->type_name("");
  }

  void connection_option(CLI::App& app, std::optional<std::string>& connection) {
    app.add_option("--connection", connection, "Needed only when several connections have a posting with this key")
        ->type_name("NAME");
  }

  static void secret_options(CLI::App& app, SecretSource& source, bool required) {
    auto* group = app.add_option_group("client secret", "never an argument");
    group->add_option("--client-secret-file", source.file, "File with the client secret; - reads standard input")
        ->type_name("FILE");
    group->add_option("--client-secret-env", source.environment, "Environment variable with the client secret")
        ->type_name("NAME");
    group->require_option(required ? 1 : 0, 1);
  }

  /// NAME=VALUE pairs of a repeatable option.
  void switch_option(CLI::App& app, const std::string& name, const std::string& text,
                     std::vector<std::pair<std::string, std::string>>& pairs) {
    app.add_option_function<std::vector<std::string>>(
           name,
           [this, name, &pairs](const std::vector<std::string>& values) {
             for (const std::string& value : values) {
               std::size_t equals = value.find('=');
               if (equals == 0 || equals == std::string::npos)
                 problem_ = name + " takes NAME=VALUE";
               else
                 pairs.emplace_back(value.substr(0, equals), value.substr(equals + 1));
             }
           },
           text)
        ->type_name("NAME=VALUE")
        ->expected(1)
        ->take_all();
  }

  void sandbox_options(CLI::App& app, SandboxOptions& options) {
    app.add_option("--seed", options.seed, "Seed of the simulated shop; the same seed gives the same orders")
        ->capture_default_str()
        ->check(whole_number(0));
    app.add_option("--orders", options.orders, "Number of orders that customers place")
        ->capture_default_str()
        ->check(whole_number(0));
    app.add_option("--profile", options.profile, "Faults of both remotes: calm, slow, flaky or hostile")
        ->capture_default_str()
        ->type_name("NAME")
        ->check(CLI::IsMember({"calm", "slow", "flaky", "hostile"}));
    app.add_option(
           "--stall-seconds", options.stall_seconds,
           "How long the hostile profile's longest waits last (45); three request time-outs of a client must be "
           "longer, for what arrives after that is sent twice")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.001, 1'000'000.0));
    app.add_option("--life-speed", options.life_speed, "How many times faster than real time orders live")
        ->capture_default_str()
        ->check(CLI::Range(0.01, 1'000'000.0));
    app.add_option("--placed-before", options.placed_before,
                   "Orders that were placed before the start, with the life they had since (default: all of them at "
                   "--life-speed 1, a tenth, but 10 at most, in the last minutes; otherwise none)")
        ->check(whole_number(0));
    app.add_option("--edition", options.edition, "Exact edition: invoicing, sales_orders or trade")
        ->type_name("NAME")
        ->check(CLI::IsMember({"invoicing", "sales_orders", "trade"}));
    app.add_option("--exact-minute-limit", options.exact_minute_limit,
                   "Calls per minute that Exact allows; 0 = any number")
        ->check(whole_number(0));
    app.add_option("--exact-day-limit", options.exact_day_limit, "Calls per day that Exact allows; 0 = any number")
        ->check(whole_number(0));
    switch_option(app, "--walmart-switch", "A switch of the simulated Walmart, see GET /sandbox/walmart/switches",
                  options.walmart_switches);
    switch_option(app, "--exact-switch", "A switch of the simulated Exact, see GET /sandbox/exact/switches",
                  options.exact_switches);
  }

  void add_running() {
    add<Demo>(&app_, "demo", "Sandbox, connector and console in one process on a temporary store",
              [this](CLI::App& app, Demo& demo) {
                app.add_option("--listen", demo.listen, "Address and port of the console")
                    ->capture_default_str()
                    ->type_name("ADDRESS:PORT");
                sandbox_options(app, demo.sandbox);
              });
    add<Serve>(&app_, "serve", "Run the connector: schedules, workers, webhooks, HTTP API", [](CLI::App&, Serve&) {});
    add<Sandbox>(
        &app_, "sandbox", "Run the simulated Walmart and Exact over HTTP; the first line says where, as JSON",
        [this](CLI::App& app, Sandbox& sandbox) {
          app.add_option("--listen", sandbox.listen, "Address to listen on")
              ->capture_default_str()
              ->type_name("ADDRESS");
          app.add_option("--walmart-port", sandbox.walmart_port, "Port; 0 = a free one")->capture_default_str();
          app.add_option("--exact-port", sandbox.exact_port, "Port; 0 = a free one")->capture_default_str();
          sandbox_options(app, sandbox.options);
        });
    add<Init>(&app_, "init", "Write a commented config and a new master key; refuses to overwrite either",
              [](CLI::App&, Init&) {});
  }

  void add_connection() {
    CLI::App* group = add_group("connection", "Connections: one Walmart seller account with one Exact division each");
    add<ConnectionAdd>(group, "add", "Add a connection", [](CLI::App& app, ConnectionAdd& add) {
      name_argument(app, add.name);
      app.add_option("--market", add.market, "Walmart market")->capture_default_str()->check(CLI::IsMember({"us"}));
      app.add_option("--division", add.division, "Exact division; without it the user's current one at sign-in")
          ->check(whole_number(1));
    });
    add<ConnectionList>(group, "list", "List all connections", [](CLI::App&, ConnectionList&) {});
    add<ConnectionShow>(group, "show", "Show a connection with its settings",
                        [](CLI::App& app, ConnectionShow& show) { name_argument(app, show.name); });
    add<ConnectionRemove>(group, "remove", "Remove a connection and its secrets; its books and trail stay",
                          [](CLI::App& app, ConnectionRemove& remove) {
                            name_argument(app, remove.name);
                            app.add_flag("--force", remove.force, "Also while postings are open: they are not made");
                          });
    add<ConnectionSet>(group, "set", "Change one setting; `connection show` lists them",
                       [](CLI::App& app, ConnectionSet& set) {
                         name_argument(app, set.name);
                         app.add_option("KEY", set.key, "Name of the setting, or division")->required()->type_name("");
                         app.add_option("VALUE", set.value, "Its new value")->required()->type_name("");
                       });
    add<ConnectionPause>(group, "pause", "Stop all work of a connection until it is resumed",
                         [](CLI::App& app, ConnectionPause& pause) { name_argument(app, pause.name); });
    add<ConnectionPause>(group, "resume", "Let a paused connection work again",
                         [](CLI::App& app, ConnectionPause& pause) {
                           pause.paused = false;
                           name_argument(app, pause.name);
                         });
  }

  void add_connect() {
    CLI::App* group = add_group("connect", "Give a connection its credentials");
    add<ConnectWalmart>(group, "walmart", "Store the Walmart credential and prove it",
                        [](CLI::App& app, ConnectWalmart& connect) {
                          name_argument(app, connect.name);
                          app.add_option("--client-id", connect.client_id, "Client id")->required()->type_name("ID");
                          secret_options(app, connect.client_secret, true);
                        });
    add<ConnectExact>(
        group, "exact", "Print the address for signing in to Exact, or exchange the code it gave",
        [](CLI::App& app, ConnectExact& connect) {
          name_argument(app, connect.name);
          app.add_option("--client-id", connect.client_id, "Client id; without it the stored one")->type_name("ID");
          secret_options(app, connect.client_secret, false);
          app.add_option("--code", connect.code, "The code from the redirect; - reads standard input")
              ->type_name("CODE");
        });
    add<Ping>(&app_, "ping", "Call both systems and tell what they say",
              [](CLI::App& app, Ping& ping) { name_argument(app, ping.name); });
  }

  void add_mapping() {
    CLI::App* group = add_group("mapping", "What a SKU or charge is in Exact");
    add<MappingImport>(
        group, "import", "Replace the mapping by a CSV file; all or nothing", [](CLI::App& app, MappingImport& import) {
          name_argument(app, import.name);
          app.add_option("FILE", import.file,
                         "sku,exact_item,gl_account,cost_center,cost_unit,vat_code,warehouse; - reads standard input")
              ->required()
              ->type_name("");
          app.add_option("--ship-nodes", import.ship_nodes, "CSV: ship_node,warehouse")->type_name("FILE");
          app.add_option("--kits", import.kits, "CSV: sku,exact_item,quantity,price_share")->type_name("FILE");
          app.add_option("--aliases", import.aliases, "CSV: alias,sku")->type_name("FILE");
          app.add_flag("--allow-empty", import.allow_empty, "A file without rows empties what has some");
        });
    add<MappingExport>(group, "export", "Print the mapping as CSV", [](CLI::App& app, MappingExport& mapping) {
      name_argument(app, mapping.name);
      app.add_option("--part", mapping.part, "mapping, ship_nodes, kits or aliases")
          ->capture_default_str()
          ->type_name("PART")
          ->check(CLI::IsMember({"mapping", "ship_nodes", "kits", "aliases"}));
    });
    add<MappingCheck>(group, "check", "Ask Exact whether each code exists and may be used",
                      [](CLI::App& app, MappingCheck& check) { name_argument(app, check.name); });
  }

  void add_work() {
    add<Sync>(&app_, "sync", "Run one flow to completion now", [](CLI::App& app, Sync& sync) {
      name_argument(app, sync.name);
      flow_argument(app, sync.flow);
      app.add_option("--since", sync.since, "Read from this date or time on instead of from where the last run ended")
          ->type_name("TIME");
      app.add_flag("--dry-run", sync.dry_run, "Print the documents that would be created; send nothing");
    });
    add<Postings>(
        &app_, "postings", "List the work of a connection, newest first", [](CLI::App& app, Postings& postings) {
          name_argument(app, postings.name);
          app.add_option("--state", postings.state, "planned, sending, retry, held, posted, skipped or withdrawn")
              ->type_name("STATE")
              ->check(CLI::IsMember({"planned", "sending", "retry", "held", "posted", "skipped", "withdrawn"}));
          app.add_option("--order", postings.order, "Only those of this purchase order")->type_name("PO");
          app.add_option("--limit", postings.limit, "At most so many; 0 = all")
              ->capture_default_str()
              ->check(whole_number(0));
        });
    CLI::App* group = add_group("posting", "Look at one posting, or decide what becomes of it");
    add<PostingShow>(group, "show", "All that is known of a posting", [this](CLI::App& app, PostingShow& show) {
      app.add_option("KEY", show.key, "Posting key")->required()->type_name("");
      connection_option(app, show.connection);
    });
    add<PostingRetry>(group, "retry", "Send held or waiting postings as soon as possible",
                      [this](CLI::App& app, PostingRetry& retry) {
                        auto* keys = app.add_option("KEY", retry.keys, "Posting keys")->type_name("");
                        app.add_flag("--all-failed", retry.all_failed, "All that are held or wait for another attempt")
                            ->excludes(keys);
                        connection_option(app, retry.connection);
                      });
    add<PostingSkip>(
        group, "skip", "Decide that a posting shall not be made", [this](CLI::App& app, PostingSkip& skip) {
          app.add_option("KEY", skip.key, "Posting key")->required()->type_name("");
          app.add_option("--reason", skip.reason, "Why; it stays in the audit trail")->required()->type_name("TEXT");
          connection_option(app, skip.connection);
        });
    add<PriceSet>(
        add_group("price", "Prices on a person's word"), "set",
        "Set one price at Walmart now (at most 100 an hour); it stays until Exact's price list changes",
        [](CLI::App& app, PriceSet& price) {
          name_argument(app, price.name);
          app.add_option("SKU", price.sku, "SKU at Walmart")->required()->type_name("");
          app.add_option("AMOUNT", price.amount, "In price_currency, at most two decimals")->required()->type_name("");
          app.add_flag("--beyond-guards", price.beyond_guards,
                       "Also below price_floor, above price_ceiling or by more than price_max_change_percent");
        });
  }

  static void flow_argument(CLI::App& app, std::string& flow) {
    const std::vector<std::string> names(domain::flow_names.begin(), domain::flow_names.end());
    app.add_option("FLOW", flow, fmt::format("{} or {}", fmt::join(names.begin(), names.end() - 1, ", "), names.back()))
        ->required()
        ->type_name("")
        ->check(CLI::IsMember(names));
  }

  void add_flow() {
    CLI::App* group = add_group("flow", "When the flows of a connection run");
    add<FlowList>(group, "list", "Schedule, last runs and backfill of each flow",
                  [](CLI::App& app, FlowList& list) { name_argument(app, list.name); });
    add<FlowPause>(group, "pause", "Stop one flow until it is resumed; the others go on",
                   [](CLI::App& app, FlowPause& pause) {
                     name_argument(app, pause.name);
                     flow_argument(app, pause.flow);
                   });
    add<FlowPause>(group, "resume", "Let a paused flow run again", [](CLI::App& app, FlowPause& pause) {
      pause.paused = false;
      name_argument(app, pause.name);
      flow_argument(app, pause.flow);
    });
    add<FlowRun>(group, "run", "Have `serve` run a flow now, before it is due", [](CLI::App& app, FlowRun& run) {
      name_argument(app, run.name);
      flow_argument(app, run.flow);
    });
    add<FlowBackfill>(
        group, "backfill",
        "Take in orders of the past from a date on (Walmart lists those of the last 180 days), behind all other work",
        [](CLI::App& app, FlowBackfill& backfill) {
          name_argument(app, backfill.name);
          flow_argument(app, backfill.flow);
          app.add_option("--from", backfill.from,
                         "First day; without it an unfinished backfill goes on where it stopped")
              ->type_name("DATE");
          app.add_option("--to", backfill.to, "Up to this date or time (default: now)")->type_name("DATE");
          app.add_flag("--background", backfill.background, "Leave the work to `serve`");
        });
  }

  static void system_argument(CLI::App& app, std::string& system) {
    app.add_option("SYSTEM", system, "walmart or exact")
        ->required()
        ->type_name("")
        ->check(CLI::IsMember({"walmart", "exact"}));
  }

  void add_webhook() {
    CLI::App* group = add_group("webhook", "What the remotes tell by themselves; needs server.public_url");
    add<WebhookSubscribe>(
        group, "subscribe", "Have a remote tell of changes; what is subscribed already stays",
        [](CLI::App& app, WebhookSubscribe& subscribe) {
          name_argument(app, subscribe.name);
          system_argument(app, subscribe.system);
          app.add_option("--method", subscribe.method,
                         "How Walmart proves itself: HMAC (default), BASIC_AUTH or OAUTH; another one than before "
                         "makes a new key")
              ->type_name("METHOD")
              ->check(CLI::IsMember({"HMAC", "BASIC_AUTH", "OAUTH"}));
          auto* secret = app.add_option_group("webhook secret", "of the Exact app, from the App Center");
          secret->add_option("--secret-file", subscribe.secret.file, "File with it; - reads standard input")
              ->type_name("FILE");
          secret->add_option("--secret-env", subscribe.secret.environment, "Environment variable with it")
              ->type_name("NAME");
          secret->require_option(0, 1);
        });
    add<WebhookList>(group, "list", "All subscriptions at both remotes",
                     [](CLI::App& app, WebhookList& list) { name_argument(app, list.name); });
    add<WebhookTest>(group, "test", "Have Walmart send a test notice",
                     [](CLI::App& app, WebhookTest& test) { name_argument(app, test.name); });
    add<WebhookRemove>(group, "remove", "End this connection's subscriptions at a remote and forget their key",
                       [](CLI::App& app, WebhookRemove& remove) {
                         name_argument(app, remove.name);
                         system_argument(app, remove.system);
                       });
  }

  void add_trail() {
    CLI::App* audit = add<Audit>(
        &app_, "audit", "Print the audit trail of a connection, or the installation's own; or verify the whole trail",
        [](CLI::App& app, Audit& audit) {
          // Not `required`: CLI11 would ask it of `audit verify` too.
          app.add_option("NAME", audit.name, "Name of the connection; without it what concerns none")->type_name("");
          app.add_option("--order", audit.order, "Only records of this purchase order")->type_name("PO");
          app.add_option("--format", audit.format, "csv or jsonl, for files")
              ->type_name("FORMAT")
              ->check(CLI::IsMember({"csv", "jsonl"}));
        });
    add<AuditVerify>(audit, "verify", "Check the chain of hashes for any change, gap or reordering",
                     [](CLI::App& app, AuditVerify& verify) {
                       app.add_option("--was", verify.was,
                                      "The newest record of an earlier run, which must still stand there")
                           ->type_name("SEQUENCE:HASH");
                     });
    add<Reconcile>(&app_, "reconcile", "Walmart against Exact for a period, with every difference explained",
                   [](CLI::App& app, Reconcile& reconcile) {
                     name_argument(app, reconcile.name);
                     app.add_option("--from", reconcile.from, "First day")->required()->type_name("DATE");
                     app.add_option("--to", reconcile.to, "Last day")->required()->type_name("DATE");
                   });
  }

  void add_upkeep() {
    add<Simulate>(&app_, "simulate", "Deterministic simulation of shop, connector and remotes under faults",
                  [](CLI::App& app, Simulate& simulate) {
                    app.add_option("--seed", simulate.seed, "First seed")
                        ->capture_default_str()
                        ->check(whole_number(0, std::numeric_limits<std::uint64_t>::max()));
                    app.add_option("--seeds", simulate.seeds, "Number of seeds, one after another")
                        ->capture_default_str()
                        ->check(whole_number(1));
                    app.add_option("--days", simulate.days, "Simulated days")
                        ->capture_default_str()
                        ->check(whole_number(1, most_simulated_days));
                    app.add_option("--orders", simulate.orders, "Orders per simulation")
                        ->capture_default_str()
                        ->check(whole_number(0, most_simulated_orders));
                    app.add_option("--faults", simulate.faults, "all, none, or a list with commas")
                        ->capture_default_str()
                        ->type_name("LIST");
                    app.add_flag("--trace", simulate.trace, "Print every event");
                  });
    CLI::App* key = add_group("key", "The master key of the vault");
    add<KeyRotate>(key, "rotate", "Encrypt the vault under a new master key", [](CLI::App&, KeyRotate&) {});
    CLI::App* store = add_group("store", "Backups of the store, and its move to PostgreSQL");
    add<StoreBackup>(store, "backup", "Copy the store as it stands, also while serve runs",
                     [](CLI::App& app, StoreBackup& backup) {
                       app.add_option("FILE", backup.file, "A file that does not exist yet")->required();
                     });
    add<StoreRestore>(
        store, "restore", "Put a backup in the store's place; what stands in Exact since is found there",
        [](CLI::App& app, StoreRestore& restore) { app.add_option("FILE", restore.file, "A backup")->required(); });
    add<StoreRestored>(store, "restored",
                       "Say that the store was put back by other means, as PostgreSQL's or a copied file",
                       [](CLI::App&, StoreRestored&) {});
    add<StoreMove>(store, "move", "Copy the store's file into a PostgreSQL database and set the file aside",
                   [](CLI::App& app, StoreMove& move) {
                     app.add_option("URL", move.url, "postgresql://..., of a database without a store")->required();
                   });
    add<Version>(&app_, "version", "Versions of the program and its parts", [](CLI::App&, Version&) {});
    add<Doctor>(&app_, "doctor", "Check config, store, clock, disk and keys", [](CLI::App&, Doctor&) {});
  }

  CLI::App app_{"Walmart Marketplace to Exact Online, each document exactly once."};
  std::string config_file_;
  std::string output_ = "text";
  std::optional<Command> command_;
  std::string problem_;  ///< bad usage that CLI11 has no word for
};

}  // namespace

std::variant<Invocation, NothingToRun> parse_command_line(std::vector<std::string> arguments) {
  Parser parser;
  return parser.parse(std::move(arguments));
}

}  // namespace connector::app
