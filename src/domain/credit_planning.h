#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "domain/mapping.h"
#include "domain/order.h"
#include "domain/planned_posting.h"
#include "domain/planning.h"
#include "domain/settings.h"
#include "domain/time.h"

namespace connector::domain {

/// True for keys of documents that plan_credits makes: credit memos, their reversals and the processing of both.
bool is_credit_key(std::string_view key);
/// True for keys of the invoices that take a credit memo back.
bool is_reversal_key(std::string_view key);

/// Turns the refunds of an order into credit memos. Pure, like plan_order, and called with its result as history:
/// `history` holds all postings of the order, invoices as they are planned now and what plan_credits made before.
/// Calling again with the result as history yields no document, whatever `now` is by then. Without `now`, for previews,
/// a reversal that only it could date has no date.
///
/// Documents
///  - "credit/PO/n" (reference prefix+PO+"-Cn") per invoice, return and date. It depends on the invoice it corrects and
///    carries the codes frozen in the lines it reverses; it is direct (takes stock back) if the invoice is and the
///    goods come back. It covers the units given back.
///  - What is refunded later on is the difference: the sum of credits for a line and charge is what was refunded so
///    far, and never more than was invoiced. What exceeds it is held under "credit/PO/excess".
///  - Kept-back fees are negative lines "@restocking_fee" and "@return_shipping".
///  - A refund reversed takes an unsent credit memo back, and makes "credit-reversal/PO/n" (an invoice, reference
///    "-Rn", same lines) after a sent one. It is dated by what the return says last, or, for a refund without a return,
///    by the day of `now` on which it was first planned.
///  - What the order told of a refund before its return did has neither units nor fees: its credit memo waits, held
///    under "credit/PO/awaited", while the return is known and open. One that was sent already is reversed, and the
///    return is credited as a whole.
///  - with process_with_ship_date: "credit-processing/PO/n" and "reversal-processing/PO/n" after each.
///  - daily_summary: nothing for orders without invoices of their own; the day's planner takes refunds_of().
/// Tax follows the invoice: on its own line where the invoice has one, inside the price where that holds it.
/// Refunds of an order that is left alone (booked_orders.h) follow settings.returns_before_go_live; those from before
/// settings.go_live too are none of these books.
Plan plan_credits(const PurchaseOrder& order, const Mapping& mapping, const ConnectionSettings& settings,
                  const std::vector<PlannedPosting>& history, std::optional<UtcTime> now);

}  // namespace connector::domain
