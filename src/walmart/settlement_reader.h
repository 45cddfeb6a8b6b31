#pragma once

#include <string_view>

#include "domain/result.h"
#include "domain/settlement.h"

namespace connector::walmart {

/// Reads the CSV file of a settlement (walmart.md 7): columns by their names in any order and case of letters, unknown
/// ones passed over; the line count in row 2 is dropped. What the file says of customers and goods is not kept. Error:
/// unexpected_source_data, naming the row and column that cannot be read; nothing of the file is used then.
domain::Result<domain::Settlement> read_settlement(std::string_view csv_text, domain::Date payout_date);

}  // namespace connector::walmart
