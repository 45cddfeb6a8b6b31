#include "store/secret_store.h"

#include <fmt/format.h>

#include <filesystem>

namespace connector::store {

using domain::Cause;
using domain::fail;

namespace {

constexpr std::string_view key_id_name = "vault.key_id";

Result<std::size_t> seal_all_under(Transaction& transaction, const Vault& vault, const std::string& key_id) {
  const auto secrets = transaction.sealed_secrets();
  if (!secrets) return fail(secrets.error());
  for (const auto& secret : *secrets) {
    if (Vault::key_id_of(secret.sealed) == key_id) continue;
    const auto plaintext = vault.unseal(secret.connection, secret.name, secret.sealed);
    if (!plaintext) return fail(plaintext.error());
    const auto sealed = vault.seal_under(key_id, secret.connection, secret.name, *plaintext);
    if (!sealed) return fail(sealed.error());
    if (auto done = transaction.put_sealed_secret(secret.connection, secret.name, *sealed); !done) {
      return fail(done.error());
    }
  }
  if (auto done = transaction.put_watermark(0, key_id_name, key_id); !done) return fail(done.error());
  return secrets->size();
}

// The new key as the source names it, made if it is a file that does not exist yet.
Result<MasterKey> next_key(const MasterKeySource& source) {
  if (!source.environment.empty()) return read_master_key_environment(source.environment + "_NEXT");
  if (source.file.empty()) return fail(Cause::bad_input, "this vault's master key is kept nowhere");
  const auto path = source.file + ".next";
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    if (auto made = make_master_key_file(path); !made) return fail(made.error());
  }
  return read_master_key_file(path);
}

}  // namespace

Result<void> put_secret(Transaction& transaction, const Vault& vault, ConnectionId connection, std::string_view name,
                        std::string_view plaintext) {
  auto key_id = transaction.watermark(0, key_id_name);
  if (!key_id) return fail(key_id.error());
  if (!*key_id) {
    *key_id = vault.key_id();
    if (auto done = transaction.put_watermark(0, key_id_name, **key_id); !done) return done;
  }
  const auto sealed = vault.seal_under(**key_id, connection, name, plaintext);
  if (!sealed) return fail(sealed.error());
  return transaction.put_sealed_secret(connection, name, *sealed);
}

Result<std::optional<std::string>> get_secret(Reader& reader, const Vault& vault, ConnectionId connection,
                                              std::string_view name) {
  const auto sealed = reader.sealed_secret(connection, name);
  if (!sealed) return fail(sealed.error());
  if (!*sealed) return std::nullopt;
  auto plaintext = vault.unseal(connection, name, **sealed);
  if (!plaintext) return fail(plaintext.error());
  return std::move(*plaintext);
}

Result<void> check_vault(Reader& reader, const Vault& vault) {
  const auto key_id = reader.watermark(0, key_id_name);
  if (!key_id) return fail(key_id.error());
  if (!*key_id || vault.knows(**key_id)) return {};
  return fail(Cause::bad_input, fmt::format("the store's secrets are sealed under master key {}, but the given "
                                            "master key is {}: give the key that belongs to this store",
                                            **key_id, vault.key_id()));
}

ports::Task<Result<void>> SecretStore::put(ConnectionId connection, std::string name, std::string plaintext) {
  auto work = [vault = vault_, connection, name = std::move(name), plaintext = std::move(plaintext)](
                  Transaction& transaction) { return put_secret(transaction, vault, connection, name, plaintext); };
  return store_.write(std::move(work));
}

ports::Task<Result<std::optional<std::string>>> SecretStore::get(ConnectionId connection, std::string name) {
  auto work = [vault = vault_, connection, name = std::move(name)](Reader& reader) {
    return get_secret(reader, vault, connection, name);
  };
  return store_.read(std::move(work));
}

ports::Task<Result<void>> SecretStore::remove(ConnectionId connection, std::string name) {
  auto work = [connection, name = std::move(name)](Transaction& transaction) {
    return transaction.delete_sealed_secret(connection, name);
  };
  return store_.write(std::move(work));
}

ports::Task<Result<Rotation>> rotate_master_key(Store& store, Vault vault, AuditRecord record) {
  const auto& source = vault.source();
  auto key = next_key(source);
  if (!key) co_return fail(key.error());
  Rotation rotation;
  rotation.key_id = to_string(key->id());
  if (auto read = vault.reload(); !read) co_return fail(read.error());

  auto work = [vault, record = std::move(record), key_id = rotation.key_id](Transaction& transaction) {
    auto count = seal_all_under(transaction, vault, key_id);
    if (!count) return count;
    if (auto done = transaction.append_audit(record); !done) return Result<std::size_t>(fail(done.error()));
    return count;
  };
  auto running = store.write(std::move(work));
  const auto count = co_await running;
  if (!count) co_return fail(count.error());
  rotation.secrets = *count;

  if (source.file.empty()) {
    rotation.remainder = fmt::format("set {} to the value of {}_NEXT and remove {}_NEXT", source.environment,
                                     source.environment, source.environment);
  } else {
    auto done = replace_master_key_file(source.file + ".next", source.file);
    if (done) done = vault.reload();
    if (!done) co_return fail(done.error());
  }
  co_return rotation;
}

}  // namespace connector::store
