#include "server/second_factor.h"

#include "json/value.h"
#include "server/totp.h"

namespace connector::server {

using domain::Result;
using store::Vault;

namespace {

constexpr store::ConnectionId kInstallation = 0;

std::string name_of(std::int64_t user, FactorStage stage) {
  return (stage == FactorStage::begun ? "second_factor_begun/" : "second_factor/") + std::to_string(user);
}

}  // namespace

Result<std::optional<SecondFactor>> second_factor(store::Reader& reader, const Vault& vault, std::int64_t user,
                                                  FactorStage stage) {
  auto text = store::get_secret(reader, vault, kInstallation, name_of(user, stage));
  if (!text) return domain::fail(text.error());
  if (!*text) return std::nullopt;
  auto value = json::parse(**text);
  if (!value) return domain::fail(value.error());
  return SecondFactor{(*value)["secret"].text_or(""), (*value)["last_step"].integer().value_or(0)};
}

Result<void> put_second_factor(store::Transaction& transaction, const Vault& vault, std::int64_t user,
                               FactorStage stage, const SecondFactor& factor) {
  json::Value value;
  value.set("secret", factor.secret);
  value.set("last_step", factor.last_step);
  return store::put_secret(transaction, vault, kInstallation, name_of(user, stage), json::write(value));
}

Result<void> remove_second_factor(store::Transaction& transaction, std::int64_t user) {
  for (const auto stage : {FactorStage::begun, FactorStage::in_force}) {
    if (auto gone = transaction.delete_sealed_secret(kInstallation, name_of(user, stage)); !gone) return gone;
  }
  return {};
}

Result<bool> has_second_factor(store::Reader& reader, std::int64_t user) {
  auto sealed = reader.sealed_secret(kInstallation, name_of(user, FactorStage::in_force));
  if (!sealed) return domain::fail(sealed.error());
  return sealed->has_value();
}

Result<bool> take_code(store::Transaction& transaction, const Vault& vault, std::int64_t user, const std::string& code,
                       domain::UtcTime now) {
  auto factor = second_factor(transaction, vault, user, FactorStage::in_force);
  if (!factor) return domain::fail(factor.error());
  if (!*factor) return false;
  const auto step = totp_match(base32_bytes((*factor)->secret), code, now, (*factor)->last_step);
  if (!step) return false;
  (*factor)->last_step = *step;
  if (auto done = put_second_factor(transaction, vault, user, FactorStage::in_force, **factor); !done)
    return domain::fail(done.error());
  return true;
}

}  // namespace connector::server
