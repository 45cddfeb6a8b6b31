#include "flows/settings_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <utility>

#include "domain/schedule.h"
#include "domain/time.h"

namespace connector::flows {
namespace {

using domain::Cause;
using domain::ConnectionSettings;
using domain::Decimal;
using domain::Result;
using json::Value;

/// Texts of settings whose meaning each thread keeps at hand.
constexpr std::size_t kMostKnownSettings = 64;

constexpr std::array<std::string_view, 3> known_ship_node_types{"SellerFulfilled", "WFSFulfilled", "3PLFulfilled"};

/// One setting: its name, how it is written, and how a value is taken in (false if it does not fit).
struct Setting {
  std::string name;
  std::string allowed;  ///< for the error text
  std::function<Value(const ConnectionSettings&)> get;
  std::function<bool(ConnectionSettings&, const Value&)> set;
};

template <class Enum>
Setting choice(std::string name, Enum ConnectionSettings::*member, std::optional<Enum> (*parse)(std::string_view),
               std::string allowed) {
  return {std::move(name), "one of " + std::move(allowed),
          [member](const ConnectionSettings& s) { return Value(domain::to_string(s.*member)); },
          [member, parse](ConnectionSettings& s, const Value& value) {
            const auto parsed = parse(value.string());
            if (parsed) s.*member = *parsed;
            return parsed.has_value();
          }};
}

Setting text(std::string name, std::string ConnectionSettings::*member, std::string allowed) {
  return {std::move(name), std::move(allowed), [member](const ConnectionSettings& s) { return Value(s.*member); },
          [member](ConnectionSettings& s, const Value& value) {
            const auto given = value.is_null() ? std::string() : value.text();
            if (given) s.*member = *given;
            return given.has_value();
          }};
}

/// From a number, or from the text that a person typed.
std::optional<Decimal> decimal_of(const Value& value) {
  if (!value.is_string()) return value.decimal();
  const auto parsed = Decimal::parse(value.string());
  return parsed ? std::optional(*parsed) : std::nullopt;
}

Setting flag(std::string name, bool ConnectionSettings::*member) {
  return {std::move(name), "true or false", [member](const ConnectionSettings& s) { return Value(s.*member); },
          [member](ConnectionSettings& s, const Value& value) {
            const auto given = value.boolean();
            if (given) s.*member = *given;
            return given.has_value();
          }};
}

Setting booking_zone() {
  return {"booking_zone", "an IANA time zone such as UTC, America/New_York or Europe/Amsterdam",
          [](const ConnectionSettings& s) { return Value(s.booking_zone); },
          [](ConnectionSettings& s, const Value& value) {
            if (!domain::date_in_zone(domain::UtcTime{}, value.string())) return false;
            s.booking_zone = value.string();
            return true;
          }};
}

/// Short and plain: Exact bounds the field, the order id follows, and filters quote it.
Setting reference_prefix() {
  return {"reference_prefix", "at most 10 letters, digits, '-', '_' or '.'",
          [](const ConnectionSettings& s) { return Value(s.reference_prefix); },
          [](ConnectionSettings& s, const Value& value) {
            const std::string_view prefix = value.string();
            const bool fits = std::all_of(prefix.begin(), prefix.end(), [](char c) {
              return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                     c == '_' || c == '.';
            });
            if (!value.is_string() || !fits || prefix.size() > 10) return false;
            s.reference_prefix = prefix;
            return true;
          }};
}

Setting ship_node_types() {
  return {"ship_node_types", fmt::format("a list of {}", fmt::join(known_ship_node_types, ", ")),
          [](const ConnectionSettings& s) {
            json::Array types;
            for (const auto& type : s.ship_node_types) types.push_back(Value(type));
            return Value(std::move(types));
          },
          [](ConnectionSettings& s, const Value& value) {
            std::vector<std::string> types;
            for (const Value& type : value.array()) {
              const auto known = std::find(known_ship_node_types.begin(), known_ship_node_types.end(), type.string());
              if (known == known_ship_node_types.end()) return false;
              if (std::find(types.begin(), types.end(), *known) == types.end()) types.emplace_back(*known);
            }
            if (types.empty()) return false;
            s.ship_node_types = std::move(types);
            return true;
          }};
}

Setting amount(std::string name, Decimal ConnectionSettings::*member, std::string allowed) {
  return {std::move(name), std::move(allowed), [member](const ConnectionSettings& s) { return Value(s.*member); },
          [member](ConnectionSettings& s, const Value& value) {
            const auto given = decimal_of(value);
            if (!given || given->is_negative()) return false;
            s.*member = *given;
            return true;
          }};
}

Setting limit(std::string name, std::optional<Decimal> ConnectionSettings::*member, std::string allowed) {
  return {std::move(name), std::move(allowed),
          [member](const ConnectionSettings& s) { return s.*member ? Value(*(s.*member)) : Value(); },
          [member](ConnectionSettings& s, const Value& value) {
            if (value.is_null() || (value.is_string() && value.string().empty())) {
              (s.*member).reset();
              return true;
            }
            const auto given = decimal_of(value);
            if (!given || given->is_negative() || given->is_zero()) return false;
            s.*member = *given;
            return true;
          }};
}

Setting price_currency() {
  return {"price_currency", "an ISO 4217 code such as USD",
          [](const ConnectionSettings& s) { return Value(s.price_currency); },
          [](ConnectionSettings& s, const Value& value) {
            const std::string_view code = value.string();
            if (code.size() != 3 || !std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
              return false;
            s.price_currency = code;
            return true;
          }};
}

Setting walmart_priced_skus() {
  return {"walmart_priced_skus", "a list of SKUs or prefixes such as HOME-*",
          [](const ConnectionSettings& s) {
            json::Array patterns;
            for (const auto& pattern : s.walmart_priced_skus) patterns.push_back(Value(pattern));
            return Value(std::move(patterns));
          },
          [](ConnectionSettings& s, const Value& value) {
            if (!value.is_array()) return false;
            std::vector<std::string> patterns;
            for (const Value& pattern : value.array()) {
              if (!pattern.is_string() || pattern.string().empty()) return false;
              patterns.emplace_back(pattern.string());
            }
            s.walmart_priced_skus = std::move(patterns);
            return true;
          }};
}

Setting go_live() {
  return {"go_live", "a time such as 2026-11-23T00:00:00Z, or empty for all orders",
          [](const ConnectionSettings& s) { return s.go_live ? Value(domain::to_iso8601(*s.go_live)) : Value(); },
          [](ConnectionSettings& s, const Value& value) {
            if (value.is_null() || (value.is_string() && value.string().empty())) {
              s.go_live.reset();
              return true;
            }
            const auto time = domain::parse_iso8601(value.string());
            if (time) s.go_live = *time;
            return time.has_value();
          }};
}

/// "orders_schedule": when a flow of this connection runs, instead of the installation's [schedule].
Setting schedule(std::string_view of_flow) {
  const std::string flow(of_flow);
  return {flow + "_schedule",
          "an interval such as 15m, a cron expression, off, or empty for the installation's schedule",
          [flow](const ConnectionSettings& s) {
            const auto own = s.schedules.find(flow);
            return Value(own == s.schedules.end() ? std::string() : own->second);
          },
          [flow](ConnectionSettings& s, const Value& value) {
            if (!value.is_string() && !value.is_null()) return false;
            if (value.string().empty()) {
              s.schedules.erase(flow);
              return true;
            }
            if (!domain::parse_schedule(value.string())) return false;
            s.schedules[flow] = value.string();
            return true;
          }};
}

std::vector<Setting> with_schedules(std::vector<Setting> settings) {
  for (const std::string_view flow : domain::flow_names) settings.push_back(schedule(flow));
  return settings;
}

const std::vector<Setting>& all_settings() {
  using S = ConnectionSettings;
  static const std::vector<Setting> settings = with_schedules({
      choice("document_mode", &S::document_mode, domain::parse_document_mode,
             "direct_invoice, sales_order_and_invoice, invoice_only, daily_summary"),
      choice("tax_policy", &S::tax_policy, domain::parse_tax_policy, "exclude, clearing_account, include"),
      choice("invoice_completion", &S::invoice_completion, domain::parse_invoice_completion,
             "leave_open, process_with_ship_date"),
      choice("charge_reading", &S::charge_reading, domain::parse_charge_reading, "line_total, per_unit"),
      choice("closed_period", &S::closed_period, domain::parse_closed_period_policy, "hold, first_open_day"),
      choice("sales_order_moment", &S::sales_order_moment, domain::parse_sales_order_moment, "acknowledged, created"),
      choice("replacement_prices", &S::replacement_prices, domain::parse_replacement_prices, "zero, as_charged"),
      choice("returns_before_go_live", &S::returns_before_go_live, domain::parse_returns_before_go_live,
             "hold, post, ignore"),
      text("exact_sign_in_of", &S::exact_sign_in_of, "the name of another connection, or empty"),
      text("customer_account", &S::customer_account, "an Exact account code, or empty"),
      text("sales_journal", &S::sales_journal, "an Exact journal code, or empty"),
      booking_zone(),
      reference_prefix(),
      flag("credit_note_quantities_negative", &S::credit_note_quantities_negative),
      flag("acknowledge_orders", &S::acknowledge_orders),
      ship_node_types(),
      go_live(),
      choice("stock_counts", &S::stock_counts, domain::parse_stock_counts, "post, report, off"),
      amount("stock_confirm_units", &S::stock_confirm_units, "a number of units from 0"),
      flag("prices_to_walmart", &S::prices_to_walmart),
      flag("prices_to_exact", &S::prices_to_exact),
      walmart_priced_skus(),
      price_currency(),
      limit("price_floor", &S::price_floor, "an amount above 0, or empty"),
      limit("price_ceiling", &S::price_ceiling, "an amount above 0, or empty"),
      limit("price_max_change_percent", &S::price_max_change_percent, "a percentage above 0, or empty"),
      choice("settlements", &S::settlements, domain::parse_settlements, "post, report, off"),
      text("settlement_journal", &S::settlement_journal, "the code of a general journal in Exact, or empty"),
  });
  return settings;
}

Result<void> set(ConnectionSettings& settings, std::string_view name, const Value& value) {
  const auto& known = all_settings();
  const auto found = std::find_if(known.begin(), known.end(), [name](const Setting& s) { return s.name == name; });
  if (found == known.end()) {
    return domain::fail(Cause::bad_input,
                        fmt::format("unknown setting \"{}\"; there are: {}", name, fmt::join(setting_names(), ", ")));
  }
  if (found->set(settings, value)) return {};
  return domain::fail(Cause::bad_input, fmt::format("setting \"{}\" cannot be {}; allowed is {}", name,
                                                    json::write(value), found->allowed));
}

Value list_of(std::string_view text) {
  json::Array parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    auto part = text.substr(0, end);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    parts.push_back(Value(part));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace

Value to_json(const ConnectionSettings& settings) {
  Value object;
  for (const Setting& setting : all_settings()) object.set(setting.name, setting.get(settings));
  return object;
}

Result<ConnectionSettings> settings_from_json(const Value& value, ConnectionSettings base) {
  if (!value.is_object()) return domain::fail(Cause::bad_input, "settings must be a JSON object");
  for (const auto& [name, member] : value.object()) {
    if (auto done = set(base, name, member); !done) return domain::fail(done.error());
  }
  return base;
}

Result<ConnectionSettings> with_setting(ConnectionSettings settings, std::string_view name, std::string_view text) {
  Value value(text);
  if (name == "ship_node_types" || name == "walmart_priced_skus") value = list_of(text);
  if (text == "true" || text == "false") value = Value(text == "true");
  if (auto done = set(settings, name, value); !done) return domain::fail(done.error());
  return settings;
}

Result<void> fit_together(const ConnectionSettings& settings) {
  if (settings.price_floor && settings.price_ceiling && *settings.price_floor > *settings.price_ceiling) {
    return domain::fail(Cause::bad_input,
                        fmt::format("price_floor {} is above price_ceiling {}, so that no price could be sent",
                                    settings.price_floor->to_string(), settings.price_ceiling->to_string()));
  }
  return {};
}

std::vector<std::string> setting_names() {
  std::vector<std::string> names;
  for (const Setting& setting : all_settings()) names.emplace_back(setting.name);
  return names;
}

Result<ConnectionSettings> settings_of(const store::ConnectionRow& row) {
  // Every transaction that plans asks for them, and they hardly ever change.
  thread_local std::map<std::string, ConnectionSettings, std::less<>> known;
  if (const auto found = known.find(row.settings); found != known.end()) return found->second;
  auto parsed = json::parse(row.settings.empty() ? "{}" : row.settings);
  if (!parsed) return domain::fail(parsed.error());
  auto settings = settings_from_json(*parsed);
  if (!settings) return settings;
  if (known.size() >= kMostKnownSettings) known.clear();
  known.emplace(row.settings, *settings);
  return settings;
}

}  // namespace connector::flows
