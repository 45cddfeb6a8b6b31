#include "flows/confined_skus.h"

#include <algorithm>

#include "domain/item_skus.h"
#include "flows/walmart_stock.h"

namespace connector::flows {

using domain::Result;

namespace {

using Skus = std::optional<std::set<std::string>>;

/// Walmart lists 50 SKUs a page (walmart.md 4), and one alone costs a call as well.
constexpr std::size_t kPage = 50;
constexpr std::size_t kAlwaysAlone = 10;
constexpr std::size_t kMostAlone = 50;

Result<Skus> confined(store::Reader& reader, store::ConnectionId connection, const std::vector<std::string>& named) {
  auto mapping = reader.mapping(connection);
  if (!mapping) return domain::fail(mapping.error());
  auto skus = domain::skus_of_same_items(*mapping, {named.begin(), named.end()});
  if (!skus) return skus;
  auto known = walmart_stock(reader, connection);
  if (!known) return domain::fail(known.error());
  std::set<std::string> listed;
  for (auto& quantity : *known) listed.insert(std::move(quantity.sku));
  const auto is_named = [&named](const std::string& sku) {
    return std::find(named.begin(), named.end(), sku) != named.end();
  };
  if (!listed.empty()) {
    std::erase_if(*skus, [&](const std::string& sku) { return !listed.contains(sku) && !is_named(sku); });
  }
  if (skus->size() > std::clamp(listed.size() / kPage, kAlwaysAlone, kMostAlone)) return Skus();
  return skus;
}

}  // namespace

ports::Task<Result<Skus>> confined_skus(store::Store& store, store::ConnectionId connection,
                                        std::vector<std::string> named) {
  auto query = [connection, named = std::move(named)](store::Reader& reader) {
    return confined(reader, connection, named);
  };
  co_return co_await store.read(std::move(query));
}

}  // namespace connector::flows
