#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "domain/result.h"
#include "domain/time.h"

namespace connector::store::sql {

using domain::Result;

/// Bytes to bind or read as a BLOB.
struct Blob {
  std::string_view bytes;
};

/// A prepared statement of one database connection. Positions count from 1, columns from 0.
class Statement {
 public:
  enum class Type { integer, text, blob };
  enum class Step {
    row,         ///< there is one to be read
    done,        ///< it ran to its end
    constraint,  ///< refused: it violates a constraint
    failed,      ///< see error()
  };

  virtual ~Statement() = default;
  virtual void bind_integer(int position, std::int64_t value) = 0;
  /// Texts and bytes must live until `reset`.
  virtual void bind_text(int position, std::string_view value) = 0;
  virtual void bind_blob(int position, std::string_view value) = 0;
  /// `type`: of what might have been bound instead.
  virtual void bind_null(int position, Type type) = 0;
  virtual Step step() = 0;
  /// Why the last step ended with `constraint` or `failed`.
  virtual domain::Error error() const = 0;
  virtual std::int64_t integer(int column) const = 0;  ///< 0 for NULL; of a truth value 0 or 1
  virtual bool is_null(int column) const = 0;
  virtual bool is_blob(int column) const = 0;
  /// Of a text or BLOB, empty for NULL. Valid until the next step.
  virtual std::string_view view(int column) const = 0;
  /// Ends the run and forgets what was bound.
  virtual void reset() = 0;
};

/// What is bound where the columns are known at run time alone. Bytes must live as long as the query.
struct Value {
  Statement::Type type = Statement::Type::text;
  bool is_null = false;
  std::int64_t number = 0;
  std::string_view bytes;
};

/// One connection to a database, with its prepared statements. SQL is written as SQLite and PostgreSQL both understand
/// it, with parameters as SQLite numbers them ("?" is the next one, "?3" the third), and with SQLite's hints to its
/// planner (INDEXED BY, "+" before a column), which PostgreSQL is not told. Used by one thread at a time.
class Database {
 public:
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  virtual ~Database() = default;

  /// Runs one statement that is run often and gives nothing back, e.g. SAVEPOINT.
  Result<void> run(std::string_view sql);
  /// Runs statements without parameters and results, e.g. a migration.
  virtual Result<void> execute(const std::string& script) = 0;
  /// Begins a transaction that no other writer's can come between, of this process or another.
  virtual Result<void> begin_write() = 0;
  /// Begins a transaction that sees one state of the database.
  virtual Result<void> begin_read() = 0;
  /// Success means durable, failure that nothing of the transaction is.
  virtual Result<void> commit() = 0;
  /// Ends the transaction, if one is open, without effect.
  virtual void roll_back() = 0;
  /// True while a transaction is open; a failure may have ended it.
  virtual bool in_transaction() const = 0;
  /// True where the open transaction takes nothing more before it is rolled back, be it to a savepoint: PostgreSQL's
  /// after a violated constraint.
  virtual bool is_spoiled() const = 0;
  /// Rows that the last statement that changes any has changed.
  virtual std::int64_t changes() const = 0;
  /// Grows each time that a lost connection was made anew: what was known of the database may be so no longer.
  virtual std::int64_t connection_number() const { return 0; }
  /// Whether there is a table of this name, in lower case.
  virtual Result<bool> has_table(std::string_view name) = 0;

  /// The first store failure since the last `forget_failure`, so that a closure cannot swallow it.
  const std::optional<domain::Error>& failure() const { return failure_; }
  void forget_failure() { failure_.reset(); }
  /// Until end_work nothing more is run after a failure: SQLite ends a transaction by itself after some, and each
  /// statement of work that goes on would be committed on its own.
  void begin_work() {
    failure_.reset();
    is_working_ = true;
  }
  void end_work() { is_working_ = false; }

 protected:
  /// nullptr, with `error` set, for what cannot be prepared. The database owns it.
  virtual Statement* statement(std::string_view sql, domain::Error& error) = 0;
  void note_failure(const domain::Error& error) {
    if (!failure_) failure_ = error;
  }

 private:
  friend class Query;
  std::optional<domain::Error> failure_;
  bool is_working_ = false;
};

/// One run of a prepared statement, with parameters bound in order. The first error sticks: `step` returns
/// false from then on and `finish` reports it. Two runs of the same statement may not overlap. Texts are not
/// copied: they must live as long as the query.
class Query {
 public:
  template <class... Arguments>
  Query(Database& database, std::string_view sql, Arguments&&... arguments) : database_(database) {
    static_assert((!std::is_same_v<Arguments, std::string> && ...), "a temporary text would be gone before it is used");
    if (!prepare(sql)) return;
    int position = 0;
    (bind(++position, arguments), ...);
  }
  Query(Database& database, std::string_view sql, std::span<const Value> values) : database_(database) {
    if (!prepare(sql)) return;
    int position = 0;
    for (const Value& value : values) bind(++position, value);
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query() {
    if (statement_ != nullptr) statement_->reset();
  }

  /// True when a row is there to be read.
  bool step();
  /// Runs to the end and reports any error of this query.
  Result<void> finish();
  /// Like finish, for an INSERT with RETURNING id: nullopt where a conflict kept it from inserting.
  Result<std::optional<std::int64_t>> inserted_id();
  /// Like finish, for a caller that maps a violated constraint itself. Such a closure must end with a failure:
  /// PostgreSQL runs nothing more in it.
  bool violated_constraint() const { return violated_constraint_; }

  std::int64_t integer(int column) const { return statement_->integer(column); }
  bool is_null(int column) const { return statement_->is_null(column); }
  bool is_blob(int column) const { return statement_->is_blob(column); }
  std::string text(int column) const { return std::string(view(column)); }
  /// Valid until the next step.
  std::string_view view(int column) const { return statement_->view(column); }
  domain::UtcTime time(int column) const { return domain::from_epoch_milliseconds(integer(column)); }
  std::optional<domain::UtcTime> optional_time(int column) const;

 private:
  bool prepare(std::string_view sql);
  void bind(int position, std::integral auto value) {
    statement_->bind_integer(position, static_cast<std::int64_t>(value));
  }
  void bind(int position, std::string_view value) { statement_->bind_text(position, value); }
  void bind(int position, const std::string& value) { statement_->bind_text(position, value); }
  void bind(int position, const char* value) { statement_->bind_text(position, value); }
  void bind(int position, Blob value) { statement_->bind_blob(position, value.bytes); }
  void bind(int position, const Value& value);
  void bind(int position, domain::UtcTime value) {
    statement_->bind_integer(position, domain::to_epoch_milliseconds(value));
  }
  template <class T>
  void bind(int position, const std::optional<T>& value) {
    if (value) {
      bind(position, *value);
    } else {
      constexpr bool is_text = std::is_convertible_v<T, std::string_view>;
      statement_->bind_null(position, is_text ? Statement::Type::text : Statement::Type::integer);
    }
  }

  Database& database_;
  Statement* statement_ = nullptr;
  bool done_ = false;
  bool violated_constraint_ = false;
  std::optional<domain::Error> error_;
};

}  // namespace connector::store::sql
