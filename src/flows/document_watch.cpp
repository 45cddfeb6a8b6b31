#include "flows/document_watch.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "engine/posting_audit.h"
#include "flows/document_json.h"

namespace connector::flows {

using domain::Cause;
using domain::Milliseconds;
using domain::PostingKind;
using domain::Result;
using domain::UtcTime;
using ports::Task;
using store::NoticeRow;
using store::PostingRow;
using store::PostingState;

namespace {

/// The connector's doings on a document follow each other, and are told, within minutes (exact.md 5).
constexpr Milliseconds kOwnDoings = std::chrono::minutes(10);
/// What is in doubt for longer than this is looked at as it stands.
constexpr Milliseconds kLongestInHand = std::chrono::hours(1);

std::optional<DocumentTable> table_of(PostingKind kind) {
  switch (kind) {
    case PostingKind::sales_order:
      return DocumentTable::sales_orders;
    case PostingKind::sales_invoice:
    case PostingKind::credit_memo:
    case PostingKind::daily_invoice:
      return DocumentTable::sales_invoices;
    default:
      return std::nullopt;
  }
}

/// Deletion is final; a change tells more than the making.
int weight(const NoticeRow& notice) { return notice.action == "delete" ? 2 : notice.action == "create" ? 0 : 1; }

/// Exact's ids of the items of a posting's lines, as far as they are known.
Result<std::map<std::string, std::string>> item_ids(store::Reader& reader, const PostingRow& row) {
  std::map<std::string, std::string> ids;
  const auto document = document_of(row);
  if (!document) return ids;
  for (const auto& line : document->lines) {
    auto item = reader.reference(row.connection, "item", line.exact_item);
    if (!item) return domain::fail(item.error());
    if (*item) ids.emplace(line.exact_item, (*item)->id);
  }
  return ids;
}

/// Whether it stands as one that a person should look at.
bool is_marked(const PostingRow& row) {
  return row.cause == Cause::changed_by_person || row.cause == Cause::amount_difference;
}

}  // namespace

Result<DocumentWatch::Known> DocumentWatch::known_of(store::Reader& reader, store::ConnectionId connection,
                                                     const std::string& id) {
  Known known;
  auto row = reader.posting_of_target(connection, id);
  if (!row) return domain::fail(row.error());
  if (!*row) return known;
  known.made = MadeDocument{std::move(**row), {}};
  if (known.made->posting.kind == PostingKind::sales_invoice) {
    auto items = item_ids(reader, known.made->posting);
    if (!items) return domain::fail(items.error());
    known.made->items = std::move(*items);
  }
  known.in_hand = known.made->posting.state == PostingState::sending || known.made->posting.in_doubt;
  auto siblings = reader.postings_of(connection, known.made->posting.source_id);
  if (!siblings) return domain::fail(siblings.error());
  for (PostingRow& sibling : *siblings) {
    const bool changes_it =
        (sibling.kind == PostingKind::sales_order_change || sibling.kind == PostingKind::invoice_processing) &&
        sibling.depends_on == known.made->posting.key;
    if (!changes_it) continue;
    known.in_hand = known.in_hand || sibling.state == PostingState::sending || sibling.in_doubt;
    if (sibling.state == PostingState::posted) known.made->since.push_back(std::move(sibling));
  }
  return known;
}

Task<Result<std::vector<NoticeRow>>> DocumentWatch::look_at(std::vector<NoticeRow> notices) {
  std::map<std::string, NoticeRow> telling;
  for (const NoticeRow& notice : notices) {
    const auto [entry, is_new] = telling.emplace(notice.entity, notice);
    if (!is_new && weight(notice) >= weight(entry->second)) entry->second = notice;
  }
  std::erase_if(telling, [](const auto& entry) { return weight(entry.second) == 0; });
  std::vector<std::string> ids;
  ids.reserve(telling.size());
  for (const auto& [id, notice] : telling) ids.push_back(id);
  auto query = [connection = connection_, ids](store::Reader& reader) -> Result<std::vector<Known>> {
    std::vector<Known> all;
    for (const std::string& id : ids) {
      auto known = known_of(reader, connection, id);
      if (!known) return domain::fail(known.error());
      all.push_back(std::move(*known));
    }
    return all;
  };
  auto known = co_await store_.read(std::move(query));
  if (!known) co_return domain::fail(known.error());
  const UtcTime now = clock_.now();
  std::set<std::string> too_soon;
  std::map<DocumentTable, std::vector<MadeDocument>> to_compare;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const NoticeRow& notice = telling.at(ids[i]);
    const Milliseconds age = now - notice.received_at;
    std::optional<MadeDocument>& made = (*known)[i].made;
    // A notice may be quicker than the answer that tells the document's id.
    const bool is_fresh = !made || now - made->posting.updated_at < kOwnDoings ||
                          std::any_of(made->since.begin(), made->since.end(),
                                      [now](const PostingRow& row) { return now - row.updated_at < kOwnDoings; });
    const bool waits = (*known)[i].in_hand ? age < kLongestInHand : is_fresh && age < kPause;
    const bool is_deletion = notice.action == "delete";
    if (waits && !(is_deletion && made && made->posting.kind != PostingKind::sales_order)) {
      too_soon.insert(ids[i]);
      continue;
    }
    if (!made || made->posting.state != PostingState::posted) continue;
    const auto table = table_of(made->posting.kind);
    if (!table) continue;
    if (is_deletion && removed_by_connector(*made)) continue;
    if (is_deletion) {
      const std::int64_t posting = made->posting.id;
      const std::string key = made->posting.key;
      domain::Error finding{Cause::changed_by_person, "the document was deleted in Exact (noticed " +
                                                          domain::to_iso8601_seconds(notice.received_at) + ")"};
      auto noted = co_await note(posting, key, std::move(finding));
      if (!noted) co_return domain::fail(noted.error());
      continue;
    }
    to_compare[*table].push_back(std::move(*made));
  }
  for (auto& [table, made] : to_compare) {
    auto compared = co_await compare(table, std::move(made));
    if (!compared) co_return domain::fail(compared.error());
  }
  std::erase_if(notices, [&too_soon](const NoticeRow& notice) { return !too_soon.contains(notice.entity); });
  co_return notices;
}

Task<Result<void>> DocumentWatch::compare(DocumentTable table, std::vector<MadeDocument> made) {
  std::vector<std::string> ids;
  ids.reserve(made.size());
  for (const MadeDocument& each : made) ids.push_back(each.posting.target_id);
  auto held = co_await documents_.read(table, std::move(ids));
  if (!held) co_return domain::fail(held.error());
  for (const MadeDocument& each : made) {
    const auto found = held->find(each.posting.target_id);
    domain::Error finding;
    if (found != held->end()) {
      const std::string difference = difference_of(each, found->second);
      if (difference.empty()) {
        finding = added_vat(found->second, each.posting.total);
      } else {
        finding = {Cause::changed_by_person, "in Exact the document was changed: " + difference};
      }
    } else if (!removed_by_connector(each)) {
      finding = {Cause::changed_by_person, "Exact does not hold the document any more"};
    }
    if (finding.message.empty() && !is_marked(each.posting)) continue;
    const std::int64_t posting = each.posting.id;
    const std::string key = each.posting.key;
    auto noted = co_await note(posting, key, std::move(finding));
    if (!noted) co_return domain::fail(noted.error());
  }
  co_return Result<void>{};
}

Task<Result<void>> DocumentWatch::note(std::int64_t posting, std::string key, domain::Error finding) {
  auto work = [posting, key = std::move(key), finding = std::move(finding), connection = connection_,
               now = clock_.now()](store::Transaction& transaction) -> Result<void> {
    auto row = transaction.posting(connection, key);
    if (!row) return domain::fail(row.error());
    if (!*row || (*row)->id != posting || (*row)->state != PostingState::posted) return {};
    const bool is_as_planned = finding.message.empty();
    if (is_as_planned ? !is_marked(**row) : (is_marked(**row) && (*row)->cause_detail == finding.message)) return {};
    (*row)->cause = is_as_planned ? std::optional<Cause>() : finding.cause;
    (*row)->cause_detail = finding.message;
    const char* action = is_as_planned                               ? "posting.as_planned_again"
                         : finding.cause == Cause::amount_difference ? "posting.amount_differs"
                                                                     : "posting.changed_by_person";
    return engine::store_decision(transaction, **row, action, now);
  };
  co_return co_await store_.write(std::move(work));
}

}  // namespace connector::flows
