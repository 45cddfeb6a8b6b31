#include "flows/apply_plan.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "domain/consignments.h"
#include "domain/credit_planning.h"
#include "domain/mutation.h"
#include "engine/posting_audit.h"
#include "engine/posting_steps.h"
#include "flows/closed_periods.h"
#include "flows/daily_summary.h"
#include "flows/document_json.h"
#include "flows/posting_states.h"

namespace connector::flows {

using domain::Cause;
using domain::Document;
using domain::Mutation;
using domain::Result;
using domain::UtcTime;
using store::PostingRow;
using store::PostingState;

namespace {

bool is_settled(const PostingRow& row) {
  if (mutated(Mutation::sent_documents_replanned)) return row.state == PostingState::posted;
  return is_frozen(row);
}

/// The same for a share of a day's invoice, which freezes with it.
Result<bool> is_frozen_here(store::Reader& reader, const PostingRow& row) {
  if (is_settled(row)) return true;
  return is_summarized(reader, row);
}

PostingRow row_of(const Document& document, const PlanningContext& context, UtcTime now) {
  PostingRow row;
  row.connection = context.connection;
  row.key = document.key;
  row.source_id = document.purchase_order_id;
  row.kind = document.kind;
  row.created_at = now;
  row.priority = context.priority;
  if (domain::is_credit_key(document.key)) row.priority = std::max(row.priority, store::posting_priority::returns);
  // Walmart waits four hours for it (walmart.md 2.4), whatever else of the order waits for Exact's budget.
  if (document.kind == domain::PostingKind::order_acknowledgement) row.priority = store::posting_priority::in_haste;
  return row;
}

/// The last reversal of a sent credit memo that is still to be posted; empty if none.
std::string open_reversal(const domain::Plan& plan, const std::vector<PostingRow>& rows) {
  std::string found;
  for (const PostingRow& row : rows) {
    const bool is_done = row.state == PostingState::posted || row.state == PostingState::skipped ||
                         row.state == PostingState::withdrawn ||
                         std::find(plan.withdrawn.begin(), plan.withdrawn.end(), row.key) != plan.withdrawn.end();
    if (domain::is_reversal_key(row.key) && !is_done) found = row.key;
  }
  for (const Document& document : plan.documents) {
    if (domain::is_reversal_key(document.key)) found = document.key;
  }
  return found;
}

/// What of an order's postings is to come before others of them.
struct Precedence {
  std::string reversal;    ///< open_reversal
  std::set<int> invoices;  ///< ordinals of those that were posted or are still to be
};

Precedence precedence_of(const std::string& purchase_order_id, const domain::Plan& plan,
                         const std::vector<PostingRow>& rows) {
  Precedence precedence{open_reversal(plan, rows), {}};
  const auto take = [&](const std::string& key) {
    if (const auto ordinal = domain::ordinal_of(key, "invoice", purchase_order_id))
      precedence.invoices.insert(*ordinal);
  };
  for (const PostingRow& row : rows) {
    const bool is_gone = row.state == PostingState::skipped || row.state == PostingState::withdrawn ||
                         std::find(plan.withdrawn.begin(), plan.withdrawn.end(), row.key) != plan.withdrawn.end();
    if (!is_gone) take(row.key);
  }
  for (const Document& document : plan.documents) take(document.key);
  return precedence;
}

/// Exact invoices what is delivered and not yet invoiced: a later delivery waits for the invoice before it, so that
/// each invoice covers one delivery; not for one that was skipped, for that never comes. A credit memo waits for the
/// reversal, so that at no time more is credited than was invoiced.
std::string waits_for(const Document& document, const Precedence& precedence) {
  if (document.kind == domain::PostingKind::credit_memo && !precedence.reversal.empty()) return precedence.reversal;
  if (document.kind != domain::PostingKind::goods_delivery) return document.depends_on;
  const auto ordinal = domain::ordinal_of(document.key, "delivery", document.purchase_order_id).value_or(1);
  const auto next = precedence.invoices.lower_bound(ordinal);
  if (next == precedence.invoices.begin()) return document.depends_on;
  return domain::ordinal_key("invoice", document.purchase_order_id, *std::prev(next));
}

void put_document(PostingRow& row, const Document& document, const std::string& text, const Precedence& precedence) {
  row.reference = document.reference;
  row.depends_on = waits_for(document, precedence);
  row.document = text;
  row.body.clear();
  row.body_digest.clear();
  row.total = document.total;
  row.currency = document.currency;
  const auto date = domain::date_in_exact(document);
  row.document_date = date ? domain::to_iso8601(*date) : std::string();
}

/// A share of a day's invoice waits for the one of its day. `planned` is the row's document, read from it if not given.
Result<void> wait_for_day(store::Transaction& transaction, const PlanningContext& context, PostingRow& row,
                          const Document* planned, UtcTime now) {
  if (row.kind != domain::PostingKind::sales_invoice || row.document.empty()) return {};
  std::optional<Document> stored;
  if (planned == nullptr) {
    auto read = document_of(row);
    if (!read) return domain::fail(read.error());
    planned = &stored.emplace(std::move(*read));
  }
  if (!planned->in_summary) return {};
  return assign_to_day(transaction, context, *planned, row, now);
}

}  // namespace

Result<std::vector<domain::PlannedPosting>> planned_before(store::Reader& reader, const std::vector<PostingRow>& rows) {
  std::vector<domain::PlannedPosting> history;
  for (const PostingRow& row : rows) {
    if (row.state == PostingState::withdrawn || row.document.empty() || mutated(Mutation::history_forgotten)) continue;
    auto document = document_of(row);
    if (!document) return domain::fail(document.error());
    auto frozen = is_frozen_here(reader, row);
    if (!frozen) return domain::fail(frozen.error());
    history.push_back({std::move(*document), *frozen, row.state == PostingState::skipped});
  }
  return history;
}

void put_verdict(PostingRow& row, const domain::PlanningProblem* problem, const PostingRow* waits) {
  row.next_attempt_at.reset();
  row.first_failed_at.reset();
  if (problem != nullptr) {
    row.state = PostingState::held;
    row.cause = problem->cause;
    row.cause_detail = problem->message;
    return;
  }
  row.state = PostingState::planned;
  row.cause.reset();
  row.cause_detail.clear();
  if (!domain::is_credit_key(row.key) || row.depends_on.empty()) return;
  if (waits != nullptr && waits->state == PostingState::posted) return;
  row.cause = Cause::waiting_for_dependency;
  row.cause_detail = "waits until " + row.depends_on + " is posted";
}

Result<AppliedPlan> apply_plan(store::Transaction& transaction, const PlanningContext& context,
                               const std::string& source_id, const domain::Plan& plan,
                               const std::vector<std::string>& documents, std::vector<PostingRow> rows, UtcTime now) {
  AppliedPlan applied;
  std::map<std::string, PostingRow*, std::less<>> existing;
  std::set<std::string, std::less<>> frozen;
  for (PostingRow& row : rows) {
    existing.emplace(row.key, &row);
    auto fixed = is_frozen_here(transaction, row);
    if (!fixed) return domain::fail(fixed.error());
    if (*fixed) frozen.insert(row.key);
  }
  std::map<std::string, const domain::PlanningProblem*, std::less<>> problems;
  for (const auto& problem : plan.problems) problems.emplace(problem.key, &problem);
  std::set<std::string, std::less<>> written;
  const Precedence precedence = precedence_of(source_id, plan, rows);

  // What stays as it is may have to wait for another posting now.
  std::set<std::string, std::less<>> reordered;
  for (PostingRow& row : rows) {
    const bool is_credit = row.kind == domain::PostingKind::credit_memo;
    if ((!is_credit && row.kind != domain::PostingKind::goods_delivery) || row.document.empty() ||
        frozen.contains(row.key) || row.state == PostingState::withdrawn ||
        (is_credit && precedence.reversal.empty() && !domain::is_reversal_key(row.depends_on))) {
      continue;
    }
    auto document = document_of(row);
    if (!document) return domain::fail(document.error());
    const std::string before = waits_for(*document, precedence);
    if (before == row.depends_on) continue;
    row.depends_on = before;
    reordered.insert(row.key);
  }

  auto save = [&](PostingRow& row, bool is_new, const char* action, const Document* planned = nullptr) -> Result<void> {
    row.mapping_version = context.mapping_version;
    row.updated_at = now;
    if (row.state == PostingState::held) {
      ++applied.held;
    } else if (row.state == PostingState::planned) {
      ++applied.planned;
    }
    written.insert(row.key);
    if (auto assigned = wait_for_day(transaction, context, row, planned, now); !assigned) return assigned;
    auto stored = is_new ? transaction.insert_posting(row) : transaction.update_posting(row);
    if (!stored || action == nullptr) return stored;
    return transaction.append_audit(engine::posting_audit(row, action, now));
  };

  for (std::size_t i = 0; i < plan.documents.size(); ++i) {
    const Document& document = plan.documents[i];
    auto found = existing.find(document.key);
    auto problem = problems.find(document.key);
    const auto* held_for = problem == problems.end() ? nullptr : problem->second;
    if (frozen.contains(document.key)) continue;
    PostingRow row = found == existing.end() ? row_of(document, context, now) : *found->second;
    put_document(row, document, documents[i], precedence);
    auto before = existing.find(row.depends_on);
    put_verdict(row, held_for, before == existing.end() ? nullptr : before->second);
    if (auto saved =
            save(row, found == existing.end(), held_for != nullptr ? "posting.held" : "posting.planned", &document);
        !saved) {
      return domain::fail(saved.error());
    }
    if (document.posting_date && held_for == nullptr) {
      if (auto told = transaction.append_audit(moved_date_audit(row, document, now)); !told) {
        return domain::fail(told.error());
      }
    }
  }
  for (const auto& problem : plan.problems) {
    if (written.contains(problem.key)) continue;
    auto found = existing.find(problem.key);
    if (frozen.contains(problem.key)) continue;
    const bool is_new = found == existing.end();
    PostingRow row;
    if (is_new) {
      row.connection = context.connection;
      row.key = problem.key;
      row.source_id = source_id;
      row.created_at = now;
      row.priority = context.priority;
      if (domain::is_credit_key(problem.key)) row.kind = domain::PostingKind::credit_memo;
    } else {
      row = *found->second;
    }
    const PostingRow before = row;
    put_verdict(row, &problem);
    // Of thousands that stay held after each change of a mapping or a list the trail need not tell.
    const bool is_told =
        !is_new && before.state == row.state && before.cause == row.cause && before.cause_detail == row.cause_detail;
    if (auto saved = save(row, is_new, is_told ? nullptr : "posting.held"); !saved) return domain::fail(saved.error());
  }
  for (const std::string& key : plan.withdrawn) {
    auto found = existing.find(key);
    if (found == existing.end() || frozen.contains(key)) continue;
    PostingRow row = *found->second;
    engine::become_withdrawn(row);
    ++applied.withdrawn;
    if (auto saved = save(row, false, "posting.withdrawn"); !saved) return domain::fail(saved.error());
  }
  for (PostingRow& row : rows) {
    if (!reordered.contains(row.key) || written.contains(row.key) || row.state == PostingState::held) continue;
    auto before = existing.find(row.depends_on);
    put_verdict(row, nullptr, before == existing.end() ? nullptr : before->second);
    if (auto saved = save(row, false, "posting.planned"); !saved) return domain::fail(saved.error());
  }
  // What was held and that the plan neither changes nor holds again has been mended.
  for (PostingRow& row : rows) {
    if (row.state != PostingState::held || row.in_doubt || written.contains(row.key)) continue;
    if (row.document.empty()) {
      engine::become_withdrawn(row);
      ++applied.withdrawn;
    } else {
      auto before = existing.find(row.depends_on);
      put_verdict(row, nullptr, before == existing.end() ? nullptr : before->second);
      row.body.clear();
      row.body_digest.clear();
    }
    if (auto saved = save(row, false, row.document.empty() ? "posting.withdrawn" : "posting.released"); !saved) {
      return domain::fail(saved.error());
    }
  }
  return applied;
}

}  // namespace connector::flows
