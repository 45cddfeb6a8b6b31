#include "flows/shared_division.h"

#include <fmt/format.h>

#include <limits>

#include "flows/environment.h"
#include "flows/posting_states.h"
#include "flows/settings_json.h"
#include "flows/sign_in_owner.h"

namespace connector::flows {

using domain::Cause;
using domain::Result;
using store::ConnectionRow;

namespace {

constexpr std::size_t kMostSiblings = 100;
constexpr std::size_t kAll = std::numeric_limits<std::int64_t>::max();

/// A row that is not stored yet is known by its name alone.
bool is_other_in_division(const ConnectionRow& other, const ConnectionRow& row) {
  return row.division != 0 && other.division == row.division && other.name != row.name;
}

/// All others that post into the row's division; none while it has no division.
Result<std::vector<ConnectionRow>> others_in_division(store::Reader& reader, const ConnectionRow& row) {
  auto rows = reader.connections_of_division(row.division, kAll);
  if (rows) std::erase_if(*rows, [&row](const ConnectionRow& other) { return !is_other_in_division(other, row); });
  return rows;
}

/// The same of those that were removed and whose documents stand there.
Result<std::vector<ConnectionRow>> removed_from_division(store::Reader& reader, const ConnectionRow& row) {
  auto removed = reader.removed_connections();
  if (!removed) return removed;
  std::vector<ConnectionRow> with_postings;
  for (ConnectionRow& other : *removed) {
    if (!is_other_in_division(other, row)) continue;
    auto counts = reader.posting_counts(other.id);
    if (!counts) return domain::fail(counts.error());
    if (!counts->empty()) with_postings.push_back(std::move(other));
  }
  return with_postings;
}

/// The app or account of the credentials; empty if the connection has none.
Result<std::string> client_id_of(store::Reader& reader, const store::Vault& vault, store::ConnectionId connection,
                                 std::string_view credentials_name) {
  auto secret = store::get_secret(reader, vault, connection, credentials_name);
  if (!secret) return domain::fail(secret.error());
  const auto credentials = json::parse(*secret ? **secret : "{}");
  return credentials ? (*credentials)["client_id"].text_or("") : std::string();
}

Result<std::string> walmart_account(store::Reader& reader, const store::Vault& vault, store::ConnectionId connection) {
  return client_id_of(reader, vault, connection, kWalmartCredentials);
}

Result<std::int64_t> open_postings(store::Reader& reader, store::ConnectionId connection) {
  auto counts = reader.posting_counts(connection);
  if (!counts) return domain::fail(counts.error());
  std::int64_t open = 0;
  for (const auto& count : *counts) {
    if (is_open(count.state)) open += count.count;
  }
  return open;
}

/// Watermark of a connection that was removed.
constexpr std::string_view kRemovedAccount = "removed/walmart_account";

}  // namespace

Result<std::vector<ConnectionRow>> division_siblings(store::Reader& reader, const ConnectionRow& row) {
  if (row.division == 0) return std::vector<ConnectionRow>{};
  auto rows = reader.connections_of_division(row.division, kMostSiblings);
  if (rows) std::erase_if(*rows, [&row](const ConnectionRow& each) { return each.id == row.id; });
  return rows;
}

Result<store::ConnectionId> call_budget_owner(store::Reader& reader, const store::Vault& vault,
                                              const ConnectionRow& row, const std::string& client_id) {
  auto siblings = division_siblings(reader, row);
  if (!siblings) return domain::fail(siblings.error());
  for (const ConnectionRow& sibling : *siblings) {
    if (client_id.empty() || sibling.id > row.id) break;
    const auto owner = sign_in_owner(reader, sibling);
    if (!owner) continue;  // its sign-in is one that is gone
    const auto theirs = client_id_of(reader, vault, owner->id, kExactCredentials);
    if (!theirs) return domain::fail(theirs.error());
    if (*theirs == client_id) return sibling.id;
  }
  return row.id;
}

Result<std::int64_t> remove_connection(store::Transaction& transaction, const store::Vault& vault,
                                       const ConnectionRow& row, bool force) {
  auto open = open_postings(transaction, row.id);
  if (!open) return open;
  if (*open > 0 && !force) {
    return domain::fail(
        Cause::bad_input,
        fmt::format("{0} has {1} open posting{2}, which would never be made: see `postings {0}`, or remove it with "
                    "--force, in the API with force=true",
                    row.name, *open, *open == 1 ? "" : "s"));
  }
  if (auto alone = require_no_borrowers(transaction, row); !alone) return domain::fail(alone.error());
  const auto account = walmart_account(transaction, vault, row.id);
  if (!account) return domain::fail(account.error());
  if (!account->empty()) {
    if (auto put = transaction.put_watermark(row.id, std::string(kRemovedAccount), *account); !put) {
      return domain::fail(put.error());
    }
  }
  if (auto removed = transaction.remove_connection(row.id); !removed) return domain::fail(removed.error());
  return open;
}

Result<void> require_own_references(store::Reader& reader, const ConnectionRow& row) {
  const auto settings = settings_of(row);
  if (!settings) return domain::fail(settings.error());
  auto others = others_in_division(reader, row);
  if (!others) return domain::fail(others.error());
  const auto removed = removed_from_division(reader, row);
  if (!removed) return domain::fail(removed.error());
  others->insert(others->end(), removed->begin(), removed->end());
  for (const ConnectionRow& other : *others) {
    const auto theirs = settings_of(other);
    if (!theirs) return domain::fail(theirs.error());
    if (theirs->reference_prefix != settings->reference_prefix) continue;
    return domain::fail(
        Cause::bad_input,
        fmt::format("connection {} posts into division {} with the references {}...: their documents could not be told "
                    "apart. Give {} a reference_prefix of its own before it has that division, or, if {} was removed "
                    "and had the same Walmart account, add it again under its name",
                    other.name, row.division, theirs->reference_prefix, row.name, other.name));
  }
  return {};
}

Result<void> require_own_orders(store::Reader& reader, const store::Vault& vault, const ConnectionRow& row,
                                const std::string& client_id) {
  const auto others = others_in_division(reader, row);
  if (!others) return domain::fail(others.error());
  for (const ConnectionRow& other : *others) {
    const auto theirs = walmart_account(reader, vault, other.id);
    if (!theirs) return domain::fail(theirs.error());
    if (client_id.empty() || *theirs != client_id || other.market != row.market) continue;
    return domain::fail(Cause::bad_input,
                        fmt::format("connection {} takes the orders of this Walmart account into division {} already: "
                                    "each would be posted twice",
                                    other.name, row.division));
  }
  const auto removed = removed_from_division(reader, row);
  if (!removed) return domain::fail(removed.error());
  for (const ConnectionRow& other : *removed) {
    const auto theirs = reader.watermark(other.id, std::string(kRemovedAccount));
    if (!theirs) return domain::fail(theirs.error());
    if (client_id.empty() || theirs->value_or("") != client_id || other.market != row.market) continue;
    return domain::fail(Cause::bad_input,
                        fmt::format("connection {0} posted orders of this Walmart account into division {1} before it "
                                    "was removed, and each would be posted once more: add it again under the name {0}",
                                    other.name, row.division));
  }
  return {};
}

Result<void> require_own_orders(store::Reader& reader, const store::Vault& vault, const ConnectionRow& row) {
  const auto account = walmart_account(reader, vault, row.id);
  if (!account) return domain::fail(account.error());
  return require_own_orders(reader, vault, row, *account);
}

}  // namespace connector::flows
