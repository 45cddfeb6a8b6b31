#include "sandbox/walmart/switches.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/decimal.h"

namespace connector::sandbox::walmart {
namespace {

using Member = std::variant<bool Switches::*, std::int64_t Switches::*, std::string Switches::*>;

struct Entry {
  std::string_view name;
  Member member;
  std::vector<std::string_view> words;  ///< allowed values of a text; empty: any
  bool is_amount = false;               ///< a text that is a decimal or empty; a number is taken, too
};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> table = {
      {"bad_client_status", &Switches::bad_client_status, {}},
      {"token_seconds", &Switches::token_seconds, {}},
      {"check_headers", &Switches::check_headers, {}},
      {"media_type_without_accept", &Switches::media_type_without_accept, {"xml", "json"}},
      {"error_shape", &Switches::error_shape, {"by_service", "gateway", "orders", "documented"}},
      {"rate_limits", &Switches::rate_limits, {}},
      {"replenishment_format",
       &Switches::replenishment_format,
       {"epoch_milliseconds", "epoch_seconds", "iso8601", "seconds"}},
      {"replenishment_header", &Switches::replenishment_header, {}},
      {"retry_after", &Switches::retry_after, {}},
      {"scope_reports", &Switches::scope_reports, {"full_access", "view_only", "no_access"}},
      {"scope_item", &Switches::scope_item, {"full_access", "view_only", "no_access"}},
      {"scope_price", &Switches::scope_price, {"full_access", "view_only", "no_access"}},
      {"scope_lagtime", &Switches::scope_lagtime, {"full_access", "view_only", "no_access"}},
      {"scope_feeds", &Switches::scope_feeds, {"full_access", "view_only", "no_access"}},
      {"scope_returns", &Switches::scope_returns, {"full_access", "view_only", "no_access"}},
      {"scope_orders", &Switches::scope_orders, {"full_access", "view_only", "no_access"}},
      {"scope_inventory", &Switches::scope_inventory, {"full_access", "view_only", "no_access"}},
      {"scope_content", &Switches::scope_content, {"full_access", "view_only", "no_access"}},
      {"empty_is_404", &Switches::empty_is_404, {}},
      {"order_cap", &Switches::order_cap, {}},
      {"order_cap_refuses_first_page", &Switches::order_cap_refuses_first_page, {}},
      {"order_horizon_days", &Switches::order_horizon_days, {}},
      {"created_start_default_days", &Switches::created_start_default_days, {}},
      {"strict_cursor", &Switches::strict_cursor, {}},
      {"modified_window_order",
       &Switches::modified_window_order,
       {"newest_change_first", "oldest_change_first", "newest_order_first"}},
      {"modified_listing_delay_seconds", &Switches::modified_listing_delay_seconds, {}},
      {"charge_amount", &Switches::charge_amount, {"line_total", "per_unit"}},
      {"partial_cancel_charges", &Switches::partial_cancel_charges, {"keep", "reduce"}},
      {"subscription_discount_sign", &Switches::subscription_discount_sign, {"negative", "positive"}},
      {"full_cancel_zeroes_charges", &Switches::full_cancel_zeroes_charges, {}},
      {"refund_sign_in_orders", &Switches::refund_sign_in_orders, {"negative", "positive"}},
      {"return_refund_in_orders", &Switches::return_refund_in_orders, {}},
      {"ship_requires_acknowledge", &Switches::ship_requires_acknowledge, {}},
      {"acknowledge_again_is_error", &Switches::acknowledge_again_is_error, {}},
      {"auto_cancel", &Switches::auto_cancel, {}},
      {"life_speed_percent", &Switches::life_speed_percent, {}},
      {"items_cursor", &Switches::items_cursor, {"advancing", "constant"}},
      {"first_stock_item", &Switches::first_stock_item, {"full", "input_only", "errors"}},
      {"returns_need_date_pair", &Switches::returns_need_date_pair, {}},
      {"restocking_fee_per_mille", &Switches::restocking_fee_per_mille, {}},
      {"feed_start_seconds", &Switches::feed_start_seconds, {}},
      {"feed_finish_seconds", &Switches::feed_finish_seconds, {}},
      {"feed_system_error_per_mille", &Switches::feed_system_error_per_mille, {}},
      {"feed_error_codes_end_in_tab", &Switches::feed_error_codes_end_in_tab, {}},
      {"price_feeds_listed", &Switches::price_feeds_listed, {"as_sent", "walmarts_own"}},
      {"price_delay_seconds", &Switches::price_delay_seconds, {}},
      {"settlement_cycle_days", &Switches::settlement_cycle_days, {}},
      {"settlement_delay_days", &Switches::settlement_delay_days, {}},
      {"commission_per_mille", &Switches::commission_per_mille, {}},
      {"advertising_per_mille", &Switches::advertising_per_mille, {}},
      {"settlement_reserve_per_mille", &Switches::settlement_reserve_per_mille, {}},
      {"unknown_settlement_amount", &Switches::unknown_settlement_amount, {}, true},
      {"settlement_sum_is_off", &Switches::settlement_sum_is_off, {}},
      {"settlement_file_is_broken", &Switches::settlement_file_is_broken, {}},
      {"webhook_attempts", &Switches::webhook_attempts, {}},
      {"webhook_first_retry_seconds", &Switches::webhook_first_retry_seconds, {}},
      {"webhook_duplicate_per_mille", &Switches::webhook_duplicate_per_mille, {}},
      {"webhook_out_of_order_per_mille", &Switches::webhook_out_of_order_per_mille, {}},
      {"webhook_hmac_encoding", &Switches::webhook_hmac_encoding, {"base64", "hexadecimal"}},
      {"webhook_basic_prefix", &Switches::webhook_basic_prefix, {}},
      {"return_event_envelope", &Switches::return_event_envelope, {}},
  };
  return table;
}

domain::Result<void> set_one(Switches& switches, const Entry& entry, const json::Value& value) {
  if (const auto* flag = std::get_if<bool Switches::*>(&entry.member)) {
    if (!value.is_bool())
      return domain::fail(domain::Cause::bad_input, fmt::format("{} takes true or false", entry.name));
    switches.** flag = *value.boolean();
    return {};
  }
  if (const auto* number = std::get_if<std::int64_t Switches::*>(&entry.member)) {
    const auto given = value.is_number() ? value.integer() : std::nullopt;
    if (!given || *given < 0) {
      return domain::fail(domain::Cause::bad_input, fmt::format("{} takes a whole number from 0", entry.name));
    }
    switches.** number = *given;
    return {};
  }
  if (entry.is_amount) {
    const std::string text = value.text_or("");
    const bool is_text = value.is_string() || value.is_number();
    if (!is_text || (!text.empty() && !domain::Decimal::parse(text))) {
      return domain::fail(domain::Cause::bad_input, fmt::format("{} takes a decimal or nothing", entry.name));
    }
    switches.*std::get<std::string Switches::*>(entry.member) = text;
    return {};
  }
  const bool known = value.is_string() && (entry.words.empty() ? !value.string().empty()
                                                               : std::find(entry.words.begin(), entry.words.end(),
                                                                           value.string()) != entry.words.end());
  if (!known) {
    return domain::fail(domain::Cause::bad_input,
                        fmt::format("{} takes one of: {}", entry.name, fmt::join(entry.words, ", ")));
  }
  switches.*std::get<std::string Switches::*>(entry.member) = value.string();
  return {};
}

}  // namespace

domain::Result<void> set_switches(Switches& switches, const json::Value& changes) {
  if (!changes.is_object()) return domain::fail(domain::Cause::bad_input, "an object of switches is expected");
  Switches changed = switches;
  for (const auto& [name, value] : changes.object()) {
    const auto& table = entries();
    const auto found =
        std::find_if(table.begin(), table.end(), [&name = name](const Entry& entry) { return entry.name == name; });
    if (found == table.end()) return domain::fail(domain::Cause::bad_input, fmt::format("unknown switch {}", name));
    if (auto done = set_one(changed, *found, value); !done) return done;
  }
  switches = std::move(changed);
  return {};
}

json::Value to_json(const Switches& switches) {
  json::Object members;
  for (const Entry& entry : entries()) {
    std::visit([&](auto member) { members.emplace_back(std::string(entry.name), json::Value(switches.*member)); },
               entry.member);
  }
  return members;
}

}  // namespace connector::sandbox::walmart
