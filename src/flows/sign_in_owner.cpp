#include "flows/sign_in_owner.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "flows/settings_json.h"

namespace connector::flows {

using domain::Cause;
using domain::Result;
using store::ConnectionRow;

namespace {

Result<std::string> named_owner(const ConnectionRow& row) {
  auto settings = settings_of(row);
  if (!settings) return domain::fail(settings.error());
  return settings->exact_sign_in_of;
}

using FindConnection = std::function<Result<std::optional<ConnectionRow>>(const std::string& name)>;

Result<ConnectionRow> owner_of(const ConnectionRow& row, const FindConnection& find) {
  auto name = named_owner(row);
  if (!name) return domain::fail(name.error());
  if (name->empty()) return row;
  if (*name == row.name) {
    return domain::fail(Cause::bad_input,
                        fmt::format("{0} cannot borrow its own sign-in at Exact: leave exact_sign_in_of empty", *name));
  }
  auto owner = find(*name);
  if (!owner) return domain::fail(owner.error());
  if (!*owner) {
    return domain::fail(Cause::bad_input,
                        fmt::format("{0} uses the sign-in at Exact of {1}, which does not exist: name another "
                                    "connection, or none, with connection set {0} exact_sign_in_of",
                                    row.name, *name));
  }
  auto next = named_owner(**owner);
  if (!next) return domain::fail(next.error());
  if (!next->empty()) {
    return domain::fail(Cause::bad_input,
                        fmt::format("{} has no sign-in at Exact of its own: name the connection that has", *name));
  }
  return **std::move(owner);
}

}  // namespace

Result<ConnectionRow> sign_in_owner(store::Reader& reader, const ConnectionRow& row) {
  return owner_of(row, [&reader](const std::string& name) { return reader.connection(name); });
}

Result<ConnectionRow> sign_in_owner(const std::map<std::string, const ConnectionRow*>& all, const ConnectionRow& row) {
  return owner_of(row, [&all](const std::string& name) -> Result<std::optional<ConnectionRow>> {
    const auto found = all.find(name);
    return found == all.end() ? std::nullopt : std::optional(*found->second);
  });
}

ports::Task<Result<ConnectionRow>> read_sign_in_owner(store::Store& store, ConnectionRow row) {
  auto query = [row = std::move(row)](store::Reader& reader) { return sign_in_owner(reader, row); };
  co_return co_await store.read(std::move(query));
}

Result<std::vector<ConnectionRow>> sign_in_borrowers(store::Reader& reader, const ConnectionRow& row) {
  auto all = reader.connections();
  if (!all) return domain::fail(all.error());
  std::vector<ConnectionRow> borrowers;
  for (ConnectionRow& each : *all) {
    auto name = named_owner(each);
    if (!name) return domain::fail(name.error());
    if (*name == row.name && each.id != row.id) borrowers.push_back(std::move(each));
  }
  return borrowers;
}

Result<void> require_sign_in_owner(store::Reader& reader, const ConnectionRow& row) {
  auto name = named_owner(row);
  if (!name) return domain::fail(name.error());
  if (name->empty()) return {};
  if (auto owner = sign_in_owner(reader, row); !owner) return domain::fail(owner.error());
  return require_no_borrowers(reader, row);
}

Result<void> require_no_borrowers(store::Reader& reader, const ConnectionRow& row) {
  auto borrowers = sign_in_borrowers(reader, row);
  if (!borrowers) return domain::fail(borrowers.error());
  if (borrowers->empty()) return {};
  return domain::fail(Cause::bad_input,
                      fmt::format("{0} uses the sign-in at Exact of {1}: give it one of its own first, with connection "
                                  "set {0} exact_sign_in_of \"\"",
                                  borrowers->front().name, row.name));
}

}  // namespace connector::flows
