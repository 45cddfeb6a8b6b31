#include "flows/look_up/renumbered_credits.h"

#include <set>

#include "domain/credit_planning.h"
#include "flows/call_outcomes.h"
#include "flows/document_comparison.h"
#include "flows/look_up/exact_rows.h"
#include "flows/placed_order.h"

namespace connector::flows {

using domain::Cause;
using domain::PostingKind;
using domain::Result;
using engine::LookUpOutcome;
using exact::ODataFilter;
using json::Value;
using ports::Task;
using store::PostingRow;

namespace {

/// So many credit memos of an order are sought after a backup was put back.
constexpr int most_numbers = 6;

/// A reference without the number at its end: what the credit memos of an order share ("...-C"), or its reversals.
std::string_view without_number(std::string_view reference) {
  return reference.substr(0, reference.find_last_not_of("0123456789") + 1);
}

/// Ids of those invoices that a posting has, and the references that the orders' postings bear.
Task<Result<std::set<std::string>>> spoken_for(store::Store* store, const LookUpBatch* batch,
                                               const std::vector<Value>* invoices) {
  std::set<std::string> source_ids;
  for (const std::size_t index : batch->indices) source_ids.insert(batch->row(index).source_id);
  std::vector<std::string> ids;
  for (const Value& invoice : *invoices) ids.push_back(invoice["InvoiceID"].text_or(""));
  auto query = [connection = batch->row(batch->indices.front()).connection, source_ids = std::move(source_ids),
                ids = std::move(ids)](store::Reader& reader) -> Result<std::set<std::string>> {
    std::set<std::string> taken;
    for (const std::string& source : source_ids) {
      auto rows = reader.postings_of(connection, source);
      if (!rows) return domain::fail(rows.error());
      for (const PostingRow& row : *rows) {
        if (row.state != store::PostingState::withdrawn) taken.insert(row.reference);
      }
    }
    for (const std::string& id : ids) {
      auto posting = reader.posting_of_target(connection, id);
      if (!posting) return domain::fail(posting.error());
      if (*posting) taken.insert(id);
    }
    return taken;
  };
  co_return co_await store->read(std::move(query));
}

}  // namespace

bool may_be_renumbered(const PostingRow& row) { return domain::is_credit_key(row.key) && !row.last_sent_at; }

Task<void> look_up_renumbered(LookUpSources sources, LookUpBatch batch) {
  std::set<std::string> references;
  for (const std::size_t index : batch.indices) {
    const std::string stem(without_number(batch.row(index).reference));
    for (int number = 1; number <= most_numbers; ++number) references.insert(stem + std::to_string(number));
  }
  std::vector<ODataFilter> wanted;
  wanted.reserve(references.size());
  for (const std::string& reference : references) wanted.push_back(ODataFilter::equals("YourRef", reference));
  std::vector<std::string> columns{"InvoiceID", "InvoiceNumber", "YourRef", "Type", "AmountFC", "AmountFCExclVat"};
  auto found = co_await read_any_of(sources.client, "salesinvoice/SalesInvoices", columns, wanted);
  if (!found) {
    batch.fail(found.error());
    co_return;
  }
  auto taken = co_await spoken_for(sources.store, &batch, &found->value);
  if (!taken) {
    batch.fail(taken.error());
    co_return;
  }
  for (const std::size_t index : batch.indices) {
    const PostingRow& row = batch.row(index);
    for (const Value& invoice : found->value) {
      const std::string id = invoice["InvoiceID"].text_or("");
      const std::string reference = invoice["YourRef"].text_or("");
      const bool is_sibling = without_number(reference) == without_number(row.reference);
      if (!is_sibling || is_credit_note(invoice) != (row.kind == PostingKind::credit_memo)) continue;
      if (taken->contains(id) || taken->contains(reference)) continue;
      if (!amounts_agree(invoice, row.total)) {
        batch.outcome(index).error = {Cause::confirmation_needed,
                                      "the store was put back from a backup, and " + reference +
                                          " in Exact, which it does not know, may hold what this one does: compare "
                                          "them, then skip this one, or retry it to have it sent"};
        continue;
      }
      LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, found->correlation_id);
      hit.target_id = id;
      hit.target_number = number_text(invoice["InvoiceNumber"]);
      batch.outcome(index) = std::move(hit);
      taken->insert(id);
      break;
    }
  }
}

}  // namespace connector::flows
