#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/decimal.h"
#include "domain/time.h"
#include "sandbox/exact/guid.h"

namespace connector::sandbox::exact {

/// The tables of one division's books.
enum class TableId : std::uint8_t {
  accounts,
  addresses,
  items,
  item_groups,
  units,
  gl_accounts,
  vat_codes,
  cost_centers,
  cost_units,
  warehouses,
  item_warehouses,
  journals,
  financial_periods,
  payment_conditions,
  layouts,
  shipping_methods,
  sales_orders,
  sales_order_lines,
  goods_deliveries,
  goods_delivery_lines,
  sales_invoices,
  sales_invoice_lines,
  sales_entries,
  sales_entry_lines,
  receivables,
  documents,
  stock_counts,
  stock_count_lines,
  sales_item_prices,
  webhook_subscriptions,
  deleted,
  divisions,
  me,
  contacts,
  bank_accounts,
  sales_channels,
  currencies,
  vat_percentages,
  reason_codes,
  general_journal_entries,
  general_journal_entry_lines,
  none
};
constexpr std::size_t table_count = static_cast<std::size_t>(TableId::none);

using RowNumber = std::uint32_t;
constexpr RowNumber no_row = 0xffffffffU;

/// A record of the same division, named by table and row instead of its GUID.
struct Reference {
  TableId table = TableId::none;
  RowNumber row = no_row;
  bool operator==(const Reference&) const = default;
};

/// One property value. Text is a view: into the record, the request or static text, whichever it came from.
class Value {
 public:
  enum class Kind : std::uint8_t { null, boolean, integer, decimal, instant, reference, guid, text };

  constexpr Value() = default;
  static constexpr Value boolean(bool value) { return Value(Kind::boolean, value ? 1 : 0, 0); }
  static constexpr Value integer(std::int64_t value) {
    return Value(Kind::integer, static_cast<std::uint64_t>(value), 0);
  }
  static constexpr Value decimal(domain::Decimal value) {
    return Value(Kind::decimal, static_cast<std::uint64_t>(value.units()), 0);
  }
  static Value instant(domain::UtcTime value) {
    return Value(Kind::instant, static_cast<std::uint64_t>(value.time_since_epoch().count()), 0);
  }
  static constexpr Value guid(Guid value) { return Value(Kind::guid, value.high, value.low); }
  static constexpr Value reference(TableId table, RowNumber row) {
    return Value(Kind::reference, static_cast<std::uint64_t>(table), row);
  }
  static Value text(std::string_view value) {
    Value result(Kind::text, 0, value.size());
    result.characters_ = value.data();
    return result;
  }

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::null; }
  bool is_number() const { return kind_ == Kind::integer || kind_ == Kind::decimal || kind_ == Kind::boolean; }
  bool as_boolean() const { return is_number() && first_ != 0; }
  /// Integers and booleans as they are, decimals truncated, 0 for other kinds.
  std::int64_t as_integer() const;
  /// Numbers; zero for other kinds.
  domain::Decimal as_decimal() const;
  domain::UtcTime as_instant() const {
    return domain::UtcTime{domain::Milliseconds{static_cast<std::int64_t>(first_)}};
  }
  Guid as_guid() const { return Guid{first_, second_}; }
  Reference as_reference() const;
  /// Empty for other kinds.
  std::string_view as_text() const;

 private:
  constexpr Value(Kind kind, std::uint64_t first, std::uint64_t second) : first_(first), second_(second), kind_(kind) {}
  union {
    std::uint64_t first_ = 0;
    const char* characters_;
  };
  std::uint64_t second_ = 0;
  Kind kind_ = Kind::null;
};

/// Without blanks on either side; codes are padded on the wire.
std::string_view trimmed(std::string_view text);
/// `text` right-aligned in `width` characters, as Accounts.Code is.
std::string right_aligned(std::string_view text, std::size_t width);
std::string lower_case(std::string_view text);

/// Reads a date or date-time as OData literals and bodies write it ("2026-11-23", "2026-11-23T10:11:12.345",
/// "/Date(1700000000000)/"), UTC unless it says otherwise; nullopt for other text.
std::optional<domain::UtcTime> parse_instant(std::string_view text);

}  // namespace connector::sandbox::exact
