#include "walmart/stored_token.h"

#include <atomic>

#include "json/value.h"

namespace connector::walmart {

using domain::Cause;
using domain::Result;
using domain::UtcTime;
using ports::Task;

namespace {

constexpr std::string_view secret_name = "walmart_token";

std::uint64_t next_number() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

std::string to_text(const AccessToken& token) {
  return json::write(json::Object{{"client_id", token.client_id},
                                  {"token", token.token},
                                  {"asked_at", domain::to_epoch_milliseconds(token.asked_at)},
                                  {"renew_at", domain::to_epoch_milliseconds(token.renew_at)},
                                  {"expires_at", domain::to_epoch_milliseconds(token.expires_at)}});
}

UtcTime time_of(const json::Value& value) { return domain::from_epoch_milliseconds(value.integer().value_or(0)); }

}  // namespace

StoredToken::StoredToken(store::Store& store, store::SecretStore& secrets, ports::Clock& clock,
                         store::ConnectionId connection, std::string process)
    : store_(store),
      secrets_(secrets),
      clock_(clock),
      connection_(connection),
      lease_("walmart-token/" + std::to_string(connection)),
      owner_(std::move(process) + "/" + std::to_string(next_number())) {}

Task<Result<std::optional<AccessToken>>> StoredToken::load() {
  using Loaded = Result<std::optional<AccessToken>>;
  auto text = co_await secrets_.get(connection_, std::string(secret_name));
  if (!text) co_return Loaded(domain::fail(text.error()));
  if (!*text) co_return Loaded(std::nullopt);
  const auto value = json::parse(**text);
  // The text itself is a secret: it is not shown.
  if (!value) co_return Loaded(domain::fail(Cause::store_failure, "the stored Walmart token cannot be read"));
  AccessToken token;
  token.client_id = (*value)["client_id"].text_or("");
  token.token = (*value)["token"].text_or("");
  token.asked_at = time_of((*value)["asked_at"]);
  token.renew_at = time_of((*value)["renew_at"]);
  token.expires_at = time_of((*value)["expires_at"]);
  co_return Loaded(std::move(token));
}

Task<Result<void>> StoredToken::save(AccessToken token) {
  co_return co_await secrets_.put(connection_, std::string(secret_name), to_text(token));
}

Task<Result<bool>> StoredToken::lock(UtcTime until) {
  auto work = [lease = lease_, owner = owner_, now = clock_.now(),
               until](store::Transaction& transaction) -> Result<bool> {
    const auto held = transaction.acquire_lease(lease, owner, now, until);
    if (!held) return domain::fail(held.error());
    return held->has_value();
  };
  co_return co_await store_.write(std::move(work));
}

Task<void> StoredToken::unlock() {
  auto work = [lease = lease_, owner = owner_](store::Transaction& transaction) {
    return transaction.release_lease(lease, owner);
  };
  // If this fails the lease runs out by itself.
  co_await store_.write(std::move(work));
}

}  // namespace connector::walmart
