#pragma once

#include <cstdint>
#include <string>

#include "domain/result.h"
#include "json/value.h"

namespace connector::sandbox::walmart {

/// Behaviour on which the sources are silent or disagree (walmart.md), and what a test wants otherwise.
/// Changed at run time by POST /sandbox/walmart/switches; every default is the documented or likeliest behaviour.
struct Switches {
  // Sign-in and gateway (walmart.md 1)
  std::int64_t bad_client_status = 400;  ///< also seen: 401, 403
  std::int64_t token_seconds = 900;
  bool check_headers = true;
  std::string media_type_without_accept = "xml";  ///< xml | json
  std::string error_shape = "by_service";         ///< by_service | gateway | orders | documented
  bool rate_limits = true;
  std::string replenishment_format =
      "epoch_milliseconds";  ///< epoch_milliseconds | epoch_seconds | iso8601 | seconds (from now)
  std::string replenishment_header = "X-Next-Replenishment-Time";
  bool retry_after = false;

  // Scopes of the tokens: full_access | view_only | no_access (walmart.md 1.2); a missing one answers 403
  std::string scope_reports = "full_access";
  std::string scope_item = "full_access";
  std::string scope_price = "full_access";
  std::string scope_lagtime = "full_access";
  std::string scope_feeds = "full_access";
  std::string scope_returns = "full_access";
  std::string scope_orders = "full_access";
  std::string scope_inventory = "full_access";
  std::string scope_content = "full_access";

  // Orders (walmart.md 2)
  bool empty_is_404 = true;
  std::int64_t order_cap = 10'000;  ///< rows one query can page through; also documented: 20 000
  /// A query that is longer is refused as a whole, by its first page; the sources do not say which page it is.
  bool order_cap_refuses_first_page = false;
  std::int64_t order_horizon_days = 180;  ///< 0: no horizon
  std::int64_t created_start_default_days = 7;
  bool strict_cursor = true;  ///< a cursor with added, changed or missing parameters is refused
  std::string modified_window_order =
      "newest_change_first";  ///< newest_change_first | oldest_change_first | newest_order_first
  /// Up to so long after a change a list by modification date still shows the order at its earlier one, or not at all;
  /// how long differs by change. No source tells how up to date Walmart's lists are.
  std::int64_t modified_listing_delay_seconds = 0;
  std::string charge_amount = "line_total";             ///< line_total | per_unit, for quantities above one
  std::string partial_cancel_charges = "keep";          ///< keep | reduce
  std::string subscription_discount_sign = "negative";  ///< negative | positive; no source gives one
  bool full_cancel_zeroes_charges = true;
  std::string refund_sign_in_orders = "negative";  ///< negative | positive
  bool return_refund_in_orders = false;            ///< a refund of a return also appears in its order line
  bool ship_requires_acknowledge = false;
  bool acknowledge_again_is_error = false;
  bool auto_cancel = true;                ///< Walmart cancels what is not shipped by estimatedShipDate + 4 days
  std::int64_t life_speed_percent = 100;  ///< speed of what Walmart and customers do after calls

  // Items, stock, prices, feeds, returns (walmart.md 3-5)
  std::string items_cursor = "advancing";  ///< advancing | constant
  /// full | input_only | errors: what the nodes of the list's first item tell; only inputQty is a required member, and
  /// no source shows a node that cannot be read
  std::string first_stock_item = "full";
  bool returns_need_date_pair = true;
  std::int64_t restocking_fee_per_mille = 0;  ///< kept back of the price when goods come back
  std::int64_t feed_start_seconds = 60;
  std::int64_t feed_finish_seconds = 300;
  std::int64_t feed_system_error_per_mille = 0;
  bool feed_error_codes_end_in_tab = false;
  /// as_sent | walmarts_own: price feeds are listed as MP_ITEM_PRICE_UPDATE, under their id and ".json", as in the
  /// published sample
  std::string price_feeds_listed = "as_sent";
  std::int64_t price_delay_seconds = 0;  ///< until an accepted price shows

  // Settlements (walmart.md 7). Those without a note hold for the periods that are not closed yet.
  std::int64_t settlement_cycle_days = 14;
  std::int64_t settlement_delay_days = 3;  ///< from the end of a period to its payout date
  std::int64_t commission_per_mille = 150;
  std::int64_t advertising_per_mille = 10;        ///< of the price of what was sold in the period
  std::int64_t settlement_reserve_per_mille = 0;  ///< the same, withheld until the next settlement
  std::string unknown_settlement_amount;          ///< decimal text; a row of an Amount Type that nobody knows
  bool settlement_sum_is_off = false;             ///< Total Payable is a cent too high; at once, in every file
  bool settlement_file_is_broken = false;         ///< half of the ZIP archive is missing; at once, in every file

  // Webhooks (walmart.md 6)
  std::int64_t webhook_attempts = 3;
  std::int64_t webhook_first_retry_seconds = 300;  ///< then three times as long each: 5, 15, 45 minutes
  std::int64_t webhook_duplicate_per_mille = 0;
  std::int64_t webhook_out_of_order_per_mille = 0;  ///< delayed by up to ten minutes
  std::string webhook_hmac_encoding = "base64";     ///< base64 | hexadecimal
  bool webhook_basic_prefix = false;                ///< "Basic " before the base64 text
  bool return_event_envelope = true;                ///< false: the payload stands at the root
};

/// Sets the members named in a JSON object. Error: bad_input for an unknown name or value, then nothing is changed.
domain::Result<void> set_switches(Switches& switches, const json::Value& changes);
/// All switches with their present values.
json::Value to_json(const Switches& switches);

}  // namespace connector::sandbox::walmart
