#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/sql/database.h"

namespace connector::store::sql {

/// Inserts rows with one statement: `into` ("INSERT INTO table VALUES") and as many rows as `values` make, `columns`
/// each.
Result<void> insert_rows(Database& database, std::string_view into, std::size_t columns, std::span<const Value> values);

/// The value of a column, for rows that are inserted together.
Value value_of_column(std::string_view text);
Value value_of_column(std::int64_t number);

/// Many rows with few statements, because over a network each takes its way there and back. Texts must live until
/// `finish`. Of a constraint that is violated `violated_constraint` tells.
class BulkInsert {
 public:
  BulkInsert(Database& database, std::string into) : database_(database), into_(std::move(into)) {}

  template <class... Columns>
  void add(const Columns&... columns) {
    columns_ = sizeof...(columns);
    (values_.push_back(value_of_column(columns)), ...);
  }
  /// Inserts all that was added.
  Result<void> finish();
  bool violated_constraint() const { return violated_constraint_; }

 private:
  Database& database_;
  std::string into_;
  std::size_t columns_ = 1;
  std::vector<Value> values_;
  bool violated_constraint_ = false;
};

}  // namespace connector::store::sql
