#include "store/sqlite/sqlite_store.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "ports/completion.h"
#include "store/sqlite/group_commit.h"
#include "store/sqlite/job_queue.h"
#include "store/sqlite/migrations.h"

namespace connector::store {

using domain::fail;

namespace sqlite {
namespace {

Result<void> take(Outcome outcome) {
  if (outcome.exception) std::rethrow_exception(outcome.exception);
  return std::move(outcome.result);
}

/// All work within the call, on one connection.
class InlineStore final : public Store {
 public:
  InlineStore(std::unique_ptr<Database> database, std::function<void(std::size_t)> on_commit)
      : database_(std::move(database)), transaction_(*database_), on_commit_(std::move(on_commit)) {}

 protected:
  ports::Task<Result<void>> run_write(std::function<Result<void>(Transaction&)> work) override {
    WriteStep step{std::move(work), {}};
    WriteStep* const steps[] = {&step};
    const auto committed = commit_group(*database_, transaction_, steps);
    if (committed > 0 && on_commit_) on_commit_(committed);
    co_return take(std::move(step.outcome));
  }
  ports::Task<Result<void>> run_read(std::function<Result<void>(Reader&)> work) override {
    co_return take(read_snapshot(*database_, transaction_, work));
  }

 private:
  std::unique_ptr<Database> database_;
  SqliteTransaction transaction_;
  std::function<void(std::size_t)> on_commit_;
};

struct WriteJob {
  WriteStep step;
  ports::Completion<Outcome> done;
};

struct ReadJob {
  std::function<Result<void>(Reader&)> work;
  Outcome outcome;
  ports::Completion<Outcome> done;
};

/// Closures that wait for the executor to reach the end of what it runs now, so that all callers that one commit
/// woke up share the next one.
struct GatheredWrites {
  explicit GatheredWrites(JobQueue<WriteJob>& to) : queue(to) {}

  JobQueue<WriteJob>& queue;
  std::vector<WriteJob> jobs;
  bool scheduled = false;
  bool closed = false;  ///< the queue is gone

  void hand_over() {
    scheduled = false;
    if (!closed && !jobs.empty()) queue.push(std::exchange(jobs, {}));
  }
};

/// One thread that writes, several that read, each with its own connection.
class ThreadedStore final : public Store {
 public:
  ThreadedStore(ports::Executor& executor, std::unique_ptr<Database> writer,
                std::vector<std::unique_ptr<Database>> readers, const SqliteStoreOptions& options)
      : executor_(executor),
        group_limit_(std::max<std::size_t>(options.group_limit, 1)),
        on_commit_(options.on_commit),
        gathered_(std::make_shared<GatheredWrites>(writes_)) {
    threads_.emplace_back([this, database = std::move(writer)]() mutable { serve_writes(std::move(database)); });
    for (auto& reader : readers) {
      threads_.emplace_back([this, database = std::move(reader)]() mutable { serve_reads(std::move(database)); });
    }
  }
  ThreadedStore(const ThreadedStore&) = delete;
  ThreadedStore& operator=(const ThreadedStore&) = delete;
  ~ThreadedStore() override {
    gathered_->hand_over();
    gathered_->closed = true;
    writes_.close();
    reads_.close();
    for (auto& thread : threads_) thread.join();
  }

 protected:
  ports::Task<Result<void>> run_write(std::function<Result<void>(Transaction&)> work) override {
    ports::Completion<Outcome> done(executor_);
    gathered_->jobs.push_back(WriteJob{WriteStep{std::move(work), {}}, done});
    if (!std::exchange(gathered_->scheduled, true)) {
      executor_.post([gathered = gathered_] { gathered->hand_over(); });
    }
    Outcome outcome = co_await done.wait();
    co_return take(std::move(outcome));
  }

  ports::Task<Result<void>> run_read(std::function<Result<void>(Reader&)> work) override {
    ports::Completion<Outcome> done(executor_);
    std::vector<ReadJob> jobs;
    jobs.push_back(ReadJob{std::move(work), {}, done});
    reads_.push(std::move(jobs));
    Outcome outcome = co_await done.wait();
    co_return take(std::move(outcome));
  }

 private:
  // The closures go back with their outcomes: what they captured is destroyed on the executor's thread.
  void serve_writes(std::unique_ptr<Database> database) {
    SqliteTransaction transaction(*database);
    for (;;) {
      auto jobs = std::make_shared<std::vector<WriteJob>>(writes_.take(group_limit_));
      if (jobs->empty()) return;
      std::vector<WriteStep*> steps;
      steps.reserve(jobs->size());
      for (auto& job : *jobs) steps.push_back(&job.step);
      const auto committed = commit_group(*database, transaction, steps);
      if (committed > 0 && on_commit_) on_commit_(committed);
      executor_.post([jobs = std::move(jobs)] {
        for (auto& job : *jobs) job.done.set(std::move(job.step.outcome));
      });
    }
  }

  void serve_reads(std::unique_ptr<Database> database) {
    SqliteTransaction reader(*database);
    for (;;) {
      auto jobs = std::make_shared<std::vector<ReadJob>>(reads_.take(1));
      if (jobs->empty()) return;
      auto& job = jobs->front();
      job.outcome = read_snapshot(*database, reader, job.work);
      executor_.post([jobs = std::move(jobs)] { jobs->front().done.set(std::move(jobs->front().outcome)); });
    }
  }

  ports::Executor& executor_;
  std::size_t group_limit_;
  std::function<void(std::size_t)> on_commit_;
  JobQueue<WriteJob> writes_;
  JobQueue<ReadJob> reads_;
  std::shared_ptr<GatheredWrites> gathered_;
  std::vector<std::thread> threads_;
};

}  // namespace
}  // namespace sqlite

Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path, ports::Executor& executor,
                                                 const ports::Clock& clock, SqliteStoreOptions options) {
  if (path == ":memory:" && !options.run_inline) {
    return fail(domain::Cause::bad_input, "a store in memory belongs to one connection: name a file");
  }
  sqlite::DatabaseOptions settings;
  settings.vfs = options.vfs;
  settings.durable = options.durable;
  settings.busy_timeout = options.busy_timeout;
  settings.page_bytes = options.page_bytes;
  settings.checkpoint_pages = options.checkpoint_pages;
  const auto readers = options.run_inline ? 0 : std::max(options.readers, 1);
  // The writer touches far more pages than a reader between two commits.
  settings.cache_kib = std::max<std::int64_t>(readers == 0 ? options.cache_kib : options.cache_kib / 2, 256);

  auto writer = sqlite::Database::open(path, settings);
  if (!writer) return fail(writer.error());
  if (auto done = sqlite::migrate(**writer, sqlite::migrations(), clock.now()); !done) {
    const auto& message = done.error().message;
    return fail(done.error().cause, message.starts_with("store ") ? message : "store " + path + ": " + message);
  }
  if (options.run_inline) {
    return std::make_unique<sqlite::InlineStore>(std::move(*writer), std::move(options.on_commit));
  }

  settings.cache_kib = std::max<std::int64_t>(options.cache_kib / 2 / readers, 256);
  std::vector<std::unique_ptr<sqlite::Database>> connections;
  for (int index = 0; index < readers; ++index) {
    auto reader = sqlite::Database::open(path, settings);
    if (!reader) return fail(reader.error());
    connections.push_back(std::move(*reader));
  }
  return std::make_unique<sqlite::ThreadedStore>(executor, std::move(*writer), std::move(connections), options);
}

Result<std::vector<std::string>> check_sqlite_file(const std::string& path) {
  sqlite::DatabaseOptions settings;
  settings.create = false;
  auto database = sqlite::Database::open(path, settings);
  if (!database) return fail(database.error());
  std::vector<std::string> problems;
  for (const auto* sql : {"PRAGMA integrity_check", "PRAGMA foreign_key_check"}) {
    sqlite::Query query(**database, sql);
    while (query.step()) {
      auto line = query.text(0);
      if (line != "ok") problems.push_back(std::move(line));
    }
    if (auto done = query.finish(); !done) return fail(done.error());
  }
  return problems;
}

}  // namespace connector::store
