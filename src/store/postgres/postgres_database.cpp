#include "store/postgres/postgres_database.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <chrono>
#include <deque>
#include <stdexcept>
#include <thread>
#include <vector>

#include "json/utf8.h"
#include "store/postgres/statement_text.h"

namespace connector::store::postgres {

using domain::Cause;
using domain::Error;
using domain::fail;

namespace {

// Numbers of PostgreSQL's types (pg_type.dat).
constexpr Oid bool_type = 16;
constexpr Oid bytea_type = 17;
constexpr Oid int8_type = 20;
constexpr Oid int2_type = 21;
constexpr Oid int4_type = 23;
constexpr Oid text_type = 25;
constexpr Oid oid_type = 26;

/// Of the advisory lock that the writer holds: "MLCN". A process that sleeps with it is cut off after
/// idle_in_transaction_session_timeout, before those that wait give up.
constexpr std::string_view begin_writing =
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
    " SELECT pg_advisory_xact_lock(1296843598), pg_current_xact_id()::text";
constexpr std::string_view begin_reading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
constexpr std::string_view ask_identity =
    "SELECT s.system_identifier::text || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '/' || d.oid"
    " FROM pg_control_system() s, pg_database d WHERE d.datname=current_database()";

constexpr std::int64_t oldest_version = 130000;  // pg_current_xact_id

void say_nothing(void*, const char*) {}

std::string first_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  return std::string(text.substr(0, text.find('\n')));
}

std::string_view state_of(const PGresult* answer) {
  const char* state = answer == nullptr ? nullptr : PQresultErrorField(answer, PG_DIAG_SQLSTATE);
  return state == nullptr ? std::string_view() : std::string_view(state);
}

bool is_success(const PGresult* answer) {
  const auto status = PQresultStatus(answer);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

std::int64_t big_endian(const char* bytes, int count) {
  std::uint64_t value = (bytes[0] & 0x80) != 0 ? ~std::uint64_t{0} : 0;
  for (int at = 0; at < count; ++at) value = value << 8U | static_cast<unsigned char>(bytes[at]);
  return static_cast<std::int64_t>(value);
}

std::array<char, 8> big_endian(std::int64_t value) {
  std::array<char, 8> bytes{};
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    bytes[at] = static_cast<char>(static_cast<std::uint64_t>(value) >> (56 - 8 * at));
  }
  return bytes;
}

}  // namespace

/// Prepared at its first run on a connection, when the types of its parameters are known.
class PostgresStatement final : public sql::Statement {
 public:
  PostgresStatement(PostgresDatabase& database, std::string text, std::string name)
      : database_(database), text_(std::move(text)), name_(std::move(name)) {}

  void bind_integer(int position, std::int64_t value) override {
    auto& parameter = at(position, int8_type);
    parameter.number = big_endian(value);
    parameter.text = {parameter.number.data(), parameter.number.size()};
  }
  void bind_text(int position, std::string_view value) override {
    // The server would refuse other bytes.
    if (!json::is_plain_utf8(value)) value = cleaned_.emplace_back(json::plain_utf8(value));
    at(position, text_type).text = value.data() == nullptr ? std::string_view("") : value;
  }
  void bind_blob(int position, std::string_view value) override {
    at(position, bytea_type).text = value.data() == nullptr ? std::string_view("") : value;
  }
  void bind_null(int position, Type type) override {
    at(position, type == Type::integer ? int8_type : type == Type::text ? text_type : bytea_type).is_null = true;
  }

  Step step() override {
    if (!answer_) {
      if (!run()) return state_of(answer_.get()).starts_with("23") ? Step::constraint : Step::failed;
    }
    return ++row_ < PQntuples(answer_.get()) ? Step::row : Step::done;
  }
  Error error() const override { return database_.describe(answer_.get()); }

  std::int64_t integer(int column) const override {
    if (is_null(column)) return 0;
    const char* bytes = PQgetvalue(answer_.get(), row_, column);
    switch (PQftype(answer_.get(), column)) {
      case int8_type:
        return big_endian(bytes, 8);
      case int4_type:
        return big_endian(bytes, 4);
      case oid_type:
        return big_endian(bytes, 4) & 0xffffffff;
      case int2_type:
        return big_endian(bytes, 2);
      case bool_type:
        return bytes[0] != 0 ? 1 : 0;
      default:
        throw std::logic_error("column " + std::to_string(column) + " is no integer: " + text_);
    }
  }
  bool is_null(int column) const override { return PQgetisnull(answer_.get(), row_, column) != 0; }
  bool is_blob(int column) const override { return PQftype(answer_.get(), column) == bytea_type; }
  std::string_view view(int column) const override {
    return {PQgetvalue(answer_.get(), row_, column),
            static_cast<std::size_t>(PQgetlength(answer_.get(), row_, column))};
  }
  void reset() override {
    answer_.reset();
    row_ = -1;
    parameters_.clear();
    cleaned_.clear();
  }

 private:
  struct Parameter {
    Oid type = 0;
    bool is_null = false;
    std::array<char, 8> number{};
    std::string_view text;
  };

  Parameter& at(int position, Oid type) {
    while (parameters_.size() < static_cast<std::size_t>(position)) parameters_.emplace_back();
    auto& parameter = parameters_[static_cast<std::size_t>(position) - 1];
    parameter.type = type;
    parameter.is_null = false;
    return parameter;
  }

  bool keep(PGresult* answer) {
    answer_.reset(answer);
    row_ = -1;
    return is_success(answer);
  }

  bool prepare(const std::vector<Oid>& types) {
    const bool is_prepared = prepared_on_ == database_.connection_number_;
    if (is_prepared && types == types_ && !is_outdated_) return true;
    if (is_prepared && !keep(PQexec(database_.connection_.get(), ("DEALLOCATE " + name_).c_str()))) {
      return false;
    }
    prepared_on_ = 0;
    if (!keep(PQprepare(database_.connection_.get(), name_.c_str(), text_.c_str(), static_cast<int>(types.size()),
                        types.data()))) {
      return false;
    }
    prepared_on_ = database_.connection_number_;
    types_ = types;
    is_outdated_ = false;
    return true;
  }

  bool run() {
    if (!database_.is_connected()) return false;
    std::vector<Oid> types;
    std::vector<const char*> values;
    std::vector<int> lengths;
    for (const auto& parameter : parameters_) {
      types.push_back(parameter.type == 0 ? text_type : parameter.type);
      values.push_back(parameter.is_null || parameter.type == 0 ? nullptr : parameter.text.data());
      lengths.push_back(static_cast<int>(parameter.text.size()));
    }
    if (!prepare(types)) return false;
    const std::vector<int> binary(parameters_.size(), 1);
    const bool good =
        keep(PQexecPrepared(database_.connection_.get(), name_.c_str(), static_cast<int>(parameters_.size()),
                            values.data(), lengths.data(), binary.data(), 1));
    if (!good) {
      // "cached plan must not change result type": another process has changed the schema.
      is_outdated_ = state_of(answer_.get()) == "0A000";
      return false;
    }
    const std::string_view changed = PQcmdTuples(answer_.get());
    database_.changes_ = 0;
    std::from_chars(changed.data(), changed.data() + changed.size(), database_.changes_);
    return true;
  }

  PostgresDatabase& database_;
  std::string text_;
  std::string name_;
  std::vector<Oid> types_;
  std::int64_t prepared_on_ = 0;  ///< number of the connection
  bool is_outdated_ = false;
  std::deque<Parameter> parameters_;
  std::deque<std::string> cleaned_;
  PostgresDatabase::Answer answer_;
  int row_ = -1;
};

void PostgresDatabase::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }
void PostgresDatabase::Clear::operator()(pg_result* result) const { PQclear(result); }

PostgresDatabase::PostgresDatabase(DatabaseOptions options) : options_(std::move(options)) {}
PostgresDatabase::~PostgresDatabase() = default;

Result<std::unique_ptr<PostgresDatabase>> PostgresDatabase::open(DatabaseOptions options) {
  std::unique_ptr<PostgresDatabase> database(new PostgresDatabase(std::move(options)));
  if (auto connected = database->ensure_connected(); !connected) return fail(connected.error());
  return database;
}

bool PostgresDatabase::is_connected() const { return connection_ && PQstatus(connection_.get()) == CONNECTION_OK; }

int PostgresDatabase::server_version() const { return connection_ ? PQserverVersion(connection_.get()) : 0; }
int PostgresDatabase::server_process() const { return connection_ ? PQbackendPID(connection_.get()) : 0; }

void PostgresDatabase::break_connection() {
  if (!connection_) return;
  const int socket = PQsocket(connection_.get());
  std::array<char, 4096> lost{};
  while (::recv(socket, lost.data(), lost.size(), MSG_DONTWAIT) > 0) {
  }
  ::shutdown(socket, SHUT_RDWR);
}

std::string PostgresDatabase::place() const {
  if (!connection_) return "postgresql://";
  const auto text = [](const char* value) { return value == nullptr ? std::string_view() : std::string_view(value); };
  return fmt::format("postgresql://{}:{}/{}", text(PQhost(connection_.get())), text(PQport(connection_.get())),
                     text(PQdb(connection_.get())));
}

Result<void> PostgresDatabase::connect() {
  // The URL comes last: what it says wins.
  const std::array<const char*, 9> names{"connect_timeout",           "keepalives_idle",  "keepalives_interval",
                                         "keepalives_count",          "tcp_user_timeout", "client_encoding",
                                         "fallback_application_name", "dbname",           nullptr};
  const std::array<const char*, 9> values{"10",   "10", "5", "3", "15000", "UTF8", "ml-connector", options_.url.c_str(),
                                          nullptr};
  connection_.reset(PQconnectdbParams(names.data(), values.data(), 1));
  ++connection_number_;
  is_greeted_ = false;
  if (!is_connected()) return fail(describe(nullptr));
  PQsetNoticeProcessor(connection_.get(), say_nothing, nullptr);
  if (server_version() < oldest_version) {
    return fail(Cause::store_failure,
                fmt::format("store {}: PostgreSQL {} is too old, 13 is needed", place(), server_version() / 10000));
  }
  const auto settings = fmt::format(
      "SET synchronous_commit=on; SET lock_timeout={}; SET idle_in_transaction_session_timeout={};"
      " SET standard_conforming_strings=on",
      options_.lock_timeout.count(), options_.lock_timeout.count() / 2);
  if (auto set = ask(settings); !set) return fail(set.error());
  auto standby = ask("SELECT pg_is_in_recovery()");
  if (!standby) return fail(standby.error());
  if (PQgetvalue(standby->get(), 0, 0) == std::string_view("t")) {
    return fail(Cause::store_failure,
                fmt::format("store {}: the server is a standby: name the primary one, or all of them with "
                            "target_session_attrs=read-write in the URL",
                            place()));
  }
  auto identity = ask(std::string(ask_identity));
  if (!identity) return fail(identity.error());
  identity_ = PQgetvalue(identity->get(), 0, 0);
  return {};
}

Result<void> PostgresDatabase::ensure_connected() {
  if (!is_connected()) {
    if (auto connected = connect(); !connected) {
      connection_.reset();
      return connected;
    }
  }
  if (is_greeted_ || is_greeting_ || !options_.on_connect) return {};
  is_greeting_ = true;
  auto greeted = options_.on_connect(*this);
  is_greeting_ = false;
  is_greeted_ = greeted.has_value();
  return greeted;
}

Error PostgresDatabase::describe(const pg_result* answer) const {
  const auto state = state_of(answer);
  std::string what;
  if (state == "55P03") {
    what = fmt::format("another process has kept it locked for longer than {} ms", options_.lock_timeout.count());
  } else if (state == "53100") {
    what = "the server's disk is full: free some space; nothing is written until then";
  } else if (state == "25006") {
    what = "the server takes no changes: name the primary one, not a standby";
  } else if (answer != nullptr && !state.empty()) {
    what = fmt::format("{} (SQLSTATE {})", PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY), state);
  } else if (connection_) {
    what = "the server cannot be reached: " + first_line(PQerrorMessage(connection_.get()));
  } else {
    what = "the server cannot be reached";
  }
  return Error{Cause::store_failure, fmt::format("store {}: {}", place(), what)};
}

Result<PostgresDatabase::Answer> PostgresDatabase::ask(const std::string& sql) {
  Answer answer(PQexec(connection_.get(), sql.c_str()));
  if (!is_success(answer.get())) return fail(describe(answer.get()));
  return answer;
}

Result<void> PostgresDatabase::execute(const std::string& script) {
  auto answer = is_connected() ? ask(script) : Result<Answer>(fail(describe(nullptr)));
  if (answer) return {};
  note_failure(answer.error());
  return fail(answer.error());
}

Result<PostgresDatabase::Answer> PostgresDatabase::begin(const std::string& sql) {
  for (bool again = true;; again = false) {
    if (auto ready = ensure_connected(); !ready) return fail(ready.error());
    auto begun = ask(sql);
    if (begun) return begun;
    roll_back();
    // A connection that was lost while nothing was asked is noticed here first.
    if (is_connected() || !again) return begun;
  }
}

Result<void> PostgresDatabase::begin_write() {
  auto begun = begin(std::string(begin_writing));
  if (!begun) return fail(begun.error());
  transaction_id_ = PQgetvalue(begun->get(), 0, 1);
  return {};
}

Result<void> PostgresDatabase::begin_read() {
  auto begun = begin(std::string(begin_reading));
  if (!begun) return fail(begun.error());
  return {};
}

Result<void> PostgresDatabase::commit() {
  if (!is_connected()) return fail(describe(nullptr));
  const bool sent = PQsendQuery(connection_.get(), "COMMIT") != 0;
  if (options_.after_commit_sent) options_.after_commit_sent(*this);
  Answer answer;
  while (PGresult* next = sent ? PQgetResult(connection_.get()) : nullptr) {
    answer.reset(next);
    if (PQstatus(connection_.get()) != CONNECTION_OK) break;
  }
  if (answer && is_success(answer.get())) {
    // PostgreSQL ends a failed transaction's COMMIT with ROLLBACK and calls that a success.
    if (PQcmdStatus(answer.get()) == std::string_view("COMMIT")) return {};
    return fail(Cause::store_failure, "store " + place() + ": PostgreSQL rolled the transaction back");
  }
  if (is_connected()) return fail(describe(answer.get()));
  return find_out_commit();
}

Result<void> PostgresDatabase::find_out_commit() {
  const auto patience = std::chrono::steady_clock::now() + options_.commit_patience;
  const std::string identity = identity_;
  const std::string question = fmt::format("SELECT pg_xact_status('{}'::xid8)", transaction_id_);
  Error last = describe(nullptr);
  while (std::chrono::steady_clock::now() < patience) {
    auto connected = is_connected() ? Result<void>() : connect();
    if (connected) {
      // Another server, or one that has lost a part of its history, knows other transactions by the same number.
      if (identity_ != identity) break;
      auto answer = ask(question);
      if (answer) {
        const std::string_view status = PQgetvalue(answer->get(), 0, 0);
        if (status == "committed") return {};
        if (status == "aborted") return fail(last);
      } else if (is_connected()) {
        break;
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return fail(Cause::store_failure, last.message + "; whether the transaction was committed cannot be found out");
}

void PostgresDatabase::roll_back() {
  if (in_transaction()) Answer(PQexec(connection_.get(), "ROLLBACK"));
}

bool PostgresDatabase::in_transaction() const {
  if (!is_connected()) return false;
  const auto status = PQtransactionStatus(connection_.get());
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

bool PostgresDatabase::is_spoiled() const {
  return is_connected() && PQtransactionStatus(connection_.get()) == PQTRANS_INERROR;
}

Result<bool> PostgresDatabase::has_table(std::string_view name) {
  sql::Query query(*this,
                   "SELECT 1 FROM pg_catalog.pg_class WHERE relname=? AND relkind='r'"
                   " AND relnamespace=to_regnamespace(quote_ident(current_schema()))",
                   name);
  const bool found = query.step();
  if (auto done = query.finish(); !done) return fail(done.error());
  return found;
}

sql::Statement* PostgresDatabase::statement(std::string_view sql, Error&) {
  if (auto known = statements_.find(sql); known != statements_.end()) return known->second.get();
  auto added = std::make_unique<PostgresStatement>(*this, statement_text(sql),
                                                   "connector_" + std::to_string(statements_.size()));
  return statements_.emplace(std::string(sql), std::move(added)).first->second.get();
}

}  // namespace connector::store::postgres
