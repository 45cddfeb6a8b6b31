#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <set>
#include <thread>

#include "app/config_address.h"
#include "app/demo_orders.h"
#include "app/demo_shelves.h"
#include "app/installation.h"
#include "app/live_installation.h"
#include "app/run.h"
#include "app/sandbox_host.h"
#include "app/serve.h"
#include "flows/exact_sign_in.h"
#include "flows/settings_json.h"
#include "net/json_log.h"
#include "store/master_key.h"
#include "store/secret_store.h"

namespace connector::app::commands {

using domain::Cause;
using domain::Milliseconds;
using domain::Result;
using ports::Task;

namespace {

/// A day of orders passes in about a minute and a half, so that a visitor sees them live.
constexpr double kDemoLifeSpeed = 1'000;

/// A folder of its own for the store and key, removed with all in it at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ml-connector-demo-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The sandbox on a thread of its own: the connector talks to it over sockets only.
class SandboxThread {
 public:
  SandboxThread(net::EventLoop& loop) : loop_(loop), thread_([&loop] { loop.run(); }) {}
  SandboxThread(const SandboxThread&) = delete;
  SandboxThread& operator=(const SandboxThread&) = delete;
  ~SandboxThread() {
    loop_.stop();
    thread_.join();
  }

 private:
  net::EventLoop& loop_;
  std::thread thread_;
};

Task<Result<ports::HttpResponse>> fetch(flows::Environment* environment, std::string url) {
  ports::HttpRequest request;
  request.url = std::move(url);
  request.headers = {{"Accept", "application/json"}};
  auto outcome = co_await environment->transport.send(std::move(request));
  if (!outcome) co_return domain::fail(Cause::api_outage, outcome.error().message);
  co_return std::move(*outcome);
}

/// What a person would do with `connection add`, `connect` and `mapping import`.
Task<Result<void>> set_up(flows::Environment* environment, json::Value remotes,
                          std::map<std::string, std::string> warehouses) {
  store::ConnectionRow row;
  row.name = "demo";
  row.market = "us";
  row.division = remotes["exact"]["division"].integer().value_or(0);
  domain::ConnectionSettings settings;
  settings.prices_to_walmart = true;
  row.settings = json::write(flows::to_json(settings));
  row.created_at = environment->clock.now();
  // A SKU is mapped to an item that Exact does not have: its orders wait for a person.
  std::vector<domain::MappingRow> rows(6);
  rows[0].sku = "*";
  rows[0].gl_account = "8000";
  rows[1].sku = "@shipping";
  rows[1].exact_item = "SHIPPING";
  rows[2].sku = "@discount";
  rows[2].exact_item = "DISCOUNT";
  rows[3].sku = "@fee";
  rows[3].exact_item = "FEE";
  rows[4].sku = "@tax";
  rows[4].exact_item = "TAX";
  rows[5].sku = "WM-0031";
  rows[5].exact_item = "OLD-31";
  domain::Mapping mapping(std::move(rows), {}, {}, std::move(warehouses));
  auto add = [row, mapping](store::Transaction& transaction) -> Result<store::ConnectionId> {
    auto id = transaction.add_connection(row);
    if (!id) return id;
    if (auto put = transaction.replace_mapping(*id, mapping); !put) return domain::fail(put.error());
    return id;
  };
  auto id = co_await environment->store.write(std::move(add));
  if (!id) co_return domain::fail(id.error());
  row.id = *id;
  for (const auto& [system, name] :
       {std::pair{"walmart", flows::kWalmartCredentials}, std::pair{"exact", flows::kExactCredentials}}) {
    json::Value credentials{json::Object{}};
    credentials.set("client_id", remotes[system]["client_id"]);
    credentials.set("client_secret", remotes[system]["client_secret"]);
    auto put = co_await environment->secrets.put(row.id, std::string(name), json::write(credentials));
    if (!put) co_return put;
  }
  auto address = co_await flows::begin_exact_sign_in(*environment, row);
  if (!address) co_return domain::fail(address.error());
  auto answer = co_await fetch(environment, *address);
  if (!answer) co_return domain::fail(answer.error());
  const std::string location(ports::find_header(answer->headers, "Location").value_or(""));
  for (const auto& [name, value] :
       ports::parse_query(location.substr(std::min(location.size(), location.find('?') + 1)))) {
    if (name != "code") continue;
    auto signed_in = co_await flows::exchange_exact_code(*environment, row, value, "demo");
    if (!signed_in) co_return domain::fail(signed_in.error());
    co_return Result<void>{};
  }
  co_return domain::fail(Cause::authentication_failed, "the sandbox gave no authorization code");
}

std::string invoice_text(const json::Value& invoice) {
  std::string text =
      fmt::format("\nInvoice in Exact  {}  {}  {} {}\n", invoice["your_ref"].text_or(""),
                  invoice["order_date"].text_or(""), invoice["amount"].text_or(""), invoice["currency"].text_or(""));
  for (const json::Value& line : invoice["lines"].array()) {
    text += fmt::format("  {:>4} x {:<16} {:>10} {:>10}  G/L {:<6} {}\n", line["quantity"].text_or(""),
                        line["item"].text_or(""), line["net_price"].text_or(""), line["amount"].text_or(""),
                        line["gl_account"].text_or("-"), line["description"].text_or(""));
  }
  return text;
}

/// Prints what arrives in the sandbox's Exact books, as a visitor of Exact would see it, until it is destroyed.
Task<void> print_invoices(LiveInstallation* live, Context* context, Server* server, std::string books_address) {
  std::set<std::string> shown;
  while (true) {
    auto answer = co_await fetch(&live->environment(), books_address);
    auto books = answer ? json::parse(answer->body) : Result<json::Value>(domain::fail(answer.error()));
    if (books) {
      for (const json::Value& invoice : (*books)["invoices"].array()) {
        if (!shown.insert(invoice["id"].text_or("")).second) continue;
        context->output.line(invoice, invoice_text(invoice));
      }
    }
    if (context->output.is_closed()) server->stop();
    auto pause = ports::sleep_for(live->loop(), Milliseconds{2'000});
    co_await pause;
  }
}

}  // namespace

ExitCode run(const Demo& command, Context& context) {
  auto listen = parse_listen_address(command.listen);
  if (!listen) return fail_command(context, {Cause::bad_input, "--listen: " + listen.error().message});
  std::signal(SIGPIPE, SIG_IGN);  // else a reader that leaves would leave the folder behind
  TemporaryFolder folder;
  if (folder.path().empty()) return fail_command(context, {Cause::store_failure, "cannot make a temporary folder"});

  net::EventLoop sandbox_loop;
  net::SystemClock clock;
  SandboxOptions options = command.sandbox;
  if (options.life_speed == 1.0) options.life_speed = kDemoLifeSpeed;
  // Sixty calls a minute would show little: the demo's Exact has no limits unless they are asked for.
  if (!options.exact_minute_limit) options.exact_minute_limit = 0;
  if (!options.exact_day_limit) options.exact_day_limit = 0;
  // The console opens on orders that were there before, and more arrive while one looks.
  if (!options.placed_before) options.placed_before = options.orders / 2;
  auto sandbox = SandboxHost::start(sandbox_loop, clock, options, {});
  if (!sandbox) return fail_command(context, sandbox.error());
  auto loaded = (*sandbox)->walmart().load_samples(published_orders_as_of(clock.now()));
  if (!loaded) return fail_command(context, loaded.error());
  sandbox::exact::Seed::Item item;
  item.code = "TEST-02";
  item.description = "Item of the published orders";
  item.stock = domain::Decimal::from_integer(100);
  sandbox::exact::add_item(*(*sandbox)->exact().divisions().front(), item, clock.now());
  auto warehouses = fill_shelves((*sandbox)->walmart(), (*sandbox)->exact(), clock.now());
  const json::Value remotes = (*sandbox)->description();

  Config config;
  config.store.place.sqlite_file = folder.path() / "ml-connector.db";
  config.store.url = "sqlite:" + config.store.place.sqlite_file.string();
  config.vault.master_key_file = folder.path() / "master.key";
  if (auto made = store::make_master_key_file(config.vault.master_key_file.string()); !made)
    return fail_command(context, made.error());
  config.server.listen = command.listen;
  config.server.listen_host = listen->host;
  config.server.listen_port = listen->port;
  config.server.public_url = http_address(*listen);
  config.walmart.base_url = remotes["walmart"]["base_url"].text_or("");
  config.exact.base_url = remotes["exact"]["base_url"].text_or("");
  // The sandbox shows each document at an address of its own.
  config.exact.order_page = config.exact.delivery_page = config.exact.invoice_page = "/sandbox/exact/documents/{id}";
  config.http.allow_plain_loopback = true;
  config.schedule.flows.at("orders").interval = Milliseconds{2'000};
  config.schedule.flows.at("inventory").interval = Milliseconds{45'000};
  config.schedule.flows.at("prices").interval = Milliseconds{25'000};
  auto live = LiveInstallation::open(std::move(config));
  if (!live) return fail_command(context, live.error());

  SandboxThread sandbox_thread(sandbox_loop);
  auto ready = (*live)->run(set_up(&(*live)->environment(), remotes, std::move(warehouses)));
  if (!ready) return fail_command(context, ready.error());
  net::JsonLog log(context.error);
  Server server(**live, log);
  if (auto started = server.start(); !started) return fail_command(context, started.error());
  auto console = (*live)->run(server.console_link());
  if (!console) return fail_command(context, console.error());
  json::Value result{json::Object{}};
  result.set("listen", server.address());
  result.set("console", *console);
  result.set("walmart", remotes["walmart"]["base_url"]);
  result.set("exact", remotes["exact"]["base_url"]);
  context.output.line(result, fmt::format("The console: {}\n"
                                          "The simulated Walmart is at {} and Exact at {}.\n"
                                          "Orders arrive by themselves; stop with Ctrl-C.\n",
                                          *console, remotes["walmart"]["base_url"].text_or(""),
                                          remotes["exact"]["base_url"].text_or("")));
  ports::TaskGroup printing((*live)->loop());
  printing.spawn(print_invoices(live->get(), &context, &server,
                                remotes["exact"]["base_url"].text_or("") + "/sandbox/exact/books"));
  server.run_until_stopped();
  return ExitCode::done;
}

}  // namespace connector::app::commands
