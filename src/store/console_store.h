#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/store.h"

namespace connector::store {

/// A person who may sign in to the console. Hashes are SHA-256 in hex, the password's is argon2id as libsodium writes
/// it.
struct ConsoleUser {
  std::int64_t id = 0;        ///< set by the store
  std::string name;           ///< unique, whatever the case of its letters
  std::string role;           ///< "administrator", "operator", "viewer"
  std::string password_hash;  ///< empty until the invitation was followed
  bool disabled = false;
  std::string invitation_hash;  ///< of the one-time link's token; empty if none is open
  std::optional<UtcTime> invitation_until;
  UtcTime created_at{};
  std::optional<UtcTime> signed_in_at;
};

struct ConsoleSession {
  std::string token_hash;
  std::int64_t user = 0;
  UtcTime created_at{};
  UtcTime seen_at{};
  UtcTime expires_at{};
};

/// A token by which another program uses the API with the rights of a role.
struct ApiToken {
  std::int64_t id = 0;  ///< set by the store
  std::string name;
  std::string token_hash;
  std::string role;
  std::string created_by;
  UtcTime created_at{};
  std::optional<UtcTime> used_at;
};

/// Whether a posting goes on only when a person does something: it is held, or tried again for a cause that waiting
/// does not cure.
bool waits_for_person(PostingState state, const std::optional<domain::Cause>& cause);

/// Which orders a list shows. `search` is the beginning of a purchase order number, or a customer order number, SKU
/// or the amount of a document as a whole, as it is planned now or was sent. The state before_go_live finds orders that
/// were left alone: one with documents from before go-live was moved is not among them.
struct OrderFilter {
  ConnectionId connection = 0;
  std::string search;
  enum class State { any, failed, waiting, skipped, before_go_live } state = State::any;
  std::optional<UtcTime> from;   ///< ordered then or later
  std::optional<UtcTime> until;  ///< ordered before
  bool oldest_first = false;
  /// Order time and id of the last row of the page before.
  std::optional<std::pair<UtcTime, std::int64_t>> after;
  std::size_t limit = 50;
};

struct ListedOrder {
  std::int64_t id = 0;  ///< for `OrderFilter::after`
  OrderRow order;
};

/// Which audit records a list shows, newest first. Empty members do not restrict.
struct AuditListFilter {
  std::optional<ConnectionId> connection;
  std::string source_id;
  std::string actor;                 ///< as a whole
  std::string action;                ///< the beginning, e.g. "posting."
  std::optional<UtcTime> from;       ///< recorded then or later
  std::optional<UtcTime> to;         ///< recorded before
  std::int64_t before_sequence = 0;  ///< 0 = from the newest
  std::size_t limit = 100;
};

/// What was posted within one hour (UTC, counted from 1970), per connection, currency and kind.
struct PostedHour {
  std::int64_t hour = 0;
  std::string currency;
  domain::PostingKind kind = domain::PostingKind::sales_invoice;
  std::int64_t count = 0;
  domain::Decimal total;
};

/// A posting that waits for a person, or is tried again for a cause: without its long texts, of which there are many.
struct Failure {
  std::int64_t id = 0;
  std::string key;
  std::string source_id;
  PostingState state = PostingState::held;
  Cause cause{};
  std::string cause_detail;
  domain::Decimal total;
  std::string currency;
  int attempt = 0;
  UtcTime updated_at{};
};

/// What the console reads, within the transactions of store.h. Errors: store_failure.
class ConsoleReader {
 public:
  virtual ~ConsoleReader() = default;
  virtual Result<std::vector<ConsoleUser>> console_users() = 0;  ///< by name
  virtual Result<std::optional<ConsoleUser>> console_user(std::string_view name) = 0;
  virtual Result<std::optional<ConsoleUser>> console_user(std::int64_t id) = 0;
  virtual Result<std::optional<ConsoleSession>> console_session(std::string_view token_hash) = 0;
  virtual Result<std::vector<ApiToken>> api_tokens() = 0;  ///< by id
  virtual Result<std::optional<ApiToken>> api_token(std::string_view token_hash) = 0;
  virtual Result<std::vector<ListedOrder>> orders(const OrderFilter& filter) = 0;  ///< by order time
  /// Shows every failure of a connection, newest posting first, until `visit` fails.
  virtual Result<void> visit_failures(ConnectionId connection,
                                      const std::function<Result<void>(const Failure&)>& visit) = 0;
  /// The document of a posting by its id, empty if it has none.
  virtual Result<std::string> posting_document(std::int64_t id) = 0;
  virtual Result<std::vector<AuditRecord>> audit_list(const AuditListFilter& filter) = 0;
  virtual Result<std::int64_t> audit_sequence() = 0;  ///< of the newest record, 0 if there is none
  /// From this hour on, by hour. `connection` 0 = sums over all.
  virtual Result<std::vector<PostedHour>> posted_hours(ConnectionId connection, std::int64_t from_hour) = 0;
};

/// What the console writes, durable together with all else of the transaction.
class ConsoleTransaction : public ConsoleReader {
 public:
  virtual Result<std::int64_t> add_console_user(const ConsoleUser& user) = 0;  ///< bad_input if the name exists
  virtual Result<void> update_console_user(const ConsoleUser& user) = 0;       ///< by id
  virtual Result<void> remove_console_user(std::int64_t id) = 0;               ///< with its sessions
  virtual Result<void> put_console_session(const ConsoleSession& session) = 0;
  virtual Result<void> remove_console_session(std::string_view token_hash) = 0;
  virtual Result<void> remove_console_sessions(std::int64_t user, std::string_view but_token_hash) = 0;
  virtual Result<void> remove_expired_console_sessions(UtcTime now) = 0;
  virtual Result<std::int64_t> add_api_token(const ApiToken& token) = 0;
  virtual Result<void> note_api_token_use(std::int64_t id, UtcTime now) = 0;
  virtual Result<void> remove_api_token(std::int64_t id) = 0;
  /// Takes what orders and postings came to be since the last call into what the console searches and sums by, at
  /// most `limit` of each; false once nothing is left.
  virtual Result<bool> index_for_console(std::size_t limit) = 0;
};

/// The console's side of a transaction. Every store's transactions have one; another would be a bug.
ConsoleReader& console(Reader& reader);
ConsoleTransaction& console(Transaction& transaction);

}  // namespace connector::store
