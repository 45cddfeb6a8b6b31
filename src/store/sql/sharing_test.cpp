#include <atomic>
#include <set>
#include <thread>

#include "store/store_testing.h"

namespace connector::store::testing {
namespace sharing_test {

// Two stores on one file, as two processes have them, each with its own executor thread.
class SharingTest : public StoreTest {
 protected:
  template <class F>
  void in_two_threads(F work) {
    std::vector<std::thread> threads;
    threads.reserve(2);
    for (int index = 0; index < 2; ++index) {
      threads.emplace_back([this, index, &work] {
        TestExecutor executor;
        auto store = value_of(open_test_store(path_, executor, clock_));
        work(executor, *store, index);
        store.reset();
        executor.run_posted();
      });
    }
    for (auto& thread : threads) thread.join();
  }
};

TEST_F(SharingTest, NoPostingIsClaimedTwice) {
  constexpr int postings = 400;
  value_of(write([](Transaction& transaction) -> Result<void> {
    for (int order = 0; order < postings; ++order) {
      if (auto done = transaction.insert_posting(invoice(1, std::to_string(order))); !done) return done;
    }
    return {};
  }));
  std::mutex mutex;
  std::multiset<std::int64_t> claimed;
  std::array<std::size_t, 2> shares{};
  std::atomic<int> failures = 0;
  in_two_threads([&](TestExecutor& executor, Store& store, int index) {
    const auto owner = "worker-" + std::to_string(index);
    for (;;) {
      const auto rows = wait_for(executor, store.write([owner](Transaction& transaction) {
        auto rows = transaction.claim(1, {owner, at(0), at(1'000'000)}, 3, Due::all);
        if (rows) {
          for (const auto& row : *rows) value_of(transaction.append_audit(note("posting.sending", row.source_id)));
        }
        return rows;
      }));
      if (!rows) {
        ++failures;
        return;
      }
      if (rows->empty()) return;
      for (auto row : *rows) {
        {
          const std::lock_guard lock(mutex);
          claimed.insert(row.id);
          ++shares[static_cast<std::size_t>(index)];
        }
        row.state = PostingState::posted;
        if (!wait_for(executor, store.write([row](Transaction& transaction) {
              return transaction.update_posting(row, row.attempt);
            }))) {
          ++failures;
        }
      }
    }
  });
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(claimed.size(), static_cast<std::size_t>(postings));
  EXPECT_EQ(std::set<std::int64_t>(claimed.begin(), claimed.end()).size(), claimed.size());
  EXPECT_GT(shares[0], 0U);
  EXPECT_GT(shares[1], 0U);
  const auto verdict = value_of(read([](Reader& reader) { return reader.verify_audit(); }));
  EXPECT_EQ(verdict.records, postings) << "both appended to one chain";
  EXPECT_EQ(verdict.problem, "");
  const auto counts = value_of(read([](Reader& reader) { return reader.posting_counts(1); }));
  ASSERT_EQ(counts.size(), 1U);
  EXPECT_EQ(counts[0].count, postings);
}

TEST_F(SharingTest, OneHoldsALeaseAtATime) {
  std::atomic<int> holders = 0;
  std::atomic<int> held = 0;
  std::mutex mutex;
  std::set<std::int64_t> tokens;
  in_two_threads([&](TestExecutor& executor, Store& store, int index) {
    const auto owner = "owner-" + std::to_string(index);
    for (int round = 0; round < 40;) {
      const auto lease = value_of(wait_for(executor, store.write([owner](Transaction& transaction) {
        return transaction.acquire_lease("refresh", owner, at(0), at(1000));
      })));
      if (!lease) continue;
      EXPECT_EQ(++holders, 1);
      ++held;
      {
        const std::lock_guard lock(mutex);
        EXPECT_TRUE(tokens.insert(lease->token).second) << "tokens only grow";
      }
      --holders;
      value_of(wait_for(executor, store.write([owner](Transaction& transaction) {
        return transaction.release_lease("refresh", owner);
      })));
      ++round;
    }
  });
  EXPECT_EQ(held, 80);
  EXPECT_EQ(tokens.size(), 80U);
}

TEST_F(SharingTest, TwoMayCreateTheStoreAtOnce) {
  for (int round = 0; round < 10; ++round) {
    path_ = folder_.file("new-" + std::to_string(round) + ".db");
    in_two_threads([](TestExecutor& executor, Store& store, int index) {
      const auto name = "shop-" + std::to_string(index);
      value_of(wait_for(executor, store.write([name](Transaction& transaction) {
        return transaction.add_connection(seller(name));
      })));
    });
    reopen();
    EXPECT_EQ(value_of(read([](Reader& reader) { return reader.connections(); })).size(), 2U);
  }
}

TEST_F(SharingTest, ALockThatIsNeverReleasedIsReported) {
  TestStoreOptions impatient;
  impatient.lock_timeout = domain::Milliseconds(200);
  reopen(impatient);
  std::atomic<bool> is_locked = false;
  std::atomic<bool> may_end = false;
  std::thread other([&] {
    TestExecutor executor;
    auto store = value_of(open_test_store(path_, executor, clock_));
    value_of(wait_for(executor, store->write([&](Transaction& transaction) -> Result<void> {
      is_locked = true;
      while (!may_end) std::this_thread::yield();
      return transaction.put_watermark(1, "other", "done");
    })));
    store.reset();
    executor.run_posted();
  });
  while (!is_locked) std::this_thread::yield();
  const auto done = write([](Transaction& transaction) { return transaction.insert_posting(invoice(1, "1")); });
  EXPECT_TRUE(value_of(read([](Reader& reader) { return reader.connections(); })).size() == 1)
      << "reading goes on meanwhile";
  may_end = true;
  other.join();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().cause, domain::Cause::store_failure);
  EXPECT_NE(done.error().message.find("locked"), std::string::npos) << done.error().message;
  value_of(write([](Transaction& transaction) { return transaction.insert_posting(invoice(1, "1")); }));
  EXPECT_EQ(value_of(read([](Reader& reader) { return reader.watermark(1, "other"); })), "done");
}

}  // namespace sharing_test
}  // namespace connector::store::testing
