#include "simulation/price_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "json/value.h"
#include "sandbox/walmart/seller.h"

namespace connector::simulation {

using domain::Decimal;
using sandbox::exact::no_row;
using sandbox::exact::RowNumber;
using sandbox::exact::TableId;

namespace {

constexpr domain::Milliseconds kReadBefore = std::chrono::hours(1);

/// The feed's file stands in the middle of a form.
std::optional<json::Value> price_feed_in(std::string_view body) {
  const auto begin = body.find("{\"PriceHeader\"");
  const auto end = body.rfind('}');
  if (begin == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
  auto parsed = json::parse(body.substr(begin, end + 1 - begin));
  return parsed ? std::optional(std::move(*parsed)) : std::nullopt;
}

std::string code_of_item(const sandbox::exact::Administration& books, RowNumber item) {
  const auto code = books.table(TableId::items).get(item, "Code");
  return std::string(sandbox::exact::trimmed(code.as_text()));
}

RowNumber row_of_guid(const sandbox::exact::Administration& books, TableId table, std::string_view text) {
  const auto guid = sandbox::exact::parse_guid(text);
  return guid ? books.find(table, sandbox::exact::Value::guid(*guid)) : no_row;
}

/// The code of the item whose price list row a request writes; empty if it writes none.
std::string item_written_by(const Exchange& exchange, const json::Value& body,
                            const sandbox::exact::Administration& books) {
  constexpr std::string_view kResource = "logistics/SalesItemPrices";
  const std::string& target = exchange.request.target;
  if (exchange.request.method == "GET" || target.find(kResource) == std::string::npos) return {};
  const auto& prices = books.table(TableId::sales_item_prices);
  const auto guid = target.find("guid'");
  RowNumber item = no_row;
  if (guid == std::string::npos) {
    item = row_of_guid(books, TableId::items, body["Item"].text_or(""));
  } else if (const RowNumber row = row_of_guid(books, TableId::sales_item_prices, target.substr(guid + 5, 36));
             row != no_row) {
    item = books.find(TableId::items, prices.get(row, "Item"));
  }
  return item == no_row ? std::string("?") : code_of_item(books, item);
}

}  // namespace

PriceOracle::PriceOracle(int exact, const domain::ConnectionSettings& settings, sandbox::walmart::Marketplace& walmart,
                         const sandbox::exact::Administration& books, SimulatedLoop& loop, Verdicts& verdicts)
    : exact_(exact), settings_(settings), walmart_(walmart), books_(books), loop_(loop), verdicts_(verdicts) {
  for (const auto& item : walmart_.seller().catalogue.items()) by_sku_[item.sku].offers.prices.push_back(item.price);
  const auto& prices = books_.table(TableId::sales_item_prices);
  for (RowNumber row = 0; row < prices.size(); ++row) {
    if (!prices.is_live(row)) continue;
    const RowNumber item = books_.find(TableId::items, prices.get(row, "Item"));
    if (item == no_row || prices.get(row, "Currency").as_text() != settings_.price_currency) continue;
    by_sku_[code_of_item(books_, item)].list.prices.push_back(prices.get(row, "Price").as_decimal());
  }
}

void PriceOracle::complain(const std::string& sku, const std::string& message) {
  verdicts_.complain("prices", sku + ": " + message, sku, loop_.now());
}

bool PriceOracle::leads_walmart(std::string_view sku) const {
  if (!settings_.prices_to_exact) return false;
  if (!settings_.prices_to_walmart) return true;
  return std::any_of(settings_.walmart_priced_skus.begin(), settings_.walmart_priced_skus.end(), [sku](auto pattern) {
    if (!pattern.ends_with('*')) return pattern == sku;
    pattern.pop_back();
    return sku.starts_with(pattern);
  });
}

bool PriceOracle::leads_exact(std::string_view sku) const { return settings_.prices_to_walmart && !leads_walmart(sku); }

bool PriceOracle::is_beyond(Decimal from, Decimal to) const {
  if (!settings_.price_max_change_percent) return false;
  const Decimal change = to < from ? from - to : to - from;
  return change * Decimal::from_integer(100) > from * *settings_.price_max_change_percent;
}

bool PriceOracle::is_beyond_all(const Side& side, Decimal to) const {
  const auto& prices = side.prices;
  return !prices.empty() &&
         std::all_of(prices.begin(), prices.end(), [this, to](Decimal from) { return is_beyond(from, to); });
}

void PriceOracle::listed(const std::string& sku, Decimal price) {
  History& history = by_sku_[sku];
  if (history.list.prices.empty()) history.first_listed = loop_.now();
  history.list.prices.push_back(price);
  history.offered_since_listed = false;
}

void PriceOracle::offered(const std::string& sku, Decimal price) {
  History& history = by_sku_[sku];
  history.offers.prices.push_back(price);
  history.offered_since_listed = true;
}

void PriceOracle::arrived(const Exchange& exchange, const ports::HttpResponse& response) {
  if (exchange.request.method == "GET" || response.status < 200 || response.status > 299) return;
  if (exchange.remote != exact_) {
    if (!exchange.request.target.starts_with("/v3/feeds")) return;
    const auto feed = price_feed_in(exchange.request.body);
    if (!feed) return;
    for (const auto& entry : (*feed)["Price"].array()) {
      const auto amount = entry["pricing"].at(0)["currentPrice"]["amount"].decimal();
      sent_to_walmart(entry["sku"].text_or(""), amount.value_or(Decimal()));
    }
    return;
  }
  if (exchange.request.target.find("SalesItemPrices") == std::string::npos) return;
  const auto body = json::parse(exchange.request.body);
  if (!body) return;
  const std::string item = item_written_by(exchange, *body, books_);
  if (!item.empty()) sent_to_exact(item, (*body)["Price"].decimal().value_or(Decimal()));
}

void PriceOracle::forget_sent() {
  for (auto& [sku, history] : by_sku_) history.sent.clear();
}

void PriceOracle::sent_to_walmart(const std::string& sku, Decimal price) {
  History& history = by_sku_[sku];
  if (!leads_exact(sku)) return complain(sku, "its price goes to Walmart, which the settings do not let Exact lead");
  const auto& list = history.list.prices;
  const auto found = std::find(list.rbegin(), list.rend(), price);
  if (found == list.rend()) return complain(sku, price.to_string() + " is sent, a price that the list never had");
  if (is_beyond_all(history.offers, price)) {
    return complain(sku, price.to_string() + " is sent, which is beyond the guard from any price it had at Walmart");
  }
  if (!history.sent.insert(static_cast<std::size_t>(list.rend() - found)).second) {
    return complain(sku, price.to_string() + " is sent again, although the list price did not change");
  }
  history.offers.prices.push_back(price);
}

void PriceOracle::sent_to_exact(const std::string& sku, Decimal price) {
  History& history = by_sku_[sku];
  if (!leads_walmart(sku)) return complain(sku, "its price goes to Exact, which the settings do not let Walmart lead");
  const auto& offers = history.offers.prices;
  if (std::find(offers.begin(), offers.end(), price) == offers.end()) {
    return complain(sku, price.to_string() + " is written to Exact, a price that Walmart never had");
  }
  // The list may have been read before a person made the row that this price now stands beside, or before the day on
  // which that row begins, which comes later in the booking zone than in UTC.
  const domain::UtcTime read = loop_.now() - kReadBefore;
  const auto day = domain::date_in_zone(read, settings_.booking_zone);
  const bool begins_later =
      day && domain::start_of_day(*day) < std::chrono::floor<std::chrono::days>(history.first_listed);
  const bool is_new_row = read < history.first_listed || begins_later;
  if (!is_new_row && is_beyond_all(history.list, price)) {
    return complain(sku, price.to_string() + " is written to Exact, beyond the guard from any price the list had");
  }
  history.list.prices.push_back(price);
}

Decimal PriceOracle::price_in_list(const std::string& sku, const History& history) const {
  const auto& rows = books_.table(TableId::sales_item_prices);
  const RowNumber item = books_.find_code(TableId::items, sku);
  std::optional<domain::UtcTime> begin;
  Decimal price = history.list.prices.back();
  for (RowNumber row = 0; row < rows.size(); ++row) {
    if (!rows.is_live(row) || books_.find(TableId::items, rows.get(row, "Item")) != item) continue;
    const domain::UtcTime start = rows.get(row, "StartDate").as_instant();
    if (begin && start < *begin) continue;
    // Of two that begin on one day the one that was written last holds.
    price = begin && start == *begin ? history.list.prices.back() : rows.get(row, "Price").as_decimal();
    begin = start;
  }
  return price;
}

void PriceOracle::check_at_end() {
  for (const auto& item : walmart_.seller().catalogue.items()) {
    const History& history = by_sku_[item.sku];
    if (history.list.prices.empty() || books_.find_code(TableId::items, item.sku) == no_row) continue;
    const Decimal list = price_in_list(item.sku, history);
    if (list == item.price) continue;
    const bool to_walmart = leads_exact(item.sku) && !history.offered_since_listed && !is_beyond(item.price, list);
    const bool to_exact = leads_walmart(item.sku) && !is_beyond(list, item.price);
    if (!to_walmart && !to_exact) continue;
    return complain(item.sku, fmt::format("{} leads, but Exact's list has {} and Walmart {}",
                                          to_walmart ? "Exact" : "Walmart", list.to_string(), item.price.to_string()));
  }
}

}  // namespace connector::simulation
