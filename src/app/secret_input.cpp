#include "app/secret_input.h"

#include "app/text_file.h"

namespace connector::app {

using domain::Cause;

domain::Result<std::string> read_secret(const commands::SecretSource& source, const Context& context) {
  if (!source.file.empty()) return read_secret_file(source.file);
  if (source.environment.empty()) {
    return domain::fail(Cause::bad_input,
                        "no secret is given; pass --client-secret-file FILE, or - for standard input");
  }
  const auto found = context.environment.find(source.environment);
  if (found == context.environment.end() || found->second.empty()) {
    return domain::fail(Cause::bad_input, "the environment variable " + source.environment + " is not set");
  }
  return found->second;
}

}  // namespace connector::app
