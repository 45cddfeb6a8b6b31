#pragma once

#include <optional>

#include "sandbox/exact/resource.h"

namespace connector::sandbox::exact {

constexpr std::int64_t invoice_open = 20;
constexpr std::int64_t invoice_processed = 50;

constexpr bool is_credit_note(std::int64_t type) { return type == 8021 || type == 8024; }
constexpr bool is_direct(std::int64_t type) { return type == 8023 || type == 8024; }

/// Checks and books a complete invoice with its lines, all or nothing; no_row if `problems` arose.
RowNumber enter_invoice(Administration& books, Problems& problems, Draft& header, std::vector<Draft>& lines,
                        domain::UtcTime now);

/// An amount or quantity of an invoice as it counts in the books: negative on credit notes.
domain::Decimal booked(const Administration& books, RowNumber invoice, domain::Decimal amount);

/// What PrintedSalesInvoices asks for.
struct Printing {
  std::optional<domain::UtcTime> date;  ///< null: the day of `now`
  std::optional<std::pair<int, int>> period;
};
/// Makes an open invoice final: number, date, sales entry, receivable, document. False if `problems` arose.
bool print_invoice(Administration& books, Problems& problems, RowNumber invoice, const Printing& printing,
                   domain::UtcTime now);

/// Removes an open invoice and gives its stock back.
void remove_invoice(Administration& books, RowNumber invoice, domain::UtcTime now);

Outcome create_sales_invoice(Call& call);
Outcome update_sales_invoice(Call& call);
Outcome delete_sales_invoice(Call& call);
Outcome create_sales_invoice_line(Call& call);
Outcome update_sales_invoice_line(Call& call);
Outcome delete_sales_invoice_line(Call& call);
Outcome create_printed_sales_invoice(Call& call);

}  // namespace connector::sandbox::exact
