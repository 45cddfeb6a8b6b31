#pragma once

#include <vector>

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

/// Sets the due date from the invoice's date and payment condition; thirty days if that is unknown.
void set_due_date(const Administration& books, Draft& header);
/// Takes the free number of the journal's series, year first, as a printed invoice carries it.
std::int64_t take_invoice_number(Administration& books, domain::UtcTime date);
/// Moves the stock of one line if invoices of this type move it at this moment. `direction` 1 delivers, -1 takes back.
void move_line_stock(Administration& books, const Draft& header, const Draft& line, StockMoment moment, int direction,
                     domain::UtcTime now);

/// Removes an open invoice and gives its stock back.
void remove_invoice(Administration& books, RowNumber invoice, domain::UtcTime now);

Outcome create_sales_invoice(Call& call);
Outcome update_sales_invoice(Call& call);
Outcome delete_sales_invoice(Call& call);
Outcome create_sales_invoice_line(Call& call);
Outcome update_sales_invoice_line(Call& call);
Outcome delete_sales_invoice_line(Call& call);

}  // namespace connector::sandbox::exact
