#pragma once

#include <vector>

#include "sandbox/exact/administration.h"
#include "sandbox/exact/messages.h"

namespace connector::sandbox::exact {

/// What sales orders and sales invoices have in common: parties, conditions, and lines with their prices and VAT.

enum class SalesDocument { order, invoice };

/// Midnight of the instant's day, as documents carry their dates.
inline domain::UtcTime day_of(domain::UtcTime time) { return std::chrono::floor<std::chrono::days>(time); }

/// Completes and checks OrderedBy, InvoiceTo, DeliverTo, Currency, PaymentCondition.
void complete_parties(const Administration& books, Problems& problems, Draft& header);

/// Completes and checks one line: item, price, VAT, cost center and, on invoices, G/L account. Amounts are in the
/// document's currency, rounded half away from zero to cents: AmountFC without VAT.
void complete_line(const Administration& books, Problems& problems, const Draft& header, Draft& line,
                   SalesDocument document);

/// Sums the lines into AmountFC (with VAT), AmountFCExclVat and VATAmountFC (where the header has it), taking off the
/// header's discount.
void complete_totals(Draft& header, const std::vector<Draft>& lines, std::string_view line_vat_property);

/// The lines of a stored document as drafts.
std::vector<Draft> stored_lines(const Administration& books, TableId document, RowNumber row);

/// Cost center and cost unit as the G/L account demands. Both properties may be absent.
void check_cost_center(const Administration& books, Problems& problems, const Draft& line, RowNumber gl_account);

/// The VAT code of a draft's "VATCode" if it may be used for sales; no_row (and a refusal) otherwise.
RowNumber check_vat_code(const Administration& books, Problems& problems, std::string_view code);

/// Without VAT and VAT part of an amount under a VAT code; `percentage` is a fraction.
struct VatSplit {
  domain::Decimal without_vat;
  domain::Decimal vat;
};
VatSplit split_vat(domain::Decimal amount, std::string_view vat_type, domain::Decimal percentage);

}  // namespace connector::sandbox::exact
