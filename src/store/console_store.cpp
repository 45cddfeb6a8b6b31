#include "store/console_store.h"

namespace connector::store {

bool waits_for_person(PostingState state, const std::optional<domain::Cause>& cause) {
  return state == PostingState::held || (state == PostingState::retry && cause && !domain::is_transient(*cause));
}

ConsoleReader& console(Reader& reader) { return dynamic_cast<ConsoleReader&>(reader); }

ConsoleTransaction& console(Transaction& transaction) { return dynamic_cast<ConsoleTransaction&>(transaction); }

}  // namespace connector::store
