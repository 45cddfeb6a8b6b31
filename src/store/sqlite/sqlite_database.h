#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/sql/database.h"

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

class SqliteStatement;

/// One SQLite connection with its cached statements. Used by one thread at a time.
class SqliteDatabase final : public sql::Database {
 public:
  /// Opens or creates the file (mode 0600) and sets the connection up: WAL, FULL, foreign keys.
  static Result<std::unique_ptr<SqliteDatabase>> open(const std::string& path, const DatabaseOptions& options);
  ~SqliteDatabase() override;

  Result<void> execute(const std::string& script) override;
  /// store_failure too if the file is no longer at its path: what is written then would be gone after a restart.
  Result<void> begin_write() override;
  Result<void> begin_read() override { return run("BEGIN"); }
  Result<void> commit() override { return run("COMMIT"); }
  void roll_back() override;
  /// A full disk or an I/O error may have ended it.
  bool in_transaction() const override { return sqlite3_get_autocommit(handle_) == 0; }
  bool is_spoiled() const override { return false; }
  std::int64_t changes() const override { return sqlite3_changes64(handle_); }
  Result<bool> has_table(std::string_view name) override;
  /// Forgets cached statements with their memory.
  void drop_statements();
  sqlite3* handle() const { return handle_; }

 protected:
  sql::Statement* statement(std::string_view sql, domain::Error& error) override;

 private:
  friend class SqliteStatement;
  SqliteDatabase(sqlite3* handle, std::string path, const DatabaseOptions& options);
  Result<void> set_up(const DatabaseOptions& options);
  domain::Error describe(int code) const;

  sqlite3* handle_;
  std::string path_;
  domain::Milliseconds busy_timeout_;
  struct Known {
    std::string_view sql;  ///< of the key in statements_
    SqliteStatement* statement = nullptr;
  };
  std::map<std::string, std::unique_ptr<SqliteStatement>, std::less<>> statements_;
  /// By the text's address: most are literals, and comparing one text is cheaper than a search among all.
  std::unordered_map<const char*, Known> by_address_;
};

}  // namespace connector::store::sqlite
