#include "simulation/reserve_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "json/value.h"

namespace connector::simulation {

namespace {

/// Kept of a day for orders: so many calls (design: scarce budgets go to orders first), or a tenth of a small day.
constexpr std::int64_t kReserve = 250;
/// What was let go before may leave so much later: a process may sleep, or wait for a token, in between.
constexpr domain::Milliseconds kLetGoBefore = std::chrono::minutes(20);

constexpr std::array<std::string_view, 4> kLessUrgent{"inventory/StockCount", "inventory/ProcessStockCount",
                                                      "Inventory/StockPositions", "ogistics/SalesItemPrices"};

bool is_less_urgent(const Exchange& exchange) {
  const std::string_view path = std::string_view(exchange.request.target).substr(0, exchange.request.target.find('?'));
  return std::any_of(kLessUrgent.begin(), kLessUrgent.end(),
                     [path](std::string_view part) { return path.find(part) != std::string_view::npos; });
}

std::optional<std::int64_t> number_in(const ports::HttpHeaders& headers, const char* name) {
  const auto value = ports::find_header(headers, name);
  return value ? json::parse_integer(*value) : std::nullopt;
}

}  // namespace

void ReserveOracle::sent(const Exchange& exchange) {
  if (exchange.remote != exact_ || scarce_.empty() || !is_less_urgent(exchange)) return;
  const auto found = scarce_.find(exchange.process);
  if (found == scarce_.end() || loop_.now() + tolerance_ >= found->second.reset) return;
  if (loop_.now() - found->second.since <= kLetGoBefore) return;
  verdicts_.complain(
      "budget",
      fmt::format("{} heard at {} that {} calls of the day are left, which are for orders, and sends {} {}",
                  exchange.process, domain::to_iso8601_seconds(found->second.since), found->second.remaining,
                  exchange.request.method, exchange.request.target),
      "", loop_.now());
}

void ReserveOracle::answered(const Exchange& exchange, const ports::HttpOutcome& outcome) {
  if (exchange.remote != exact_ || exchange.is_token_request || !outcome) return;
  const auto limit = number_in(outcome->headers, "X-RateLimit-Limit");
  const auto remaining = number_in(outcome->headers, "X-RateLimit-Remaining");
  const auto reset = number_in(outcome->headers, "X-RateLimit-Reset");
  if (!limit || !remaining || !reset) return;
  const domain::UtcTime ends = domain::from_epoch_milliseconds(*reset);
  if (*remaining > std::min(kReserve, *limit / 10)) {
    scarce_.erase(exchange.process);
    return;
  }
  Scarcity& heard = scarce_[exchange.process];
  if (heard.reset != ends) heard = {loop_.now(), ends, 0};
  heard.remaining = *remaining;
}

}  // namespace connector::simulation
