#pragma once

#include "sandbox/exact/resource.h"

namespace connector::sandbox::exact {

constexpr std::int64_t order_open = 12;
constexpr std::int64_t order_partial = 20;
constexpr std::int64_t order_complete = 21;
constexpr std::int64_t order_cancelled = 45;

/// Recomputes an order's DeliveryStatus, InvoiceStatus and Status from its lines.
void refresh_order_status(Administration& books, RowNumber order, domain::UtcTime now);
/// The warehouse that an order delivers from: its own, else the main one.
RowNumber order_warehouse(const Administration& books, RowNumber order);
/// A person cancels what is not delivered.
void cancel_order(Administration& books, RowNumber order, domain::UtcTime now);

Outcome create_sales_order(Call& call);
Outcome update_sales_order(Call& call);
Outcome delete_sales_order(Call& call);
/// POST salesorder/PrintedSalesOrders: prints a confirmation, which changes nothing in the order.
Outcome create_printed_sales_order(Call& call);
Outcome create_sales_order_line(Call& call);
Outcome update_sales_order_line(Call& call);
Outcome delete_sales_order_line(Call& call);

}  // namespace connector::sandbox::exact
