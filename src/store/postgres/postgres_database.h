#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "store/sql/database.h"

// libpq's, whose header only this folder sees.
struct pg_conn;
struct pg_result;

namespace connector::store::postgres {

using domain::Result;

class PostgresDatabase;
class PostgresStatement;

struct DatabaseOptions {
  std::string url;                               ///< postgresql://..., as libpq takes it
  domain::Milliseconds lock_timeout{10'000};     ///< how long another writer's transaction is waited for
  domain::Milliseconds commit_patience{60'000};  ///< how long a lost COMMIT is asked after
  /// Run on each connection that was made anew, before it is used; what it begins does not run it again.
  std::function<Result<void>(PostgresDatabase&)> on_connect;
  /// For tests: called between sending COMMIT and hearing of it.
  std::function<void(PostgresDatabase&)> after_commit_sent;
};

/// One connection to a PostgreSQL server, made again when it was lost. One writer at a time, of all processes, holds an
/// advisory lock of the database from begin_write to its end, so that writers see what they see in SQLite. A COMMIT
/// whose answer was lost is asked after by the id of its transaction. Used by one thread at a time.
class PostgresDatabase final : public sql::Database {
 public:
  static Result<std::unique_ptr<PostgresDatabase>> open(DatabaseOptions options);
  ~PostgresDatabase() override;

  Result<void> execute(const std::string& script) override;
  Result<void> begin_write() override;
  Result<void> begin_read() override;
  /// store_failure also where it stays unknown whether the transaction was committed: the server was not reached in
  /// time, or another one answers.
  Result<void> commit() override;
  void roll_back() override;
  bool in_transaction() const override;
  bool is_spoiled() const override;
  std::int64_t changes() const override { return changes_; }
  std::int64_t connection_number() const override { return connection_number_; }
  Result<bool> has_table(std::string_view name) override;

  /// Which database answers: of which server, in which line of its history (another one after a failover or a
  /// restore to a point in time), and which of the server's.
  const std::string& identity() const { return identity_; }
  /// The server's version, e.g. 150020 for 15.20.
  int server_version() const;
  /// The process of the server that serves this connection.
  int server_process() const;
  /// postgresql://host:port/database, without user and password.
  std::string place() const;
  /// Ends the connection as a broken network would: what has arrived and was not read is lost too.
  void break_connection();

 protected:
  sql::Statement* statement(std::string_view sql, domain::Error& error) override;

 private:
  friend class PostgresStatement;
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  struct Clear {
    void operator()(pg_result* result) const;
  };
  using Answer = std::unique_ptr<pg_result, Clear>;

  explicit PostgresDatabase(DatabaseOptions options);
  Result<void> connect();
  Result<void> ensure_connected();
  bool is_connected() const;
  Result<Answer> ask(const std::string& sql);
  Result<Answer> begin(const std::string& sql);
  Result<void> find_out_commit();
  domain::Error describe(const pg_result* answer) const;

  DatabaseOptions options_;
  std::unique_ptr<pg_conn, Finish> connection_;
  std::int64_t connection_number_ = 0;
  bool is_greeted_ = false;
  bool is_greeting_ = false;
  std::string identity_;
  std::string transaction_id_;
  std::int64_t changes_ = 0;
  std::map<std::string, std::unique_ptr<PostgresStatement>, std::less<>> statements_;
};

}  // namespace connector::store::postgres
