#include "flows/posting_states.h"

namespace connector::flows {

using store::PostingRow;
using store::PostingState;

bool is_open(const PostingRow& row) {
  return row.state == PostingState::planned || row.state == PostingState::sending || row.state == PostingState::retry ||
         row.state == PostingState::held;
}

bool is_frozen(const PostingRow& row) {
  return row.in_doubt || row.state == PostingState::posted || row.state == PostingState::sending ||
         row.state == PostingState::skipped;
}

}  // namespace connector::flows
