#include "store/sqlite/sqlite_database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "domain/mutation.h"

namespace connector::store::sqlite {

using domain::Cause;
using domain::Error;
using domain::fail;

namespace {

// SQLite's own handler sleeps up to 100 ms, in which a busy neighbour gets in again and again.
int wait_while_busy(void* context, int attempts) {
  const auto limit = *static_cast<const domain::Milliseconds*>(context);
  const auto pause = attempts < 200 ? std::chrono::microseconds(300) : std::chrono::microseconds(1700);
  const auto waited = attempts < 200 ? attempts * std::chrono::microseconds(300)
                                     : std::chrono::microseconds(60'000) + (attempts - 200) * pause;
  if (waited > limit) return 0;
  std::this_thread::sleep_for(pause);
  return 1;
}

// SQLite would create the file readable by all; a wrong path is reported by sqlite3_open_v2.
void create_private_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);
}

// SQLite would take a lock of the whole process to count every allocation; nobody reads the count.
void stop_memory_statistics() {
  static const bool done = [] {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return true;
  }();
  (void)done;
}

bool is_memory(const std::string& path) { return path == ":memory:"; }

}  // namespace

/// The first code that is no success sticks until reset.
class SqliteStatement final : public sql::Statement {
 public:
  SqliteStatement(const SqliteDatabase& database, sqlite3_stmt* handle) : database_(database), handle_(handle) {}
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;
  ~SqliteStatement() override { sqlite3_finalize(handle_); }

  void bind_integer(int position, std::int64_t value) override { note(sqlite3_bind_int64(handle_, position, value)); }
  void bind_text(int position, std::string_view value) override {
    note(sqlite3_bind_text64(handle_, position, value.data() == nullptr ? "" : value.data(), value.size(),
                             SQLITE_STATIC, SQLITE_UTF8));
  }
  void bind_blob(int position, std::string_view value) override {
    note(sqlite3_bind_blob64(handle_, position, value.data() == nullptr ? "" : value.data(), value.size(),
                             SQLITE_STATIC));
  }
  void bind_null(int position, Type) override { note(sqlite3_bind_null(handle_, position)); }
  Step step() override {
    if (code_ == SQLITE_OK) {
      const int code = sqlite3_step(handle_);
      if (code == SQLITE_ROW) return Step::row;
      if (code == SQLITE_DONE) return Step::done;
      note(code);
    }
    return (code_ & 0xff) == SQLITE_CONSTRAINT ? Step::constraint : Step::failed;
  }
  domain::Error error() const override { return database_.describe(code_); }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(handle_, column); }
  bool is_null(int column) const override { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }
  bool is_blob(int column) const override { return sqlite3_column_type(handle_, column) == SQLITE_BLOB; }
  std::string_view view(int column) const override {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
    return bytes == nullptr ? std::string_view() : std::string_view(bytes, size);
  }
  void reset() override {
    sqlite3_reset(handle_);
    sqlite3_clear_bindings(handle_);
    code_ = SQLITE_OK;
  }

 private:
  void note(int code) {
    if (code_ == SQLITE_OK) code_ = code;
  }

  const SqliteDatabase& database_;
  sqlite3_stmt* handle_;
  int code_ = SQLITE_OK;
};

SqliteDatabase::SqliteDatabase(sqlite3* handle, std::string path, const DatabaseOptions& options)
    : handle_(handle), path_(std::move(path)), busy_timeout_(options.busy_timeout) {}

SqliteDatabase::~SqliteDatabase() {
  drop_statements();
  sqlite3_close_v2(handle_);
}

void SqliteDatabase::drop_statements() {
  by_address_.clear();
  statements_.clear();
}

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const std::string& path, const DatabaseOptions& options) {
  stop_memory_statistics();
  if (options.create && options.vfs.empty() && !is_memory(path)) create_private_file(path);
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (options.create ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, options.vfs.empty() ? nullptr : options.vfs.c_str());
  if (handle == nullptr) return fail(Cause::store_failure, "no memory to open the store " + path);
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(handle, path, options));
  if (code != SQLITE_OK) return fail(database->describe(code));
  if (auto done = database->set_up(options); !done) return fail(done.error());
  return database;
}

Result<void> SqliteDatabase::set_up(const DatabaseOptions& options) {
  sqlite3_extended_result_codes(handle_, 1);
  // Newer versions of SQLite would plan statements with `LIMIT ?` anew each time that they run.
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_QPSG, 1, nullptr);
  sqlite3_busy_handler(handle_, wait_while_busy, &busy_timeout_);
  const auto pragmas = fmt::format(
      "PRAGMA page_size={}; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA "
      "secure_delete=FAST;"
      "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA cache_size=-{}; PRAGMA synchronous={};",
      options.page_bytes, options.cache_kib,
      options.durable && !domain::mutated(domain::Mutation::commits_not_synced) ? "FULL" : "OFF");
  if (auto done = execute(pragmas); !done) return done;

  // Changing the journal mode may report a lock at once, without asking the busy handler.
  for (int attempt = 0;; ++attempt) {
    sql::Query mode(*this, "PRAGMA journal_mode=WAL");
    if (mode.step()) {
      const auto name = mode.text(0);
      if (name == "wal" || name == "memory") break;
      return fail(Cause::store_failure, fmt::format("the store {} cannot use write-ahead logging (its journal mode "
                                                    "stays {}): keep it on a local file system",
                                                    path_, name));
    }
    auto outcome = mode.finish();
    const bool locked = (sqlite3_errcode(handle_) & 0xff) == SQLITE_BUSY;
    if (!locked || attempt >= busy_timeout_.count() / 5) {
      return outcome ? fail(Cause::store_failure, "the store " + path_ + " cannot be set up") : outcome;
    }
    forget_failure();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const auto limits =
      fmt::format("PRAGMA wal_autocheckpoint={}; PRAGMA journal_size_limit=67108864;", options.checkpoint_pages);
  return execute(limits);
}

Result<void> SqliteDatabase::execute(const std::string& script) {
  const int code = sqlite3_exec(handle_, script.c_str(), nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) return {};
  auto error = describe(code);
  note_failure(error);
  return fail(std::move(error));
}

Result<void> SqliteDatabase::begin_write() {
  int has_moved = 0;
  const int code = sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved);
  if (code == SQLITE_OK && has_moved != 0) {
    Error error{Cause::store_failure, "the store " + path_ +
                                          " was moved or deleted while it was open: put the file and its -wal back, or "
                                          "restore a backup, and start again"};
    note_failure(error);
    return fail(std::move(error));
  }
  return run("BEGIN IMMEDIATE");
}

void SqliteDatabase::roll_back() {
  // SQLite has already rolled back after some errors; what failed has been reported.
  if (in_transaction()) (void)run("ROLLBACK");
}

Result<bool> SqliteDatabase::has_table(std::string_view name) {
  sql::Query query(*this, "SELECT 1 FROM sqlite_schema WHERE type='table' AND name=?", name);
  const bool found = query.step();
  if (auto done = query.finish(); !done) return fail(done.error());
  return found;
}

Error SqliteDatabase::describe(int code) const {
  std::string what;
  switch (code & 0xff) {
    case SQLITE_FULL:
      what = "the disk is full: free some space; nothing is written until then";
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      what = "the file is damaged or no store: stop all processes and restore it from a backup";
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      what = fmt::format("another process has kept it locked for longer than {} ms", busy_timeout_.count());
      break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      what = "it may not be written: check the permissions of the file and its folder";
      break;
    case SQLITE_CANTOPEN:
      what = "it cannot be opened: check that its folder exists and may be written";
      break;
    case SQLITE_IOERR:
      what = fmt::format("input/output error {} of the disk or file system", code);
      break;
    default:
      what = sqlite3_errmsg(handle_);
  }
  return Error{Cause::store_failure, fmt::format("store {}: {}", path_, what)};
}

sql::Statement* SqliteDatabase::statement(std::string_view sql, Error& error) {
  if (auto known = by_address_.find(sql.data()); known != by_address_.end() && known->second.sql == sql) {
    return known->second.statement;
  }
  if (auto known = statements_.find(sql); known != statements_.end()) {
    by_address_[sql.data()] = {known->first, known->second.get()};
    return known->second.get();
  }
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &prepared, nullptr);
  if (code != SQLITE_OK) {
    error = describe(code);
    return nullptr;
  }
  auto added = statements_.emplace(std::string(sql), std::make_unique<SqliteStatement>(*this, prepared));
  return added.first->second.get();
}

}  // namespace connector::store::sqlite
