#include "sandbox/exact/switches.h"

#include <array>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace connector::sandbox::exact {
namespace {

template <class E>
constexpr std::array<std::pair<const char*, E>, 0> names_of;
template <>
constexpr std::array<std::pair<const char*, Language>, 2> names_of<Language>{
    {{"en", Language::english}, {"nl", Language::dutch}}};
template <>
constexpr std::array<std::pair<const char*, Edition>, 3> names_of<Edition>{
    {{"invoicing", Edition::invoicing}, {"sales_orders", Edition::sales_orders}, {"trade", Edition::trade}}};
template <>
constexpr std::array<std::pair<const char*, CreditNoteSign>, 2> names_of<CreditNoteSign>{
    {{"positive", CreditNoteSign::positive}, {"negative", CreditNoteSign::negative}}};
template <>
constexpr std::array<std::pair<const char*, SynchronousInvoicing>, 3> names_of<SynchronousInvoicing>{
    {{"until_october_2026", SynchronousInvoicing::until_october_2026},
     {"always", SynchronousInvoicing::always},
     {"never", SynchronousInvoicing::never}}};
template <>
constexpr std::array<std::pair<const char*, StockMoment>, 2> names_of<StockMoment>{
    {{"entry", StockMoment::entry}, {"printing", StockMoment::printing}}};
template <>
constexpr std::array<std::pair<const char*, NumberMoment>, 2> names_of<NumberMoment>{
    {{"entry", NumberMoment::entry}, {"printing", NumberMoment::printing}}};
template <>
constexpr std::array<std::pair<const char*, InvoicedDelivery>, 2> names_of<InvoicedDelivery>{
    {{"entry_number", InvoicedDelivery::entry_number}, {"delivery_number", InvoicedDelivery::delivery_number}}};
template <>
constexpr std::array<std::pair<const char*, MandatoryFilter>, 3> names_of<MandatoryFilter>{
    {{"documented", MandatoryFilter::documented},
     {"sync_twins", MandatoryFilter::sync_twins},
     {"none", MandatoryFilter::none}}};

/// Calls `visitor(name, member)` for every switch.
template <class AnySwitches, class Visitor>
void visit(AnySwitches& s, Visitor&& visitor) {
  visitor("language", s.language);
  visitor("edition", s.edition);
  visitor("credit_note_sign", s.credit_note_sign);
  visitor("consent_denied", s.consent_denied);
  visitor("old_refresh_token_dies_at_once", s.old_refresh_token_dies_at_once);
  visitor("too_early_counts_unused_pair", s.too_early_counts_unused_pair);
  visitor("access_token_seconds", s.access_token_seconds);
  visitor("earliest_renewal_seconds", s.earliest_renewal_seconds);
  visitor("token_calls_per_day", s.token_calls_per_day);
  visitor("minute_limit", s.minute_limit);
  visitor("day_limit", s.day_limit);
  visitor("errors_per_hour", s.errors_per_hour);
  visitor("error_block_has_reason", s.error_block_has_reason);
  visitor("error_block_tells_windows", s.error_block_tells_windows);
  visitor("server_errors_count", s.server_errors_count);
  visitor("empty_error_bodies", s.empty_error_bodies);
  visitor("forbidden_scopes", s.forbidden_scopes);
  visitor("maintenance", s.maintenance);
  visitor("every_division", s.every_division);
  visitor("timestamps_as_text", s.timestamps_as_text);
  visitor("lines_in_answers", s.lines_in_answers);
  visitor("computed_without_prefer", s.computed_without_prefer);
  visitor("text_ignores_case", s.text_ignores_case);
  visitor("local_time_stamps", s.local_time_stamps);
  visitor("mandatory_filter", s.mandatory_filter);
  visitor("sync_needs_select", s.sync_needs_select);
  visitor("deferred_every", s.deferred_every);
  visitor("journal_has_default", s.journal_has_default);
  visitor("lines_without_item", s.lines_without_item);
  visitor("negative_stock", s.negative_stock);
  visitor("direct_invoice_stock", s.direct_invoice_stock);
  visitor("invoice_number", s.invoice_number);
  visitor("synchronous_invoicing", s.synchronous_invoicing);
  visitor("invoicing_delay_ms", s.invoicing_delay_ms);
  visitor("invoicing_in_vain_every", s.invoicing_in_vain_every);
  visitor("invoiced_delivery", s.invoiced_delivery);
  visitor("unknown_topics", s.unknown_topics);
  visitor("webhook_validation", s.webhook_validation);
  visitor("webhook_delay_ms", s.webhook_delay_ms);
  visitor("webhook_lost_per_million", s.webhook_lost_per_million);
  visitor("webhook_twice_per_million", s.webhook_twice_per_million);
  visitor("webhook_jitter_ms", s.webhook_jitter_ms);
}

bool read(const json::Value& value, bool& member) {
  if (!value.is_bool()) return false;
  member = value.boolean().value_or(false);
  return true;
}

bool read(const json::Value& value, std::int64_t& member) {
  const auto number = value.integer();
  if (!number || *number < 0) return false;
  member = *number;
  return true;
}

bool read(const json::Value& value, std::set<std::string>& member) {
  if (!value.is_array()) return false;
  member.clear();
  for (const json::Value& element : value.array()) {
    if (!element.is_string()) return false;
    member.emplace(element.string());
  }
  return true;
}

template <class E>
requires std::is_enum_v<E>
bool read(const json::Value& value, E& member) {
  for (const auto& [name, choice] : names_of<E>) {
    if (value.string() == name) {
      member = choice;
      return true;
    }
  }
  return false;
}

json::Value show(bool member) { return member; }
json::Value show(std::int64_t member) { return member; }
json::Value show(const std::set<std::string>& member) {
  json::Array names(member.begin(), member.end());
  return names;
}
template <class E>
requires std::is_enum_v<E> json::Value show(E member) {
  for (const auto& [name, choice] : names_of<E>) {
    if (choice == member) return name;
  }
  return {};
}

}  // namespace

domain::Result<void> apply(const json::Value& changes, Switches& switches) {
  if (!changes.is_object()) return domain::fail(domain::Cause::bad_input, "switches must be a JSON object");
  Switches changed = switches;
  for (const auto& [wanted, value] : changes.object()) {
    bool known = false;
    bool good = false;
    visit(changed, [&, &wanted_name = wanted, &wanted_value = value](std::string_view name, auto& member) {
      if (name != wanted_name) return;
      known = true;
      good = read(wanted_value, member);
    });
    if (!known) return domain::fail(domain::Cause::bad_input, "unknown switch " + wanted);
    if (!good) return domain::fail(domain::Cause::bad_input, "switch " + wanted + " cannot have this value");
  }
  switches = changed;
  return {};
}

json::Value to_json(const Switches& switches) {
  json::Value result{json::Object{}};
  visit(switches, [&](std::string_view name, const auto& member) { result.set(name, show(member)); });
  return result;
}

}  // namespace connector::sandbox::exact
