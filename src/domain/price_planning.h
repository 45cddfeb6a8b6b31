#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/decimal.h"
#include "domain/mapping.h"
#include "domain/settings.h"
#include "domain/time.h"

namespace connector::domain {

/// Which way a SKU's price goes.
enum class PriceDirection { none, to_walmart, to_exact };

/// The one place that decides it: a SKU has at most one direction, so that no price ever comes back to where it was
/// read (docs/prices.md). With both directions on, `walmart_priced_skus` go to Exact and all others to Walmart.
PriceDirection price_direction(const ConnectionSettings& settings, std::string_view sku);

/// A row of Exact's sales price list (logistics/SalesItemPrices).
struct ListPrice {
  std::string id;
  std::string item;  ///< code
  std::string currency;
  Decimal price;
  Decimal minimum_quantity;
  bool for_one_customer = false;
  bool in_other_unit = false;  ///< not per one default unit of the item
  std::optional<Date> from;
  std::optional<Date> to;
  std::int64_t timestamp = 0;  ///< row version
  bool operator==(const ListPrice&) const = default;
};

/// The row that applies to one unit sold to anyone on `today`: the latest to begin, of those the latest changed.
const ListPrice* price_in_force(const std::vector<ListPrice>& rows, std::string_view currency, Date today);

/// The price list fact that was last dealt with for a SKU, and how.
struct PriceDecision {
  enum class State {
    sent,      ///< in a feed whose outcome is not known yet
    accepted,  ///< Walmart took it
    refused,   ///< Walmart refused it: sent again only when the list price changes
    again,     ///< Walmart failed to work on it: to be sent again
    equal,     ///< Walmart had this price already
    person,    ///< a person set another price at Walmart, which stays until the list price changes
  };
  std::string fact;  ///< ListPrice as text: id, row version, price
  State state = State::sent;
  Decimal amount;
  std::string posting_key;
  std::string error;  ///< Walmart's words
  bool operator==(const PriceDecision&) const = default;
};
std::string_view to_string(PriceDecision::State state);
std::optional<PriceDecision::State> parse_price_decision_state(std::string_view name);

/// Identity of a list price as a fact: changes whenever the row is changed.
std::string price_fact(const ListPrice& price);

/// A SKU as Walmart offers it.
struct OfferedPrice {
  std::string sku;
  std::string currency;
  std::optional<Decimal> amount;
};

struct PriceChange {
  std::string sku;
  std::string item;
  std::string currency;
  std::optional<Decimal> from;
  Decimal to;
  std::string fact;  ///< what `to` comes from
  /// Posting key of what last set this SKU's price at Walmart: a list price that is in force again after another was,
  /// or that Walmart failed to work on, is to be sent once more.
  std::string follows;
};

/// A price that a guard keeps back, or that contradicts another.
struct PriceProblem {
  std::string sku;
  std::string item;
  std::optional<Decimal> from;
  Decimal to;
  std::string message;
};

struct PricesToWalmart {
  std::vector<PriceChange> changes;
  std::vector<PriceChange> equal;  ///< new facts that need no change, to be remembered
  std::vector<PriceProblem> problems;
  std::size_t unchanged = 0;
  std::size_t without_price = 0;  ///< SKUs of which the price list says nothing
};

/// What must be sent to Walmart: SKUs led by Exact whose list price is a fact not dealt with yet. Pure.
PricesToWalmart plan_prices_to_walmart(const std::vector<OfferedPrice>& offers,
                                       const std::map<std::string, std::vector<ListPrice>>& lists,
                                       const std::map<std::string, PriceDecision>& decisions, const Mapping& mapping,
                                       const ConnectionSettings& settings, Date today);

struct ItemPriceChange {
  std::string item;
  std::vector<std::string> skus;
  std::string currency;
  std::optional<ListPrice> row;  ///< the one to be changed; none: a new one begins today
  Decimal to;
  std::string follows;  ///< posting key of the row that was made before and is in force no more
};

struct PricesToExact {
  std::vector<ItemPriceChange> changes;
  std::vector<PriceProblem> problems;
  std::size_t unchanged = 0;
  std::vector<std::string> unknown_items;  ///< SKUs whose item Exact does not know
};

/// What must be changed in Exact's price list: items of SKUs led by Walmart. `items` are the codes that Exact knows.
/// Pure.
PricesToExact plan_prices_to_exact(const std::vector<OfferedPrice>& offers,
                                   const std::map<std::string, std::vector<ListPrice>>& lists,
                                   const std::set<std::string>& items, const Mapping& mapping,
                                   const ConnectionSettings& settings, Date today);

/// Why the settings keep a price back; nullopt if they let it pass. `from`: the price it replaces.
std::optional<std::string> price_guard(const ConnectionSettings& settings, std::optional<Decimal> from, Decimal to);

/// How many prices one feed takes: 1,000 as Walmart recommends, more (at most 10,000) when ten feeds an hour would not
/// do (walmart.md 1.5 and 5).
std::size_t price_batch_size(std::size_t changes);

}  // namespace connector::domain
