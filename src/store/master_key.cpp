#include "store/master_key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>

#include "store/folder_sync.h"
#include "store/write_all.h"

namespace connector::store {

using domain::Cause;
using domain::fail;

namespace {

class File {
 public:
  File(const std::string& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

auto fail_file(std::string_view what, const std::string& path) {
  return fail(Cause::bad_input, fmt::format("{} the master key file {}: {}", what, path, std::strerror(errno)));
}

}  // namespace

MasterKey::MasterKey() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
  bytes_.reset(static_cast<unsigned char*>(sodium_malloc(size)));
  if (!bytes_) throw std::bad_alloc();
}

void MasterKey::Wipe::operator()(unsigned char* bytes) const { sodium_free(bytes); }

void MasterKey::set_id() {
  unsigned char hash[crypto_generichash_BYTES_MIN];
  static constexpr std::string_view purpose = "ml-connector key id";
  crypto_generichash(hash, sizeof hash, reinterpret_cast<const unsigned char*>(purpose.data()), purpose.size(),
                     bytes_.get(), size);
  std::copy_n(hash, id_.size(), id_.begin());
}

MasterKey MasterKey::generate() {
  MasterKey key;
  randombytes_buf(key.bytes_.get(), size);
  key.set_id();
  return key;
}

Result<MasterKey> MasterKey::from_bytes(std::string_view bytes) {
  if (bytes.size() != size) return fail(Cause::bad_input, "a master key has 32 bytes");
  MasterKey key;
  std::copy(bytes.begin(), bytes.end(), key.bytes_.get());
  key.set_id();
  return key;
}

Result<MasterKey> MasterKey::from_base64(std::string_view text) {
  MasterKey key;
  std::size_t length = 0;
  const char* end = nullptr;
  const bool decoded = sodium_base642bin(key.bytes_.get(), size, text.data(), text.size(), " \t\r\n", &length, &end,
                                         sodium_base64_VARIANT_ORIGINAL) == 0;
  if (!decoded || length != size || end != text.data() + text.size()) {
    return fail(Cause::bad_input, "a master key is 32 bytes in base64 (44 characters)");
  }
  key.set_id();
  return key;
}

std::string MasterKey::to_base64() const {
  std::string text(sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes_.get(), size, sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

std::string to_string(const MasterKey::Id& id) {
  std::string text;
  for (const auto byte : id) text += fmt::format("{:02x}", byte);
  return text;
}

Result<void> make_master_key_file(const std::string& path) {
  // Written beside and linked into place: a crash leaves the whole key or none, and an existing file stays.
  const auto draft = path + ".draft";
  ::unlink(draft.c_str());
  {
    const File file(draft, O_CREAT | O_EXCL | O_WRONLY);
    if (!file.is_open()) return fail_file("cannot make", path);
    auto text = MasterKey::generate().to_base64();
    const bool written = write_all(file.descriptor(), text) && write_all(file.descriptor(), "\n");
    sodium_memzero(text.data(), text.size());
    if (!written || ::fsync(file.descriptor()) != 0) {
      const auto failed = fail_file("cannot write", path);
      ::unlink(draft.c_str());
      return failed;
    }
  }
  const bool linked = ::link(draft.c_str(), path.c_str()) == 0;
  const auto problem = errno;
  ::unlink(draft.c_str());
  errno = problem;
  if (!linked) return fail_file("will not replace or cannot make", path);
  if (!sync_folder_of(path)) return fail_file("cannot sync the folder of", path);
  return {};
}

Result<MasterKey> read_master_key_file(const std::string& path) {
  const File file(path, O_RDONLY);
  if (!file.is_open()) return fail_file("cannot read", path);
  struct stat facts {};
  if (::fstat(file.descriptor(), &facts) != 0) return fail_file("cannot read", path);
  if ((facts.st_mode & 077) != 0) {
    return fail(Cause::bad_input,
                fmt::format("the master key file {} may be read by others than its owner: chmod 600 {}", path, path));
  }
  char text[256];
  const auto length = ::read(file.descriptor(), text, sizeof text);
  if (length < 0) return fail_file("cannot read", path);
  auto key = MasterKey::from_base64({text, static_cast<std::size_t>(length)});
  sodium_memzero(text, sizeof text);
  if (!key) return fail(Cause::bad_input, fmt::format("the file {} holds no key: {}", path, key.error().message));
  return key;
}

Result<MasterKey> read_master_key_environment(const std::string& name) {
  const char* text = std::getenv(name.c_str());
  if (text == nullptr) {
    return fail(Cause::bad_input, fmt::format("the environment variable {} with the master key is not set", name));
  }
  auto key = MasterKey::from_base64(text);
  if (!key) {
    return fail(Cause::bad_input,
                fmt::format("the environment variable {} holds no key: {}", name, key.error().message));
  }
  return key;
}

Result<void> replace_master_key_file(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return fail_file("cannot put in place", to);
  if (!sync_folder_of(to)) return fail_file("cannot sync the folder of", to);
  return {};
}

}  // namespace connector::store
