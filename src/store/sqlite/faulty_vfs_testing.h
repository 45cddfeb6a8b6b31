#pragma once

#include <sqlite3.h>

#include <atomic>
#include <cstring>
#include <string>
#include <vector>

namespace connector::store::testing {

/// A registered SQLite VFS that passes on to the default one, counts syncs and fails on command. Thread-safe.
class FaultyVfs {
 public:
  explicit FaultyVfs(std::string name) : name_(std::move(name)), real_(sqlite3_vfs_find(nullptr)) {
    vfs_ = *real_;
    vfs_.zName = name_.c_str();
    vfs_.pNext = nullptr;
    vfs_.pAppData = this;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.xOpen = open;
    sqlite3_vfs_register(&vfs_, 0);
  }
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;
  ~FaultyVfs() { sqlite3_vfs_unregister(&vfs_); }

  std::atomic<int> write_result{SQLITE_OK};  ///< what every write returns instead of being done
  std::atomic<int> sync_result{SQLITE_OK};
  std::atomic<int> read_result{SQLITE_OK};
  std::atomic<int> log_syncs{0};  ///< successful syncs of write-ahead logs

 private:
  struct File {
    sqlite3_file base;
    FaultyVfs* owner;
    bool is_log;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };

  static File* self(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
  static sqlite3_file* real(sqlite3_file* file) { return self(file)->real(); }
  static const sqlite3_io_methods* methods(sqlite3_file* file) { return real(file)->pMethods; }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    auto* owner = static_cast<FaultyVfs*>(vfs->pAppData);
    std::memset(file, 0, static_cast<std::size_t>(vfs->szOsFile));
    self(file)->owner = owner;
    self(file)->is_log = (flags & SQLITE_OPEN_WAL) != 0;
    const int code = owner->real_->xOpen(owner->real_, name, real(file), flags, out_flags);
    if (real(file)->pMethods != nullptr) file->pMethods = &table();
    return code;
  }
  static const sqlite3_io_methods& table() {
    static const sqlite3_io_methods methods_table = {
        2,
        [](sqlite3_file* file) { return methods(file)->xClose(real(file)); },
        [](sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset) {
          const int fault = self(file)->owner->read_result;
          return fault != SQLITE_OK ? fault : methods(file)->xRead(real(file), bytes, size, offset);
        },
        [](sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
          const int fault = self(file)->owner->write_result;
          return fault != SQLITE_OK ? fault : methods(file)->xWrite(real(file), bytes, size, offset);
        },
        [](sqlite3_file* file, sqlite3_int64 size) { return methods(file)->xTruncate(real(file), size); },
        [](sqlite3_file* file, int flags) {
          const int fault = self(file)->owner->sync_result;
          if (fault != SQLITE_OK) return fault;
          const int code = methods(file)->xSync(real(file), flags);
          if (code == SQLITE_OK && self(file)->is_log) ++self(file)->owner->log_syncs;
          return code;
        },
        [](sqlite3_file* file, sqlite3_int64* size) { return methods(file)->xFileSize(real(file), size); },
        [](sqlite3_file* file, int lock) { return methods(file)->xLock(real(file), lock); },
        [](sqlite3_file* file, int lock) { return methods(file)->xUnlock(real(file), lock); },
        [](sqlite3_file* file, int* held) { return methods(file)->xCheckReservedLock(real(file), held); },
        [](sqlite3_file* file, int code, void* value) { return methods(file)->xFileControl(real(file), code, value); },
        [](sqlite3_file* file) { return methods(file)->xSectorSize(real(file)); },
        [](sqlite3_file* file) { return methods(file)->xDeviceCharacteristics(real(file)); },
        [](sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
          return methods(file)->xShmMap(real(file), page, size, extend, memory);
        },
        [](sqlite3_file* file, int offset, int count, int flags) {
          return methods(file)->xShmLock(real(file), offset, count, flags);
        },
        [](sqlite3_file* file) { methods(file)->xShmBarrier(real(file)); },
        [](sqlite3_file* file, int remove) { return methods(file)->xShmUnmap(real(file), remove); },
        nullptr,
        nullptr,
    };
    return methods_table;
  }

  std::string name_;
  sqlite3_vfs* real_;
  sqlite3_vfs vfs_{};
};

}  // namespace connector::store::testing
