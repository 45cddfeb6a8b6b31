#include "net/system_random.h"

#include <sys/random.h>

#include <cerrno>
#include <system_error>

namespace connector::net {

void SystemRandom::fill(void* bytes, std::size_t count) {
  auto* target = static_cast<unsigned char*>(bytes);
  while (count > 0) {
    const auto written = ::getrandom(target, count, 0);
    if (written < 0) {
      if (errno == EINTR) continue;
      throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    target += written;
    count -= static_cast<std::size_t>(written);
  }
}

}  // namespace connector::net
