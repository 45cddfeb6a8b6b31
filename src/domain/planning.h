#pragma once

#include <string>
#include <variant>
#include <vector>

#include "domain/document.h"
#include "domain/mapping.h"
#include "domain/order.h"
#include "domain/result.h"
#include "domain/settings.h"

namespace connector::domain {

/// A posting that already stands for an order: what earlier plans have taken into account.
struct PlannedPosting {
  Document document;
  bool frozen = false;  ///< its first request may have left: it can no longer be changed
};

/// Something a person should know that does not hold the order up, or does.
struct PlanningProblem {
  Cause cause = Cause::mapping_error;
  std::string key;      ///< posting key it concerns
  std::string message;  ///< what, where, what to do
};

struct Plan {
  std::vector<Document> documents;        ///< new or changed (same key, not frozen) documents, in posting order
  std::vector<PlanningProblem> problems;  ///< a document named here by key must be held with that cause
  std::vector<std::string> withdrawn;     ///< keys of unfrozen postings that are no longer wanted (cancelled before sending)
};

/// Turns one order into documents. Pure: no clock, no I/O. `history` is all that was planned for the
/// order before, in any order. Calling again with the result as history yields an empty plan.
///  - invoice_only/direct_invoice: one invoice per ship date and not yet covered quantity:
///    key "invoice/PO/n", reference prefix+PO for n=1 and prefix+PO+"-n" after.
///  - sales_order_and_invoice: "order/PO" when acknowledged (or created), "delivery/PO/n" per shipment
///    depending on it, "invoice/PO/n" depending on the delivery; "order-change/PO/n" for quantities
///    cancelled before shipping.
///  - with process_with_ship_date: "processing/PO/n" after each invoice.
/// Amounts: each charge is spread over the ordered units and cumulated, so that parts add up to the whole
/// to the cent; unit prices have the currency's minor digits, splitting a line in two where needed.
/// REPLACEMENT orders and zero charges give zero-price lines (stock still moves).
Plan plan_order(const PurchaseOrder& order, const Mapping& mapping, const ConnectionSettings& settings,
                const std::vector<PlannedPosting>& history);

/// The ship node's warehouse: mapping row's, else the ship node's, else empty.
/// Digits after the decimal point of a currency (ISO 4217): 2, but 0 for JPY, KRW..., 3 for KWD, BHD...
int minor_digits(std::string_view currency);

/// Parts of `total` for cumulative quantities: amount(from, to] of `whole`, to `digits`; parts of a
/// partition of the whole always add up to `total` exactly.
Decimal allocated(Decimal total, Decimal whole, Decimal from, Decimal to, int digits);

/// Splits `amount` over `quantity` units into (quantity, unit price) pairs with unit prices of `digits`
/// decimals whose products add up to `amount` exactly. At most two pairs for whole quantities.
std::vector<std::pair<Decimal, Decimal>> priced_units(Decimal amount, Decimal quantity, int digits);

/// Splits `amount` by weights to `digits`, adding up exactly (largest remainder, ties to the first).
std::vector<Decimal> split_by_weights(Decimal amount, const std::vector<Decimal>& weights, int digits);

}  // namespace connector::domain
