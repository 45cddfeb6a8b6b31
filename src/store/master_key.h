#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "domain/result.h"

namespace connector::store {

using domain::Result;

/// A 256-bit key in locked memory that is wiped with its last owner.
class MasterKey {
 public:
  static constexpr std::size_t size = 32;
  using Id = std::array<unsigned char, 8>;

  static MasterKey generate();
  /// bad_input unless `bytes` has `size` bytes.
  static Result<MasterKey> from_bytes(std::string_view bytes);
  /// From base64, surrounding white space ignored. The error never shows the text.
  static Result<MasterKey> from_base64(std::string_view text);

  /// Names the key without telling it: the start of its BLAKE2b hash.
  const Id& id() const { return id_; }
  const unsigned char* bytes() const { return bytes_.get(); }
  /// Base64 text; the caller wipes it.
  std::string to_base64() const;

 private:
  struct Wipe {
    void operator()(unsigned char* bytes) const;
  };
  MasterKey();
  void set_id();
  std::unique_ptr<unsigned char[], Wipe> bytes_;
  Id id_{};
};

/// Lower-case hex of a key's id.
std::string to_string(const MasterKey::Id& id);

/// Writes a new key as base64 text to a file that only its owner may read (0600), durably and as a whole.
/// bad_input if the file exists already or cannot be made.
Result<void> make_master_key_file(const std::string& path);
/// bad_input if the file is absent, holds no key, or may be read by its group or by others.
Result<MasterKey> read_master_key_file(const std::string& path);
/// bad_input if the variable is not set or holds no key.
Result<MasterKey> read_master_key_environment(const std::string& name);
/// Puts the file `from` in place of `to`, durably.
Result<void> replace_master_key_file(const std::string& from, const std::string& to);

}  // namespace connector::store
