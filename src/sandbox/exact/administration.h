#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sandbox/exact/switches.h"
#include "sandbox/exact/table.h"
#include "sandbox/exact/table_definitions.h"

namespace connector::sandbox::exact {

/// One change that webhook subscribers may want to know.
struct Notification {
  std::string_view topic;
  std::string_view action;  ///< "Create", "Update", "Delete"
  Reference record;
};

/// A background job started by InvoiceSalesOrders.
struct InvoicingJob {
  domain::UtcTime due;
  std::int64_t create_mode = 1;          ///< 0 one invoice per customer, 1 per order
  std::int64_t invoice_mode = 0;         ///< 0 by quantity delivered, 1 by quantity ordered
  std::string journal;                   ///< empty = default
  std::optional<std::int64_t> delivery;  ///< only what the delivery of this number holds
  std::vector<Guid> orders;
  bool done = false;
  int created = 0;
  int failed = 0;
  std::string errors;
};

/// The books of one division: all tables, numbering, stock and closed periods. Knows no HTTP.
class Administration {
 public:
  /// `number` tells divisions apart inside the service and makes their GUIDs differ.
  Administration(std::uint32_t number, std::int64_t code, std::string name, const GuidCipher& cipher,
                 const Switches& switches, Guid user, std::string user_name);

  std::uint32_t number() const { return number_; }
  std::int64_t code() const { return code_; }
  const std::string& name() const { return name_; }
  const Switches& switches() const { return *switches_; }

  Table& table(TableId id) { return *tables_[static_cast<std::size_t>(id)]; }
  const Table& table(TableId id) const { return *tables_[static_cast<std::size_t>(id)]; }

  Guid guid(Reference record) const;
  /// A GUID value becomes a reference if it is the key of a record (live or deleted) of this division.
  Value resolve(const Value& value) const;
  /// The live record of `table` that the value (GUID or reference) names; no_row otherwise.
  RowNumber find(TableId table, const Value& value) const;
  /// The live record of a code table with this code, padding aside; no_row otherwise.
  RowNumber find_code(TableId table, std::string_view code) const;

  /// The value of a property of any view on `table`.
  Value read(TableId table, RowNumber row, const Property& property) const;
  /// The value of a property of the table's own type.
  Value read(TableId table, RowNumber row, std::string_view property) const;

  /// Writers resolve GUIDs, give the next Timestamp and tell webhooks.
  RowNumber insert(TableId table, Draft& draft, domain::UtcTime now, RowNumber parent = no_row);
  void update(TableId table, RowNumber row, Draft& draft, domain::UtcTime now);
  /// Also removes a document's lines. Appears in sync/Deleted where Exact lists such deletions.
  void erase(TableId table, RowNumber row, domain::UtcTime now);
  /// A new Timestamp for a document's lines, whose flat sync rows show the header's data.
  void touch_lines(TableId table, RowNumber row, domain::UtcTime now);

  /// The highest Timestamp given before `time`.
  std::int64_t timestamp_at(domain::UtcTime time) const;

  /// Current row of an item's stock in a warehouse, made on first need.
  RowNumber stock_row(RowNumber item, RowNumber warehouse, domain::UtcTime now);
  RowNumber find_stock_row(RowNumber item, RowNumber warehouse) const;
  /// Adds to CurrentStock; nothing happens for items that are not stock items.
  void move_stock(RowNumber item, RowNumber warehouse, domain::Decimal quantity, domain::UtcTime now);
  /// Adds to PlannedStockOut (open sales orders).
  void plan_stock_out(RowNumber item, RowNumber warehouse, domain::Decimal quantity, domain::UtcTime now);
  RowNumber main_warehouse() const;

  /// Units of the division's currency for one unit of `currency`; nullopt for an unknown currency.
  std::optional<domain::Decimal> rate(std::string_view currency) const;
  void set_rate(const std::string& currency, domain::Decimal rate) { rates_[currency] = rate; }
  const std::string& currency() const { return currency_; }

  /// The app that makes the calls; its subscriptions carry its id.
  void set_app(Guid app) { app_ = app; }
  Guid app() const { return app_; }

  std::int64_t next_number(const std::string& series, std::int64_t first);

  /// The financial period of a date as (year, period); nullopt if none is defined.
  std::optional<std::pair<int, int>> period_of(domain::UtcTime date) const;
  bool has_period(int year, int period) const;
  bool is_closed(int year, int period) const { return closed_periods_.count({year, period}) != 0; }
  void set_closed(int year, int period, bool closed);

  std::vector<Notification> take_notifications() { return std::exchange(notifications_, {}); }
  bool has_notifications() const { return !notifications_.empty(); }

  std::vector<InvoicingJob>& invoicing_jobs() { return jobs_; }
  const std::vector<InvoicingJob>& invoicing_jobs() const { return jobs_; }
  /// Numbers of the jobs that are not done, oldest first.
  std::vector<std::size_t>& open_jobs() { return open_jobs_; }
  /// The GUID of an invoicing job and back; jobs are no records.
  Guid job_guid(std::size_t job) const;
  std::optional<std::size_t> find_job(Guid guid) const;

 private:
  void note(TableId table, RowNumber row, std::string_view action);
  domain::UtcTime stamp(domain::UtcTime now);
  void add_to_stock(RowNumber item, RowNumber warehouse, std::string_view property, domain::Decimal quantity,
                    domain::UtcTime now);

  std::uint32_t number_;
  std::int64_t code_;
  std::string name_;
  const GuidCipher* cipher_;
  const Switches* switches_;
  Guid user_;
  std::string user_name_;
  Guid app_{};
  std::string currency_ = "EUR";
  std::array<std::unique_ptr<Table>, table_count> tables_;
  std::map<std::string, domain::Decimal, std::less<>> rates_;
  std::map<std::string, std::int64_t, std::less<>> series_;
  std::unordered_map<std::uint64_t, RowNumber> stock_rows_;
  std::set<std::pair<int, int>> closed_periods_;
  std::int64_t last_timestamp_ = 4'000;  // well above the 0 and 1 that first synchronisations start from
  domain::UtcTime last_stamp_{};
  std::vector<std::pair<domain::UtcTime, std::int64_t>> daily_timestamps_;
  std::vector<Notification> notifications_;
  std::vector<InvoicingJob> jobs_;
  std::vector<std::size_t> open_jobs_;
};

}  // namespace connector::sandbox::exact
