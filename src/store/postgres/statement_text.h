#pragma once

#include <string>
#include <string_view>

namespace connector::store::postgres {

/// A statement as sql::Database takes it, for PostgreSQL: its parameters are $1, $2, ..., and SQLite's hints to its
/// planner (INDEXED BY, "+" before a column) are left out.
std::string statement_text(std::string_view sql);

}  // namespace connector::store::postgres
