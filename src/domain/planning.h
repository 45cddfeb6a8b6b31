#pragma once

#include <functional>
#include <string>
#include <vector>

#include "domain/allocation.h"
#include "domain/document.h"
#include "domain/mapping.h"
#include "domain/order.h"
#include "domain/planned_posting.h"
#include "domain/planning_problem.h"
#include "domain/result.h"
#include "domain/settings.h"

namespace connector::domain {

struct Plan {
  std::vector<Document> documents;        ///< new or changed (same key, not frozen) documents, in posting order
  std::vector<PlanningProblem> problems;  ///< a document named here by key must be held with that cause; stated
                                          ///< anew by every plan, also when the document itself did not change
  std::vector<std::string>
      withdrawn;  ///< keys of unfrozen postings that are no longer wanted (cancelled before sending)
};

/// The plan that `make` makes, or, where a number of it overflows or a total is so large that those of a day would,
/// none but the problem "order PO has `what`".
Plan plan_within_reason(const PurchaseOrder& order, std::string_view what, const std::function<Plan()>& make);

/// Turns one order into documents. Pure: no clock, no I/O. `history` is all that was planned for the
/// order before, in any order. Calling again with the result as history yields no document.
///
/// Documents by mode
///  - invoice_only, direct_invoice: one invoice per ship date (and currency; for direct_invoice also warehouse)
///    of the quantity not yet covered: key "invoice/PO/n", reference prefix+PO for n=1 and prefix+PO+"-n" after.
///  - sales_order_and_invoice: "order/PO" (reference prefix+PO) when acknowledged or created; per shipment
///    "delivery/PO/n" depending on it and "invoice/PO/n" depending on the delivery; "order-change/PO/n" for
///    quantities cancelled after the sales order was frozen, its lines stating the quantity that each such document
///    cancels. A second currency has an order of its own, "order/PO/CUR". Delivery and change lines name a line of
///    the sales order (depends_on) by (line_number, sku, exact_item, unit_price), which is unique in it.
///  - daily_summary: documents as of invoice_only, marked in_summary: they are not sent by themselves, but together as
///    the invoice of their day (daily_summary.h).
///  - with process_with_ship_date: "processing/PO/n" (no lines, reference of the invoice) after each invoice.
/// An order with frozen documents goes on in the mode it began with.
/// What follows a skipped sales order or delivery is held; a skipped invoice is not processed.
///
/// Quantities and dates: what has left (Shipped, Delivered, Refund) is invoiced once, under the date of its ship
/// time in settings.booking_zone, else of the line's status time; without either the document is held. A document
/// covers units of the ordered quantity (Document::covers); frozen ones keep theirs, all others are distributed anew
/// over the same keys, so that a mended mapping or ship date changes a document instead of adding one.
///
/// Amounts: each charge (and its tax) is spread over the ordered units and cumulated, so that parts add up to
/// the whole to the cent; unit prices have the currency's minor digits, splitting a line in two where needed.
///  - PRODUCT charges make the product line, also at a price of zero (stock still moves). Negative ones make a
///    line "@discount" if the mapping has a row for it, and lower the product line otherwise.
///  - Other charges make lines "@shipping", "@fee", "@name" of quantity one; on sales orders and what follows from
///    them their quantity is that of the units, so that they can be delivered in parts.
///  - exclude leaves tax out; include adds it to the charge's line; clearing_account adds a line "@tax" per
///    document, on sales orders per order line.
///  - A charge for which no row but `*` names an item holds the document: mapping_error.
///  - REPLACEMENT orders cost what Walmart charges for them, or nothing if settings.replacement_prices says zero.
/// What holds nothing but should be seen (Walmart's words contradict each other, say) is a problem with the key
/// "review/PO" or "review/PO/line", which no document has.
/// Input so absurd that amounts overflow yields one problem and no document.
Plan plan_order(const PurchaseOrder& order, const Mapping& mapping, const ConnectionSettings& settings,
                const std::vector<PlannedPosting>& history);

}  // namespace connector::domain
