#include "store/secret_comparison.h"

#include <sodium.h>

namespace connector::store {

bool same_secret(std::string_view shown, std::string_view known) {
  return shown.size() == known.size() && sodium_memcmp(shown.data(), known.data(), shown.size()) == 0;
}

}  // namespace connector::store
