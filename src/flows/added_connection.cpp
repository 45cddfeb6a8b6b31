#include "flows/added_connection.h"

#include "flows/document_mode.h"
#include "flows/shared_division.h"

namespace connector::flows {

using domain::Result;
using store::ConnectionRow;

namespace {

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
  if (auto own = require_own_references(transaction, row); !own) return domain::fail(own.error());
  auto id = transaction.add_connection(row);
  if (!id) return domain::fail(id.error());
  row.id = *id;
  if (auto open = leave_document_mode_open(transaction, row.id); !open) return domain::fail(open.error());
  return AddedConnection{std::move(row), false};
}

}  // namespace connector::flows
