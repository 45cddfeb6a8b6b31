#include "store/sql/posting_key.h"

namespace connector::store::sql {

bool key_has_source(std::string_view key, std::string_view source_id) {
  const auto slash = key.find('/');
  if (slash == std::string_view::npos) return source_id.empty();
  const auto rest = key.substr(slash + 1);
  if (!rest.starts_with(source_id)) return false;
  return rest.size() == source_id.size() || rest[source_id.size()] == '/';
}

std::vector<std::string_view> possible_sources(std::string_view key) {
  const auto slash = key.find('/');
  if (slash == std::string_view::npos) return {std::string_view()};
  const auto rest = key.substr(slash + 1);
  std::vector<std::string_view> sources;
  for (auto end = rest.find('/'); end != std::string_view::npos; end = rest.find('/', end + 1)) {
    sources.push_back(rest.substr(0, end));
  }
  sources.push_back(rest);
  return sources;
}

}  // namespace connector::store::sql
