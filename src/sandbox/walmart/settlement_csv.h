#pragma once

#include <string>
#include <vector>

#include "domain/decimal.h"
#include "sandbox/walmart/settlement_periods.h"
#include "sandbox/walmart/settlement_rows.h"

namespace connector::sandbox::walmart {

/// A settlement as the reconciliation file tells it (walmart.md 7): UTF-8 with a byte order mark, a header of 43
/// columns, a line that says how many there are, the summary with `total`, and a line for each row.
std::string settlement_csv(const SettlementPeriod& period, const std::vector<SettlementRow>& rows,
                           domain::Decimal total);
/// "07/28/2026", the UTC date.
std::string american_date(domain::UtcTime time);

}  // namespace connector::sandbox::walmart
