#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "domain/document.h"
#include "domain/mapping.h"
#include "domain/result.h"
#include "domain/time.h"
#include "json/value.h"
#include "ports/task.h"

namespace connector::store {

using domain::Cause;
using domain::Result;
using domain::UtcTime;
using ConnectionId = std::int64_t;

/// Ends the names of those secrets that a connection is made of, beside tokens that processes renew by themselves.
inline constexpr std::string_view kCredentials = "_credentials";

struct ConnectionRow {
  ConnectionId id = 0;
  std::string name;           ///< unique among those not removed; [A-Za-z0-9._-]+
  std::string market;         ///< "us"
  std::int64_t division = 0;  ///< Exact division; 0 = not chosen yet
  std::string settings;       ///< ConnectionSettings as JSON
  bool paused = false;
  std::int64_t mapping_version =
      0;  ///< raised by every change of mappings, settings or reference data that may release held postings
  UtcTime created_at{};
};

/// A purchase order's facts; customer data only inside `sealed_customer` (vault), or not at all.
struct OrderRow {
  ConnectionId connection = 0;
  std::string purchase_order_id;
  std::string customer_order_id;
  UtcTime order_time{};
  UtcTime seen_at{};         ///< last time the facts changed
  std::string facts;         ///< domain::PurchaseOrder as JSON
  std::string facts_digest;  ///< to skip unchanged orders
  std::string state;         ///< "open", or "before_go_live" if it was placed before
};

enum class PostingState { planned, sending, retry, held, posted, skipped, withdrawn };
std::string_view to_string(PostingState state);
std::optional<PostingState> parse_posting_state(std::string_view name);

/// Which postings go first: those with the least PostingRow::priority.
namespace posting_priority {

/// What others wait for: Walmart, a person, or the documents of a customer account. Below 0: those go also while the
/// target's budget is spent.
inline constexpr int in_haste = -1;
inline constexpr int orders = 0;
inline constexpr int returns = 1;
inline constexpr int inventory = 2;
/// One call in two weeks, after the documents that it settles.
inline constexpr int settlements = 2;
inline constexpr int prices = 3;
inline constexpr int backfill = 9;

}  // namespace posting_priority

/// One posting (design.md "Words"). `lease_*` and `attempt` fence concurrent workers.
struct PostingRow {
  std::int64_t id = 0;  ///< set by the store
  ConnectionId connection = 0;
  std::string key;        ///< unique per connection: "<kind>/<source>[/...]"
  std::string source_id;  ///< purchase order id or other source; second part of the key
  domain::PostingKind kind = domain::PostingKind::sales_invoice;
  std::string reference;
  std::string depends_on;
  PostingState state = PostingState::planned;
  std::optional<Cause> cause;
  std::string cause_detail;  ///< text for a person; no secrets, no customer data
  std::string document;      ///< domain::Document (or the flow's own) as JSON
  std::string body;          ///< frozen request body of the last attempt; empty before the first
  std::string body_digest;   ///< SHA-256 hex of `body`
  int attempt = 0;           ///< number of the last attempt begun
  bool in_doubt = false;     ///< the last attempt may have had an effect: look up before sending again
  std::optional<UtcTime> last_sent_at;
  std::optional<UtcTime> next_attempt_at;
  std::optional<UtcTime> first_failed_at;
  std::string lease_owner;
  std::optional<UtcTime> lease_until;
  std::string target_id;      ///< Exact's id (guid) once posted
  std::string target_number;  ///< Exact's document number when known
  std::string target_data;    ///< further facts of the target as JSON (e.g. sales order line ids)
  domain::Decimal total;
  std::string currency;
  std::string document_date;         ///< ISO date or empty
  std::int64_t mapping_version = 0;  ///< of the connection when planned
  int priority = posting_priority::orders;
  UtcTime created_at{};
  UtcTime updated_at{};
};

/// Who claims postings, and until when what is claimed is theirs.
struct Claimant {
  std::string owner;
  UtcTime now{};
  UtcTime until{};
};

/// Which of the due postings are claimed.
enum class Due {
  all,
  hasty,     ///< with a priority below 0 (posting_priority::in_haste)
  unclear,   ///< in doubt, to be looked up and not sent; without those that the target works on
  accepted,  ///< in doubt, and the target works on them (with target_data)
};

struct PostingFilter {
  std::optional<ConnectionId> connection;
  std::optional<PostingState> state;
  std::string source_id;  ///< exact, empty = any
  std::optional<Cause> cause;
  std::optional<domain::PostingKind> kind;
  std::int64_t before_id = 0;  ///< paging, newest first: only ids below; 0 = from the newest
  std::size_t limit = 100;
};

/// One record of the audit trail. `sequence`, `previous_hash` and `hash` are set by the store.
struct AuditRecord {
  std::int64_t sequence = 0;
  UtcTime at{};
  ConnectionId connection = 0;  ///< 0 = the installation
  std::string actor;            ///< "system", "cli:<user>", user name
  std::string action;           ///< "posting.sending", "posting.posted", "mapping.import", ...
  std::string source_id;
  std::string posting_key;
  int attempt = 0;
  std::string cause;           ///< to_string(Cause) or empty
  std::string correlation_id;  ///< of the request to the remote
  std::string detail;          ///< JSON object; no secrets, no customer data
  std::string previous_hash;   ///< hex; all zeros for the first record
  std::string hash;            ///< SHA-256 hex over previous_hash and all members above
};

struct AuditFilter {
  std::optional<ConnectionId> connection;
  std::string source_id;
  std::string posting_key;
  std::int64_t after_sequence = 0;  ///< oldest first
  std::size_t limit = 1000;
};

struct AuditVerdict {
  std::int64_t records = 0;
  std::optional<std::int64_t> first_bad_sequence;
  std::string problem;      ///< empty if the chain is whole
  std::string newest_hash;  ///< of the last record, whose sequence is `records`, if the chain is whole
};

/// What is kept of a connection under a kind and a code: reference data of its Exact division, and what flows record.
struct ReferenceRow {
  /// Of Exact: "item", "gl_account", "cost_center", "cost_unit", "vat_code", "warehouse", "journal", "period",
  /// "customer", "stock_position", "list_price". Of the flows: "walmart_stock", "inventory_notice", "price_decision",
  /// "settlement", "settled_order", "closed_period", and "report/" with a flow's name.
  std::string kind;
  std::string code;  ///< trimmed; unique in its kind
  std::string id;    ///< Exact's guid, the flow's own, or empty
  std::string data;  ///< selected properties, or what the flow recorded, as JSON
};

struct Lease {
  std::string name;
  std::string owner;
  std::int64_t token = 0;  ///< grows with every acquisition: the fencing token
  UtcTime until{};
};

/// What is durably known of one flow of one connection: its runs, and what persons asked of it.
struct FlowRow {
  ConnectionId connection = 0;
  std::string flow;  ///< "orders", "returns", ...
  bool paused = false;
  std::optional<UtcTime> wanted_at;  ///< a run was asked for; done once one started after it
  std::optional<UtcTime> started_at;
  std::optional<UtcTime> succeeded_at;
  std::optional<UtcTime> failed_at;
  int failures = 0;        ///< in a row
  std::string last_error;  ///< of the last run, empty if it succeeded
  std::string report;      ///< counts of the last run that succeeded, as JSON
  std::optional<UtcTime> backfill_from;
  std::optional<UtcTime> backfill_to;
  std::optional<UtcTime> backfill_at;  ///< all before it is taken in; equal to backfill_to when done
  bool backfill_unfinished() const { return backfill_at && backfill_to && *backfill_at < *backfill_to; }
};

/// What a remote told by webhook, reduced to the entity to look at: nothing else of the notice is kept.
struct NoticeRow {
  std::int64_t id = 0;  ///< set by the store
  ConnectionId connection = 0;
  std::string source;    ///< "walmart" or "exact"
  std::string event_id;  ///< the source's, or the digest of the notice; a repeated notice has the same
  std::string topic;     ///< the source's word: "PO_CREATED", "SalesInvoices"
  std::string flow;      ///< that looks at the entity; empty if none does
  std::string entity;    ///< id at the source; empty = all of the flow
  std::string action;    ///< Exact's: "Create", "Update", "Delete"
  UtcTime received_at{};
  std::optional<UtcTime> done_at;
  int attempts = 0;
  std::optional<UtcTime> next_attempt_at;
  std::string last_error;
};

/// How the notices for one flow of one connection stand.
struct NoticeStatus {
  ConnectionId connection = 0;
  std::string source;
  std::string flow;
  UtcTime last_received_at{};
  std::int64_t open = 0;
};

/// A window of calls as all processes of the installation see it together.
struct BudgetWindow {
  ConnectionId connection = 0;
  std::string name;  ///< "exact/minute", "exact/day"
  std::int64_t limit = 0;
  std::int64_t taken = 0;
  UtcTime reset{};
};

/// What one process knows of a window from the remote's last answer, when it asks for calls of it.
struct BudgetAsk {
  std::string name;
  domain::Milliseconds length{0};     ///< of the window
  std::optional<std::int64_t> limit;  ///< nullopt: not known here
  std::int64_t used = 0;              ///< as the remote counts, with what was taken here and is not yet spent
  std::int64_t in_flight = 0;         ///< that may arrive only after the window's end
  UtcTime reset{};
  std::int64_t reserve = 0;  ///< not to be touched
};

struct BudgetGrant {
  std::int64_t granted = 0;
  std::vector<BudgetWindow> windows;  ///< those known now, after the grant
};

/// Reading side of a transaction. Row order is as stated; times UTC. Errors: store_failure.
class Reader {
 public:
  virtual ~Reader() = default;
  virtual Result<std::vector<ConnectionRow>> connections() = 0;  ///< by name, without removed ones
  /// The newest first; several may have had one name.
  virtual Result<std::vector<ConnectionRow>> removed_connections() = 0;
  /// The first ones of a division of Exact, by id, at most `limit`.
  virtual Result<std::vector<ConnectionRow>> connections_of_division(std::int64_t division, std::size_t limit) = 0;
  virtual Result<std::optional<ConnectionRow>> connection(std::string_view name) = 0;
  virtual Result<std::optional<ConnectionRow>> connection(ConnectionId id) = 0;
  virtual Result<std::optional<std::string>> sealed_secret(ConnectionId connection, std::string_view name) = 0;
  struct SealedSecret {
    ConnectionId connection = 0;
    std::string name;
    std::string sealed;
  };
  virtual Result<std::vector<SealedSecret>> sealed_secrets() = 0;
  /// The names of all connections' secrets, by connection; `sealed` is empty.
  virtual Result<std::vector<SealedSecret>> secret_names() = 0;
  virtual Result<std::optional<OrderRow>> order(ConnectionId connection, std::string_view purchase_order_id) = 0;
  virtual Result<std::optional<PostingRow>> posting(ConnectionId connection, std::string_view key) = 0;
  virtual Result<std::vector<PostingRow>> postings_of(ConnectionId connection,
                                                      std::string_view source_id) = 0;  ///< by id
  virtual Result<std::vector<PostingRow>> postings(const PostingFilter& filter) = 0;    ///< newest first
  struct StateCount {
    PostingState state;
    std::optional<Cause> cause;
    std::int64_t count = 0;
    ConnectionId connection = 0;
  };
  /// By connection, state and cause; `connection` 0 = all.
  virtual Result<std::vector<StateCount>> posting_counts(ConnectionId connection) = 0;
  /// Distinct sources with a held posting planned under an older mapping version, at most `limit`. What is in doubt is
  /// not planned anew.
  virtual Result<std::vector<std::string>> held_sources(ConnectionId connection,
                                                        std::int64_t older_than_mapping_version, std::size_t limit) = 0;
  /// Earliest time a posting becomes due (1970 if one is); nullopt if none waits.
  virtual Result<std::optional<UtcTime>> next_due(ConnectionId connection) = 0;
  // What a process looks for again and again, for all connections at once: by id, paused ones among them.
  /// Those with a posting that is due, or whose lease is over.
  virtual Result<std::vector<ConnectionId>> connections_due(UtcTime now) = 0;
  /// Those with a notice that is to be looked at now.
  virtual Result<std::vector<ConnectionId>> connections_with_notices(UtcTime now) = 0;
  /// Those with held_sources() under the mapping version that they have now.
  virtual Result<std::vector<ConnectionId>> connections_with_outdated_held() = 0;
  /// Another number whenever a connection, its credentials or what persons ask of its flows has changed: nothing else
  /// need be read to know that nothing has.
  virtual Result<std::int64_t> connections_version() = 0;
  /// Read from the file once per mapping_version and connection to the store, as a mapping may have thousands of rows.
  virtual Result<domain::Mapping> mapping(ConnectionId connection) = 0;
  virtual Result<std::optional<ReferenceRow>> reference(ConnectionId connection, std::string_view kind,
                                                        std::string_view code) = 0;
  virtual Result<std::vector<ReferenceRow>> references(ConnectionId connection,
                                                       std::string_view kind) = 0;  ///< by code
  /// Shows, of each connection that is not removed, the data of the row of that kind with the highest code, if it has
  /// one, by connection, until `visit` fails.
  virtual Result<void> visit_newest_references(
      std::string_view kind, const std::function<Result<void>(ConnectionId, std::string_view data)>& visit) = 0;
  virtual Result<std::optional<std::string>> watermark(ConnectionId connection, std::string_view name) = 0;
  virtual Result<std::vector<AuditRecord>> audit(const AuditFilter& filter) = 0;
  virtual Result<AuditVerdict> verify_audit() = 0;
  virtual Result<int> schema_version() = 0;
  /// Leases whose names begin with `prefix` and that somebody holds at `now`, by name.
  virtual Result<std::vector<Lease>> leases(std::string_view prefix, UtcTime now) = 0;
  // schedules
  /// What is known of a flow; a row without times if it never ran.
  virtual Result<FlowRow> flow(ConnectionId connection, std::string_view name) = 0;
  /// By connection and name; `connection` 0 = all.
  virtual Result<std::vector<FlowRow>> flows(ConnectionId connection) = 0;
  // webhooks
  /// When a notice came first; nullopt if it never did.
  virtual Result<std::optional<UtcTime>> notice_received_at(ConnectionId connection, std::string_view source,
                                                            std::string_view event_id) = 0;
  /// Those to be looked at now, oldest first.
  virtual Result<std::vector<NoticeRow>> open_notices(ConnectionId connection, UtcTime now, std::size_t limit) = 0;
  /// By connection, source and flow; `connection` 0 = all.
  virtual Result<std::vector<NoticeStatus>> notice_status(ConnectionId connection) = 0;
  /// Whether a notice named this entity of a flow since then.
  virtual Result<bool> was_announced(ConnectionId connection, std::string_view flow, std::string_view entity,
                                     UtcTime since) = 0;
  /// The posting whose document in the target has this id.
  virtual Result<std::optional<PostingRow>> posting_of_target(ConnectionId connection, std::string_view target_id) = 0;
  // budgets
  /// Windows by connection and name; `connection` 0 = all.
  virtual Result<std::vector<BudgetWindow>> budget_windows(ConnectionId connection) = 0;
  // Daily summaries.
  /// Postings planned or to be retried that wait until `key` is posted, by id.
  virtual Result<std::vector<PostingRow>> blocked_by(ConnectionId connection, std::string_view key) = 0;
  /// Postings of a kind that are ready or wait for their time only, by id.
  virtual Result<std::vector<PostingRow>> waiting_of_kind(ConnectionId connection, domain::PostingKind kind) = 0;
};

/// Writing side. All changes of one `write` are durable together or not at all.
class Transaction : public Reader {
 public:
  virtual Result<ConnectionId> add_connection(const ConnectionRow& row) = 0;  ///< bad_input if the name exists
  virtual Result<void> update_connection(const ConnectionRow& row) = 0;
  virtual Result<void> remove_connection(ConnectionId connection) = 0;  ///< secrets are deleted, books stay
  virtual Result<void> restore_connection(
      ConnectionId connection) = 0;  ///< takes its removal back; no secrets come back
  /// Raises mapping_version, so that held postings are planned again.
  virtual Result<std::int64_t> raise_mapping_version(ConnectionId connection) = 0;
  virtual Result<void> put_sealed_secret(ConnectionId connection, std::string_view name, std::string_view sealed) = 0;
  virtual Result<void> delete_sealed_secret(ConnectionId connection, std::string_view name) = 0;
  virtual Result<void> put_order(const OrderRow& row) = 0;
  virtual Result<void> insert_posting(const PostingRow& row) = 0;  ///< bad_input if the key exists or lacks the source
  /// Writes the whole row by id. If `expected_attempt` is given and the stored attempt or lease_owner differs
  /// from the row's, nothing is written and the error is `fenced`. A row not `sending` is stored without lease. A body
  /// whose digest is the stored one counts as stored.
  virtual Result<void> update_posting(const PostingRow& row, std::optional<int> expected_attempt = std::nullopt) = 0;
  /// Leases due postings: state planned or retry with next_attempt_at <= now (or null), or sending with an expired
  /// lease (these come back with in_doubt set), whose depends_on is empty or posted; by priority, then id. Sets state
  /// `sending`, attempt+1, lease_owner, lease_until. `unclear` and `accepted` look at the first thousand due.
  virtual Result<std::vector<PostingRow>> claim(ConnectionId connection, const Claimant& claimant, std::size_t limit,
                                                Due due) = 0;
  /// Raises mapping_version, so that what was held for want of a mapping is planned again.
  virtual Result<void> replace_mapping(ConnectionId connection, const domain::Mapping& mapping) = 0;
  virtual Result<void> put_reference(ConnectionId connection, const ReferenceRow& row) = 0;
  virtual Result<void> delete_reference(ConnectionId connection, std::string_view kind, std::string_view id) = 0;
  virtual Result<void> replace_references(ConnectionId connection, std::string_view kind,
                                          const std::vector<ReferenceRow>& rows) = 0;
  virtual Result<void> put_watermark(ConnectionId connection, std::string_view name, std::string_view value) = 0;
  virtual Result<void> append_audit(AuditRecord record) = 0;
  /// Takes or renews a lease: granted if free, expired or already ours; nullopt if another holds it.
  virtual Result<std::optional<Lease>> acquire_lease(std::string_view name, std::string_view owner, UtcTime now,
                                                     UtcTime until) = 0;
  virtual Result<void> release_lease(std::string_view name, std::string_view owner) = 0;
  /// All of this owner whose names begin with `prefix`.
  virtual Result<void> release_leases(std::string_view prefix, std::string_view owner) = 0;
  // schedules
  virtual Result<void> put_flow(const FlowRow& row) = 0;
  // webhooks
  virtual Result<void> add_notice(const NoticeRow& row) = 0;  ///< nothing if this event and entity are there already
  /// Writes done_at, attempts, next_attempt_at and last_error by id.
  virtual Result<void> update_notice(const NoticeRow& row) = 0;
  /// Deletes those that are done and came before.
  virtual Result<void> forget_notices(ConnectionId connection, UtcTime before) = 0;
  // budgets
  /// Takes up to `wanted` calls of all windows at once (gives back if negative); what no process knows a limit of does
  /// not limit. `now` by the remote's clock.
  virtual Result<BudgetGrant> take_budget(ConnectionId connection, const std::vector<BudgetAsk>& asks,
                                          std::int64_t wanted, UtcTime now) = 0;
  /// Takes up to `wanted` calls of a bucket that holds `size` and fills within `period`. At most `left` remain
  /// afterwards, if the remote said so.
  virtual Result<std::int64_t> take_from_bucket(ConnectionId connection, std::string_view name, std::int64_t size,
                                                domain::Milliseconds period, std::int64_t wanted,
                                                std::optional<std::int64_t> left, UtcTime now) = 0;
};

/// The store. `write` completes after its transaction is durable (writes of many callers share one
/// group commit); `read` sees a consistent snapshot that holds all completed writes. The closures run on the store's
/// own thread: capture values only. Call from the executor thread.
class Store {
 public:
  virtual ~Store() = default;

  template <class F>
  auto write(F work) -> ports::Task<std::invoke_result_t<F&, Transaction&>> {
    using R = std::invoke_result_t<F&, Transaction&>;
    auto result = std::make_shared<std::optional<R>>();
    std::function<Result<void>(Transaction&)> step =
        [result, work = std::move(work)](Transaction& transaction) mutable -> Result<void> {
      result->emplace(work(transaction));
      if (!**result) return domain::fail(result->value().error());
      return {};
    };
    return finish<R>(run_write(std::move(step)), std::move(result));
  }

  template <class F>
  auto read(F work) -> ports::Task<std::invoke_result_t<F&, Reader&>> {
    using R = std::invoke_result_t<F&, Reader&>;
    auto result = std::make_shared<std::optional<R>>();
    std::function<Result<void>(Reader&)> step = [result,
                                                 work = std::move(work)](Reader& reader) mutable -> Result<void> {
      result->emplace(work(reader));
      if (!**result) return domain::fail(result->value().error());
      return {};
    };
    return finish<R>(run_read(std::move(step)), std::move(result));
  }

  /// Why the store took no change the last time that it failed to, until that is forgotten: writes that change nothing
  /// succeed on a full disk as well.
  virtual std::optional<domain::Error> write_failure() const { return std::nullopt; }
  virtual void forget_write_failure() {}

 protected:
  /// An error of the closure rolls its own changes back and no others'.
  virtual ports::Task<Result<void>> run_write(std::function<Result<void>(Transaction&)> work) = 0;
  virtual ports::Task<Result<void>> run_read(std::function<Result<void>(Reader&)> work) = 0;

 private:
  template <class R>
  static ports::Task<R> finish(ports::Task<Result<void>> running, std::shared_ptr<std::optional<R>> result) {
    Result<void> outcome = co_await running;
    if (!outcome) co_return domain::fail(outcome.error());
    co_return std::move(**result);
  }
};

}  // namespace connector::store
