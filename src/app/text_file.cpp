#include "app/text_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "store/write_all.h"

namespace connector::app {
namespace {

class Descriptor {
 public:
  Descriptor(int number, bool owned) : number_(number), owned_(owned) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (owned_ && number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
  bool owned_;
};

tl::unexpected<domain::Error> failure(std::string_view deed, const std::filesystem::path& file) {
  return domain::fail(
      domain::Cause::bad_input,
      fmt::format("{} {}: {}", deed, file == "-" ? "standard input" : file.string(), std::strerror(errno)));
}

}  // namespace

domain::Result<std::string> read_text_file(const std::filesystem::path& file, std::size_t max_bytes) {
  bool standard_input = file == "-";
  Descriptor source(standard_input ? STDIN_FILENO : ::open(file.c_str(), O_RDONLY | O_CLOEXEC), !standard_input);
  if (source.number() < 0) return failure("cannot read", file);
  std::string text;
  std::array<char, 65536> buffer{};
  while (true) {
    ssize_t count = ::read(source.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure("cannot read", file);
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > max_bytes) {
      return domain::fail(domain::Cause::bad_input,
                          fmt::format("{} is larger than {} bytes", file.string(), max_bytes));
    }
  }
}

domain::Result<void> create_text_file(const std::filesystem::path& file, std::string_view text, unsigned mode) {
  Descriptor target(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode), true);
  if (target.number() < 0 && errno == EEXIST) {
    return domain::fail(domain::Cause::bad_input, fmt::format("{} exists already; it is left alone", file.string()));
  }
  if (target.number() < 0) return failure("cannot create", file);
  // The umask may have taken more away, and never gives: the mode asked for is the one that stands.
  if (::fchmod(target.number(), mode) != 0 || !store::write_all(target.number(), text) ||
      ::fsync(target.number()) != 0) {
    auto problem = failure("cannot write", file);
    ::unlink(file.c_str());
    return problem;
  }
  return {};
}

domain::Result<std::string> read_secret_file(const std::filesystem::path& file) {
  auto text = read_text_file(file, 1UL << 20U);
  if (!text) return text;
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  if (text->empty()) {
    return domain::fail(domain::Cause::bad_input,
                        fmt::format("{} holds no secret", file == "-" ? "standard input" : file.string()));
  }
  return text;
}

}  // namespace connector::app
