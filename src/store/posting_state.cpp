#include <array>
#include <utility>

#include "store/store.h"

namespace connector::store {

namespace {

constexpr std::array<std::pair<PostingState, std::string_view>, 7> names{{
    {PostingState::planned, "planned"},
    {PostingState::sending, "sending"},
    {PostingState::retry, "retry"},
    {PostingState::held, "held"},
    {PostingState::posted, "posted"},
    {PostingState::skipped, "skipped"},
    {PostingState::withdrawn, "withdrawn"},
}};

}  // namespace

std::string_view to_string(PostingState state) {
  for (const auto& [known, name] : names) {
    if (known == state) return name;
  }
  return "unknown";
}

std::optional<PostingState> parse_posting_state(std::string_view name) {
  for (const auto& [state, known] : names) {
    if (known == name) return state;
  }
  return std::nullopt;
}

}  // namespace connector::store
