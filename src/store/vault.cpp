#include "store/vault.h"

#include <fmt/format.h>
#include <sodium.h>

#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <vector>

namespace connector::store {

using domain::Cause;
using domain::fail;

namespace {

constexpr unsigned char format_version = 1;
constexpr std::size_t header_size = 1 + std::tuple_size_v<MasterKey::Id> + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr int base64_variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

using Keys = std::vector<std::shared_ptr<const MasterKey>>;

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// What a sealed text belongs to; it does not open anywhere else.
std::string associated_data(ConnectionId connection, std::string_view name) {
  return fmt::format("ml-connector vault 1/{}/{}", connection, name);
}

std::string seal_with(const MasterKey& key, ConnectionId connection, std::string_view name,
                      std::string_view plaintext) {
  std::string sealed(header_size + plaintext.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
  sealed[0] = static_cast<char>(format_version);
  std::copy(key.id().begin(), key.id().end(), raw(sealed) + 1);
  auto* nonce = raw(sealed) + 1 + key.id().size();
  randombytes_buf(nonce, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
  const auto data = associated_data(connection, name);
  crypto_aead_xchacha20poly1305_ietf_encrypt(raw(sealed) + header_size, nullptr, raw(plaintext), plaintext.size(),
                                             raw(data), data.size(), nullptr, nonce, key.bytes());
  std::string text(sodium_base64_encoded_len(sealed.size(), base64_variant), '\0');
  sodium_bin2base64(text.data(), text.size(), raw(sealed), sealed.size(), base64_variant);
  text.pop_back();
  return text;
}

std::optional<std::string> decode(std::string_view text) {
  std::string sealed(text.size(), '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(raw(sealed), sealed.size(), text.data(), text.size(), nullptr, &length, &end, base64_variant) !=
          0 ||
      end != text.data() + text.size()) {
    return std::nullopt;
  }
  sealed.resize(length);
  if (length < header_size + crypto_aead_xchacha20poly1305_ietf_ABYTES || raw(sealed)[0] != format_version) {
    return std::nullopt;
  }
  return sealed;
}

std::string id_of_decoded(std::string_view sealed) {
  MasterKey::Id id{};
  std::copy_n(sealed.begin() + 1, id.size(), id.begin());
  return to_string(id);
}

Result<Keys> read_keys(const MasterKeySource& source) {
  if (source.file.empty() == source.environment.empty()) {
    return fail(Cause::bad_input, "name either a master key file or an environment variable that holds the master key");
  }
  const bool from_file = !source.file.empty();
  const auto next = from_file ? source.file + ".next" : source.environment + "_NEXT";
  const auto read = from_file ? read_master_key_file : read_master_key_environment;
  const auto next_exists = [&] {
    std::error_code ignored;
    return from_file ? std::filesystem::exists(next, ignored) : std::getenv(next.c_str()) != nullptr;
  };

  Keys keys;
  // The next key first: were it put in place between the two looks, the second look would find it.
  if (next_exists()) {
    auto key = read(next);
    if (key) {
      keys.push_back(std::make_shared<const MasterKey>(std::move(*key)));
    } else if (next_exists()) {
      return fail(key.error());
    }
  }
  auto key = read(from_file ? source.file : source.environment);
  if (!key) return fail(key.error());
  keys.insert(keys.begin(), std::make_shared<const MasterKey>(std::move(*key)));
  return keys;
}

}  // namespace

struct Vault::State {
  MasterKeySource source;
  std::mutex mutex;
  Keys keys;  ///< the current one first
};

Vault::Vault(std::shared_ptr<State> state) : state_(std::move(state)) {}

Vault::Vault(MasterKey key) : state_(std::make_shared<State>()) {
  state_->keys.push_back(std::make_shared<const MasterKey>(std::move(key)));
}

Result<Vault> Vault::open(MasterKeySource source) {
  auto state = std::make_shared<State>();
  state->source = std::move(source);
  auto keys = read_keys(state->source);
  if (!keys) return fail(keys.error());
  state->keys = std::move(*keys);
  return Vault(std::move(state));
}

const MasterKeySource& Vault::source() const { return state_->source; }

Result<void> Vault::reload() const {
  if (state_->source.file.empty() && state_->source.environment.empty()) return {};
  auto keys = read_keys(state_->source);
  if (!keys) return fail(keys.error());
  const std::lock_guard lock(state_->mutex);
  state_->keys = std::move(*keys);
  return {};
}

std::shared_ptr<const MasterKey> Vault::find_key(std::string_view key_id) const {
  const auto look = [&]() -> std::shared_ptr<const MasterKey> {
    const std::lock_guard lock(state_->mutex);
    for (const auto& key : state_->keys) {
      if (to_string(key->id()) == key_id) return key;
    }
    return nullptr;
  };
  // Another process may have rotated the key since it was read, or do so just while it is read.
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (auto key = look()) return key;
    if (!reload()) return nullptr;
  }
  return look();
}

std::string Vault::key_id() const {
  const std::lock_guard lock(state_->mutex);
  return to_string(state_->keys.front()->id());
}

bool Vault::knows(std::string_view key_id) const { return find_key(key_id) != nullptr; }

std::string Vault::key_id_of(std::string_view sealed) {
  const auto decoded = decode(sealed);
  return decoded ? id_of_decoded(*decoded) : std::string();
}

std::string Vault::seal(ConnectionId connection, std::string_view name, std::string_view plaintext) const {
  std::shared_ptr<const MasterKey> key;
  {
    const std::lock_guard lock(state_->mutex);
    key = state_->keys.front();
  }
  return seal_with(*key, connection, name, plaintext);
}

Result<std::string> Vault::seal_under(std::string_view key_id, ConnectionId connection, std::string_view name,
                                      std::string_view plaintext) const {
  const auto key = find_key(key_id);
  if (!key) {
    return fail(Cause::store_failure,
                fmt::format("the store's secrets are sealed under master key {}, which is not at hand: give the "
                            "program the master key that belongs to this store",
                            key_id));
  }
  return seal_with(*key, connection, name, plaintext);
}

Result<std::string> Vault::unseal(ConnectionId connection, std::string_view name, std::string_view sealed) const {
  const auto decoded = decode(sealed);
  if (!decoded) return fail(Cause::store_failure, fmt::format("the secret {} in the store is damaged", name));
  const auto id = id_of_decoded(*decoded);
  const auto key = find_key(id);
  if (!key) {
    return fail(Cause::store_failure, fmt::format("the secret {} is sealed under master key {}, which is not at hand: "
                                                  "give the program the master key that belongs to this store",
                                                  name, id));
  }
  const auto data = associated_data(connection, name);
  const auto* nonce = raw(std::string_view(*decoded)) + 1 + key->id().size();
  std::string plaintext(decoded->size() - header_size - crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          raw(plaintext), nullptr, nullptr, raw(std::string_view(*decoded)) + header_size,
          decoded->size() - header_size, raw(data), data.size(), nonce, key->bytes()) != 0) {
    return fail(Cause::store_failure,
                fmt::format("the secret {} in the store was changed or moved and does not open", name));
  }
  return plaintext;
}

}  // namespace connector::store
