#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/decimal.h"
#include "domain/time.h"

namespace connector::domain {

/// Which documents an order becomes in Exact (design.md 2.3).
enum class DocumentMode { direct_invoice, sales_order_and_invoice, invoice_only, daily_summary };
enum class TaxPolicy { exclude, clearing_account, include };
/// Leave invoices open for a person, or process them with the ship date as invoice date.
enum class InvoiceCompletion { leave_open, process_with_ship_date };
/// What chargeAmount means for a quantity above one; unproven in walmart.md 2.3, so a setting.
enum class ChargeReading { line_total, per_unit };
enum class ClosedPeriodPolicy { hold, first_open_day };
enum class SalesOrderMoment { acknowledged, created };
/// Whether a REPLACEMENT order is booked at zero prices (the seller is paid once, for the original order) or with
/// the charges Walmart states; its documentation shows replacements with and without charges.
enum class ReplacementPrices { zero, as_charged };
/// Refunds, since go-live, of orders from before it: wait for a person, become credit memos under today's mapping, or
/// are left alone.
enum class ReturnsBeforeGoLive { hold, post, ignore };

/// What a difference of stock leads to: a stock count, a report only, or nothing is compared at all.
enum class StockCounts { post, report, off };

/// What a settlement of Walmart's leads to: a journal entry, a report only, or settlements are not read at all.
enum class Settlements { post, report, off };

/// The choices of one connection. Stored as JSON by name.
struct ConnectionSettings {
  DocumentMode document_mode = DocumentMode::invoice_only;
  TaxPolicy tax_policy = TaxPolicy::exclude;
  InvoiceCompletion invoice_completion = InvoiceCompletion::leave_open;
  ChargeReading charge_reading = ChargeReading::line_total;
  ClosedPeriodPolicy closed_period = ClosedPeriodPolicy::hold;
  SalesOrderMoment sales_order_moment = SalesOrderMoment::acknowledged;
  ReplacementPrices replacement_prices = ReplacementPrices::as_charged;
  ReturnsBeforeGoLive returns_before_go_live = ReturnsBeforeGoLive::hold;
  std::string customer_account;          ///< Exact account code; empty: the account named "Walmart.com", made if absent
  std::string exact_sign_in_of;          ///< name of the connection whose sign-in at Exact is used; empty: its own
  std::string sales_journal;             ///< journal code; empty: Exact's default sales journal
  std::string booking_zone = "UTC";      ///< IANA zone in which a ship time becomes a document date
  std::string reference_prefix = "WM-";  ///< starts every posting reference (YourRef)
  bool credit_note_quantities_negative = false;  ///< sign on type 8021, uncertain in exact.md 4.5
  bool acknowledge_orders = false;               ///< acknowledge Created orders at Walmart on the seller's behalf
  std::vector<std::string> ship_node_types = {"SellerFulfilled"};
  std::optional<UtcTime> go_live;  ///< orders placed earlier are left alone
  // Stock: docs/inventory.md
  StockCounts stock_counts = StockCounts::post;
  Decimal stock_confirm_units = Decimal::from_integer(100);  ///< a count that moves more units waits for a person
  // Prices: docs/prices.md. Each direction is off until it is switched on.
  bool prices_to_walmart = false;                ///< Exact's sales price list leads
  bool prices_to_exact = false;                  ///< Walmart's prices lead
  std::vector<std::string> walmart_priced_skus;  ///< with both directions on: SKUs or "PREFIX*" that Walmart leads
  std::string price_currency = "USD";            ///< of the price list rows taken and of the prices sent
  std::optional<Decimal> price_floor;            ///< no price below is sent
  std::optional<Decimal> price_ceiling;          ///< no price above is sent
  std::optional<Decimal> price_max_change_percent = Decimal::from_integer(30);  ///< of the price it replaces
  // Settlements: docs/settlements.md
  Settlements settlements = Settlements::post;  ///< nothing happens until @settlement/payout is mapped
  std::string settlement_journal;               ///< code of a general journal; empty: the division's only one
  std::map<std::string, std::string, std::less<>>
      schedules;  ///< by flow, parse_schedule's form; else the installation's
  bool operator==(const ConnectionSettings&) const = default;
};

std::string_view to_string(DocumentMode);
std::string_view to_string(TaxPolicy);
std::string_view to_string(InvoiceCompletion);
std::string_view to_string(ChargeReading);
std::string_view to_string(ClosedPeriodPolicy);
std::string_view to_string(SalesOrderMoment);
std::string_view to_string(ReplacementPrices);
std::string_view to_string(StockCounts);
std::string_view to_string(ReturnsBeforeGoLive);
std::string_view to_string(Settlements);
std::optional<DocumentMode> parse_document_mode(std::string_view);
std::optional<TaxPolicy> parse_tax_policy(std::string_view);
std::optional<InvoiceCompletion> parse_invoice_completion(std::string_view);
std::optional<ChargeReading> parse_charge_reading(std::string_view);
std::optional<ClosedPeriodPolicy> parse_closed_period_policy(std::string_view);
std::optional<SalesOrderMoment> parse_sales_order_moment(std::string_view);
std::optional<ReplacementPrices> parse_replacement_prices(std::string_view);
std::optional<StockCounts> parse_stock_counts(std::string_view);
std::optional<ReturnsBeforeGoLive> parse_returns_before_go_live(std::string_view);
std::optional<Settlements> parse_settlements(std::string_view);

}  // namespace connector::domain
