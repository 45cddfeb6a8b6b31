#include "simulation/world.h"

#include <fmt/format.h>

#include <algorithm>

#include "flows/webhook_key.h"
#include "sandbox/exact/exact_service.h"
#include "sandbox/walmart/inventory.h"
#include "sandbox/walmart/marketplace.h"
#include "sandbox/walmart/prices.h"
#include "sandbox/walmart/seller.h"
#include "simulation/account_oracle.h"
#include "simulation/acknowledgement_oracle.h"
#include "simulation/books_oracle.h"
#include "simulation/date_oracle.h"
#include "simulation/held_oracle.h"
#include "simulation/hourly_faults.h"
#include "simulation/notice_oracle.h"
#include "simulation/people.h"
#include "simulation/price_oracle.h"
#include "simulation/process_fleet.h"
#include "simulation/reserve_oracle.h"
#include "simulation/scenario.h"
#include "simulation/settlement_oracle.h"
#include "simulation/simulated_notices.h"
#include "simulation/stock_oracle.h"
#include "simulation/warehouse_oracle.h"
#include "simulation/wire_oracles.h"
#include "store/restoration.h"

namespace connector::simulation {

using domain::Milliseconds;
using domain::UtcTime;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

constexpr const char* kWalmartUrl = "https://walmart.example";
constexpr const char* kExactUrl = "https://exact.example";
/// Once faults have stopped, all that can be posted must be posted within this time.
constexpr Milliseconds kPatience = hours(26);
/// What misses its day's invoice goes into the next one, which is sent when the day after has ended.
constexpr Milliseconds kPatienceOfDays = hours(54);
/// Calls that an order takes at most, with its changes, refunds and the processing of each document.
constexpr std::int64_t kMostCalls = 6;
/// What changed at Walmart so shortly before the end may still be on its way.
constexpr Milliseconds kUnderWay = hours(3);
/// A person looks at what is held for the last time so long after the faults have stopped.
constexpr Milliseconds kMending = hours(12);
/// How much later than at the next look of some process a notice is followed at the latest, if all goes well.
constexpr Milliseconds kNoticeSlack = minutes(3);
/// Stock is compared every six hours at the rarest.
constexpr Milliseconds kStockUnderWay = hours(9);
/// A day is invoiced two hours after its end, and once orders were read after that.
constexpr Milliseconds kDayUnderWay = hours(5);

class SilentLog : public ports::Log {
 public:
  explicit SilentLog(SimulatedLoop& loop, Trace& trace) : loop_(loop), trace_(trace) {}
  void write(ports::LogLevel, std::string_view event, const Fields& fields) override {
    if (!trace_.wants_lines()) return;
    std::string text = "log " + std::string(event);
    for (const auto& [name, value] : fields) text += fmt::format(" {}={}", name, value);
    trace_.on_line(loop_.now(), text);
  }

 private:
  SimulatedLoop& loop_;
  Trace& trace_;
};

/// Fills the disk for some seconds just as tokens come that must be stored.
class FullAtTokens : public NetworkObserver {
 public:
  FullAtTokens(SimulatedLoop& loop, SimulatedDisk& disk, SeededRandom random)
      : loop_(loop), disk_(disk), random_(random) {}
  void arrived(const Exchange& exchange, const ports::HttpResponse& response) override {
    if (!exchange.is_token_request || response.status != 200 || rate == 0 || !random_.chance(rate)) return;
    disk_.faults.is_full = true;
    loop_.call_after(Milliseconds{2'000}, [this] { disk_.faults.is_full = false; });
  }
  std::uint32_t rate = 0;

 private:
  SimulatedLoop& loop_;
  SimulatedDisk& disk_;
  SeededRandom random_;
};

store::MasterKey key_of(std::uint64_t seed) {
  std::string bytes(store::MasterKey::size, '\0');
  SeededRandom(seed).fork(Stream::master_key).fill(bytes.data(), bytes.size());
  return std::move(*store::MasterKey::from_bytes(bytes));
}

}  // namespace

class World {
 public:
  explicit World(const WorldOptions& options)
      : options_(options),
        scenario_(make_scenario(options.seed, options.days, options.orders, options.faults, options.may_rest)),
        random_(SeededRandom(options.seed).fork(Stream::hourly_faults)),
        price_chance_(SeededRandom(options.seed).fork(Stream::price_changes)),
        stock_chance_(SeededRandom(options.seed).fork(Stream::restocking)),
        backup_chance_(SeededRandom(options.seed).fork(Stream::restoring)),
        loop_(scenario_.start),
        disk_(SeededRandom(options.seed).fork(Stream::disk)),
        network_(loop_, SeededRandom(options.seed).fork(Stream::network), trace_),
        full_at_tokens_(loop_, disk_, SeededRandom(options.seed).fork(Stream::full_at_tokens)),
        notices_(loop_, SeededRandom(options.seed).fork(Stream::notices), disk_, trace_, verdicts_),
        log_(loop_, trace_),
        walmart_(walmart_config()),
        exact_(sandbox::exact::make_exact_service(exact_settings())),
        installation_{loop_,
                      disk_,
                      network_,
                      store::Vault(key_of(options.seed)),
                      "store.db",
                      kWalmartUrl,
                      kExactUrl,
                      scenario_.retry,
                      scenario_.schedule,
                      scenario_.watch,
                      scenario_.with_webhooks},
        fleet_(installation_, log_, random_, trace_) {
    trace_.on_line = options.on_line;
    walmart_remote_ = network_.attach(kWalmartUrl, "Walmart", walmart_);
    exact_remote_ = network_.attach(kExactUrl, "Exact", *exact_);
    network_.set_page_limit(scenario_.page_limit);
    notices_.receiver = [this](std::uint64_t chance) { return fleet_.some_alive(chance); };
    if (scenario_.with_webhooks) network_.on_work = [this](sandbox::Service& remote) { notices_.carry(remote); };
    disk_.power_may_fail = scenario_.rates.power_loss > 0;
  }

  WorldReport run() {
    trace_.line(loop_.now(),
                fmt::format("seed {}: {}; faults {}", options_.seed, scenario_.describe(), to_string(scenario_.rates)));
    if (set_up()) {
      network_.set_rates(scenario_.rates);
      notices_.set_rates(scenario_.rates);
      if (scenario_.with_webhooks) live_on();
      set_disk_faults(true);
      fleet_.killed_at_send = scenario_.rates.killed_at_send;
      fleet_.start_all();
      plan_hour();
      plan_restoring();
      run_until(heals_at());
      heal();
      run_until(loop_.now() + (sums_up_days() ? kPatienceOfDays : kPatience));
      for (int day = 0; day < days_for_calls() && waits_for_calls(); ++day) run_until(loop_.now() + hours{24});
      if (!verdicts_.any()) check_at_end();
    }
    return report();
  }

 private:
  sandbox::walmart::Config walmart_config() const {
    sandbox::walmart::Config config;
    config.seed = options_.seed;
    config.generators = scenario_.orders;
    config.switches = scenario_.walmart;
    return config;
  }

  sandbox::exact::ServiceSettings exact_settings() const {
    sandbox::exact::ServiceSettings settings;
    settings.seed = options_.seed;
    settings.public_url = kExactUrl;
    settings.switches = scenario_.exact;
    return settings;
  }

  sandbox::exact::Administration& books() { return *exact_->divisions().front(); }

  std::map<std::string, std::string> ship_nodes() {
    std::map<std::string, std::string> result;
    if (!scenario_.counts_stock()) return result;
    const auto& catalogue = walmart_.seller().catalogue;
    for (std::size_t node = 0; node < catalogue.physical_nodes(); ++node) {
      result.emplace(catalogue.nodes()[node].id, warehouse_of_node(node));
    }
    return result;
  }

  bool set_up() {
    desk_ = std::make_unique<SimulatedProcess>(
        installation_,
        SimulatedProcess::Options{"desk", SeededRandom(options_.seed).fork(Stream::desk).next(), {}, false});
    const auto opened = desk_->open();
    if (!opened) {
      verdicts_.complain("set-up", opened.error().message, "", loop_.now());
      return false;
    }
    people_.emplace(loop_, SeededRandom(options_.seed).fork(Stream::people), *desk_, books(), trace_);
    json::Value remotes{json::Object{}};
    json::Value walmart{json::Object{}};
    walmart.set("client_id", "sandbox-client");
    walmart.set("client_secret", "sandbox-secret");
    json::Value exact{json::Object{}};
    exact.set("client_id", exact_->app().client_id);
    exact.set("client_secret", exact_->app().client_secret);
    remotes.set("walmart", std::move(walmart));
    remotes.set("exact", std::move(exact));
    const auto done = people_->set_up(scenario_.settings, scenario_.mapping, remotes, ship_nodes(), *exact_);
    if (!done) {
      verdicts_.complain("set-up", done.error().message, "", loop_.now());
      return false;
    }
    auto& environment = desk_->environment();
    if (scenario_.with_exact_webhooks) {
      auto put = environment.secrets.put(1, std::string(flows::kExactWebhook), exact_->app().webhook_secret);
      if (const auto kept = SimulatedProcess::at_once(std::move(put)); !kept) {
        verdicts_.complain("set-up", kept.error().message, "", loop_.now());
        return false;
      }
    }
    Milliseconds tolerance{1'500};
    if (scenario_.rates.clock_skew > 0) tolerance += kLargestSkew;
    if (scenario_.rates.clock_jump > 0) tolerance += HourlyFaults::kLargestJump;
    once_.emplace(exact_remote_, loop_, verdicts_);
    intents_.emplace(exact_remote_, loop_, disk_, environment.store, verdicts_);
    tokens_.emplace(exact_remote_, loop_, environment.secrets, verdicts_);
    budget_.emplace(loop_, tolerance, verdicts_);
    reserve_.emplace(exact_remote_, loop_, tolerance, verdicts_);
    acknowledgements_.emplace(walmart_remote_, scenario_.settings, loop_, verdicts_);
    closed_periods_.emplace(exact_remote_, loop_, books(), environment.store, verdicts_);
    network_.add_observer(full_at_tokens_);
    network_.add_observer(*once_);
    network_.add_observer(*intents_);
    network_.add_observer(*tokens_);
    network_.add_observer(*budget_);
    network_.add_observer(*reserve_);
    network_.add_observer(*closed_periods_);
    network_.add_observer(*acknowledgements_);
    if (scenario_.with_webhooks) watch_notices();
    if (scenario_.moves_prices()) {
      prices_.emplace(exact_remote_, scenario_.settings, walmart_, books(), loop_, verdicts_);
      network_.add_observer(*prices_);
    }
    fleet_.assign_clocks(scenario_.processes, scenario_.rates.clock_skew, kLargestSkew);
    fleet_.on_end = [this] { intents_->check_trail(); };
    set_up_faults();
    return true;
  }

  void set_up_faults() {
    hourly_faults_.emplace(HourlyFaults::Plan{scenario_.rates, heals_at()},
                           HourlyFaults::Victims{installation_, fleet_, *people_, *exact_}, random_,
                           SeededRandom(options_.seed).fork(Stream::spent_days), trace_);
    // The desk is of the same machine: it opens its store anew.
    hourly_faults_->on_power_loss = [this] { reopen_desk([this] { disk_.lose_power(); }); };
    hourly_faults_->on_document_deleted = [this](const std::string& id) { once_->deleted(id); };
  }

  void watch_notices() {
    followed_.emplace(walmart_remote_, loop_, scenario_.watch.notices + kNoticeSlack, verdicts_);
    followed_->troubles = [this] { return faults_happened() + fleet_.deaths() + hourly_faults_->ended(); };
    followed_->is_troubled = [this] { return hourly_faults_->lasts(); };
    notices_.on_arrival = [this](const std::string& body) { followed_->arrives(body); };
    notices_.on_acknowledged = [this](const std::string& body) { followed_->acknowledged(body); };
    network_.add_observer(*followed_);
  }

  void set_disk_faults(bool on) {
    const FaultRates& rates = scenario_.rates;
    disk_.faults = {};
    full_at_tokens_.rate = on ? rates.full_at_tokens : 0;
    if (!on) return;
    disk_.faults.write_failed = rates.disk_write_failed;
    disk_.faults.sync_failed = rates.disk_sync_failed;
    disk_.faults.read_failed = rates.disk_read_failed;
    disk_.faults.killed_at_write = rates.killed_at_write;
  }

  Milliseconds span(Milliseconds most) {
    return Milliseconds{static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(most.count())))};
  }

  void note(const std::string& text) { trace_.line(loop_.now(), text); }

  template <class Between>
  void reopen_desk(Between between) {
    desk_->close();
    between();
    if (const auto opened = desk_->open(); !opened) {
      verdicts_.complain("audited", "the store cannot be opened again: " + opened.error().message, "", loop_.now());
      return;
    }
    intents_->use(desk_->environment().store);
    closed_periods_->use(desk_->environment().store);
    tokens_->use(desk_->environment().secrets);
    intents_->check_trail();
  }

  /// Walmart's life goes on without requests, so that its notices come in time.
  void live_on() {
    walmart_.advance(loop_.now());
    notices_.carry(walmart_);
    loop_.call_after(minutes{2}, [this] { live_on(); });
  }

  void plan_hour() {
    if (healed_ || verdicts_.any()) return;
    loop_.call_after(hours{1}, [this] { plan_hour(); });
    hourly_faults_->plan_hour();
    if (prices_) loop_.call_after(hours{1} / 2, [this] { change_prices(); });
    if (scenario_.counts_stock() && scenario_.with_webhooks) loop_.call_after(hours{1} / 3, [this] { restock(); });
    // Once in some hours a person looks in.
    if (++hours_ % 6 == 0) loop_.call_after(span(hours{1}), [this] { look_in(); });
  }

  /// The store is copied once, as a backup; up to two days later its machine is lost, and hours later another one
  /// starts with that copy.
  void plan_restoring() {
    if (!backup_chance_.chance(scenario_.rates.store_restored)) return;
    const auto within = [this](Milliseconds most) {
      return Milliseconds{static_cast<std::int64_t>(backup_chance_.below(static_cast<std::uint64_t>(most.count())))};
    };
    const Milliseconds before = hours{1} + within(hours{24} * scenario_.days - hours{2});
    // A standby is seconds behind and takes over at once, while requests are still on their way.
    const bool is_standby = backup_chance_.below(3) == 0;
    const Milliseconds lag = is_standby ? Milliseconds{std::chrono::seconds{10}} : Milliseconds{hours{48}};
    const Milliseconds after = std::min<Milliseconds>(within(lag), hours{24} * scenario_.days - before);
    const Milliseconds away =
        is_standby ? Milliseconds{500} + within(std::chrono::seconds{20}) : minutes{10} + within(hours{4});
    loop_.call_after(before, [this] {
      note("the store is backed up");
      backup_ = disk_.copy();
    });
    loop_.call_after(before + after, [this, away] {
      if (healed_) return;
      was_restored_ = true;
      fleet_.lose_power([this] { restore(); }, away);
    });
  }

  void restore() {
    note("the store is put back from its backup");
    intents_->check_trail();
    intents_->forget_trail();
    once_->forget_stock_counts();
    closed_periods_->forget_trail();
    tokens_->forget_spent();
    if (prices_) prices_->forget_sent();
    reopen_desk([this] { disk_.put_back(backup_); });
    // As the command `store restore` does.
    auto work = [now = loop_.now()](store::Transaction& transaction) -> domain::Result<void> {
      if (auto noted = store::note_restored(transaction, now); !noted) return noted;
      store::AuditRecord record;
      record.at = now;
      record.actor = "cli:person";
      record.action = "store.restored";
      return transaction.append_audit(record);
    };
    const auto done = SimulatedProcess::at_once(desk_->environment().store.write(std::move(work)));
    if (!done) verdicts_.complain("set-up", done.error().message, "", loop_.now());
    people_->do_again_after_restoring();
    people_->sign_in_if_needed(*exact_);
  }

  /// People set prices on both sides, whoever leads; now and then by mistake.
  void change_prices() {
    if (healed_) return;
    for (std::uint64_t count = price_chance_.below(4); count > 0; --count) {
      const std::string sku = fmt::format("WM-{:04}", 1 + price_chance_.below(50));
      const auto percent =
          static_cast<std::int64_t>(price_chance_.chance(100'000) ? 300 : 80 + price_chance_.below(41));
      const auto* item = walmart_.seller().catalogue.find(sku);
      if (item == nullptr) continue;
      const auto factor = domain::Decimal::from_integer(percent) * domain::Decimal::parse("0.01").value();
      const domain::Decimal price = (item->price * factor).rounded(2);
      if (price_chance_.chance(300'000)) {
        note(fmt::format("the seller sets the price of {} to {} at Walmart", sku, price.to_string()));
        sandbox::walmart::set_price(walmart_.seller(), sku, "USD", price, loop_.now());
        prices_->offered(sku, price);
      } else {
        people_->set_list_price(sku, price);
        prices_->listed(sku, price);
      }
    }
  }

  /// The seller counts a shelf: often it is empty, of which Walmart tells at once, and later there is some again.
  void restock() {
    if (healed_) return;
    auto& catalogue = walmart_.seller().catalogue;
    for (std::uint64_t count = stock_chance_.below(4); count > 0; --count) {
      const std::string sku = fmt::format("WM-{:04}", 1 + stock_chance_.below(50));
      const std::size_t node = stock_chance_.below(catalogue.physical_nodes());
      const auto units = static_cast<std::int64_t>(stock_chance_.chance(600'000) ? 0 : stock_chance_.below(300));
      auto* item = catalogue.find(sku);
      if (item == nullptr) continue;
      note(fmt::format("the seller has {} of {} at ship node {}", units, sku, catalogue.nodes()[node].id));
      sandbox::walmart::set_stock(walmart_.seller(), *item, node, units, loop_.now());
    }
    notices_.carry(walmart_);
  }

  void look_at_held(bool all_is_mended) {
    check_held(desk_->environment().store,
               {people_->hindrances(), scenario_.rates, scenario_.retry.give_up_after, all_is_mended}, loop_.now(),
               verdicts_);
  }

  void look_in() {
    if (healed_) return;
    look_at_held(false);
    people_->retry_held();
    sign_in_if_refused();
  }

  void sign_in_if_refused() {
    if (fleet_.needs_sign_in()) people_->sign_in_if_needed(*exact_);
  }

  void heal() {
    if (verdicts_.any()) return;
    note("the faults stop");
    network_.set_rates({});
    notices_.set_rates({});
    fleet_.killed_at_send = 0;
    set_disk_faults(false);
    hourly_faults_->stop();
    healed_ = true;
    people_->mend_all();
    fleet_.start_all();
    // A person has what needs one tried once more; all else comes right by itself.
    for (const int hour : {2, 5, 9}) {
      loop_.call_after(hours{hour}, [this] {
        look_at_held(false);
        people_->retry_held();
        sign_in_if_refused();
      });
    }
  }

  void run_until(UtcTime until) {
    while (!verdicts_.any() && loop_.now() < until) loop_.run_until(std::min(until, loop_.now() + minutes{10}));
  }

  /// What piled up in a shop with so many orders may need more calls than Exact allows a day.
  int days_for_calls() const {
    const auto calls = kMostCalls * static_cast<std::int64_t>(walmart_.seller().orders.size());
    return static_cast<int>(calls / std::max<std::int64_t>(1, exact_->switches().day_limit));
  }

  bool waits_for_calls() {
    auto query = [](store::Reader& reader) {
      store::PostingFilter filter;
      filter.state = store::PostingState::retry;
      filter.cause = domain::Cause::budget_spent;
      filter.limit = 1;
      return reader.postings(filter);
    };
    auto task = desk_->environment().store.read(std::move(query));
    task.start();
    const auto rows = task.take();
    return rows && !rows->empty();
  }

  bool sums_up_days() const { return scenario_.settings.document_mode == domain::DocumentMode::daily_summary; }

  /// What changed at Walmart before this must be booked by now.
  UtcTime settled_before() const {
    if (!sums_up_days()) return loop_.now() - kUnderWay;
    UtcTime time = loop_.now() - kDayUnderWay;
    const auto day_of = [this](UtcTime at) {
      return domain::date_in_zone(at, scenario_.settings.booking_zone).value();
    };
    const auto open_day = day_of(time);
    while (day_of(time) == open_day) time -= hours{1};
    return time;
  }

  /// When the faults stop.
  UtcTime heals_at() const { return scenario_.start + hours{24} * scenario_.days; }

  /// Since when nothing hinders: what people had to mend after the last fault is mended some hours later.
  UtcTime calm_since() const { return scenario_.rates == FaultRates{} ? scenario_.start : heals_at() + kMending; }

  /// The sales order of an order that Walmart cancelled before a store that was put back knew of it stays open in Exact
  /// until a person closes it (docs/known-gaps.md).
  void take_over_cancelled(std::set<std::string>& orders) {
    const auto& seller = walmart_.seller();
    for (std::size_t number = 0; number < seller.orders.size(); ++number) {
      const auto order = seller.orders.order(static_cast<sandbox::walmart::OrderNumber>(number), seller.catalogue);
      const bool is_cancelled = std::all_of(order.lines.begin(), order.lines.end(),
                                            [](const auto& line) { return line.open() + line.shipped() == 0; });
      if (is_cancelled) orders.insert(order.purchase_order_id);
    }
  }

  void check_at_end() {
    intents_->check_trail();
    intents_->check_chain();
    look_at_held(true);
    BooksPolicy policy;
    policy.edited_by_person = people_->edited_orders();
    // The last of what a restored store left to a person.
    if (people_->has_restored()) people_->retry_held();
    policy.taken_over = people_->taken_over();
    policy.restored_at = people_->restored_at();
    if (people_->has_restored()) take_over_cancelled(policy.taken_over);
    std::set<std::string> theirs = policy.edited_by_person;
    theirs.insert(policy.taken_over.begin(), policy.taken_over.end());
    intents_->check_outcomes(books(), loop_.now() - kUnderWay, theirs);
    policy.settings = scenario_.settings;
    policy.mapping = scenario_.mapping;
    policy.mistyped = people_->mistyped();
    policy.maps_ship_nodes = scenario_.counts_stock();
    policy.settled_before = settled_before();
    policy.calm_since = calm_since();
    policy.closed_months = people_->closed_months();
    policy.refused_months = closed_periods_->refused_months();
    policy.printed_by_person = people_->printed_invoices();
    compare_books(walmart_, books(), desk_->environment().store, policy, loop_.now(), verdicts_);
    if (!verdicts_.any()) check_dates(walmart_, books(), policy, loop_.now(), verdicts_);
    if (!verdicts_.any()) check_accounts(walmart_, books(), policy, loop_.now(), verdicts_);
    if (!verdicts_.any()) check_warehouses(walmart_, books(), policy, loop_.now(), verdicts_);
    // What a person sees to by hand moves stock as well, when it does.
    if (scenario_.counts_stock() && people_->taken_over().empty() && !verdicts_.any()) {
      compare_stock(walmart_, books(), loop_.now() - kStockUnderWay, loop_.now(), verdicts_);
    }
    if (prices_ && !verdicts_.any()) prices_->check_at_end();
    if (scenario_.books_settlements() && !verdicts_.any()) {
      check_settlements(walmart_, books(), policy, loop_.now(), verdicts_);
    }
    if (!verdicts_.any()) acknowledgements_->check_at_end(walmart_, loop_.now() - kUnderWay);
    const auto& limits = exact_->rate_limits().counters();
    if (limits.blocks > 0) {
      verdicts_.complain("budget", fmt::format("Exact blocked an endpoint {} times for its errors", limits.blocks),
                         "429", loop_.now());
    }
  }

  std::uint64_t faults_happened() const {
    return (hourly_faults_ ? hourly_faults_->happened() : 0) + (was_restored_ ? 1 : 0) + network_.faults_injected() +
           notices_.faults_injected() + disk_.faults_injected();
  }

  WorldReport report() {
    fleet_.end();
    const auto& limits = exact_->rate_limits().counters();
    trace_.mix(loop_.events());
    trace_.mix(network_.requests());
    WorldReport report;
    report.violations = verdicts_.all();
    if (trace_.on_line) {
      for (const Violation& each : report.violations) {
        trace_.on_line(each.at, "BROKEN " + each.invariant + ": " + each.message);
      }
    }
    report.digest = trace_.digest();
    report.scenario = scenario_.describe();
    report.events = loop_.events();
    report.requests = network_.requests();
    report.documents = once_ ? once_->documents() : 0;
    report.orders = walmart_.seller().orders.size();
    report.deaths = fleet_.deaths();
    report.faults = faults_happened();
    report.refused_by_budget = static_cast<std::uint64_t>(limits.minute + limits.day);
    report.endpoint_blocks = static_cast<std::uint64_t>(limits.blocks);
    return report;
  }

  static constexpr Milliseconds kLargestSkew{5'000};

  WorldOptions options_;
  Scenario scenario_;
  SeededRandom random_;
  SeededRandom price_chance_;
  SeededRandom stock_chance_;
  SeededRandom backup_chance_;
  Trace trace_;
  SimulatedLoop loop_;
  SimulatedDisk disk_;
  SimulatedNetwork network_;
  FullAtTokens full_at_tokens_;
  Verdicts verdicts_;
  SimulatedNotices notices_;
  SilentLog log_;
  sandbox::walmart::Marketplace walmart_;
  std::unique_ptr<sandbox::exact::ExactService> exact_;
  Installation installation_;
  ProcessFleet fleet_;
  int walmart_remote_ = 0;
  int exact_remote_ = 1;
  std::unique_ptr<SimulatedProcess> desk_;
  std::optional<People> people_;
  std::optional<OnceOracle> once_;
  std::optional<IntentOracle> intents_;
  std::optional<TokenOracle> tokens_;
  std::optional<BudgetOracle> budget_;
  std::optional<ReserveOracle> reserve_;
  std::optional<ClosedPeriodOracle> closed_periods_;
  std::optional<AcknowledgementOracle> acknowledgements_;
  std::optional<PriceOracle> prices_;
  std::optional<NoticeOracle> followed_;
  std::optional<HourlyFaults> hourly_faults_;
  SimulatedDisk::Copy backup_;
  bool healed_ = false;
  int hours_ = 0;
  bool was_restored_ = false;
};

WorldReport run_world(const WorldOptions& options) {
  World world(options);
  return world.run();
}

}  // namespace connector::simulation
