#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "domain/result.h"
#include "json/value.h"

namespace connector::sandbox::exact {

enum class Language { english, dutch };

/// What the customer's Exact licence contains.
enum class Edition {
  invoicing,     ///< no sales orders, no warehouses
  sales_orders,  ///< sales orders and deliveries, one implicit warehouse, no direct invoices
  trade          ///< Wholesale & Distribution, Advanced or Premium: all of it
};

/// How a credit note (8021, 8024) carries its amounts; the sources do not settle it (exact.md 4.5, 8).
enum class CreditNoteSign {
  positive,  ///< positive quantities and prices, booked reversed
  negative   ///< negative quantities (or prices), booked as they are
};

enum class SynchronousInvoicing { until_october_2026, always, never };
enum class StockMoment { entry, printing };
enum class NumberMoment { entry, printing };
/// Which number of a delivery InvoiceSalesOrders takes for DeliveryNumber, documented as "Stock entries entry number".
enum class InvoicedDelivery { entry_number, delivery_number };
enum class MandatoryFilter { documented, sync_twins, none };

/// Everything that is uncertain about Exact Online, or differs between its customers. Each can be changed while the
/// service runs (POST /sandbox/exact/switches, same names).
struct Switches {
  Language language = Language::english;
  Edition edition = Edition::trade;
  CreditNoteSign credit_note_sign = CreditNoteSign::positive;

  bool consent_denied = false;                  ///< the user refuses at /oauth2/auth
  bool old_refresh_token_dies_at_once = false;  ///< else when the new pair is first used
  bool too_early_counts_unused_pair = true;     ///< 570 s run from a pair that nobody has used yet, too
  std::int64_t access_token_seconds = 600;
  std::int64_t earliest_renewal_seconds = 570;  ///< after the pair before
  std::int64_t token_calls_per_day = 200;       ///< 0 = unlimited
  std::int64_t minute_limit = 60;               ///< per client and division; 0 = unlimited, no headers
  std::int64_t day_limit = 5'000;
  std::int64_t errors_per_hour = 10;         ///< per client, division and endpoint; 0 = never blocked
  bool error_block_has_reason = false;       ///< a `Reason` header on the error-velocity 429
  bool error_block_tells_windows = false;    ///< both groups of rate-limit headers on it, with the calls that are left
  bool server_errors_count = false;          ///< 500 counts in the error velocity, too
  bool empty_error_bodies = false;           ///< 401, 403, 429 and 503 without a body
  std::set<std::string> forbidden_scopes{};  ///< areas ("salesinvoice") that the app may not touch: 403
  bool maintenance = false;                  ///< 503 for everything
  bool every_division = false;               ///< what division a call names that is not there, it finds the first one

  bool timestamps_as_text = true;        ///< Edm.Int64 as JSON strings (OData v3), else numbers
  bool lines_in_answers = false;         ///< 201 answers with expanded lines, else deferred
  bool computed_without_prefer = false;  ///< 201 answers hold computed fields without `Prefer`, too
  bool text_ignores_case = false;        ///< $filter compares text as a case-insensitive database does
  bool local_time_stamps = false;        ///< Created and Modified in Amsterdam time written as if UTC
  MandatoryFilter mandatory_filter = MandatoryFilter::documented;
  bool sync_needs_select = false;
  std::int64_t deferred_every = 0;  ///< in $expand answers every n-th parent keeps its lines deferred

  bool journal_has_default = true;  ///< a sales invoice without Journal gets the first sales journal
  bool lines_without_item = false;  ///< a line with only a G/L account is accepted
  bool negative_stock = true;       ///< stock may go below zero
  StockMoment direct_invoice_stock = StockMoment::entry;
  NumberMoment invoice_number = NumberMoment::printing;
  SynchronousInvoicing synchronous_invoicing = SynchronousInvoicing::until_october_2026;
  std::int64_t invoicing_delay_ms = 3'000;   ///< an InvoiceSalesOrders job becomes "Processed" after so long
  std::int64_t invoicing_in_vain_every = 0;  ///< every n-th such job ends with neither an invoice nor a failure

  InvoicedDelivery invoiced_delivery = InvoicedDelivery::entry_number;

  std::set<std::string> unknown_topics{};  ///< of webhooks: refused in words that no other refusal has
  bool webhook_validation = true;          ///< the empty POST about a second after subscribing
  std::int64_t webhook_delay_ms = 2'000;
  std::int64_t webhook_lost_per_million = 0;
  std::int64_t webhook_twice_per_million = 0;
  std::int64_t webhook_jitter_ms = 0;  ///< a random extra delay, so that order is not kept
};

/// Changes the named switches from a JSON object; all or nothing. Error: bad_input naming the member.
domain::Result<void> apply(const json::Value& changes, Switches& switches);
/// All switches with their current values.
json::Value to_json(const Switches& switches);

}  // namespace connector::sandbox::exact
