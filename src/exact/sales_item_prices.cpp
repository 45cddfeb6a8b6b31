#include "exact/sales_item_prices.h"

#include <algorithm>

#include "exact/answers.h"

namespace connector::exact {

using json::Value;
using ports::CallPriority;
using ports::CallResult;
using ports::Task;

domain::ListPrice read_list_price(const Value& row) {
  domain::ListPrice price;
  price.id = row["ID"].text_or("");
  price.item = read_code(row["ItemCode"]);
  price.currency = read_code(row["Currency"]);
  price.price = row["Price"].decimal().value_or(domain::Decimal());
  price.minimum_quantity = row["Quantity"].decimal().value_or(domain::Decimal());
  price.for_one_customer = !row["Account"].text_or("").empty();
  const auto per_unit = row["NumberOfItemsPerUnit"].decimal();
  price.in_other_unit = per_unit && !per_unit->is_zero() && *per_unit != domain::Decimal::from_integer(1);
  price.from = read_date(row["StartDate"]);
  price.to = read_date(row["EndDate"]);
  price.timestamp = row["Timestamp"].integer().value_or(0);
  return price;
}

Task<CallResult<SalesItemPrices>> load_sales_item_prices(Client& client, std::int64_t after_timestamp) {
  const std::int64_t after = std::max<std::int64_t>(after_timestamp, 1);
  ODataQuery query("sync/Logistics/SalesItemPrices");
  query
      .select({"ID", "ItemCode", "Currency", "Price", "Quantity", "Account", "NumberOfItemsPerUnit", "StartDate",
               "EndDate", "Timestamp"})
      .filter(ODataFilter::greater_than_timestamp("Timestamp", after));
  auto rows = co_await client.get_all(query, CallPriority::prices);
  if (!rows) co_return tl::unexpected(std::move(rows.error()));
  SalesItemPrices prices;
  prices.timestamp = after;
  for (const Value& row : rows->value) {
    prices.rows.push_back(read_list_price(row));
    prices.timestamp = std::max(prices.timestamp, prices.rows.back().timestamp);
  }
  std::stable_sort(prices.rows.begin(), prices.rows.end(),
                   [](const auto& a, const auto& b) { return a.timestamp < b.timestamp; });
  co_return ports::Answer<SalesItemPrices>{std::move(prices), std::move(rows->correlation_id)};
}

}  // namespace connector::exact
