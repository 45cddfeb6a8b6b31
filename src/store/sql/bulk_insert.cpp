#include "store/sql/bulk_insert.h"

#include <array>

namespace connector::store::sql {

namespace {

/// Few sizes, because each is a statement that stays prepared.
constexpr std::array<std::size_t, 3> kRowsAtOnce{256, 16, 1};

std::string statement_for(std::string_view into, std::size_t columns, std::size_t rows) {
  std::string row = "(?";
  for (std::size_t at = 1; at < columns; ++at) row += ",?";
  row += ')';
  std::string sql(into);
  sql += row;
  for (std::size_t at = 1; at < rows; ++at) sql += ',' + row;
  return sql;
}

}  // namespace

Result<void> insert_rows(Database& database, std::string_view into, std::size_t columns,
                         std::span<const Value> values) {
  if (values.empty()) return {};
  const std::string sql = statement_for(into, columns, values.size() / columns);
  Query query(database, sql, values);
  return query.finish();
}

Value value_of_column(std::string_view text) {
  Value value;
  value.bytes = text;
  return value;
}

Value value_of_column(std::int64_t number) {
  Value value;
  value.type = Statement::Type::integer;
  value.number = number;
  return value;
}

Result<void> BulkInsert::finish() {
  std::span<const Value> left(values_);
  for (const std::size_t rows : kRowsAtOnce) {
    const std::size_t count = rows * columns_;
    if (left.size() < count) continue;
    const std::string sql = statement_for(into_, columns_, rows);
    for (; left.size() >= count; left = left.subspan(count)) {
      Query query(database_, sql, left.first(count));
      auto done = query.finish();
      violated_constraint_ = query.violated_constraint();
      if (!done) return done;
    }
  }
  values_.clear();
  return {};
}

}  // namespace connector::store::sql
