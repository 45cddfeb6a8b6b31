#include "domain/settings.h"

#include <array>
#include <utility>

namespace connector::domain {
namespace {

template <class Enum, std::size_t Size>
using Words = std::array<std::pair<Enum, std::string_view>, Size>;

template <class Enum, std::size_t Size>
std::string_view word_of(const Words<Enum, Size>& words, Enum value) {
  for (const auto& [known, word] : words) {
    if (known == value) return word;
  }
  return "";
}

template <class Enum, std::size_t Size>
std::optional<Enum> value_of(const Words<Enum, Size>& words, std::string_view text) {
  for (const auto& [value, word] : words) {
    if (word == text) return value;
  }
  return std::nullopt;
}

constexpr Words<DocumentMode, 4> document_modes{{{DocumentMode::direct_invoice, "direct_invoice"},
                                                 {DocumentMode::sales_order_and_invoice, "sales_order_and_invoice"},
                                                 {DocumentMode::invoice_only, "invoice_only"},
                                                 {DocumentMode::daily_summary, "daily_summary"}}};
constexpr Words<TaxPolicy, 3> tax_policies{{{TaxPolicy::exclude, "exclude"},
                                            {TaxPolicy::clearing_account, "clearing_account"},
                                            {TaxPolicy::include, "include"}}};
constexpr Words<InvoiceCompletion, 2> invoice_completions{
    {{InvoiceCompletion::leave_open, "leave_open"},
     {InvoiceCompletion::process_with_ship_date, "process_with_ship_date"}}};
constexpr Words<ChargeReading, 2> charge_readings{
    {{ChargeReading::line_total, "line_total"}, {ChargeReading::per_unit, "per_unit"}}};
constexpr Words<ClosedPeriodPolicy, 2> closed_period_policies{
    {{ClosedPeriodPolicy::hold, "hold"}, {ClosedPeriodPolicy::first_open_day, "first_open_day"}}};
constexpr Words<SalesOrderMoment, 2> sales_order_moments{
    {{SalesOrderMoment::acknowledged, "acknowledged"}, {SalesOrderMoment::created, "created"}}};
constexpr Words<ReplacementPrices, 2> replacement_prices{
    {{ReplacementPrices::zero, "zero"}, {ReplacementPrices::as_charged, "as_charged"}}};
constexpr Words<StockCounts, 3> stock_counts{
    {{StockCounts::post, "post"}, {StockCounts::report, "report"}, {StockCounts::off, "off"}}};
constexpr Words<ReturnsBeforeGoLive, 3> returns_before_go_live{{{ReturnsBeforeGoLive::hold, "hold"},
                                                                {ReturnsBeforeGoLive::post, "post"},
                                                                {ReturnsBeforeGoLive::ignore, "ignore"}}};
constexpr Words<Settlements, 3> settlements{
    {{Settlements::post, "post"}, {Settlements::report, "report"}, {Settlements::off, "off"}}};

}  // namespace

std::string_view to_string(DocumentMode value) { return word_of(document_modes, value); }
std::string_view to_string(TaxPolicy value) { return word_of(tax_policies, value); }
std::string_view to_string(InvoiceCompletion value) { return word_of(invoice_completions, value); }
std::string_view to_string(ChargeReading value) { return word_of(charge_readings, value); }
std::string_view to_string(ClosedPeriodPolicy value) { return word_of(closed_period_policies, value); }
std::string_view to_string(SalesOrderMoment value) { return word_of(sales_order_moments, value); }
std::string_view to_string(ReplacementPrices value) { return word_of(replacement_prices, value); }
std::string_view to_string(StockCounts value) { return word_of(stock_counts, value); }
std::string_view to_string(ReturnsBeforeGoLive value) { return word_of(returns_before_go_live, value); }
std::string_view to_string(Settlements value) { return word_of(settlements, value); }

std::optional<DocumentMode> parse_document_mode(std::string_view text) { return value_of(document_modes, text); }
std::optional<TaxPolicy> parse_tax_policy(std::string_view text) { return value_of(tax_policies, text); }
std::optional<InvoiceCompletion> parse_invoice_completion(std::string_view text) {
  return value_of(invoice_completions, text);
}
std::optional<ChargeReading> parse_charge_reading(std::string_view text) { return value_of(charge_readings, text); }
std::optional<ClosedPeriodPolicy> parse_closed_period_policy(std::string_view text) {
  return value_of(closed_period_policies, text);
}
std::optional<SalesOrderMoment> parse_sales_order_moment(std::string_view text) {
  return value_of(sales_order_moments, text);
}
std::optional<ReplacementPrices> parse_replacement_prices(std::string_view text) {
  return value_of(replacement_prices, text);
}
std::optional<StockCounts> parse_stock_counts(std::string_view text) { return value_of(stock_counts, text); }
std::optional<ReturnsBeforeGoLive> parse_returns_before_go_live(std::string_view text) {
  return value_of(returns_before_go_live, text);
}
std::optional<Settlements> parse_settlements(std::string_view text) { return value_of(settlements, text); }

}  // namespace connector::domain
