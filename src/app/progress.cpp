#include "app/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <ostream>

namespace connector::app {
namespace {

constexpr std::int64_t bar_width = 30;
constexpr std::string_view back_and_clear = "\r\x1b[K";

}  // namespace

Progress::Progress(std::ostream& error, bool on_terminal, std::string title, std::optional<std::int64_t> total)
    : error_(error), on_terminal_(on_terminal), title_(std::move(title)), total_(total) {}

Progress::~Progress() {
  if (drawn_at_) error_ << back_and_clear << std::flush;
}

bool Progress::is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

void Progress::update(std::int64_t done, std::string_view detail) {
  if (!on_terminal_) return;
  auto now = std::chrono::steady_clock::now();
  bool complete = total_ && done >= *total_;
  if (drawn_at_ && !complete && now - *drawn_at_ < std::chrono::milliseconds(100)) return;
  drawn_at_ = now;
  draw(done, detail);
}

void Progress::draw(std::int64_t done, std::string_view detail) {
  std::string line = title_;
  if (total_ && *total_ > 0) {
    std::int64_t filled = std::clamp<std::int64_t>(done * bar_width / *total_, 0, bar_width);
    line += fmt::format(" [{}{}] {}/{}", std::string(static_cast<std::size_t>(filled), '#'),
                        std::string(static_cast<std::size_t>(bar_width - filled), '.'), done, *total_);
  } else {
    line += fmt::format(" {}", done);
  }
  if (!detail.empty()) line += fmt::format("  {}", detail);
  error_ << back_and_clear << line << std::flush;
}

}  // namespace connector::app
