#include "flows/posting_states.h"

#include <algorithm>

#include "domain/booked_orders.h"

namespace connector::flows {

using store::PostingRow;
using store::PostingState;

bool is_on_its_way(PostingState state) {
  return state == PostingState::planned || state == PostingState::sending || state == PostingState::retry;
}

bool is_open(PostingState state) { return is_on_its_way(state) || state == PostingState::held; }

bool is_open(const PostingRow& row) { return is_open(row.state); }

bool is_frozen(const PostingRow& row) {
  return row.in_doubt || row.state == PostingState::posted || row.state == PostingState::sending ||
         row.state == PostingState::skipped;
}

bool has_begun(const std::vector<PostingRow>& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const PostingRow& row) {
    return is_frozen(row) && row.state != PostingState::skipped && domain::books_the_order(row.kind, row.key);
  });
}

domain::Result<void> say_what_it_waits_for(store::Reader& reader, PostingRow& row) {
  const bool waits = row.state == PostingState::planned || row.state == PostingState::retry;
  if (!waits || row.cause || row.depends_on.empty()) return {};
  auto before = reader.posting(row.connection, row.depends_on);
  if (!before) return domain::fail(before.error());
  if (*before && (*before)->state == PostingState::posted) return {};
  row.cause = domain::Cause::waiting_for_dependency;
  row.cause_detail = "waits until " + row.depends_on + " is posted";
  return {};
}

}  // namespace connector::flows
