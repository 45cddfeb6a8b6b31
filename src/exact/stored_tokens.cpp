#include "exact/stored_tokens.h"

#include <fmt/format.h>

#include <atomic>

#include "domain/mutation.h"
#include "json/value.h"
#include "store/lease.h"

namespace connector::exact {

using domain::Cause;
using domain::Mutation;
using domain::Result;
using domain::UtcTime;
using ports::Task;

namespace {

constexpr std::string_view secret_name = "exact_tokens";

std::uint64_t next_number() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

void put_time(json::Object& object, std::string_view name, std::optional<UtcTime> time) {
  if (time && *time != UtcTime{}) object.emplace_back(std::string(name), domain::to_epoch_milliseconds(*time));
}

std::optional<UtcTime> time_of(const json::Value& value) {
  const auto milliseconds = value.integer();
  if (!milliseconds) return std::nullopt;
  return domain::from_epoch_milliseconds(*milliseconds);
}

json::Object to_object(const Renewal& renewal) {
  json::Object object;
  put_time(object, "asked_at", renewal.asked_at);
  put_time(object, "lost_answer_at", renewal.lost_answer_at);
  put_time(object, "not_before", renewal.not_before);
  put_time(object, "trusted_until", renewal.trusted_until);
  object.emplace_back("unanswered", renewal.unanswered);
  object.emplace_back("refusals", renewal.refusals);
  object.emplace_back("is_dead", renewal.is_dead);
  return object;
}

Renewal renewal_of(const json::Value& value) {
  Renewal renewal;
  renewal.asked_at = time_of(value["asked_at"]);
  renewal.lost_answer_at = time_of(value["lost_answer_at"]);
  renewal.not_before = time_of(value["not_before"]).value_or(UtcTime{});
  renewal.trusted_until = time_of(value["trusted_until"]).value_or(UtcTime{});
  renewal.unanswered = static_cast<int>(value["unanswered"].integer().value_or(0));
  renewal.refusals = static_cast<int>(value["refusals"].integer().value_or(0));
  renewal.is_dead = value["is_dead"].boolean().value_or(false);
  return renewal;
}

std::string to_text(const Tokens& tokens) {
  json::Object object{{"access_token", tokens.access_token},
                      {"refresh_token", tokens.refresh_token},
                      {"issued_at", domain::to_epoch_milliseconds(tokens.issued_at)},
                      {"expires_at", domain::to_epoch_milliseconds(tokens.expires_at)}};
  if (tokens.renewal != Renewal{}) object.emplace_back("renewal", to_object(tokens.renewal));
  return json::write(std::move(object));
}

Result<std::optional<Tokens>> from_text(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const auto value = json::parse(*text);
  const auto issued_at = value ? time_of((*value)["issued_at"]) : std::nullopt;
  const auto expires_at = value ? time_of((*value)["expires_at"]) : std::nullopt;
  // The text itself is a secret: it is not shown.
  if (!issued_at || !expires_at) return domain::fail(Cause::store_failure, "the stored Exact tokens cannot be read");
  return Tokens{(*value)["access_token"].text_or(""), (*value)["refresh_token"].text_or(""), *issued_at, *expires_at,
                renewal_of((*value)["renewal"])};
}

domain::Error taken_over() { return {Cause::fenced, "another process has taken over renewing Exact's tokens"}; }

Result<std::optional<Tokens>> stored_pair(store::Reader& reader, const store::Vault& vault,
                                          store::ConnectionId connection) {
  auto text = store::get_secret(reader, vault, connection, secret_name);
  if (!text) return domain::fail(text.error());
  return from_text(*text);
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

Task<Result<void>> StoredTokens::save(Tokens tokens, std::string replaces) {
  auto work = [vault = secrets_.vault(), connection = connection_, held = held_, now = clock_.now(),
               replaces = std::move(replaces),
               tokens = std::move(tokens)](store::Transaction& transaction) -> Result<std::optional<store::Lease>> {
    if (!held && !mutated(Mutation::refresh_without_lock)) return domain::fail(taken_over());
    Result<std::optional<store::Lease>> lease = std::optional<store::Lease>();
    const bool is_new_pair = tokens.refresh_token != replaces;
    if (held && is_new_pair) lease = transaction.acquire_lease(held->name, held->owner, now, held->until);
    if (held && !is_new_pair) lease = store::renew_lease(transaction, *held, now, held->until);
    if (!lease) return domain::fail(lease.error());
    auto stored = stored_pair(transaction, vault, connection);
    if (!stored) return domain::fail(stored.error());
    const bool is_newer = !replaces.empty() && *stored && (*stored)->refresh_token != replaces;
    const bool is_ours = *lease && (!is_newer || mutated(Mutation::lock_trusted_after_sleep));
    if (!is_ours && !mutated(Mutation::refresh_without_lock)) return domain::fail(taken_over());
    auto put = store::put_secret(transaction, vault, connection, secret_name, to_text(tokens));
    if (!put) return domain::fail(put.error());
    return lease;
  };
  auto saved = co_await store_.write(std::move(work));
  if (!saved) co_return domain::fail(saved.error());
  held_ = std::move(*saved);
  co_return Result<void>{};
}

Task<Result<std::optional<store::Lease>>> StoredTokens::take(std::string lease, UtcTime until) {
  auto work = [lease = std::move(lease), owner = owner_, now = clock_.now(), until](store::Transaction& transaction) {
    return transaction.acquire_lease(lease, owner, now, until);
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<bool>> StoredTokens::take_trial(UtcTime until) {
  const auto taken = co_await take(trial_lease_, until);
  if (!taken) co_return domain::fail(taken.error());
  co_return taken->has_value();
}

Task<Result<bool>> StoredTokens::lock(UtcTime until) {
  const auto locked = co_await take(lease_, until);
  if (!locked) co_return domain::fail(locked.error());
  if (*locked) held_ = *locked;
  co_return locked->has_value();
}

Task<void> StoredTokens::unlock() {
  held_.reset();
  auto work = [lease = lease_, owner = owner_](store::Transaction& transaction) {
    return transaction.release_lease(lease, owner);
  };
  // If this fails the lease runs out by itself.
  co_await store_.write(std::move(work));
}

}  // namespace connector::exact
