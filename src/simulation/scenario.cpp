#include "simulation/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "simulation/seeded_random.h"

namespace connector::simulation {

using domain::Milliseconds;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

/// Days around which calendars misbehave: ends of month and year, leap day, daylight-saving changes in Europe and the
/// United States, and one like any other.
constexpr std::array kStarts{"2026-12-29T15:00:00Z", "2027-02-26T09:00:00Z", "2028-02-27T20:00:00Z",
                             "2026-10-23T11:00:00Z", "2027-03-12T05:00:00Z", "2027-03-26T12:00:00Z",
                             "2026-11-29T23:30:00Z", "2027-06-15T08:00:00Z"};

template <class T, std::size_t N>
T one_of(SeededRandom& random, const std::array<T, N>& choices) {
  return choices[random.below(N)];
}

bool half(SeededRandom& random) { return random.chance(500'000); }

domain::ConnectionSettings settings(SeededRandom& random) {
  domain::ConnectionSettings result;
  result.document_mode =
      one_of(random, std::array{domain::DocumentMode::invoice_only, domain::DocumentMode::invoice_only,
                                domain::DocumentMode::direct_invoice, domain::DocumentMode::sales_order_and_invoice,
                                domain::DocumentMode::daily_summary});
  result.tax_policy = one_of(random, std::array{domain::TaxPolicy::exclude, domain::TaxPolicy::exclude,
                                                domain::TaxPolicy::clearing_account, domain::TaxPolicy::include});
  result.booking_zone = one_of(random, std::array{"UTC", "Europe/Amsterdam", "America/Los_Angeles"});
  return result;
}

sandbox::walmart::OrderGenerator orders(SeededRandom& random, domain::UtcTime start, int days, int count) {
  sandbox::walmart::OrderGenerator result;
  result.seed = random.next();
  result.count = static_cast<std::uint64_t>(count);
  result.start = start - hours{6};
  const Milliseconds span = hours{24} * days;
  result.spacing = count == 0 ? span : span / count;
  result.life_speed_percent = one_of(random, std::array<std::int64_t, 4>{400, 1'000, 3'000, 10'000});
  if (half(random)) result.currencies = {{"USD", 3}, {"CAD", 1}};
  // Where the shipment is the last that is heard of an order, whoever misses it is not told again.
  result.lost_parcels = one_of(random, std::array<std::int64_t, 2>{20, 500});
  result.refunds = one_of(random, std::array<std::int64_t, 3>{0, 40, 150});
  result.returns = one_of(random, std::array<std::int64_t, 3>{0, 50, 300});
  result.charged_replacements = 500;
  return result;
}

/// In some shops half of the orders come within minutes, so that lists have many pages.
std::vector<sandbox::walmart::OrderGenerator> with_rush(SeededRandom& random, sandbox::walmart::OrderGenerator all,
                                                        int days) {
  const bool comes = half(random);
  const std::uint64_t seed = random.next();
  const Milliseconds when{static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(days) * 86'400'000))};
  if (!comes || all.count < 2) return {all};
  sandbox::walmart::OrderGenerator rush = all;
  rush.seed = seed;
  rush.count = all.count / 2;
  rush.start = all.start + when;
  rush.spacing = seconds{10};
  all.count -= rush.count;
  all.spacing = all.spacing * 2;
  return {all, rush};
}

sandbox::walmart::Switches walmart_switches(SeededRandom& random) {
  sandbox::walmart::Switches result;
  result.restocking_fee_per_mille = one_of(random, std::array<std::int64_t, 3>{0, 0, 100});
  result.return_refund_in_orders = half(random);
  // So few that lists of our small shops are too long for it as well.
  if (half(random)) result.order_cap = 25;
  return result;
}

sandbox::exact::Switches exact_switches(SeededRandom& random) {
  sandbox::exact::Switches result;
  result.language = half(random) ? sandbox::exact::Language::english : sandbox::exact::Language::dutch;
  result.timestamps_as_text = half(random);
  result.lines_in_answers = half(random);
  result.empty_error_bodies = half(random);
  result.old_refresh_token_dies_at_once = random.chance(250'000);
  result.credit_note_sign =
      half(random) ? sandbox::exact::CreditNoteSign::positive : sandbox::exact::CreditNoteSign::negative;
  result.invoicing_delay_ms = one_of(random, std::array<std::int64_t, 3>{500, 3'000, 60'000});
  return result;
}

// Each of these has a stream of its own, so that all else stays as it was.

void add_exact_troubles(std::uint64_t seed, Scenario& scenario) {
  SeededRandom random = SeededRandom(seed).fork(Stream::exact_troubles);
  scenario.exact.error_block_tells_windows = half(random);
  scenario.exact.invoicing_in_vain_every = one_of(random, std::array<std::int64_t, 3>{0, 0, 7});
}

void add_late_lists(std::uint64_t seed, Scenario& scenario) {
  SeededRandom random = SeededRandom(seed).fork(Stream::late_lists);
  // Less than the overlap of two runs, whatever the clocks say.
  scenario.walmart.modified_listing_delay_seconds = one_of(random, std::array<std::int64_t, 2>{0, 480});
}

void add_price_settings(std::uint64_t seed, Scenario& scenario) {
  SeededRandom random = SeededRandom(seed).fork(Stream::price_settings);
  if (!half(random)) return;
  scenario.schedule.flows["prices"].interval = one_of(random, std::array<Milliseconds, 2>{hours{2}, hours{6}});
  const auto ways = random.below(3);
  scenario.settings.prices_to_walmart = ways != 0;
  scenario.settings.prices_to_exact = ways != 1;
  scenario.settings.walmart_priced_skus = {"WM-001*", "WM-0002"};
}

void add_mapping(std::uint64_t seed, Scenario& scenario) {
  SeededRandom random = SeededRandom(seed).fork(Stream::mapping);
  if (!half(random)) return;
  scenario.mapping = ShopMapping::by_product;
  scenario.settings.reference_prefix = "SHOP7-";
}

void add_booking_dates(std::uint64_t seed, Scenario& scenario) {
  SeededRandom random = SeededRandom(seed).fork(Stream::booking_dates);
  if (half(random)) scenario.settings.invoice_completion = domain::InvoiceCompletion::process_with_ship_date;
  if (half(random)) scenario.settings.closed_period = domain::ClosedPeriodPolicy::first_open_day;
}

void add_replacement_prices(std::uint64_t seed, Scenario& scenario) {
  SeededRandom random = SeededRandom(seed).fork(Stream::replacement_prices);
  if (half(random)) scenario.settings.replacement_prices = domain::ReplacementPrices::zero;
}

void add_acknowledging(std::uint64_t seed, Scenario& scenario) {
  SeededRandom random = SeededRandom(seed).fork(Stream::acknowledging);
  scenario.settings.acknowledge_orders = half(random);
  // In some of these shops nobody else acknowledges, in the others another program is faster or slower.
  if (half(random) && scenario.settings.acknowledge_orders) {
    for (auto& each : scenario.orders) each.life = sandbox::walmart::SellerLife::once_acknowledged;
  }
}

void add_payouts(std::uint64_t seed, Scenario& scenario) {
  SeededRandom random = SeededRandom(seed).fork(Stream::payouts);
  if (!half(random)) return;
  scenario.schedule.flows["settlements"].interval = one_of(random, std::array<Milliseconds, 2>{hours{2}, hours{6}});
  // Walmart pays every two weeks; here, so that there are many payouts, every day or every second one.
  scenario.walmart.settlement_cycle_days = one_of(random, std::array<std::int64_t, 2>{1, 2});
  scenario.walmart.settlement_delay_days = one_of(random, std::array<std::int64_t, 2>{0, 1});
  scenario.walmart.settlement_reserve_per_mille = one_of(random, std::array<std::int64_t, 2>{0, 100});
}

/// Some faults rest, some come thrice as often, so that rare pairs of them meet.
FaultRates varied(std::uint64_t seed, const FaultRates& faults, bool may_rest) {
  SeededRandom random = SeededRandom(seed).fork(Stream::fault_factors);
  constexpr std::array<std::uint64_t, 5> kFactors{0, 300, 1'000, 1'000, 3'000};
  return scaled(faults, [&](std::size_t) {
    const std::uint64_t factor = one_of(random, kFactors);
    return factor == 0 && !may_rest ? 1'000 : factor;
  });
}

}  // namespace

std::string Scenario::describe() const {
  const double life = orders.empty() ? 0.0 : static_cast<double>(orders.front().life_speed_percent) / 100.0;
  return fmt::format("{} from {}, {} processes, orders read every {} s, pages of {}, lists up to {} s late, life x{}",
                     domain::to_string(settings.document_mode), domain::to_iso8601_seconds(start), processes,
                     schedule.flows.at("orders").interval->count() / 1'000, page_limit == 0 ? 200 : page_limit,
                     walmart.modified_listing_delay_seconds, life);
}

Scenario make_scenario(std::uint64_t seed, int days, int order_count, const FaultRates& faults, bool may_rest) {
  SeededRandom random = SeededRandom(seed).fork(Stream::scenario);
  Scenario scenario;
  scenario.start = domain::parse_iso8601(one_of(random, kStarts)).value_or(domain::UtcTime{}) +
                   seconds{static_cast<std::int64_t>(random.below(86'400))};
  scenario.days = days;
  scenario.processes = one_of(random, std::array{1, 1, 2, 2, 3});
  scenario.page_limit = one_of(random, std::array{0, 0, 3, 10});
  scenario.settings = settings(random);
  scenario.schedule.flows["orders"].interval =
      one_of(random, std::array<Milliseconds, 3>{minutes{15}, minutes{30}, minutes{60}});
  // A process wakes its own worker and reads reference data anew when some is missing; these are how soon it notices
  // what others left. Idle looks cost most of a quiet hour.
  scenario.schedule.references = one_of(random, std::array<Milliseconds, 2>{hours{2}, hours{6}});
  scenario.watch.held = one_of(random, std::array<Milliseconds, 2>{minutes{10}, minutes{30}});
  scenario.watch.due = one_of(random, std::array<Milliseconds, 2>{minutes{5}, minutes{30}});
  scenario.watch.notices = one_of(random, std::array<Milliseconds, 2>{minutes{2}, minutes{15}});
  scenario.with_webhooks = half(random);
  scenario.with_exact_webhooks = half(random) && scenario.with_webhooks;
  // While notices are heard, what they do not tell is found by runs that are so far apart.
  scenario.schedule.sweep = hours{1};
  if (half(random)) {
    scenario.schedule.flows["inventory"].interval = one_of(random, std::array<Milliseconds, 2>{hours{2}, hours{6}});
    scenario.settings.stock_counts = domain::StockCounts::post;
    // The first count moves nearly all: whoever set this shop up has said yes.
    scenario.settings.stock_confirm_units = domain::Decimal::from_integer(1'000'000);
  }
  scenario.orders = with_rush(random, orders(random, scenario.start, days, order_count), days);
  // A generator that is to make none goes on without end.
  if (order_count == 0) scenario.orders.clear();
  scenario.exact = exact_switches(random);
  scenario.settings.credit_note_quantities_negative =
      scenario.exact.credit_note_sign == sandbox::exact::CreditNoteSign::negative;
  scenario.walmart = walmart_switches(random);
  scenario.schedule.flows["returns"].interval =
      one_of(random, std::array<Milliseconds, 3>{minutes{30}, minutes{60}, minutes{120}});
  add_exact_troubles(seed, scenario);
  add_late_lists(seed, scenario);
  add_price_settings(seed, scenario);
  add_mapping(seed, scenario);
  add_booking_dates(seed, scenario);
  add_replacement_prices(seed, scenario);
  add_acknowledging(seed, scenario);
  add_payouts(seed, scenario);
  scenario.rates = varied(seed, faults, may_rest);
  return scenario;
}

}  // namespace connector::simulation
