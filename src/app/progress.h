#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace connector::app {

/// A line on stderr that is drawn over itself while work goes on; draws nothing unless stderr is a terminal.
class Progress {
 public:
  /// `on_terminal` decides; is_terminal() tells. `total` unknown: a count without a bar.
  Progress(std::ostream& error, bool on_terminal, std::string title, std::optional<std::int64_t> total = std::nullopt);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Takes the line away.
  ~Progress();

  void set_total(std::int64_t total) { total_ = total; }
  /// Draws at most ten times a second, and always when `done` reaches the total.
  void update(std::int64_t done, std::string_view detail = {});

  static bool is_terminal();

 private:
  void draw(std::int64_t done, std::string_view detail);
  std::ostream& error_;
  bool on_terminal_;
  std::string title_;
  std::optional<std::int64_t> total_;
  std::optional<std::chrono::steady_clock::time_point> drawn_at_;
};

}  // namespace connector::app
