#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "walmart/client.h"

namespace {

using connector::domain::Decimal;

/// What planning relies on must hold for whatever was read.
void require(bool condition) {
  if (!condition) std::abort();
}

void check(const connector::walmart::ReadOrder& read) {
  if (!read.order) {
    require(!read.order.error().message.empty());
    return;
  }
  const auto& order = *read.order;
  require(!order.purchase_order_id.empty() && order.purchase_order_id == read.purchase_order_id);
  require(!order.lines.empty());
  for (const auto& line : order.lines) {
    require(!line.line_number.empty() && !line.sku.empty() && !line.quantity.is_negative());
    require(!connector::domain::shipped_quantity(line).is_negative());
    require(shipped_quantity(line) + cancelled_quantity(line) <= line.quantity);
    for (const auto& charge : line.charges) require(!charge.type.empty() && !charge.currency.empty());
    for (const auto& refund : line.refunds) require(!refund.charge.amount.is_negative());
  }
  // Facts only accumulate: seeing the same order again must add nothing.
  const auto merged = connector::domain::merge(order, order);
  require(connector::domain::merge(merged, order) == merged);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto page = connector::walmart::read_orders_page(text)) {
    for (const auto& order : page->orders) check(order);
  }
  if (const auto order = connector::walmart::read_single_order(text)) check(*order);
  return 0;
}
