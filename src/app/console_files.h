#pragma once

#include <span>

#include "server/console_assets.h"

namespace connector::app {

/// The console's files as built into the program; empty in programs that are built without them (unit tests).
std::span<const server::ConsoleAsset> console_files();
/// To be called once, before any command runs. The files must live as long as the program.
void use_console_files(std::span<const server::ConsoleAsset> files);

}  // namespace connector::app
