#include "domain/price_planning.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "domain/item_skus.h"

namespace connector::domain {
namespace {

constexpr std::array<std::pair<PriceDecision::State, std::string_view>, 6> states{
    {{PriceDecision::State::sent, "sent"},
     {PriceDecision::State::accepted, "accepted"},
     {PriceDecision::State::refused, "refused"},
     {PriceDecision::State::again, "again"},
     {PriceDecision::State::equal, "equal"},
     {PriceDecision::State::person, "person"}}};

/// Walmart takes two decimals (walmart.md 5).
constexpr int price_digits = 2;

std::string item_of(const Mapping& mapping, const std::string& sku, bool& is_kit) {
  const ResolvedMapping resolved = mapping.resolve(sku);
  is_kit = !resolved.kit.empty();
  return item_code(resolved);
}

}  // namespace

std::string_view to_string(PriceDecision::State state) {
  const auto found = std::find_if(states.begin(), states.end(), [state](const auto& s) { return s.first == state; });
  return found == states.end() ? std::string_view() : found->second;
}

std::optional<PriceDecision::State> parse_price_decision_state(std::string_view name) {
  const auto found = std::find_if(states.begin(), states.end(), [name](const auto& s) { return s.second == name; });
  if (found == states.end()) return std::nullopt;
  return found->first;
}

PriceDirection price_direction(const ConnectionSettings& settings, std::string_view sku) {
  if (!settings.prices_to_walmart && !settings.prices_to_exact) return PriceDirection::none;
  if (!settings.prices_to_exact) return PriceDirection::to_walmart;
  if (!settings.prices_to_walmart) return PriceDirection::to_exact;
  for (const std::string_view pattern : settings.walmart_priced_skus) {
    const bool matches =
        pattern.ends_with('*') ? sku.starts_with(pattern.substr(0, pattern.size() - 1)) : sku == pattern;
    if (matches) return PriceDirection::to_exact;
  }
  return PriceDirection::to_walmart;
}

const ListPrice* price_in_force(const std::vector<ListPrice>& rows, std::string_view currency, Date today) {
  const ListPrice* best = nullptr;
  const auto rank = [](const ListPrice& row) {
    return std::pair(row.from ? std::chrono::sys_days{*row.from} : std::chrono::sys_days::min(), row.timestamp);
  };
  for (const ListPrice& row : rows) {
    if (row.for_one_customer || row.in_other_unit || row.currency != currency) continue;
    if (row.minimum_quantity > Decimal::from_integer(1)) continue;
    if (row.from && std::chrono::sys_days{*row.from} > std::chrono::sys_days{today}) continue;
    if (row.to && std::chrono::sys_days{*row.to} < std::chrono::sys_days{today}) continue;
    if (best == nullptr || rank(*best) < rank(row)) best = &row;
  }
  return best;
}

std::string price_fact(const ListPrice& price) {
  return fmt::format("{}@{}={}", price.id, price.timestamp, price.price.to_string());
}

std::optional<std::string> price_guard(const ConnectionSettings& settings, std::optional<Decimal> from, Decimal to) {
  if (to <= Decimal()) return "a price must be above zero";
  if (settings.price_floor && to < *settings.price_floor)
    return fmt::format("below price_floor {}", settings.price_floor->to_string());
  if (settings.price_ceiling && to > *settings.price_ceiling)
    return fmt::format("above price_ceiling {}", settings.price_ceiling->to_string());
  if (settings.price_max_change_percent && from && *from > Decimal()) {
    // A price may be any number that somebody typed.
    const Decimal change = (to - *from).abs();
    if (is_product_larger(change, Decimal::from_integer(100), *settings.price_max_change_percent, *from)) {
      return fmt::format("changes {} by more than price_max_change_percent {}", from->to_string(),
                         settings.price_max_change_percent->to_string());
    }
  }
  return std::nullopt;
}

std::size_t price_batch_size(std::size_t changes) {
  constexpr std::size_t recommended = 1'000;
  constexpr std::size_t largest = 10'000;
  constexpr std::size_t feeds_per_hour = 10;
  return std::clamp((changes + feeds_per_hour - 1) / feeds_per_hour, recommended, largest);
}

PricesToWalmart plan_prices_to_walmart(const std::vector<OfferedPrice>& offers,
                                       const std::map<std::string, std::vector<ListPrice>>& lists,
                                       const std::map<std::string, PriceDecision>& decisions, const Mapping& mapping,
                                       const ConnectionSettings& settings, Date today) {
  PricesToWalmart plan;
  std::set<std::string_view> seen;
  for (const OfferedPrice& offer : offers) {
    if (price_direction(settings, offer.sku) != PriceDirection::to_walmart || !seen.insert(offer.sku).second) continue;
    bool is_kit = false;
    const std::string item = item_of(mapping, offer.sku, is_kit);
    const auto list = is_kit ? lists.end() : lists.find(item);
    const ListPrice* price =
        list == lists.end() ? nullptr : price_in_force(list->second, settings.price_currency, today);
    if (price == nullptr) {
      ++plan.without_price;
      continue;
    }
    PriceChange change;
    change.sku = offer.sku;
    change.item = item;
    change.currency = settings.price_currency;
    if (offer.currency == settings.price_currency) change.from = offer.amount;
    change.to = price->price.rounded(price_digits);
    change.fact = price_fact(*price);
    const auto decided = decisions.find(offer.sku);
    if (decided != decisions.end()) {
      change.follows = decided->second.posting_key;
      if (decided->second.state == PriceDecision::State::sent) {
        // Nothing follows before Walmart has worked on what it has.
        ++plan.unchanged;
        continue;
      }
      if (decided->second.state == PriceDecision::State::person && decided->second.fact.empty()) {
        // The person spoke before the price list was ever read: what it says now is older than that word.
        ++plan.unchanged;
        plan.equal.push_back(std::move(change));
        continue;
      }
      if (decided->second.fact == change.fact) {
        if (decided->second.state != PriceDecision::State::again) {
          ++plan.unchanged;
          continue;
        }
      }
    }
    if (change.from == std::optional(change.to)) {
      ++plan.unchanged;
      plan.equal.push_back(std::move(change));
      continue;
    }
    if (auto kept = price_guard(settings, change.from, change.to)) {
      plan.problems.push_back({change.sku, change.item, change.from, change.to, *std::move(kept)});
      continue;
    }
    plan.changes.push_back(std::move(change));
  }
  return plan;
}

PricesToExact plan_prices_to_exact(const std::vector<OfferedPrice>& offers,
                                   const std::map<std::string, std::vector<ListPrice>>& lists,
                                   const std::set<std::string>& items, const Mapping& mapping,
                                   const ConnectionSettings& settings, Date today) {
  PricesToExact plan;
  struct Wanted {
    std::vector<std::string> skus;
    std::set<Decimal> prices;
  };
  std::map<std::string, Wanted> wanted;
  for (const OfferedPrice& offer : offers) {
    if (price_direction(settings, offer.sku) != PriceDirection::to_exact) continue;
    if (!offer.amount || offer.currency != settings.price_currency) continue;
    bool is_kit = false;
    const std::string item = item_of(mapping, offer.sku, is_kit);
    if (is_kit) continue;
    if (!items.contains(item)) {
      plan.unknown_items.push_back(offer.sku);
      continue;
    }
    Wanted& of_item = wanted[item];
    of_item.skus.push_back(offer.sku);
    of_item.prices.insert(*offer.amount);
  }
  for (auto& [item, of_item] : wanted) {
    const auto list = lists.find(item);
    const ListPrice* row = list == lists.end() ? nullptr : price_in_force(list->second, settings.price_currency, today);
    const std::optional<Decimal> from = row == nullptr ? std::nullopt : std::optional(row->price);
    const Decimal to = *of_item.prices.begin();
    if (of_item.prices.size() > 1) {
      plan.problems.push_back(
          {of_item.skus.front(), item, from, to,
           fmt::format("the SKUs {} of this item have different prices at Walmart", fmt::join(of_item.skus, ", "))});
      continue;
    }
    if (from == std::optional(to)) {
      ++plan.unchanged;
      continue;
    }
    if (auto kept = price_guard(settings, from, to)) {
      plan.problems.push_back({of_item.skus.front(), item, from, to, *std::move(kept)});
      continue;
    }
    ItemPriceChange change;
    change.item = item;
    change.skus = std::move(of_item.skus);
    change.currency = settings.price_currency;
    if (row != nullptr) change.row = *row;
    change.to = to;
    plan.changes.push_back(std::move(change));
  }
  return plan;
}

}  // namespace connector::domain
