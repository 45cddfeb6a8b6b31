#pragma once

#include <string>

#include "app/command.h"
#include "app/context.h"
#include "domain/result.h"

namespace connector::app {

/// A secret from a file, standard input ("-") or an environment variable; never an argument. Error: bad_input that
/// names the source, not its content.
domain::Result<std::string> read_secret(const commands::SecretSource& source, const Context& context);

}  // namespace connector::app
