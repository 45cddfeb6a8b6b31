#include "store/sql/group_commit.h"

#include <utility>

#include "domain/mutation.h"

namespace connector::store::sql {

using domain::Cause;
using domain::Error;
using domain::fail;

namespace {

void fail_all(std::span<WriteStep* const> steps, const Error& error) {
  for (auto* step : steps) {
    if (step->outcome.result && !step->outcome.exception) step->outcome.result = fail(error);
  }
}

bool run(Database& database, WriteStep& step, SqlTransaction& transaction) {
  database.begin_work();
  try {
    step.outcome.result = step.work(transaction);
  } catch (...) {
    step.outcome.exception = std::current_exception();
  }
  database.end_work();
  if (step.outcome.exception) return false;
  // A closure that went on after the store failed must not be taken for done.
  if (step.outcome.result && database.failure()) step.outcome.result = fail(*database.failure());
  if (step.outcome.result && database.is_spoiled()) {
    step.outcome.result = fail(Cause::store_failure, "a violated constraint was taken for no failure");
  }
  return step.outcome.result.has_value();
}

Error lost_transaction(const Database& database) {
  if (database.failure()) return *database.failure();
  return Error{Cause::store_failure, "the store gave the transaction up"};
}

// Runs as many steps as one transaction takes; returns how many were dealt with.
std::size_t commit_once(Database& database, SqlTransaction& transaction, std::span<WriteStep* const> steps,
                        std::size_t& committed) {
  database.forget_failure();
  if (auto begun = database.begin_write(); !begun) {
    fail_all(steps, begun.error());
    return steps.size();
  }
  transaction.begin_group();
  const bool alone = steps.size() == 1;
  std::size_t kept = 0;
  for (std::size_t index = 0; index < steps.size(); ++index) {
    auto& step = *steps[index];
    const auto so_far = steps.first(index + 1);
    if (!alone) {
      if (auto marked = database.run("SAVEPOINT closure"); !marked) {
        fail_all(so_far, marked.error());
        database.roll_back();
        return index + 1;
      }
    }
    transaction.begin_closure();
    const bool good = run(database, step, transaction);
    if (!database.in_transaction()) {
      fail_all(so_far, lost_transaction(database));
      return index + 1;
    }
    if (good) {
      transaction.keep_closure();
      ++kept;
    } else {
      transaction.drop_closure();
    }
    if (alone) break;
    auto ended = good ? Result<void>() : database.run("ROLLBACK TO closure");
    if (ended) ended = database.run("RELEASE closure");
    if (!ended) {
      fail_all(so_far, ended.error());
      database.roll_back();
      return index + 1;
    }
  }
  if (kept == 0) {
    database.roll_back();
    return steps.size();
  }
  auto done = transaction.flush();
  if (done) done = database.commit();
  if (!done && domain::mutated(domain::Mutation::failed_commits_reported_done)) {
    database.roll_back();
    committed += kept;
    return steps.size();
  }
  if (!done) {
    fail_all(steps, done.error());
    database.roll_back();
    return steps.size();
  }
  committed += kept;
  return steps.size();
}

}  // namespace

std::size_t commit_group(Database& database, SqlTransaction& transaction, std::span<WriteStep* const> steps) {
  std::size_t committed = 0;
  while (!steps.empty()) steps = steps.subspan(commit_once(database, transaction, steps, committed));
  return committed;
}

Result<void> take(Outcome outcome) {
  if (outcome.exception) std::rethrow_exception(outcome.exception);
  return std::move(outcome.result);
}

Result<void> commit_alone(Database& database, SqlTransaction& transaction,
                          std::function<Result<void>(Transaction&)> work) {
  WriteStep step{std::move(work), {}};
  WriteStep* const steps[] = {&step};
  commit_group(database, transaction, steps);
  return take(std::move(step.outcome));
}

Outcome read_snapshot(Database& database, SqlTransaction& reader, const std::function<Result<void>(Reader&)>& work) {
  Outcome outcome;
  database.forget_failure();
  if (outcome.result = database.begin_read(); !outcome.result) return outcome;
  reader.begin_group();
  database.begin_work();
  try {
    outcome.result = work(reader);
    if (outcome.result && database.failure()) outcome.result = fail(*database.failure());
  } catch (...) {
    outcome.exception = std::current_exception();
  }
  database.end_work();
  database.roll_back();
  return outcome;
}

}  // namespace connector::store::sql
