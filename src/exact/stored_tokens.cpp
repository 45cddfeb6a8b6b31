#include "exact/stored_tokens.h"

#include <fmt/format.h>

#include <atomic>

#include "json/value.h"

namespace connector::exact {

using domain::Cause;
using domain::Result;
using domain::UtcTime;
using ports::Task;

namespace {

constexpr std::string_view secret_name = "exact_tokens";

std::uint64_t next_number() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

std::string to_text(const Tokens& tokens) {
  return json::write(json::Object{{"access_token", tokens.access_token},
                                  {"refresh_token", tokens.refresh_token},
                                  {"issued_at", domain::to_epoch_milliseconds(tokens.issued_at)},
                                  {"expires_at", domain::to_epoch_milliseconds(tokens.expires_at)}});
}

Result<std::optional<Tokens>> from_text(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const auto value = json::parse(*text);
  const auto issued_at = value ? (*value)["issued_at"].integer() : std::nullopt;
  const auto expires_at = value ? (*value)["expires_at"].integer() : std::nullopt;
  // The text itself is a secret: it is not shown.
  if (!issued_at || !expires_at) return domain::fail(Cause::store_failure, "the stored Exact tokens cannot be read");
  return Tokens{(*value)["access_token"].text_or(""), (*value)["refresh_token"].text_or(""),
                domain::from_epoch_milliseconds(*issued_at), domain::from_epoch_milliseconds(*expires_at)};
}

}  // namespace

StoredTokens::StoredTokens(store::Store& store, store::SecretStore& secrets, ports::Clock& clock,
                           store::ConnectionId connection, std::string process)
    : store_(store),
      secrets_(secrets),
      clock_(clock),
      connection_(connection),
      lease_("exact-token/" + std::to_string(connection)),
      trial_lease_("exact-trial/" + std::to_string(connection)),
      // Of one width, so that what is stored is as long however many there were before.
      owner_(fmt::format("{}/{:010}", process, next_number())) {}

Task<Result<std::optional<Tokens>>> StoredTokens::load() {
  auto text = co_await secrets_.get(connection_, std::string(secret_name));
  if (!text) co_return domain::fail(text.error());
  co_return from_text(*text);
}

Task<Result<void>> StoredTokens::save(Tokens tokens) {
  auto work = [vault = secrets_.vault(), connection = connection_, lease = lease_, owner = owner_, now = clock_.now(),
               until = lease_until_, text = to_text(tokens)](store::Transaction& transaction) -> Result<void> {
    const auto held = transaction.acquire_lease(lease, owner, now, until);
    if (!held) return domain::fail(held.error());
    if (!*held) return domain::fail(Cause::fenced, "another process has taken over renewing Exact's tokens");
    return store::put_secret(transaction, vault, connection, secret_name, text);
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<bool>> StoredTokens::take(std::string lease, UtcTime until) {
  auto work = [lease = std::move(lease), owner = owner_, now = clock_.now(),
               until](store::Transaction& transaction) -> Result<bool> {
    const auto held = transaction.acquire_lease(lease, owner, now, until);
    if (!held) return domain::fail(held.error());
    return held->has_value();
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<bool>> StoredTokens::take_trial(UtcTime until) { co_return co_await take(trial_lease_, until); }

Task<Result<bool>> StoredTokens::lock(UtcTime until) {
  auto locked = co_await take(lease_, until);
  if (locked && *locked) lease_until_ = until;
  co_return locked;
}

Task<void> StoredTokens::unlock() {
  auto work = [lease = lease_, owner = owner_](store::Transaction& transaction) {
    return transaction.release_lease(lease, owner);
  };
  // If this fails the lease runs out by itself.
  co_await store_.write(std::move(work));
}

}  // namespace connector::exact
