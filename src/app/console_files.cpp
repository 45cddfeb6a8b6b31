#include "app/console_files.h"

namespace connector::app {
namespace {

std::span<const server::ConsoleAsset>& kept() {
  static std::span<const server::ConsoleAsset> files;
  return files;
}

}  // namespace

std::span<const server::ConsoleAsset> console_files() { return kept(); }

void use_console_files(std::span<const server::ConsoleAsset> files) { kept() = files; }

}  // namespace connector::app
