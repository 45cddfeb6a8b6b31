#include "simulation/simulated_disk.h"

#include <gtest/gtest.h>

#include "simulation/simulated_loop.h"
#include "store/sqlite/sqlite_store.h"

namespace connector::simulation {
namespace simulated_disk_test {

using domain::Result;

class SimulatedDiskTest : public ::testing::Test {
 protected:
  struct Process {
    Process(SimulatedDisk& disk, SimulatedLoop& loop, const std::string& name) : mount(disk, name, true) {
      store::SqliteStoreOptions options;
      options.run_inline = true;
      options.vfs = mount.vfs();
      options.busy_timeout = domain::Milliseconds{-1};
      auto opened = store::open_sqlite_store("store.db", loop, loop, options);
      if (opened) store = std::move(*opened);
    }
    void kill() {
      mount.die();
      store.reset();
    }
    SimulatedDisk::Mount mount;
    std::unique_ptr<store::Store> store;
  };

  SimulatedDiskTest() { disk_.power_may_fail = true; }

  static bool add(Process& process, const std::string& name) {
    auto work = [name](store::Transaction& transaction) {
      store::ConnectionRow row;
      row.name = name;
      row.settings = "{}";
      return transaction.add_connection(row);
    };
    auto task = process.store->write(std::move(work));
    task.start();
    return task.take().has_value();
  }
  static std::size_t count(Process& process) {
    auto task = process.store->read([](store::Reader& reader) { return reader.connections(); });
    task.start();
    const auto rows = task.take();
    return rows ? rows->size() : 999;
  }

  SimulatedLoop loop_{domain::UtcTime{} + std::chrono::hours(490'000)};
  SimulatedDisk disk_{SeededRandom(5)};
};

TEST_F(SimulatedDiskTest, ACopyIsPutBackInThePlaceOfWhatCameAfter) {
  Process before(disk_, loop_, "before");
  ASSERT_TRUE(add(before, "a"));
  const SimulatedDisk::Copy copy = disk_.copy();
  ASSERT_TRUE(add(before, "b"));
  before.kill();
  disk_.faults.is_full = true;
  disk_.put_back(copy);
  Process after(disk_, loop_, "after");
  ASSERT_TRUE(after.store);
  EXPECT_EQ(count(after), 1U);
  EXPECT_TRUE(add(after, "c")) << "another disk is neither full nor locked";
  EXPECT_EQ(count(after), 2U);
}

TEST_F(SimulatedDiskTest, ProcessesShareAStore) {
  Process one(disk_, loop_, "one");
  Process two(disk_, loop_, "two");
  ASSERT_TRUE(add(one, "a"));
  ASSERT_TRUE(add(two, "b"));
  EXPECT_EQ(count(one), 2U);
  EXPECT_EQ(count(two), 2U);
}

TEST_F(SimulatedDiskTest, WhatWasCommittedOutlivesAKilledProcess) {
  {
    Process first(disk_, loop_, "first");
    ASSERT_TRUE(add(first, "a"));
    first.kill();
  }
  Process second(disk_, loop_, "second");
  EXPECT_EQ(count(second), 1U);
}

TEST_F(SimulatedDiskTest, WhatWasCommittedOutlivesAPowerLoss) {
  for (int round = 0; round < 20; ++round) {
    Process process(disk_, loop_, "round" + std::to_string(round));
    ASSERT_TRUE(process.store) << round;
    EXPECT_EQ(count(process), static_cast<std::size_t>(round));
    ASSERT_TRUE(add(process, "c" + std::to_string(round)));
    process.kill();
    disk_.lose_power();
  }
}

TEST_F(SimulatedDiskTest, AProcessThatDiesAtAWriteLeavesNothingOfItsTransaction) {
  Process survivor(disk_, loop_, "survivor");
  {
    Process doomed(disk_, loop_, "doomed");
    bool died = false;
    doomed.mount.on_death = [&died] { died = true; };
    disk_.faults.killed_at_write = 1'000'000;
    EXPECT_FALSE(add(doomed, "a"));
    EXPECT_TRUE(died);
    disk_.faults.killed_at_write = 0;
    doomed.kill();
  }
  EXPECT_EQ(count(survivor), 0U);
  EXPECT_TRUE(add(survivor, "b"));
}

TEST_F(SimulatedDiskTest, AFullOrLockedOrFailingDiskIsAnErrorAndPasses) {
  Process process(disk_, loop_, "process");
  disk_.faults.is_full = true;
  EXPECT_FALSE(add(process, "a"));
  disk_.faults = {};
  disk_.faults.is_locked = true;
  EXPECT_FALSE(add(process, "a"));
  disk_.faults = {};
  disk_.faults.sync_failed = 1'000'000;
  EXPECT_FALSE(add(process, "a"));
  disk_.faults = {};
  EXPECT_TRUE(add(process, "a"));
  EXPECT_EQ(count(process), 1U);
  EXPECT_FALSE(disk_.has_unsynced_writes());
}

TEST(SimulatedLoop, AnOwnersEventsWaitWhileItIsPausedAndNeverComeOnceItIsForgotten) {
  SimulatedLoop loop{domain::UtcTime{}};
  SimulatedLoop::Owner owner;
  std::string order;
  loop.call_after(
      domain::Milliseconds{10}, [&order] { order += "a"; }, &owner);
  loop.call_after(domain::Milliseconds{20}, [&order] { order += "b"; });
  owner.paused_until = domain::UtcTime{} + domain::Milliseconds{30};
  loop.run_until(domain::UtcTime{} + domain::Milliseconds{25});
  EXPECT_EQ(order, "b");
  loop.run_until(domain::UtcTime{} + domain::Milliseconds{30});
  EXPECT_EQ(order, "ba");
  loop.call_after(
      domain::Milliseconds{1}, [&order] { order += "c"; }, &owner);
  loop.forget(&owner);
  loop.run_until(domain::UtcTime{} + domain::Milliseconds{60});
  EXPECT_EQ(order, "ba");
}

}  // namespace simulated_disk_test
}  // namespace connector::simulation
