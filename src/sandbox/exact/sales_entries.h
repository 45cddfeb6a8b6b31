#pragma once

#include "sandbox/exact/resource.h"

namespace connector::sandbox::exact {

/// POST salesentry/SalesEntries (exact.md 4.7): books without an invoice document. The sign of the amounts decides
/// between entry (20) and credit note (21).
Outcome create_sales_entry(Call& call);
Outcome update_sales_entry(Call& call);
Outcome delete_sales_entry(Call& call);

}  // namespace connector::sandbox::exact
