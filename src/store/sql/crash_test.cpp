#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <random>
#include <set>

#include "store/store_testing.h"

namespace connector::store::testing {
namespace crash_test {

constexpr int callers = 8;
constexpr int rounds = 60;

// One caller: insert, claim and post again and again, telling the parent of each acknowledged insert.
ports::Task<void> work(Store& store, std::string prefix, int report) {
  for (int step = 0;; ++step) {
    const auto order = prefix + "-" + std::to_string(step);
    auto insert = [order](Transaction& transaction) -> Result<void> {
      if (auto done = transaction.insert_posting(invoice(1, order)); !done) return done;
      return transaction.append_audit(note("posting.planned", order));
    };
    auto inserting = store.write(std::move(insert));
    const auto inserted = co_await inserting;
    if (!inserted) _exit(3);
    const auto line = order + "\n";
    if (write(report, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(4);

    auto claim = [](Transaction& transaction) { return transaction.claim(1, {"worker", at(10), at(20)}, 1, Due::all); };
    auto claiming = store.write(std::move(claim));
    auto claimed = co_await claiming;
    if (!claimed) _exit(5);
    if (claimed->empty()) continue;
    auto row = std::move(claimed->front());
    row.state = PostingState::posted;
    row.body = std::string(2000, 'b');
    auto post = [row](Transaction& transaction) -> Result<void> {
      if (auto done = transaction.update_posting(row, row.attempt); !done) return done;
      return transaction.append_audit(note("posting.posted", row.source_id));
    };
    auto posting = store.write(std::move(post));
    const auto posted = co_await posting;
    if (!posted) _exit(6);
  }
}

[[noreturn]] void run_child(const std::string& path, int round, int report) {
  TestExecutor executor;
  const FixedClock clock;
  TestStoreOptions options;
  options.checkpoint_pages = 50;  // so that some children die within a checkpoint
  auto store = open_test_store(path, executor, clock, options);
  if (!store) _exit(2);
  std::vector<ports::Task<void>> tasks;
  for (int caller = 0; caller < callers; ++caller) {
    tasks.push_back(work(**store, std::to_string(round) + "-" + std::to_string(caller), report));
    tasks.back().start();
  }
  executor.run_until([] { return false; });
  _exit(0);
}

// Reads what the child reports until `milliseconds` have passed since its first word, kills it and reads the rest.
std::set<std::string> run_and_kill(const std::string& path, int round, int milliseconds) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no fork");
  if (child == 0) {
    close(ends[0]);
    run_child(path, round, ends[1]);
  }
  close(ends[1]);
  std::string text;
  char buffer[4096];
  const auto take = [&] {
    const auto length = ::read(ends[0], buffer, sizeof buffer);
    if (length > 0) text.append(buffer, static_cast<std::size_t>(length));
    return length > 0;
  };
  bool alive = take();
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  while (alive) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) break;
    pollfd readable{ends[0], POLLIN, 0};
    if (poll(&readable, 1, static_cast<int>(left.count())) > 0) alive = take();
  }
  kill(child, SIGKILL);
  while (take()) {
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended on its own with " << WEXITSTATUS(status);

  std::set<std::string> acknowledged;
  for (std::size_t start = 0, stop = 0; (stop = text.find('\n', start)) != std::string::npos; start = stop + 1) {
    acknowledged.insert(text.substr(start, stop - start));
  }
  return acknowledged;
}

class CrashTest : public StoreTest {};

TEST_F(CrashTest, NothingAcknowledgedIsLost) {
  store_.reset();
  executor_.run_posted();
  std::mt19937 random(20261123);
  std::set<std::string> acknowledged;
  for (int round = 0; round < rounds; ++round) {
    const auto delay = std::uniform_int_distribution<int>(0, 60)(random);
    for (const auto& order : run_and_kill(path_, round, delay)) acknowledged.insert(order);

    if (test_postgres() == nullptr) {
      ASSERT_EQ(value_of(check_sqlite_file(path_)), std::vector<std::string>{}) << "round " << round;
    }
    reopen();
    const auto verdict = value_of(read([](Reader& reader) { return reader.verify_audit(); }));
    ASSERT_EQ(verdict.problem, "") << "round " << round;
    PostingFilter everything;
    everything.limit = 10'000'000;
    const auto rows = value_of(read([everything](Reader& reader) { return reader.postings(everything); }));
    std::set<std::string> present;
    std::map<PostingState, std::int64_t> states;
    for (const auto& row : rows) {
      present.insert(row.source_id);
      ++states[row.state];
    }
    for (const auto& order : acknowledged) ASSERT_TRUE(present.contains(order)) << order << " in round " << round;
    for (const auto& entry : value_of(read([](Reader& reader) { return reader.posting_counts(1); }))) {
      ASSERT_EQ(entry.count, states[entry.state]) << to_string(entry.state) << " in round " << round;
    }
    ASSERT_EQ(verdict.records, static_cast<std::int64_t>(rows.size()) + states[PostingState::posted])
        << "a change and its audit record are one";
    store_.reset();
    executor_.run_posted();
  }
  EXPECT_GT(acknowledged.size(), static_cast<std::size_t>(rounds) * 4);
  RecordProperty("acknowledged", static_cast<int>(acknowledged.size()));
}

}  // namespace crash_test
}  // namespace connector::store::testing
