#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "domain/document.h"
#include "domain/period_calendar.h"
#include "domain/settings.h"
#include "exact/reference_data.h"
#include "store/store.h"

namespace connector::flows {

/// Name of the account for all of Walmart.com when no account is chosen.
inline constexpr std::string_view kDefaultCustomerName = "Walmart.com";
/// The code under which the cached customer account of a connection is found (reference kind "customer").
std::string customer_code(const domain::ConnectionSettings& settings);

/// Looks codes up in the cached reference data of one connection, each once: for use within one transaction, whose
/// reader outlives it. What is unknown, blocked or missing is the cause that holds a posting.
class KnownCodes {
 public:
  KnownCodes(store::Reader& reader, store::ConnectionId connection) : reader_(reader), connection_(connection) {}

  bool is_of(const store::Reader& reader, store::ConnectionId connection) const {
    return &reader_ == &reader && connection_ == connection;
  }

  // Ids of what is known by a code in Exact. Error: missing_...

  domain::Result<std::string> item(const domain::DocumentLine& line);
  domain::Result<std::string> gl_account(const std::string& code, const domain::DocumentLine& line);
  domain::Result<std::string> warehouse(const std::string& code);
  domain::Result<std::string> customer(const domain::ConnectionSettings& settings);
  /// The chosen journal, else the division's first sales journal, else empty: Exact's default applies.
  domain::Result<std::string> sales_journal(const domain::ConnectionSettings& settings);
  /// The chosen journal for settlements, else the division's only general journal (exact.md 4.8: type 90). Error
  /// missing_journal if there is none or another one.
  domain::Result<std::string> general_journal(const domain::ConnectionSettings& settings);
  /// Exact's type of a G/L account that exists; 0 if it is not known.
  domain::Result<std::int64_t> gl_account_type(const std::string& code);

  /// Error missing_cost_center for a line whose cost center or cost unit the account it is booked on demands or
  /// forbids: its own, or, where none is sent with it, the revenue account of its item as far as that is known.
  domain::Result<void> account_use(const domain::DocumentLine& line, bool sends_account);
  /// Codes are sent as they are; they are checked only once the list has been read.
  domain::Result<void> code(const char* kind, const std::string& code, domain::Cause cause, const char* name,
                            const domain::DocumentLine& line);
  /// All financial periods known and those found closed.
  domain::Result<const domain::PeriodCalendar*> calendar();
  /// Error closed_period for a document that Exact is known to refuse.
  domain::Result<void> period(const domain::Document& document);

 private:
  /// What the lines need to know of a code in the cached reference data.
  struct KnownCode {
    bool exists = false;
    std::string id;
    bool is_sales_item = true;
    std::string revenue_account;  ///< of an item; empty while unknown
    bool is_blocked = false;
    std::int64_t type = 0;  ///< of a G/L account or journal
    std::int64_t use_cost_center = exact::kUseOptional;
    std::int64_t use_cost_unit = exact::kUseOptional;
  };

  static KnownCode known_code(const store::ReferenceRow& row);
  domain::Result<const KnownCode*> look_up(const char* kind, const std::string& code);
  domain::Result<const std::optional<std::string>*> watermark(const std::string& name);

  store::Reader& reader_;
  store::ConnectionId connection_;
  std::optional<domain::PeriodCalendar> calendar_;
  std::optional<domain::PeriodCalendar> closed_periods_;
  std::map<std::pair<std::string_view, std::string>, KnownCode> codes_;
  std::map<std::string, std::optional<std::string>> watermarks_;
};

}  // namespace connector::flows
