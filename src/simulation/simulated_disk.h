#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "simulation/seeded_random.h"

namespace connector::simulation {

/// Rates of a disk's faults per million operations, and its states.
struct DiskFaults {
  std::uint32_t write_failed = 0;
  std::uint32_t sync_failed = 0;
  std::uint32_t read_failed = 0;
  std::uint32_t killed_at_write = 0;  ///< the process dies before this write is done
  bool is_full = false;
  bool is_locked = false;  ///< somebody else holds the store's write lock
};

/// One simulated disk that survives its processes: files in memory, behind SQLite's interface of a file system, shared
/// by all mounts as processes share a disk, with the locks and the shared memory of write-ahead logging. What was
/// written and not synced is lost in part when power fails.
class SimulatedDisk {
 public:
  struct File;
  class Mount;

  explicit SimulatedDisk(SeededRandom random);
  SimulatedDisk(const SimulatedDisk&) = delete;
  SimulatedDisk& operator=(const SimulatedDisk&) = delete;
  ~SimulatedDisk();

  DiskFaults faults;
  /// Whether what is not synced must be remembered; costs a copy of each write.
  bool power_may_fail = false;
  /// Something was committed and not synced: the log was written and not synced since, and no write or sync failed that
  /// would have made its process give the transaction up.
  bool has_unsynced_writes() const;
  /// Power fails: of each write that was not synced every sector of 512 bytes is kept or lost by chance. All mounts
  /// must be dead or gone.
  void lose_power();
  /// What all files hold, by name: a copy of one moment.
  using Copy = std::map<std::string, std::vector<unsigned char>>;
  Copy copy() const;
  /// Another disk takes this one's place, with what was copied once. All mounts must be dead or gone.
  void put_back(const Copy& copy);
  std::uint64_t faults_injected() const { return injected_; }

 private:
  friend struct DiskCalls;
  SeededRandom random_;
  std::map<std::string, std::shared_ptr<File>> files_;
  std::uint64_t injected_ = 0;
};

/// The disk as one process sees it: a SQLite VFS of its own name. Must outlive the stores opened on it.
class SimulatedDisk::Mount {
 public:
  /// A mount without faults serves set-up and checks.
  Mount(SimulatedDisk& disk, std::string name, bool with_faults);
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;
  ~Mount();

  const std::string& vfs() const { return name_; }
  /// From now on nothing that the process does reaches the disk, and its locks are free.
  void die() { is_dead_ = true; }
  bool is_dead() const { return is_dead_; }
  /// Called when the process dies at a write.
  std::function<void()> on_death;

 private:
  friend struct DiskCalls;
  SimulatedDisk& disk_;
  std::string name_;
  bool with_faults_;
  bool is_dead_ = false;
  struct Vfs;
  std::unique_ptr<Vfs> vfs_;
};

}  // namespace connector::simulation
