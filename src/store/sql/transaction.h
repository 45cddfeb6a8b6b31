#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "store/audit_chain.h"
#include "store/console_store.h"
#include "store/sql/database.h"
#include "store/store.h"

namespace connector::store::sql {

/// The statements behind Reader and Transaction on one connection. The owner opens and ends transactions and
/// calls begin_group, then per closure begin_closure and keep_closure or drop_closure, then flush before COMMIT:
/// counters and the audit head change with every closure but are written once per commit.
class SqlTransaction final : public Transaction, public ConsoleTransaction {
 public:
  explicit SqlTransaction(Database& database) : database_(database) {}

  void begin_group();
  void begin_closure();
  void keep_closure();
  void drop_closure();
  Result<void> flush();

  // connections, secrets, watermarks, leases: transaction_connections.cpp
  Result<std::vector<ConnectionRow>> connections() override;
  Result<std::vector<ConnectionRow>> removed_connections() override;
  Result<std::vector<ConnectionRow>> connections_of_division(std::int64_t division, std::size_t limit) override;
  Result<std::optional<ConnectionRow>> connection(std::string_view name) override;
  Result<std::optional<ConnectionRow>> connection(ConnectionId id) override;
  Result<ConnectionId> add_connection(const ConnectionRow& row) override;
  Result<void> update_connection(const ConnectionRow& row) override;
  Result<void> remove_connection(ConnectionId connection) override;
  Result<void> restore_connection(ConnectionId connection) override;
  Result<std::int64_t> raise_mapping_version(ConnectionId connection) override;
  Result<std::optional<std::string>> sealed_secret(ConnectionId connection, std::string_view name) override;
  Result<std::vector<SealedSecret>> sealed_secrets() override;
  Result<void> put_sealed_secret(ConnectionId connection, std::string_view name, std::string_view sealed) override;
  Result<void> delete_sealed_secret(ConnectionId connection, std::string_view name) override;
  Result<std::optional<std::string>> watermark(ConnectionId connection, std::string_view name) override;
  Result<void> put_watermark(ConnectionId connection, std::string_view name, std::string_view value) override;
  Result<std::optional<Lease>> acquire_lease(std::string_view name, std::string_view owner, UtcTime now,
                                             UtcTime until) override;
  Result<void> release_lease(std::string_view name, std::string_view owner) override;
  Result<void> release_leases(std::string_view prefix, std::string_view owner) override;
  Result<int> schema_version() override;
  Result<std::int64_t> connections_version() override;
  Result<std::vector<Lease>> leases(std::string_view prefix, UtcTime now) override;
  Result<std::vector<PostingRow>> blocked_by(ConnectionId connection, std::string_view key) override;
  Result<std::vector<PostingRow>> waiting_of_kind(ConnectionId connection, domain::PostingKind kind) override;

  // orders, mappings, cached reference data: transaction_orders.cpp
  Result<std::optional<OrderRow>> order(ConnectionId connection, std::string_view purchase_order_id) override;
  Result<void> put_order(const OrderRow& row) override;
  Result<domain::Mapping> mapping(ConnectionId connection) override;
  Result<void> replace_mapping(ConnectionId connection, const domain::Mapping& mapping) override;
  Result<std::optional<ReferenceRow>> reference(ConnectionId connection, std::string_view kind,
                                                std::string_view code) override;
  Result<std::vector<ReferenceRow>> references(ConnectionId connection, std::string_view kind) override;
  Result<void> put_reference(ConnectionId connection, const ReferenceRow& row) override;
  Result<void> delete_reference(ConnectionId connection, std::string_view kind, std::string_view id) override;
  Result<void> replace_references(ConnectionId connection, std::string_view kind,
                                  const std::vector<ReferenceRow>& rows) override;

  // postings: transaction_postings.cpp and, for lists, transaction_lists.cpp
  Result<std::optional<PostingRow>> posting(ConnectionId connection, std::string_view key) override;
  Result<std::vector<PostingRow>> postings_of(ConnectionId connection, std::string_view source_id) override;
  Result<std::vector<PostingRow>> postings(const PostingFilter& filter) override;
  Result<std::vector<SealedSecret>> secret_names() override;
  Result<void> visit_newest_references(
      std::string_view kind, const std::function<Result<void>(ConnectionId, std::string_view data)>& visit) override;
  Result<std::vector<StateCount>> posting_counts(ConnectionId connection) override;
  Result<std::vector<std::string>> held_sources(ConnectionId connection, std::int64_t older_than_mapping_version,
                                                std::size_t limit) override;
  Result<void> insert_posting(const PostingRow& row) override;
  Result<void> update_posting(const PostingRow& row, std::optional<int> expected_attempt) override;

  // the work queue: transaction_queue.cpp
  Result<std::optional<UtcTime>> next_due(ConnectionId connection) override;
  Result<std::vector<ConnectionId>> connections_due(UtcTime now) override;
  Result<std::vector<ConnectionId>> connections_with_notices(UtcTime now) override;
  Result<std::vector<ConnectionId>> connections_with_outdated_held() override;
  Result<std::vector<PostingRow>> claim(ConnectionId connection, const Claimant& claimant, std::size_t limit,
                                        Due due) override;

  // the audit trail: transaction_audit.cpp
  Result<std::vector<AuditRecord>> audit(const AuditFilter& filter) override;
  Result<AuditVerdict> verify_audit() override;
  Result<void> append_audit(AuditRecord record) override;

  // schedules: transaction_schedules.cpp
  Result<FlowRow> flow(ConnectionId connection, std::string_view name) override;
  Result<std::vector<FlowRow>> flows(ConnectionId connection) override;
  Result<void> put_flow(const FlowRow& row) override;

  // webhooks: transaction_webhooks.cpp
  Result<std::optional<UtcTime>> notice_received_at(ConnectionId connection, std::string_view source,
                                                    std::string_view event_id) override;
  Result<std::vector<NoticeRow>> open_notices(ConnectionId connection, UtcTime now, std::size_t limit) override;
  Result<std::vector<NoticeStatus>> notice_status(ConnectionId connection) override;
  Result<bool> was_announced(ConnectionId connection, std::string_view flow, std::string_view entity,
                             UtcTime since) override;
  Result<std::optional<PostingRow>> posting_of_target(ConnectionId connection, std::string_view target_id) override;
  Result<void> add_notice(const NoticeRow& row) override;
  Result<void> update_notice(const NoticeRow& row) override;
  Result<void> forget_notices(ConnectionId connection, UtcTime before) override;

  // budgets: transaction_budgets.cpp
  Result<std::vector<BudgetWindow>> budget_windows(ConnectionId connection) override;
  Result<BudgetGrant> take_budget(ConnectionId connection, const std::vector<BudgetAsk>& asks, std::int64_t wanted,
                                  UtcTime now) override;
  Result<std::int64_t> take_from_bucket(ConnectionId connection, std::string_view name, std::int64_t size,
                                        domain::Milliseconds period, std::int64_t wanted,
                                        std::optional<std::int64_t> left, UtcTime now) override;

  // the console: transaction_console.cpp and, for lists, transaction_console_lists.cpp
  Result<std::vector<ConsoleUser>> console_users() override;
  Result<std::optional<ConsoleUser>> console_user(std::string_view name) override;
  Result<std::optional<ConsoleUser>> console_user(std::int64_t id) override;
  Result<std::optional<ConsoleSession>> console_session(std::string_view token_hash) override;
  Result<std::vector<ApiToken>> api_tokens() override;
  Result<std::optional<ApiToken>> api_token(std::string_view token_hash) override;
  Result<std::vector<ListedOrder>> orders(const OrderFilter& filter) override;
  Result<void> visit_failures(ConnectionId connection,
                              const std::function<Result<void>(const Failure&)>& visit) override;
  Result<std::string> posting_document(std::int64_t id) override;
  Result<std::vector<AuditRecord>> audit_list(const AuditListFilter& filter) override;
  Result<std::int64_t> audit_sequence() override;
  Result<std::vector<PostedHour>> posted_hours(ConnectionId connection, std::int64_t from_hour) override;
  Result<std::int64_t> add_console_user(const ConsoleUser& user) override;
  Result<void> update_console_user(const ConsoleUser& user) override;
  Result<void> remove_console_user(std::int64_t id) override;
  Result<void> put_console_session(const ConsoleSession& session) override;
  Result<void> remove_console_session(std::string_view token_hash) override;
  Result<void> remove_console_sessions(std::int64_t user, std::string_view but_token_hash) override;
  Result<void> remove_expired_console_sessions(UtcTime now) override;
  Result<std::int64_t> add_api_token(const ApiToken& token) override;
  Result<void> note_api_token_use(std::int64_t id, UtcTime now) override;
  Result<void> remove_api_token(std::int64_t id) override;
  Result<bool> index_for_console(std::size_t limit) override;

 private:
  using CountKey = std::tuple<ConnectionId, std::int64_t, std::int64_t>;  ///< connection, state, cause
  struct QueuePlace {
    std::optional<std::int64_t> queue;
    std::optional<std::int64_t> due_at;
  };

  struct KnownMapping {
    std::int64_t version = 0;
    domain::Mapping mapping;
  };

  Result<void> require_change(Query& query, std::string_view what);
  /// Raises connections_version().
  Result<void> note_connections_changed();
  Result<std::vector<ConnectionRow>> read_connections(Query& query);
  Result<std::optional<PostingRow>> posting_by_id(std::int64_t id);
  /// Rowid of a posting by key, 0 if there is none; `only_posted` leaves out all but posted ones.
  Result<std::int64_t> find_posting(ConnectionId connection, std::string_view key, bool only_posted);
  Result<QueuePlace> place_in_queue(ConnectionId connection, const PostingRow& row);
  Result<void> put_body(std::int64_t id, std::string_view body);
  Result<void> release_dependents(ConnectionId connection, std::string_view key);
  void count(ConnectionId connection, std::int64_t state, std::int64_t cause, std::int64_t change);
  Result<void> promote_due(ConnectionId connection, UtcTime now);
  struct Candidate {
    std::int64_t id = 0;
    std::string depends_on;
  };
  Result<std::vector<Candidate>> ready(ConnectionId connection, UtcTime now, std::size_t limit, Due due);
  Result<PostingRow> lease_posting(std::int64_t id, const Claimant& claimant);
  Result<std::optional<std::int64_t>> mapping_version(ConnectionId connection);
  Result<domain::Mapping> read_mapping(ConnectionId connection);
  void remember(ConnectionId connection, std::int64_t version, const domain::Mapping& mapping);
  Result<AuditHead> audit_head();
  Result<std::int64_t> number_watermark(std::string_view name);
  Result<bool> index_orders(std::size_t limit);
  Result<bool> index_posted(std::size_t limit);

  Database& database_;
  std::map<CountKey, std::int64_t> group_counts_;
  std::map<CountKey, std::int64_t> closure_counts_;
  std::optional<AuditHead> head_;
  bool head_changed_ = false;
  std::optional<AuditHead> head_before_closure_;
  bool head_changed_before_closure_ = false;
  std::map<ConnectionId, KnownMapping> mappings_;
  std::int64_t known_on_ = 0;     ///< number of the database connection that mappings_ was read on
  std::size_t known_rows_ = 0;    ///< of all of mappings_
  bool mapping_changed_ = false;  ///< in this group: what it reads may be rolled back
};

}  // namespace connector::store::sql
