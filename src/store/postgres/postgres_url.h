#pragma once

#include <string>
#include <string_view>

#include "domain/result.h"

namespace connector::store {

/// Whether a store's URL names PostgreSQL.
bool is_postgres_url(std::string_view url);
/// Whether libpq can read the URL; bad_input with what is wrong. Nothing is connected to.
domain::Result<void> check_postgres_url(const std::string& url);
/// The URL without password and settings, to be shown: postgresql://host:port/database.
std::string shown_postgres_url(const std::string& url);

}  // namespace connector::store
