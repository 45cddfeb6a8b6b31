#include "app/context.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>

namespace connector::app {

std::string command_line_actor() {
  uid_t user = ::geteuid();
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 16384> buffer{};
  if (::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
    return fmt::format("cli:{}", found->pw_name);
  }
  return fmt::format("cli:{}", user);
}

}  // namespace connector::app
