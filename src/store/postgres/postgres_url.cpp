#include "store/postgres/postgres_url.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <memory>
#include <string_view>

namespace connector::store {

using domain::Cause;
using domain::fail;
using domain::Result;

namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using ParsedUrl = std::unique_ptr<PQconninfoOption, FreeOptions>;

Result<ParsedUrl> parse_url(const std::string& url) {
  char* problem = nullptr;
  ParsedUrl parsed(PQconninfoParse(url.c_str(), &problem));
  const std::string message = problem == nullptr ? "" : problem;
  PQfreemem(problem);
  if (parsed) return parsed;
  return fail(Cause::bad_input, message.substr(0, message.find('\n')));
}

std::string setting_of(const ParsedUrl& parsed, std::string_view name, std::string_view otherwise) {
  for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
    if (option->keyword == name && option->val != nullptr) return option->val;
  }
  return std::string(otherwise);
}

}  // namespace

bool is_postgres_url(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

Result<void> check_postgres_url(const std::string& url) {
  auto parsed = parse_url(url);
  if (!parsed) return fail(parsed.error());
  return {};
}

std::string shown_postgres_url(const std::string& url) {
  const auto parsed = parse_url(url);
  if (!parsed) return "postgresql://";
  return fmt::format("postgresql://{}:{}/{}", setting_of(*parsed, "host", "localhost"),
                     setting_of(*parsed, "port", "5432"), setting_of(*parsed, "dbname", ""));
}

}  // namespace connector::store
