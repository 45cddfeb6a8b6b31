#include "store/sql/served_store.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "ports/completion.h"
#include "store/sql/group_commit.h"
#include "store/sql/job_queue.h"

namespace connector::store::sql {
namespace {

/// All work within the call, on one connection.
class InlineStore final : public Store {
 public:
  InlineStore(std::unique_ptr<Database> database, std::function<void(std::size_t)> on_commit)
      : database_(std::move(database)), transaction_(*database_), on_commit_(std::move(on_commit)) {}

 protected:
  ports::Task<Result<void>> run_write(std::function<Result<void>(Transaction&)> work) override {
    auto done = commit_alone(*database_, transaction_, std::move(work));
    if (done && on_commit_) on_commit_(1);
    co_return done;
  }
  ports::Task<Result<void>> run_read(std::function<Result<void>(Reader&)> work) override {
    co_return take(read_snapshot(*database_, transaction_, work));
  }

 private:
  std::unique_ptr<Database> database_;
  SqlTransaction transaction_;
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
                std::vector<std::unique_ptr<Database>> readers, const StoreThreads& options)
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
  std::optional<domain::Error> write_failure() const override { return *write_failure_; }
  void forget_write_failure() override { write_failure_->reset(); }

 protected:
  ports::Task<Result<void>> run_write(std::function<Result<void>(Transaction&)> work) override {
    ports::Completion<Outcome> done(executor_);
    gathered_->jobs.push_back(WriteJob{WriteStep{std::move(work), {}}, done});
    if (!std::exchange(gathered_->scheduled, true)) {
      executor_.post([gathered = gathered_] { gathered->hand_over(); });
    }
    const auto failure = write_failure_;  // its answer may come when the store is gone
    Outcome outcome = co_await done.wait();
    auto written = take(std::move(outcome));
    const bool failed = !written && written.error().cause == domain::Cause::store_failure;
    if (failed) *failure = written.error();
    co_return written;
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
    SqlTransaction transaction(*database);
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
    SqlTransaction reader(*database);
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
  std::shared_ptr<std::optional<domain::Error>> write_failure_ = std::make_shared<std::optional<domain::Error>>();
};

}  // namespace

std::unique_ptr<Store> inline_store(std::unique_ptr<Database> database, std::function<void(std::size_t)> on_commit) {
  return std::make_unique<InlineStore>(std::move(database), std::move(on_commit));
}

std::unique_ptr<Store> threaded_store(ports::Executor& executor, std::unique_ptr<Database> writer,
                                      std::vector<std::unique_ptr<Database>> readers, StoreThreads options) {
  return std::make_unique<ThreadedStore>(executor, std::move(writer), std::move(readers), options);
}

}  // namespace connector::store::sql
