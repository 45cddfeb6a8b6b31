#include "flows/added_connection.h"

#include <algorithm>

#include "flows/connection_changes.h"
#include "flows/document_mode.h"
#include "flows/shared_division.h"

namespace connector::flows {

using domain::Cause;
using domain::Result;
using store::ConnectionRow;

namespace {

constexpr std::size_t kLongestName = 60;

bool is_letter_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

Result<void> require_connection_name(const std::string& name) {
  if (name.empty() || name.size() > kLongestName || !std::all_of(name.begin(), name.end(), is_letter_of_name))
    return domain::fail(Cause::bad_input, "a connection's name has 1 to 60 letters, digits or . - _");
  if (name == "." || name == "..")
    return domain::fail(Cause::bad_input, "a connection's name stands in web addresses, where . and .. are folders");
  if (name == "verify") return domain::fail(Cause::bad_input, "\"verify\" is a command of audit; choose another name");
  return {};
}

Result<std::optional<ConnectionRow>> removed_before(store::Reader& reader, const ConnectionRow& row) {
  auto removed = reader.removed_connections();
  if (!removed) return domain::fail(removed.error());
  for (ConnectionRow& before : *removed) {
    if (before.name != row.name || before.market != row.market) continue;
    if (row.division != 0 && before.division != row.division) continue;
    auto counts = reader.posting_counts(before.id);
    if (!counts) return domain::fail(counts.error());
    if (!counts->empty()) return std::optional(std::move(before));
  }
  return std::nullopt;
}

}  // namespace

Result<AddedConnection> add_connection(store::Transaction& transaction, ConnectionRow row) {
  auto present = transaction.connection(row.name);
  if (!present) return domain::fail(present.error());
  auto before = *present ? Result<std::optional<ConnectionRow>>(std::nullopt) : removed_before(transaction, row);
  if (!before) return domain::fail(before.error());
  if (*before) {
    if (auto back = transaction.restore_connection((*before)->id); !back) return domain::fail(back.error());
    (*before)->paused = row.paused;
    if (auto own = require_own_references(transaction, **before); !own) return domain::fail(own.error());
    if (auto updated = transaction.update_connection(**before); !updated) return domain::fail(updated.error());
    return AddedConnection{**std::move(before), true};
  }
  if (auto fits = require_connection_name(row.name); !fits) return domain::fail(fits.error());
  if (row.division != 0) {
    if (auto fits = require_division(row.division); !fits) return domain::fail(fits.error());
  }
  if (auto own = require_own_references(transaction, row); !own) return domain::fail(own.error());
  auto id = transaction.add_connection(row);
  if (!id) return domain::fail(id.error());
  row.id = *id;
  if (auto open = leave_document_mode_open(transaction, row.id); !open) return domain::fail(open.error());
  return AddedConnection{std::move(row), false};
}

}  // namespace connector::flows
