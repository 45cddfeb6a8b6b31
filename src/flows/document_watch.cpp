#include "flows/document_watch.h"

#include "engine/posting_audit.h"
#include "json/value.h"

namespace connector::flows {

using domain::Cause;
using domain::Milliseconds;
using domain::Result;
using engine::LookUpOutcome;
using ports::Task;
using store::PostingRow;
using store::PostingState;

namespace {

/// Exact's notices come within minutes of what they tell of (exact.md 5).
constexpr Milliseconds kOwnDoing = std::chrono::minutes(10);

}  // namespace

Task<Result<void>> DocumentWatch::look_at(store::NoticeRow notice) {
  if (notice.action == "create") co_return Result<void>{};
  auto query = [connection = connection_, target_id = notice.entity](store::Reader& reader) {
    return reader.posting_of_target(connection, target_id);
  };
  auto found = co_await store_.read(std::move(query));
  if (!found) co_return domain::fail(found.error());
  if (!*found || (*found)->state != PostingState::posted) co_return Result<void>{};
  PostingRow row = std::move(**found);
  const std::int64_t id = row.id;
  const std::string key = row.key;
  if (notice.action == "delete") {
    co_return co_await note(
        id, key, "the document was deleted in Exact (noticed " + domain::to_iso8601_seconds(notice.received_at) + ")");
  }
  if (notice.received_at - row.updated_at < kOwnDoing && !row.cause) co_return Result<void>{};
  std::vector<PostingRow> rows;
  rows.push_back(std::move(row));
  auto outcomes = co_await target_.look_up(std::move(rows));
  const LookUpOutcome& outcome = outcomes.front();
  switch (outcome.kind) {
    case LookUpOutcome::Kind::found:
      co_return co_await note(id, key, "");
    case LookUpOutcome::Kind::absent:
      co_return co_await note(id, key, "Exact holds no document with this reference any more");
    case LookUpOutcome::Kind::differs:
      co_return co_await note(id, key, outcome.error.message);
    default:
      break;
  }
  co_return domain::fail(outcome.error.cause, outcome.error.message);
}

Task<Result<void>> DocumentWatch::note(std::int64_t posting, std::string key, std::string finding) {
  auto work = [posting, key = std::move(key), finding = std::move(finding), connection = connection_,
               now = clock_.now()](store::Transaction& transaction) -> Result<void> {
    auto row = transaction.posting(connection, key);
    if (!row) return domain::fail(row.error());
    if (!*row || (*row)->id != posting || (*row)->state != PostingState::posted) return {};
    const bool marked = (*row)->cause == Cause::changed_by_person;
    if (finding.empty() ? !marked : (marked && (*row)->cause_detail == finding)) return {};
    (*row)->cause = finding.empty() ? std::optional<Cause>() : Cause::changed_by_person;
    (*row)->cause_detail = finding;
    (*row)->updated_at = now;
    if (auto updated = transaction.update_posting(**row); !updated) return updated;
    const char* action = finding.empty() ? "posting.as_planned_again" : "posting.changed_by_person";
    return transaction.append_audit(engine::posting_audit(**row, action, now));
  };
  co_return co_await store_.write(std::move(work));
}

}  // namespace connector::flows
