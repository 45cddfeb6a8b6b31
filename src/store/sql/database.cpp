#include "store/sql/database.h"

namespace connector::store::sql {

Result<void> Database::run(std::string_view sql) {
  Query query(*this, sql);
  return query.finish();
}

bool Query::prepare(std::string_view sql) {
  if (database_.is_working_ && database_.failure_) {
    error_ = database_.failure_;
    return false;
  }
  domain::Error error;
  statement_ = database_.statement(sql, error);
  if (statement_ != nullptr) return true;
  database_.note_failure(error);
  error_ = std::move(error);
  return false;
}

void Query::bind(int position, const Value& value) {
  if (value.is_null) return statement_->bind_null(position, value.type);
  switch (value.type) {
    case Statement::Type::integer:
      return statement_->bind_integer(position, value.number);
    case Statement::Type::text:
      return statement_->bind_text(position, value.bytes);
    case Statement::Type::blob:
      return statement_->bind_blob(position, value.bytes);
  }
}

bool Query::step() {
  if (done_ || error_) return false;
  const Statement::Step step = statement_->step();
  if (step == Statement::Step::row) return true;
  done_ = true;
  if (step == Statement::Step::done) return false;
  error_ = statement_->error();
  // A violated constraint is an answer to the caller, not a failure of the store.
  violated_constraint_ = step == Statement::Step::constraint;
  if (!violated_constraint_) database_.note_failure(*error_);
  return false;
}

Result<void> Query::finish() {
  while (step()) {
  }
  if (!error_) return {};
  return domain::fail(*error_);
}

Result<std::optional<std::int64_t>> Query::inserted_id() {
  std::optional<std::int64_t> id;
  if (step()) id = integer(0);
  if (auto done = finish(); !done) return domain::fail(done.error());
  return id;
}

std::optional<domain::UtcTime> Query::optional_time(int column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

}  // namespace connector::store::sql
