#include "simulation/simulated_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

namespace connector::simulation {

namespace {

constexpr std::size_t kSector = 512;

}  // namespace

struct SimulatedDisk::File {
  std::vector<unsigned char> data;     ///< as processes see it
  std::vector<unsigned char> durable;  ///< as power left it
  struct Range {
    std::size_t offset, size;
  };
  std::vector<Range> unsynced;
  bool given_up = false;  ///< a write or sync failed since the last sync: its transaction is no commit
  // Locks of the file itself.
  int shared = 0;
  const void* reserved = nullptr;
  const void* exclusive = nullptr;
  // Shared memory of write-ahead logging; its first words are the index, so it dies with its last user.
  std::vector<std::unique_ptr<char[]>> regions;
  std::array<int, SQLITE_SHM_NLOCK> shm_shared{};
  std::array<const void*, SQLITE_SHM_NLOCK> shm_exclusive{};
  int shm_users = 0;
};

struct SimulatedDisk::Mount::Vfs {
  sqlite3_vfs vfs{};
};

/// An open file of SQLite's.
struct OpenFile {
  sqlite3_file base;
  SimulatedDisk::Mount* mount;
  std::shared_ptr<SimulatedDisk::File>* file;
  int lock;
  bool uses_shm;
  unsigned shm_shared;
  unsigned shm_exclusive;
};

struct DiskCalls {
  using File = SimulatedDisk::File;
  using Mount = SimulatedDisk::Mount;

  static OpenFile* self(sqlite3_file* file) { return reinterpret_cast<OpenFile*>(file); }
  static File& file_of(sqlite3_file* file) { return **self(file)->file; }
  static Mount& mount_of(sqlite3_file* file) { return *self(file)->mount; }

  static bool happens(Mount& mount, std::uint32_t rate) {
    if (!mount.with_faults_ || rate == 0 || !mount.disk_.random_.chance(rate)) return false;
    ++mount.disk_.injected_;
    return true;
  }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* out, int flags, int* out_flags) {
    auto* mount = static_cast<Mount*>(vfs->pAppData);
    std::memset(out, 0, sizeof(OpenFile));
    if (mount->is_dead_) return SQLITE_CANTOPEN;
    std::shared_ptr<File> file;
    if (name == nullptr) {
      file = std::make_shared<File>();
    } else {
      auto& files = mount->disk_.files_;
      auto found = files.find(name);
      if (found == files.end()) {
        if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
        found = files.emplace(name, std::make_shared<File>()).first;
      }
      file = found->second;
    }
    self(out)->mount = mount;
    self(out)->file = new std::shared_ptr<File>(std::move(file));
    out->pMethods = &methods();
    if (out_flags != nullptr) *out_flags = flags;
    return SQLITE_OK;
  }

  static int close(sqlite3_file* file) {
    unlock(file, SQLITE_LOCK_NONE);
    shm_unmap(file, 0);
    delete self(file)->file;
    return SQLITE_OK;
  }

  static int read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset) {
    if (happens(mount_of(file), mount_of(file).disk_.faults.read_failed)) return SQLITE_IOERR_READ;
    const auto& data = file_of(file).data;
    const auto begin = static_cast<std::size_t>(offset);
    const auto wanted = static_cast<std::size_t>(size);
    const std::size_t there = begin < data.size() ? std::min(wanted, data.size() - begin) : 0;
    if (there > 0) std::memcpy(bytes, data.data() + begin, there);
    if (there == wanted) return SQLITE_OK;
    std::memset(static_cast<char*>(bytes) + there, 0, wanted - there);
    return SQLITE_IOERR_SHORT_READ;
  }

  static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    Mount& mount = mount_of(file);
    if (mount.is_dead_) return SQLITE_IOERR_WRITE;
    if (mount.with_faults_) {
      const DiskFaults& faults = mount.disk_.faults;
      const bool failed = happens(mount, faults.write_failed);
      const bool killed = !failed && happens(mount, faults.killed_at_write);
      if (faults.is_full || failed || killed) file_of(file).given_up = true;
      if (faults.is_full) return SQLITE_FULL;
      if (failed) return SQLITE_IOERR_WRITE;
      if (killed) {
        mount.is_dead_ = true;
        if (mount.on_death) mount.on_death();
        return SQLITE_IOERR_WRITE;
      }
    }
    File& target = file_of(file);
    const auto begin = static_cast<std::size_t>(offset);
    const auto length = static_cast<std::size_t>(size);
    if (target.data.size() < begin + length) target.data.resize(begin + length);
    std::memcpy(target.data.data() + begin, bytes, length);
    target.unsynced.push_back({begin, length});
    return SQLITE_OK;
  }

  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (mount_of(file).is_dead_) return SQLITE_IOERR_TRUNCATE;
    File& target = file_of(file);
    target.data.resize(static_cast<std::size_t>(size));
    if (target.durable.size() > target.data.size()) target.durable.resize(target.data.size());
    return SQLITE_OK;
  }

  static void make_durable(File& file, const File::Range& range) {
    if (range.offset >= file.data.size()) return;
    const std::size_t size = std::min(range.size, file.data.size() - range.offset);
    if (file.durable.size() < range.offset + size) file.durable.resize(range.offset + size);
    std::memcpy(file.durable.data() + range.offset, file.data.data() + range.offset, size);
  }

  static int sync(sqlite3_file* file, int) {
    Mount& mount = mount_of(file);
    if (mount.is_dead_) return SQLITE_IOERR_FSYNC;
    File& target = file_of(file);
    if (happens(mount, mount.disk_.faults.sync_failed)) {
      target.given_up = true;
      return SQLITE_IOERR_FSYNC;
    }
    if (mount.disk_.power_may_fail) {
      for (const auto& range : target.unsynced) make_durable(target, range);
    }
    target.unsynced.clear();
    target.given_up = false;
    return SQLITE_OK;
  }

  static int file_size(sqlite3_file* file, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(file_of(file).data.size());
    return SQLITE_OK;
  }

  static int lock(sqlite3_file* file, int level) {
    OpenFile* open = self(file);
    File& target = file_of(file);
    if (open->lock >= level) return SQLITE_OK;
    if (open->mount->is_dead_) return SQLITE_BUSY;
    if (level == SQLITE_LOCK_SHARED) {
      if (target.exclusive != nullptr) return SQLITE_BUSY;
      ++target.shared;
    } else if (level == SQLITE_LOCK_RESERVED) {
      if (target.reserved != nullptr) return SQLITE_BUSY;
      target.reserved = open;
    } else {
      if (target.reserved != nullptr && target.reserved != open) return SQLITE_BUSY;
      if (target.shared > 1) return SQLITE_BUSY;
      target.reserved = open;
      target.exclusive = open;
    }
    open->lock = level;
    return SQLITE_OK;
  }

  static int unlock(sqlite3_file* file, int level) {
    OpenFile* open = self(file);
    File& target = file_of(file);
    if (open->lock <= level) return SQLITE_OK;
    if (target.exclusive == open) target.exclusive = nullptr;
    if (target.reserved == open) target.reserved = nullptr;
    if (level == SQLITE_LOCK_NONE && open->lock >= SQLITE_LOCK_SHARED) --target.shared;
    open->lock = level;
    return SQLITE_OK;
  }

  static int check_reserved(sqlite3_file* file, int* held) {
    *held = file_of(file).reserved != nullptr ? 1 : 0;
    return SQLITE_OK;
  }

  static int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
    OpenFile* open = self(file);
    File& target = file_of(file);
    *memory = nullptr;
    if (open->mount->is_dead_) return SQLITE_IOERR_SHMMAP;
    if (!open->uses_shm) {
      open->uses_shm = true;
      ++target.shm_users;
    }
    const auto index = static_cast<std::size_t>(region);
    if (index >= target.regions.size() && extend == 0) return SQLITE_OK;
    while (index >= target.regions.size()) {
      target.regions.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
    }
    *memory = target.regions[index].get();
    return SQLITE_OK;
  }

  static int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    OpenFile* open = self(file);
    File& target = file_of(file);
    Mount& mount = *open->mount;
    const unsigned mask = ((1U << static_cast<unsigned>(count)) - 1U) << static_cast<unsigned>(offset);
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
      for (int slot = offset; slot < offset + count; ++slot) {
        const unsigned bit = 1U << static_cast<unsigned>(slot);
        const auto index = static_cast<std::size_t>(slot);
        if ((open->shm_exclusive & bit) != 0) target.shm_exclusive[index] = nullptr;
        if ((open->shm_shared & bit) != 0) --target.shm_shared[index];
      }
      open->shm_exclusive &= ~mask;
      open->shm_shared &= ~mask;
      return SQLITE_OK;
    }
    if (mount.is_dead_) return SQLITE_BUSY;
    if (exclusive && offset == 0 && mount.with_faults_ && mount.disk_.faults.is_locked) return SQLITE_BUSY;
    for (int slot = offset; slot < offset + count; ++slot) {
      const unsigned bit = 1U << static_cast<unsigned>(slot);
      const auto index = static_cast<std::size_t>(slot);
      if (target.shm_exclusive[index] != nullptr && target.shm_exclusive[index] != open) return SQLITE_BUSY;
      const int others = target.shm_shared[index] - ((open->shm_shared & bit) != 0 ? 1 : 0);
      if (exclusive && others > 0) return SQLITE_BUSY;
    }
    for (int slot = offset; slot < offset + count; ++slot) {
      const unsigned bit = 1U << static_cast<unsigned>(slot);
      const auto index = static_cast<std::size_t>(slot);
      if (exclusive) {
        target.shm_exclusive[index] = open;
        open->shm_exclusive |= bit;
      } else if ((open->shm_shared & bit) == 0) {
        ++target.shm_shared[index];
        open->shm_shared |= bit;
      }
    }
    return SQLITE_OK;
  }

  static void shm_barrier(sqlite3_file*) {}

  static int shm_unmap(sqlite3_file* file, int) {
    OpenFile* open = self(file);
    if (!open->uses_shm) return SQLITE_OK;
    shm_lock(file, 0, SQLITE_SHM_NLOCK, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
    open->uses_shm = false;
    File& target = file_of(file);
    // The first to map it again finds nothing and recovers the index from the log.
    if (--target.shm_users == 0) target.regions.clear();
    return SQLITE_OK;
  }

  static const sqlite3_io_methods& methods() {
    static const sqlite3_io_methods table = {
        2,
        close,
        read,
        write,
        truncate,
        sync,
        file_size,
        lock,
        unlock,
        check_reserved,
        [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; },
        [](sqlite3_file*) { return 4096; },
        [](sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; },
        shm_map,
        shm_lock,
        shm_barrier,
        shm_unmap,
        nullptr,
        nullptr,
    };
    return table;
  }

  static int remove(sqlite3_vfs* vfs, const char* name, int) {
    auto* mount = static_cast<Mount*>(vfs->pAppData);
    if (mount->is_dead_) return SQLITE_IOERR_DELETE;
    return mount->disk_.files_.erase(name) > 0 ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
  }

  static int access(sqlite3_vfs* vfs, const char* name, int, int* result) {
    auto* mount = static_cast<Mount*>(vfs->pAppData);
    *result = mount->disk_.files_.contains(name) ? 1 : 0;
    return SQLITE_OK;
  }

  static int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
    const std::size_t length = std::strlen(name);
    if (length + 1 > static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
    std::memcpy(out, name, length + 1);
    return SQLITE_OK;
  }

  static int randomness(sqlite3_vfs* vfs, int size, char* out) {
    static_cast<Mount*>(vfs->pAppData)->disk_.random_.fill(out, static_cast<std::size_t>(size));
    return size;
  }

  static void lose(SimulatedDisk& disk, File& file) {
    for (const auto& range : file.unsynced) {
      for (std::size_t at = range.offset; at < range.offset + range.size; at += kSector) {
        const std::size_t size = std::min(kSector, range.offset + range.size - at);
        if (disk.random_.chance(500'000)) make_durable(file, {at, size});
      }
    }
    file.unsynced.clear();
    file.given_up = false;
    file.data = file.durable;
  }
};

SimulatedDisk::SimulatedDisk(SeededRandom random) : random_(random) {}
SimulatedDisk::~SimulatedDisk() = default;

bool SimulatedDisk::has_unsynced_writes() const {
  for (const auto& [name, file] : files_) {
    // The database file itself is synced at checkpoints only; the log is what makes a commit durable.
    if (name.ends_with("-wal") && !file->unsynced.empty() && !file->given_up) return true;
  }
  return false;
}

void SimulatedDisk::lose_power() {
  for (auto& [name, file] : files_) DiskCalls::lose(*this, *file);
}

SimulatedDisk::Copy SimulatedDisk::copy() const {
  Copy copy;
  for (const auto& [name, file] : files_) copy.emplace(name, file->data);
  return copy;
}

void SimulatedDisk::put_back(const Copy& copy) {
  files_.clear();
  for (const auto& [name, bytes] : copy) {
    auto file = std::make_shared<File>();
    file->data = bytes;
    file->durable = bytes;
    files_.emplace(name, std::move(file));
  }
  faults.is_full = false;
  faults.is_locked = false;
}

SimulatedDisk::Mount::Mount(SimulatedDisk& disk, std::string name, bool with_faults)
    : disk_(disk), name_(std::move(name)), with_faults_(with_faults), vfs_(std::make_unique<Vfs>()) {
  sqlite3_vfs& vfs = vfs_->vfs;
  vfs.iVersion = 2;
  vfs.szOsFile = static_cast<int>(sizeof(OpenFile));
  vfs.mxPathname = 512;
  vfs.zName = name_.c_str();
  vfs.pAppData = this;
  vfs.xOpen = DiskCalls::open;
  vfs.xDelete = DiskCalls::remove;
  vfs.xAccess = DiskCalls::access;
  vfs.xFullPathname = DiskCalls::full_path;
  vfs.xRandomness = DiskCalls::randomness;
  vfs.xSleep = [](sqlite3_vfs*, int microseconds) { return microseconds; };
  vfs.xCurrentTimeInt64 = [](sqlite3_vfs*, sqlite3_int64* time) {
    *time = 0;
    return SQLITE_OK;
  };
  vfs.xGetLastError = [](sqlite3_vfs*, int, char*) { return 0; };
  sqlite3_vfs_register(&vfs, 0);
}

SimulatedDisk::Mount::~Mount() { sqlite3_vfs_unregister(&vfs_->vfs); }

}  // namespace connector::simulation
