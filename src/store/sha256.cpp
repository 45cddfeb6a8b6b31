#include "store/sha256.h"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace connector::store {

namespace {

/// What OpenSSL needs for one thread; fetching the algorithm for each text would cost more than most texts.
class Sha256 {
 public:
  std::array<unsigned char, 32> operator()(std::string_view bytes) {
    std::array<unsigned char, 32> digest{};
    if (!context_ || EVP_DigestInit_ex(context_.get(), algorithm_.get(), nullptr) != 1 ||
        EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1 ||
        EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) != 1) {
      throw std::runtime_error("OpenSSL has no SHA-256");
    }
    return digest;
  }

 private:
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm_{EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free};
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

}  // namespace

std::array<unsigned char, 32> sha256(std::string_view bytes) {
  thread_local Sha256 hash;
  return hash(bytes);
}

}  // namespace connector::store
