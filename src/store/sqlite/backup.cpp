#include "store/sqlite/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>

#include "store/folder_sync.h"

namespace connector::store {

using domain::Cause;
using domain::fail;
using domain::Result;

namespace {

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
using Handle = std::unique_ptr<sqlite3, Close>;

Result<void> failed(const std::string& what, const std::string& path, sqlite3* handle) {
  return fail(Cause::store_failure, fmt::format("{} {}: {}", what, path, sqlite3_errmsg(handle)));
}

Result<Handle> open(const std::string& path, int flags) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  Handle handle(raw);
  if (code == SQLITE_OK) return handle;
  return fail(Cause::store_failure, fmt::format("cannot open {}: {}", path, sqlite3_errstr(code)));
}

Result<void> rename(const std::string& from, const std::string& to) {
  std::error_code error;
  std::filesystem::rename(from, to, error);
  if (error) return fail(Cause::store_failure, fmt::format("cannot move {} to {}: {}", from, to, error.message()));
  if (!sync_folder_of(to))
    return fail(Cause::store_failure, fmt::format("cannot sync the folder of {}: {}", to, strerror(errno)));
  return {};
}

Result<void> copy_pages(sqlite3* from, const std::string& from_path, sqlite3* to, const std::string& path) {
  sqlite3_backup* const backup = sqlite3_backup_init(to, "main", from, "main");
  if (backup == nullptr) return failed("cannot write", path, to);
  // In one step: in between, every commit of another process would have it begin anew.
  const int code = sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  if (code == SQLITE_DONE) return {};
  return fail(Cause::store_failure, fmt::format("cannot copy {} to {}: {}", from_path, path, sqlite3_errstr(code)));
}

/// A file that is read without its log: a copy that lies alone.
Result<void> leave_log(sqlite3* handle, const std::string& path) {
  if (sqlite3_exec(handle, "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return failed("cannot finish", path, handle);
}

using Complete = std::function<Result<void>(const std::string&)>;

Result<void> write_copy(const std::string& from, const std::string& to, const Complete& complete) {
  auto source = open(from, SQLITE_OPEN_READONLY);
  if (!source) return fail(source.error());
  auto target = open(to, SQLITE_OPEN_READWRITE);
  if (!target) return fail(target.error());
  if (auto copied = copy_pages(source->get(), from, target->get(), to); !copied) return copied;
  if (complete) {
    if (auto completed = complete(to); !completed) return completed;
  }
  return leave_log(target->get(), to);
}

bool begins_like_a_database(const std::string& path) {
  constexpr std::array<char, 16> kBegin{"SQLite format 3"};
  std::array<char, 16> begin{};
  std::ifstream(path, std::ios::binary).read(begin.data(), begin.size());
  return begin == kBegin;
}

Result<void> in_use(const std::string& path) {
  return fail(Cause::bad_input, "another process has the store " + path + " open: stop it first");
}

/// Only while the file is this process's alone; its log is then taken into it. What is no database is nobody's, and its
/// log may be all that is left: SQLite would throw that away.
Result<void> take_alone(const std::string& path) {
  if (!begins_like_a_database(path)) return {};
  auto handle = open(path, SQLITE_OPEN_READWRITE);
  if (!handle) return fail(handle.error());
  const int code = sqlite3_exec(handle->get(), "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE", nullptr,
                                nullptr, nullptr);
  if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED) return in_use(path);
  return {};
}

}  // namespace

Result<void> copy_sqlite_file(const std::string& from, const std::string& to, const Complete& complete) {
  std::error_code error;
  if (!begins_like_a_database(from)) {
    return fail(Cause::bad_input, from + " is no database of ml-connector: name a file that `store backup` made");
  }
  if (std::filesystem::exists(to, error)) return fail(Cause::bad_input, to + " exists: nothing is overwritten");
  const std::string partial = to + ".partial";
  std::filesystem::remove(partial, error);
  const int file = ::open(partial.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) {
    const bool is_broken = errno == ENOSPC || errno == EIO || errno == EDQUOT;
    return fail(is_broken ? Cause::store_failure : Cause::bad_input,
                fmt::format("cannot write {}: {}", partial, strerror(errno)));
  }
  ::close(file);
  auto written = write_copy(from, partial, complete);
  if (written) written = rename(partial, to);
  if (!written) {
    for (const char* part : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(partial + part, error);
  }
  return written;
}

Result<void> put_sqlite_file_in_place(const std::string& from, const std::string& to) {
  if (auto alone = take_alone(from); !alone) return alone;
  std::error_code error;
  if (std::filesystem::exists(from + "-wal", error)) return in_use(from);
  if (auto moved = rename(from, to); !moved) return moved;
  // Connections that are closed at the same time leave the index of the log.
  std::filesystem::remove(from + "-shm", error);
  return {};
}

Result<void> set_sqlite_file_aside(const std::string& path, const std::string& to) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return {};
  if (auto alone = take_alone(path); !alone) return alone;
  if (auto moved = rename(path, to); !moved) return moved;
  // The index of the log is made anew from it.
  std::filesystem::remove(path + "-shm", error);
  if (!std::filesystem::exists(path + "-wal", error)) return {};
  return rename(path + "-wal", to + "-wal");
}

}  // namespace connector::store
