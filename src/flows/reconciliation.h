#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/mapping.h"
#include "domain/order.h"
#include "domain/period_calendar.h"
#include "domain/settings.h"
#include "store/store.h"

namespace connector::flows {

/// A line of an invoice or credit note as it stands in Exact.
struct BookedLine {
  std::string item;  ///< code
  domain::Decimal quantity;
  domain::Decimal amount;  ///< quantity x net price, as posted: VAT comes on top where its code excludes it
};

/// An invoice or credit note of the connection's own (by its reference) as Exact holds it; credits have either sign.
struct BookedDocument {
  std::string id;
  std::string number;     ///< Exact's invoice number, else its order number
  std::string reference;  ///< YourRef
  std::string currency;
  std::string remarks;
  bool credit = false;
  bool processed = false;
  std::optional<domain::Date> order_date;
  std::optional<domain::Date> invoice_date;  ///< official once processed
  std::vector<BookedLine> lines;
};

/// What both remotes said, and what the connector's own books say to explain the differences.
struct ReconciliationInput {
  domain::DateRange period;
  domain::ConnectionSettings settings;
  domain::Mapping mapping;
  std::vector<domain::PurchaseOrder> orders;                       ///< of Walmart, each once
  std::vector<BookedDocument> documents;                           ///< of Exact
  std::map<std::string, std::vector<store::PostingRow>> postings;  ///< by source
  std::map<std::string, std::string> order_states;                 ///< of the store; absent: never read
  std::map<std::string, std::string> unreadable;                   ///< purchase order or "return/ID" -> why
  std::set<std::string> unread_refunds;  ///< purchase orders with a refund that the store has not read
  std::vector<std::string> notes;        ///< for a person, of how Walmart was read
};

/// One line of the comparison: an item of one order, or of one day's invoice, in one currency. Credits are negative.
struct ReconciledLine {
  std::string source;  ///< purchase order, or reference of a day's invoice
  std::string currency;
  std::string item;
  std::string sku;  ///< or charge; empty when only Exact has it
  domain::Decimal walmart_quantity;
  domain::Decimal walmart_amount;  ///< as it must be booked under the tax policy
  domain::Decimal exact_quantity;
  domain::Decimal exact_amount;
  std::string documents;    ///< Exact's numbers, for a person
  std::string cause;        ///< why they differ; empty if they do not
  std::string explanation;  ///< the same in words
  bool differs() const { return walmart_amount != exact_amount || !cause.empty(); }
};

struct ReconciledCurrency {
  std::string currency;
  domain::Decimal walmart_charged;                   ///< all charges of what left in the period, with tax, less refunds
  domain::Decimal tax_left_out;                      ///< by the tax policy
  domain::Decimal walmart;                           ///< what must be booked
  domain::Decimal exact;                             ///< what is booked
  domain::Decimal difference;                        ///< exact - walmart
  std::map<std::string, domain::Decimal> explained;  ///< cause -> its part of the difference
};

struct Reconciliation {
  domain::DateRange period;
  std::vector<ReconciledLine> lines;  ///< by source, currency, item
  std::vector<ReconciledCurrency> currencies;
  std::vector<std::string> notes;  ///< for a person: what was taken for empty
  std::size_t orders = 0;          ///< of Walmart with something in the period
  std::size_t documents = 0;       ///< of Exact in the period
  std::size_t differences = 0;
  bool balances() const { return differences == 0; }
};

/// Walmart against Exact: what left in the period (by ship date in the booking zone) against the documents dated in it,
/// item by item, to the cent; refunds and returns against credit notes of the same orders. Pure. What is expected is
/// worked out anew from Walmart's facts, mapping and settings, never read from the connector's postings: those only
/// explain, and tell on which days a refund that came in parts was credited. Causes: not_read_yet, refund_not_read_yet,
/// before_go_live, not_posted_yet, end_of_day, held, skipped, deleted_in_exact, changed_in_exact, duplicate,
/// other_period, changed_since (mapping, settings or Walmart's facts), unknown_order, unreadable, credit_waiting,
/// unexplained.
Reconciliation reconcile(const ReconciliationInput& input);

}  // namespace connector::flows
