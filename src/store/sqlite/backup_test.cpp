#include "store/sqlite/backup.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "store/restoration.h"
#include "store/sqlite/sqlite_testing.h"

namespace connector::store::testing {
namespace backup_test {

class BackupTest : public SqliteStoreTest {
 protected:
  bool holds(const std::string& path, const std::string& key) {
    auto copy = value_of(open_sqlite_store(path, executor_, clock_));
    auto found = value_of(wait_for(executor_, copy->read([key](Reader& reader) { return reader.posting(1, key); })));
    copy.reset();
    executor_.run_posted();
    return found.has_value();
  }
  static std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

TEST_F(BackupTest, ACopyHoldsWhatIsCommittedThoughTheStoreIsOpen) {
  add(invoice(1, "1"));  // stands in the log alone as yet
  const auto copy = folder_.file("copy.db");
  value_of(copy_sqlite_file(path_, copy));
  add(invoice(1, "2"));
  EXPECT_TRUE(holds(copy, "invoice/1/1"));
  EXPECT_FALSE(holds(copy, "invoice/2/1")) << "it is of one moment";
  EXPECT_TRUE(value_of(check_sqlite_file(copy)).empty());
}

TEST_F(BackupTest, ACopyLiesAloneAndIsItsOwnersAlone) {
  const auto copy = folder_.file("copy.db");
  value_of(copy_sqlite_file(path_, copy));
  struct stat facts {};
  ASSERT_EQ(::stat(copy.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600U);
  for (const auto* more : {"-wal", "-shm", ".partial"}) EXPECT_FALSE(std::filesystem::exists(copy + more)) << more;
}

TEST_F(BackupTest, NothingIsOverwritten) {
  const auto copy = folder_.file("copy.db");
  std::ofstream(copy) << "somebody's";
  const auto done = copy_sqlite_file(path_, copy);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().cause, Cause::bad_input);
  EXPECT_EQ(content_of(copy), "somebody's");
}

TEST_F(BackupTest, WhatCannotBeCopiedLeavesNothing) {
  const auto junk = folder_.file("junk.db");
  std::ofstream(junk) << std::string(5000, 'x');
  const auto copy = folder_.file("copy.db");
  EXPECT_FALSE(copy_sqlite_file(junk, copy));
  EXPECT_FALSE(copy_sqlite_file(folder_.file("none.db"), copy));
  EXPECT_FALSE(std::filesystem::exists(copy));
  EXPECT_FALSE(std::filesystem::exists(copy + ".partial"));
  EXPECT_FALSE(copy_sqlite_file(path_, folder_.file("no-such-folder/copy.db")));
}

TEST_F(BackupTest, AStoreInUseIsNotSetAside) {
  add(invoice(1, "1"));
  const auto aside = folder_.file("aside.db");
  const auto refused = set_sqlite_file_aside(path_, aside);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().cause, Cause::bad_input);
  EXPECT_TRUE(std::filesystem::exists(path_));
  add(invoice(1, "2"));
  store_.reset();
  executor_.run_posted();
  value_of(set_sqlite_file_aside(path_, aside));
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_TRUE(holds(aside, "invoice/2/1"));
  value_of(set_sqlite_file_aside(path_, folder_.file("again.db")));
  EXPECT_FALSE(std::filesystem::exists(folder_.file("again.db"))) << "there was none";
}

TEST_F(BackupTest, WhatStandsInTheLogOnlyIsPutInPlaceToo) {
  add(invoice(1, "1"));
  // As those leave it that close their connections to it at the same time: each takes the other for one who goes on.
  const auto left = folder_.file("left.db");
  for (const auto* part : {"", "-wal", "-shm"}) std::filesystem::copy_file(path_ + part, left + part);
  const auto place = folder_.file("place.db");
  value_of(put_sqlite_file_in_place(left, place));
  EXPECT_TRUE(holds(place, "invoice/1/1"));
  for (const auto* part : {"", "-wal", "-shm"}) EXPECT_FALSE(std::filesystem::exists(left + part)) << part;
}

TEST_F(BackupTest, ADamagedStoreIsSetAsideWithItsLog) {
  store_.reset();
  executor_.run_posted();
  std::ofstream(path_) << std::string(9000, 'x');
  std::ofstream(path_ + "-wal") << "its log";
  const auto aside = folder_.file("aside.db");
  value_of(set_sqlite_file_aside(path_, aside));
  EXPECT_EQ(content_of(aside), std::string(9000, 'x'));
  EXPECT_EQ(content_of(aside + "-wal"), "its log");
  for (const auto* more : {"", "-wal", "-shm"}) EXPECT_FALSE(std::filesystem::exists(path_ + more)) << more;
}

TEST_F(BackupTest, ItsMarksAreRemembered) {
  EXPECT_FALSE(value_of(read([](Reader& reader) { return backed_up_at(reader); })));
  EXPECT_FALSE(value_of(read([](Reader& reader) { return restored_at(reader); })));
  value_of(write([](Transaction& transaction) -> Result<void> {
    value_of(note_backup(transaction, at(1000)));
    return note_restored(transaction, at(2000));
  }));
  EXPECT_EQ(value_of(read([](Reader& reader) { return backed_up_at(reader); })), at(1000));
  EXPECT_EQ(value_of(read([](Reader& reader) { return restored_at(reader); })), at(2000));
}

}  // namespace backup_test
}  // namespace connector::store::testing
