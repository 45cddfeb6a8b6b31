#pragma once

#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>

#include "domain/result.h"
#include "domain/time.h"

namespace connector::store::sqlite {

using domain::Result;

struct DatabaseOptions {
  std::string vfs;                            ///< name of a registered SQLite VFS; empty = the default one
  bool create = true;                         ///< make the file if it is not there
  std::int64_t cache_kib = 2048;              ///< page cache of this connection
  bool durable = true;                        ///< false: no fsync (deterministic simulation only)
  domain::Milliseconds busy_timeout{10'000};  ///< how long a lock of another process is waited for
  int page_bytes = 8192;                      ///< of a new store: half as many writes as with SQLite's 4 KiB pages
  int checkpoint_pages = 2000;                ///< the WAL is copied into the file when it is longer than this
};

/// One SQLite connection with its cached statements. Used by one thread at a time.
class Database {
 public:
  /// Opens or creates the file (mode 0600) and sets the connection up: WAL, FULL, foreign keys.
  static Result<std::unique_ptr<Database>> open(const std::string& path, const DatabaseOptions& options);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// Runs statements without parameters and results, e.g. a migration.
  Result<void> execute(const char* sql);
  /// Runs one statement that is run often, e.g. COMMIT.
  Result<void> run(std::string_view sql);
  /// True while a transaction is open; a full disk or an I/O error may have ended it.
  bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
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
  /// Forgets cached statements with their memory.
  void drop_statements();
  sqlite3* handle() const { return handle_; }

 private:
  friend class Query;
  Database(sqlite3* handle, std::string path, const DatabaseOptions& options);
  Result<void> set_up(const DatabaseOptions& options);
  domain::Error describe(int code) const;
  sqlite3_stmt* statement(std::string_view sql, int& code);

  sqlite3* handle_;
  std::string path_;
  domain::Milliseconds busy_timeout_;
  struct Known {
    std::string_view sql;  ///< of the key in statements_
    sqlite3_stmt* statement = nullptr;
  };
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
  /// By the text's address: most are literals, and comparing one text is cheaper than a search among all.
  std::unordered_map<const char*, Known> by_address_;
  std::optional<domain::Error> failure_;
  bool is_working_ = false;
};

/// Bytes to bind or read as a BLOB.
struct Blob {
  std::string_view bytes;
};

/// One run of a cached statement, with parameters bound in order. The first error sticks: `step` returns
/// false from then on and `finish` reports it. Two runs of the same statement may not overlap. Texts are not
/// copied: they must live as long as the query.
class Query {
 public:
  template <class... Arguments>
  Query(Database& database, std::string_view sql, Arguments&&... arguments) : database_(database) {
    static_assert((!std::is_same_v<Arguments, std::string> && ...), "a temporary text would be gone before it is used");
    prepare(sql);
    int position = 0;
    (bind(++position, arguments), ...);
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  /// True when a row is there to be read.
  bool step();
  /// Runs to the end and reports any error of this query.
  Result<void> finish();
  /// Like finish, for a caller that maps a violated constraint itself.
  bool violated_constraint() const { return (code_ & 0xff) == SQLITE_CONSTRAINT; }

  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  bool is_blob(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_BLOB; }
  std::string text(int column) const { return std::string(view(column)); }
  /// Valid until the next step.
  std::string_view view(int column) const;
  domain::UtcTime time(int column) const { return domain::from_epoch_milliseconds(integer(column)); }
  std::optional<domain::UtcTime> optional_time(int column) const;

 private:
  void prepare(std::string_view sql);
  void note(int code);
  void bind_integer(int position, std::int64_t value);
  void bind(int position, std::integral auto value) { bind_integer(position, static_cast<std::int64_t>(value)); }
  void bind(int position, std::string_view value);
  void bind(int position, const std::string& value) { bind(position, std::string_view(value)); }
  void bind(int position, const char* value) { bind(position, std::string_view(value)); }
  void bind(int position, Blob value);
  void bind(int position, const std::variant<Blob, std::string_view>& value) {
    std::visit([this, position](const auto& held) { bind(position, held); }, value);
  }
  void bind(int position, domain::UtcTime value) { bind_integer(position, domain::to_epoch_milliseconds(value)); }
  template <class T>
  void bind(int position, const std::optional<T>& value) {
    if (value) bind(position, *value);
  }

  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
  int code_ = SQLITE_OK;
  bool done_ = false;
  domain::Error error_;
};

}  // namespace connector::store::sqlite
