#include <fmt/format.h>

#include "domain/letter_case.h"
#include "store/sql/transaction.h"

namespace connector::store::sql {

using domain::Cause;
using domain::fail;

namespace {

constexpr std::string_view user_columns =
    "SELECT id, name, role, password_hash, disabled, invitation_hash, invitation_until, created_at, signed_in_at"
    " FROM console_user ";

Result<std::vector<ConsoleUser>> read_users(Query& query) {
  std::vector<ConsoleUser> users;
  while (query.step()) {
    users.push_back({query.integer(0), query.text(1), query.text(2), query.text(3), query.integer(4) != 0,
                     query.text(5), query.optional_time(6), query.time(7), query.optional_time(8)});
  }
  if (auto done = query.finish(); !done) return fail(done.error());
  return users;
}

Result<std::vector<ApiToken>> read_tokens(Query& query) {
  std::vector<ApiToken> tokens;
  while (query.step()) {
    tokens.push_back({query.integer(0), query.text(1), query.text(2), query.text(3), query.text(4), query.time(5),
                      query.optional_time(6)});
  }
  if (auto done = query.finish(); !done) return fail(done.error());
  return tokens;
}

template <class T>
Result<std::optional<T>> first_of(Result<std::vector<T>> rows) {
  if (!rows) return fail(rows.error());
  if (rows->empty()) return std::nullopt;
  return std::move(rows->front());
}

constexpr std::string_view token_columns =
    "SELECT id, name, token_hash, role, created_by, created_at, used_at FROM api_token ";

}  // namespace

Result<std::vector<ConsoleUser>> SqlTransaction::console_users() {
  static const std::string sql = std::string(user_columns) + "ORDER BY lower(name)";
  Query query(database_, sql);
  return read_users(query);
}

Result<std::optional<ConsoleUser>> SqlTransaction::console_user(std::string_view name) {
  static const std::string sql = std::string(user_columns) + "WHERE lower(name)=?";
  const std::string lowered = domain::lower_case(name);
  Query query(database_, sql, lowered);
  return first_of(read_users(query));
}

Result<std::optional<ConsoleUser>> SqlTransaction::console_user(std::int64_t id) {
  static const std::string sql = std::string(user_columns) + "WHERE id=?";
  Query query(database_, sql, id);
  return first_of(read_users(query));
}

Result<std::int64_t> SqlTransaction::add_console_user(const ConsoleUser& user) {
  Query query(database_,
              "INSERT INTO console_user(name, role, password_hash, disabled, invitation_hash, invitation_until,"
              " created_at, signed_in_at) VALUES(?,?,?,?,?,?,?,?) RETURNING id",
              user.name, user.role, user.password_hash, user.disabled, user.invitation_hash, user.invitation_until,
              user.created_at, user.signed_in_at);
  const auto id = query.inserted_id();
  if (query.violated_constraint()) return fail(Cause::bad_input, fmt::format("there is a user {} already", user.name));
  if (!id) return fail(id.error());
  return id->value_or(0);
}

Result<void> SqlTransaction::update_console_user(const ConsoleUser& user) {
  Query query(database_,
              "UPDATE console_user SET name=?2, role=?3, password_hash=?4, disabled=?5, invitation_hash=?6,"
              " invitation_until=?7, signed_in_at=?8 WHERE id=?1",
              user.id, user.name, user.role, user.password_hash, user.disabled, user.invitation_hash,
              user.invitation_until, user.signed_in_at);
  return query.finish();
}

Result<void> SqlTransaction::remove_console_user(std::int64_t id) {
  if (auto done = remove_console_sessions(id, ""); !done) return done;
  Query query(database_, "DELETE FROM console_user WHERE id=?", id);
  return query.finish();
}

Result<std::optional<ConsoleSession>> SqlTransaction::console_session(std::string_view token_hash) {
  Query query(database_,
              "SELECT token_hash, \"user\", created_at, seen_at, expires_at FROM console_session WHERE token_hash=?",
              token_hash);
  std::optional<ConsoleSession> session;
  if (query.step()) {
    session = ConsoleSession{query.text(0), query.integer(1), query.time(2), query.time(3), query.time(4)};
  }
  if (auto done = query.finish(); !done) return fail(done.error());
  return session;
}

Result<void> SqlTransaction::put_console_session(const ConsoleSession& session) {
  Query query(database_,
              "INSERT INTO console_session(token_hash, \"user\", created_at, seen_at, expires_at) VALUES(?,?,?,?,?)"
              " ON CONFLICT(token_hash) DO UPDATE SET seen_at=excluded.seen_at, expires_at=excluded.expires_at",
              session.token_hash, session.user, session.created_at, session.seen_at, session.expires_at);
  return query.finish();
}

Result<void> SqlTransaction::remove_console_session(std::string_view token_hash) {
  Query query(database_, "DELETE FROM console_session WHERE token_hash=?", token_hash);
  return query.finish();
}

Result<void> SqlTransaction::remove_console_sessions(std::int64_t user, std::string_view but_token_hash) {
  Query query(database_, "DELETE FROM console_session WHERE \"user\"=? AND token_hash<>?", user, but_token_hash);
  return query.finish();
}

Result<void> SqlTransaction::remove_expired_console_sessions(UtcTime now) {
  Query query(database_, "DELETE FROM console_session WHERE expires_at<=?", now);
  return query.finish();
}

Result<std::vector<ApiToken>> SqlTransaction::api_tokens() {
  static const std::string sql = std::string(token_columns) + "ORDER BY id";
  Query query(database_, sql);
  return read_tokens(query);
}

Result<std::optional<ApiToken>> SqlTransaction::api_token(std::string_view token_hash) {
  static const std::string sql = std::string(token_columns) + "WHERE token_hash=?";
  Query query(database_, sql, token_hash);
  return first_of(read_tokens(query));
}

Result<std::int64_t> SqlTransaction::add_api_token(const ApiToken& token) {
  Query query(database_,
              "INSERT INTO api_token(name, token_hash, role, created_by, created_at) VALUES(?,?,?,?,?)"
              " RETURNING id",
              token.name, token.token_hash, token.role, token.created_by, token.created_at);
  const auto id = query.inserted_id();
  if (!id) return fail(id.error());
  return id->value_or(0);
}

Result<void> SqlTransaction::note_api_token_use(std::int64_t id, UtcTime now) {
  Query query(database_, "UPDATE api_token SET used_at=?2 WHERE id=?1", id, now);
  return query.finish();
}

Result<void> SqlTransaction::remove_api_token(std::int64_t id) {
  Query query(database_, "DELETE FROM api_token WHERE id=?", id);
  return query.finish();
}

}  // namespace connector::store::sql
