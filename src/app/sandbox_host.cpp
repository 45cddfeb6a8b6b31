#include "app/sandbox_host.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "net/curl_transport.h"
#include "net/http_server.h"
#include "ports/concurrency.h"
#include "sandbox/faults/with_faults.h"

namespace connector::app {
namespace {

using domain::Cause;
using domain::Milliseconds;
using domain::Result;

/// How often the services' own life goes on between requests.
constexpr Milliseconds heartbeat{50};
/// Orders placed before the start are spread over so long a time of theirs.
constexpr Milliseconds history{14LL * 24 * 3'600'000};
constexpr std::int64_t most_waiting = 10;
constexpr Milliseconds waiting_spacing{30'000};
/// Between two orders at real-time speed.
constexpr double real_spacing_ms = 600'000;

/// NAME=VALUE pairs as a JSON object; a value that is no JSON is text.
json::Value switches_of(const std::vector<std::pair<std::string, std::string>>& pairs) {
  json::Value object{json::Object{}};
  for (const auto& [name, text] : pairs) {
    auto value = json::parse(text);
    object.set(name, value ? *std::move(value) : json::Value(text));
  }
  return object;
}

std::int64_t percent(double speed) { return std::max<std::int64_t>(1, std::llround(speed * 100)); }

/// Orders of the last days, those that came in just now and wait for their seller, and those that customers place from
/// now on.
std::vector<sandbox::walmart::OrderGenerator> generators_of(const commands::SandboxOptions& options,
                                                            domain::UtcTime now) {
  const std::int64_t placed =
      std::min(options.placed_before.value_or(options.life_speed == 1.0 ? options.orders : 0), options.orders);
  const bool some_wait = options.life_speed == 1.0 && !options.placed_before;
  const std::int64_t waiting = some_wait ? std::min(most_waiting, options.orders / 10) : 0;
  std::vector<sandbox::walmart::OrderGenerator> generators;
  auto add = [&](std::int64_t count, domain::UtcTime start, double spacing) {
    if (count == 0) return;
    sandbox::walmart::OrderGenerator& generator = generators.emplace_back();
    generator.seed = options.seed + generators.size() - 1;
    generator.count = static_cast<std::uint64_t>(count);
    generator.start = start;
    generator.spacing = Milliseconds(std::max<std::int64_t>(1, std::llround(spacing)));
    generator.life_speed_percent = percent(options.life_speed);
  };
  const double past = static_cast<double>(history.count()) / options.life_speed;
  const std::int64_t old = placed - waiting;
  add(old, now - Milliseconds(std::llround(past)), past / static_cast<double>(std::max<std::int64_t>(1, old)));
  add(waiting, now - waiting * waiting_spacing, static_cast<double>(waiting_spacing.count()));
  add(options.orders - placed, now, real_spacing_ms / options.life_speed);
  return generators;
}

Result<sandbox::exact::Switches> exact_switches(const commands::SandboxOptions& options) {
  sandbox::exact::Switches switches;
  json::Value changes = switches_of(options.exact_switches);
  if (options.exact_minute_limit) changes.set("minute_limit", *options.exact_minute_limit);
  if (options.exact_day_limit) changes.set("day_limit", *options.exact_day_limit);
  if (options.edition) changes.set("edition", *options.edition);
  if (auto applied = sandbox::exact::apply(changes, switches); !applied) return domain::fail(applied.error());
  return switches;
}

net::ServerOptions server_options(const std::string& listen, std::uint16_t port) {
  net::ServerOptions options;
  options.address = listen;
  options.port = port;
  // Payloads may be loaded whole through the control addresses.
  options.max_body_bytes = 64UL << 20U;
  return options;
}

std::string base_url(const std::string& listen, std::uint16_t port) {
  // A wildcard address is none to connect to.
  const bool any = listen == "0.0.0.0" || listen == "::";
  const std::string host = any                                     ? "127.0.0.1"
                           : listen.find(':') != std::string::npos ? fmt::format("[{}]", listen)
                                                                   : listen;
  return fmt::format("http://{}:{}", host, port);
}

}  // namespace

struct SandboxHost::Parts {
  Parts(net::EventLoop& event_loop, ports::Clock& real_clock, std::string address)
      : loop(event_loop),
        clock(real_clock),
        listen(std::move(address)),
        transport(loop, clock, transport_options()),
        tasks(loop) {}

  static net::TransportOptions transport_options() {
    net::TransportOptions options;
    options.allow_plain_loopback = true;
    return options;
  }

  net::EventLoop& loop;
  ports::Clock& clock;
  std::string listen;
  net::CurlTransport transport;
  std::optional<sandbox::walmart::Marketplace> walmart;
  std::unique_ptr<sandbox::exact::ExactService> exact;
  ports::TaskGroup tasks;
  std::unique_ptr<net::HttpServer> walmart_server;
  std::unique_ptr<net::HttpServer> exact_server;

  /// Lets both services live on and sends what they want sent.
  ports::Task<void> live() {
    while (true) {
      const domain::UtcTime now = clock.now();
      walmart->advance(now);
      exact->advance(now);
      send_deliveries(*walmart);
      send_deliveries(*exact);
      auto pause = ports::sleep_for(loop, heartbeat);
      co_await pause;
    }
  }

  void send_deliveries(sandbox::Service& service) {
    for (sandbox::Delivery& delivery : service.take_deliveries()) tasks.spawn(deliver(&service, std::move(delivery)));
  }

  ports::Task<void> deliver(sandbox::Service* service, sandbox::Delivery delivery) {
    auto pause = ports::sleep_for(loop, delivery.delay);
    co_await pause;
    ports::HttpRequest request;
    request.method = "POST";
    request.url = std::move(delivery.url);
    request.headers = std::move(delivery.headers);
    request.body = std::move(delivery.body);
    request.timeout = Milliseconds(10'000);
    ports::HttpOutcome outcome = co_await transport.send(std::move(request));
    if (delivery.id == 0) co_return;
    std::optional<ports::HttpResponse> answer;
    if (outcome) answer = *std::move(outcome);
    service->delivered(delivery.id, answer, clock.now());
  }
};

SandboxHost::SandboxHost(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SandboxHost::~SandboxHost() = default;

Result<std::unique_ptr<SandboxHost>> SandboxHost::start(net::EventLoop& loop, ports::Clock& clock,
                                                        const commands::SandboxOptions& options,
                                                        const SandboxAddresses& addresses) {
  auto rates = sandbox::fault_rates(options.profile);
  if (!rates) return domain::fail(Cause::bad_input, fmt::format("there is no fault profile \"{}\"", options.profile));
  if (options.stall_seconds && rates->stall.count() > 0) {
    rates->stall = Milliseconds(std::llround(*options.stall_seconds * 1000));
  }
  sandbox::walmart::Config walmart;
  walmart.seed = options.seed;
  walmart.switches.life_speed_percent = percent(options.life_speed);
  if (auto set = sandbox::walmart::set_switches(walmart.switches, switches_of(options.walmart_switches)); !set) {
    return domain::fail(set.error());
  }
  walmart.generators = generators_of(options, clock.now());
  auto switches = exact_switches(options);
  if (!switches) return domain::fail(switches.error());

  auto parts = std::make_unique<Parts>(loop, clock, addresses.listen);
  parts->walmart.emplace(std::move(walmart));
  parts->exact = sandbox::exact::make_exact_service({options.seed, {}, *switches, {}});
  try {
    parts->walmart_server = std::make_unique<net::HttpServer>(
        loop, server_options(addresses.listen, addresses.walmart_port),
        sandbox::with_faults(*parts->walmart, sandbox::FaultProfile(*rates, options.seed), loop, clock));
    parts->exact_server = std::make_unique<net::HttpServer>(
        loop, server_options(addresses.listen, addresses.exact_port),
        sandbox::with_faults(*parts->exact, sandbox::FaultProfile(*rates, options.seed + 1), loop, clock));
  } catch (const std::runtime_error& failure) {
    return domain::fail(Cause::bad_input, fmt::format("cannot listen on {}: {}", addresses.listen, failure.what()));
  }
  parts->tasks.spawn(parts->live());
  return std::unique_ptr<SandboxHost>(new SandboxHost(std::move(parts)));
}

json::Value SandboxHost::description() const {
  const std::uint16_t walmart_port = parts_->walmart_server->port();
  const std::uint16_t exact_port = parts_->exact_server->port();
  const sandbox::walmart::Credentials& client = parts_->walmart->seller().config.clients.front();
  json::Value walmart;
  walmart.set("base_url", base_url(parts_->listen, walmart_port));
  walmart.set("client_id", client.client_id);
  walmart.set("client_secret", client.client_secret);
  const sandbox::exact::AppCredentials& app = parts_->exact->app();
  const std::string exact_url = base_url(parts_->listen, exact_port);
  json::Value exact;
  exact.set("base_url", exact_url);
  exact.set("client_id", app.client_id);
  exact.set("client_secret", app.client_secret);
  exact.set("division", parts_->exact->divisions().front()->code());
  exact.set("webhook_secret", app.webhook_secret);
  exact.set("authorization_address", exact_url + "/api/oauth2/auth");
  json::Value description;
  description.set("walmart_port", static_cast<std::int64_t>(walmart_port));
  description.set("exact_port", static_cast<std::int64_t>(exact_port));
  description.set("walmart", std::move(walmart));
  description.set("exact", std::move(exact));
  return description;
}

sandbox::walmart::Marketplace& SandboxHost::walmart() { return *parts_->walmart; }
sandbox::exact::ExactService& SandboxHost::exact() { return *parts_->exact; }

}  // namespace connector::app
