#pragma once

#include "sandbox/exact/resource.h"

namespace connector::sandbox::exact {

/// Stock counts (exact.md 4.9): a draft (Status 12) with lines, processed (21) by ProcessStockCount, which sets the
/// stock.
Outcome create_stock_count(Call& call);
Outcome update_stock_count(Call& call);
Outcome delete_stock_count(Call& call);
Outcome create_stock_count_line(Call& call);
Outcome update_stock_count_line(Call& call);
Outcome delete_stock_count_line(Call& call);
Outcome process_stock_count(Call& call);

}  // namespace connector::sandbox::exact
