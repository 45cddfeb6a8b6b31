#pragma once

#include <optional>
#include <utility>

#include "sandbox/exact/resource.h"

namespace connector::sandbox::exact {

/// What PrintedSalesInvoices asks for.
struct Printing {
  std::optional<domain::UtcTime> date;        ///< null: the day of `now`
  std::optional<std::pair<int, int>> period;  ///< year and number; null: that of the date
};
/// Makes an open invoice final: number, date, sales entry, receivable, document. False if `problems` arose.
bool print_invoice(Administration& books, Problems& problems, RowNumber invoice, const Printing& printing,
                   domain::UtcTime now);

Outcome create_printed_sales_invoice(Call& call);

}  // namespace connector::sandbox::exact
