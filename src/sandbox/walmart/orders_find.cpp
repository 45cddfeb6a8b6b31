#include <algorithm>

#include "sandbox/walmart/orders_query.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {
namespace {

using domain::UtcTime;

/// True when only creation time and ship node type narrow the result.
bool is_plain(const OrderQuery& query) {
  return query.sku.empty() && query.customer_order_id.empty() && query.purchase_order_id.empty() &&
         query.shipping_program.empty() && !query.status && !query.ship_start && !query.ship_end &&
         !query.modified_start && !query.modified_end && !query.is_replacement;
}

bool is_of_program(const Order& order, const std::string& program) {
  return program == (order.method == "OneDay" ? "ONE_DAY" : order.method == "Express" ? "TWO_DAY" : "");
}

bool matches(const Seller& seller, const OrderQuery& query, OrderNumber number) {
  const OrderRecord& record = seller.orders.record(number);
  if (record.node_type != query.node_type) return false;
  if (record.created < query.created_start || record.created > query.created_end) return false;
  if (query.modified_start && record.modified < *query.modified_start) return false;
  if (query.modified_end && record.modified > *query.modified_end) return false;
  if (query.status && (record.status_mask & bit(*query.status)) == 0) return false;
  if (query.is_replacement && record.is_replacement != *query.is_replacement) return false;
  const UtcTime ship_by = record.created + std::chrono::seconds(record.ship_by_seconds);
  if (query.ship_start && ship_by < *query.ship_start) return false;
  if (query.ship_end && ship_by > *query.ship_end) return false;
  if (!query.sku.empty() && (record.sku_bits & sku_bit(query.sku)) == 0) return false;
  if (query.sku.empty() && query.shipping_program.empty()) return true;
  const Order order = seller.orders.order(number, seller.catalogue);
  if (!query.shipping_program.empty() && !is_of_program(order, query.shipping_program)) return false;
  return query.sku.empty() ||
         std::any_of(order.lines.begin(), order.lines.end(), [&](const Line& line) { return line.sku == query.sku; });
}

/// Takes the matching candidates one after another until the page is full and the total is known.
class Collector {
 public:
  Collector(const Seller& seller, const OrderQuery& query) : seller_(seller), query_(query) {}

  /// Returns false when nothing more is needed.
  bool offer(OrderNumber number) {
    if (!matches(seller_, query_, number)) return true;
    const std::int64_t position = seen_++;
    if (position < query_.offset) return true;
    if (static_cast<std::int64_t>(page_.rows.size()) < query_.limit) {
      page_.rows.push_back(number);
      return true;
    }
    page_.has_more = true;
    return !query_.known_total.has_value();
  }

  OrderPage finish() {
    page_.total = query_.known_total.value_or(seen_);
    return std::move(page_);
  }

 private:
  const Seller& seller_;
  const OrderQuery& query_;
  OrderPage page_;
  std::int64_t seen_ = 0;
};

OrderPage find_among(const Seller& seller, const OrderQuery& query, std::vector<OrderNumber> candidates) {
  std::sort(candidates.begin(), candidates.end(), [&](OrderNumber first, OrderNumber second) {
    const UtcTime one = seller.orders.record(first).created;
    const UtcTime other = seller.orders.record(second).created;
    return one != other ? one > other : first > second;
  });
  Collector collector(seller, query);
  for (const OrderNumber number : candidates) {
    if (!collector.offer(number)) break;
  }
  return collector.finish();
}

OrderPage find_by_creation(Seller& seller, const OrderQuery& query) {
  const Orders& orders = seller.orders;
  const std::vector<OrderNumber>& list = seller.orders.by_creation(query.node_type);
  const auto first =
      std::lower_bound(list.begin(), list.end(), query.created_start,
                       [&](OrderNumber number, UtcTime time) { return orders.record(number).created < time; });
  const auto last = std::upper_bound(first, list.end(), query.created_end, [&](UtcTime time, OrderNumber number) {
    return time < orders.record(number).created;
  });
  if (is_plain(query)) {
    OrderPage page;
    page.total = query.known_total.value_or(last - first);
    const std::int64_t rows = last - first;
    for (std::int64_t position = query.offset; position < std::min(rows, query.offset + query.limit); ++position) {
      page.rows.push_back(*(last - 1 - position));
    }
    page.has_more = rows > query.offset + query.limit;
    return page;
  }
  Collector collector(seller, query);
  for (auto entry = last; entry != first;) {
    if (!collector.offer(*--entry)) break;
  }
  return collector.finish();
}

OrderPage find_by_change(Seller& seller, const OrderQuery& query) {
  const std::vector<Orders::Change>& list = seller.orders.changes(query.node_type, query.now);
  const auto is_earlier = [](const Orders::Change& change, UtcTime time) { return change.time < time; };
  const auto is_later = [](UtcTime time, const Orders::Change& change) { return time < change.time; };
  const auto begin = query.modified_start
                         ? std::lower_bound(list.begin(), list.end(), *query.modified_start, is_earlier)
                         : list.begin();
  const auto end = query.modified_end ? std::upper_bound(begin, list.end(), *query.modified_end, is_later) : list.end();
  const auto first = begin - list.begin();
  const auto last = end - list.begin();
  const auto is_current = [&](std::ptrdiff_t position) {
    return seller.orders.is_current(query.node_type, static_cast<std::size_t>(position));
  };
  if (seller.switches.modified_window_order == "newest_order_first") {
    std::vector<OrderNumber> candidates;
    for (auto position = first; position < last; ++position) {
      if (is_current(position)) candidates.push_back(list[static_cast<std::size_t>(position)].order);
    }
    return find_among(seller, query, std::move(candidates));
  }
  const bool is_newest_first = seller.switches.modified_window_order == "newest_change_first";
  Collector collector(seller, query);
  for (std::ptrdiff_t step = 0; step < last - first; ++step) {
    const std::ptrdiff_t position = is_newest_first ? last - 1 - step : first + step;
    if (is_current(position) && !collector.offer(list[static_cast<std::size_t>(position)].order)) break;
  }
  return collector.finish();
}

}  // namespace

OrderPage find_orders(Seller& seller, const OrderQuery& query) {
  if (!query.purchase_order_id.empty()) {
    const auto number = seller.orders.find(query.purchase_order_id);
    std::vector<OrderNumber> candidates;
    if (number) candidates.push_back(*number);
    if (number && !query.customer_order_id.empty()) {
      const auto of_customer = seller.orders.of_customer_order(query.customer_order_id);
      if (std::find(of_customer.begin(), of_customer.end(), *number) == of_customer.end()) candidates.clear();
    }
    return find_among(seller, query, std::move(candidates));
  }
  if (!query.customer_order_id.empty()) {
    return find_among(seller, query, seller.orders.of_customer_order(query.customer_order_id));
  }
  if (query.modified_start || query.modified_end) return find_by_change(seller, query);
  return find_by_creation(seller, query);
}

}  // namespace connector::sandbox::walmart
