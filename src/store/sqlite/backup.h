#pragma once

#include <functional>
#include <string>

#include "domain/result.h"

namespace connector::store {

/// Copies a store's file as it stands at one moment, also while other processes work with it. `to` is readable by its
/// owner alone, and is there whole and durable or not at all. `complete`, if given, may change the copy under the name
/// it is told before it is there. Errors: bad_input if `to` exists or cannot be made, or `from` is no database;
/// store_failure; those of `complete`.
domain::Result<void> copy_sqlite_file(
    const std::string& from, const std::string& to,
    const std::function<domain::Result<void>(const std::string& partial)>& complete = {});

/// Moves a store's file away under the name `to`, with its log if it is too damaged to be read. Does nothing if there
/// is none. Errors: bad_input while another process has the store open, store_failure.
domain::Result<void> set_sqlite_file_aside(const std::string& path, const std::string& to);

/// Renames a store's file with all that it holds, also what stands in its log only: whoever closed it last may have
/// left that. Durable. Errors: bad_input while another process has it open, store_failure.
domain::Result<void> put_sqlite_file_in_place(const std::string& from, const std::string& to);

}  // namespace connector::store
