#include "flows/look_up/invoices.h"

#include <algorithm>

#include "exact/resources.h"
#include "flows/call_outcomes.h"
#include "flows/document_comparison.h"
#include "flows/held_documents.h"
#include "flows/look_up/credit_descriptions.h"
#include "flows/look_up/exact_rows.h"
#include "flows/look_up/renumbered_credits.h"

namespace connector::flows {

using domain::PostingKind;
using engine::LookUpOutcome;
using exact::ODataQuery;
using json::Value;
using ports::Task;
using store::PostingRow;

namespace {

/// What the documents with the posting's reference and kind tell; those of other returns are not its.
LookUpOutcome outcome_by_reference(const std::vector<Value>& invoices, const PostingRow& row,
                                   const std::string& correlation_id) {
  const bool credit = row.kind == PostingKind::credit_memo;
  std::vector<const Value*> matches;
  bool is_anothers = false;
  for (const Value& invoice : invoices) {
    if (invoice["YourRef"].text_or("") != row.reference || is_credit_note(invoice) != credit) continue;
    if (credit && names_another_return(invoice, row)) {
      is_anothers = true;
    } else {
      matches.push_back(&invoice);
    }
  }
  if (matches.empty()) {
    LookUpOutcome absent = look_up_outcome(LookUpOutcome::Kind::absent, correlation_id);
    if (is_anothers) absent.error = number_is_anothers(row);
    return absent;
  }
  if (matches.size() > 1) {
    return look_up_difference("Exact holds " + std::to_string(matches.size()) + " documents with reference " +
                                  row.reference + "; delete all but one there, then retry",
                              correlation_id);
  }
  const Value& match = *matches.front();
  if (!amounts_agree(match, row.total)) {
    return look_up_difference("the document with reference " + row.reference + " in Exact amounts to " +
                                  match["AmountFC"].text_or("?") + " instead of " + row.total.to_string(),
                              correlation_id);
  }
  if (credit && may_be_renumbered(row) && may_differ_in_units(match, row)) {
    return look_up_difference("the store was put back from a backup, and " + row.reference +
                                  " in Exact gives this amount back without naming the same return: compare the units "
                                  "of both, then skip this one",
                              correlation_id);
  }
  LookUpOutcome hit = found_in_exact(match["InvoiceID"].text_or(""), match["InvoiceNumber"], correlation_id);
  hit.error = added_vat(match, row.total);
  return hit;
}

/// Whether it was found, and what was found says itself that it is this one.
bool is_certain(const LookUpOutcome& outcome, const std::vector<Value>& invoices, const PostingRow& row) {
  return outcome.kind == LookUpOutcome::Kind::found &&
         std::any_of(invoices.begin(), invoices.end(), [&](const Value& invoice) {
           return invoice["InvoiceID"].text_or("") == outcome.target_id && has_description_of(invoice, row);
         });
}

/// Whether its amount tells nothing of what a store that was put back meets under its reference: a free replacement
/// amounts to nothing however much of it has left.
bool amount_tells_nothing(const PostingRow& row) { return row.total == domain::Decimal() && !row.last_sent_at; }

/// Of found ones, those that Exact holds otherwise than they would be sent are differences.
Task<void> compare_whole(LookUpSources sources, LookUpBatch batch) {
  std::vector<std::string> ids;
  for (const std::size_t index : batch.indices) ids.push_back(batch.outcome(index).target_id);
  ExactDocuments documents(*sources.client);
  const auto held = co_await documents.read(DocumentTable::sales_invoices, std::move(ids));
  if (!held) {
    batch.fail(held.error());
    co_return;
  }
  for (const std::size_t index : batch.indices) {
    LookUpOutcome& outcome = batch.outcome(index);
    const PostingRow& row = batch.row(index);
    const auto document = held->find(outcome.target_id);
    const std::string difference =
        document == held->end() ? "it was deleted" : difference_of({row, {}}, document->second);
    if (difference.empty()) continue;
    outcome = look_up_difference("the store was put back from a backup, and the document with reference " +
                                     row.reference + " in Exact is not as it would be sent now: " + difference,
                                 outcome.correlation_id);
  }
}

}  // namespace

Task<void> look_up_by_reference(LookUpSources sources, LookUpBatch batch) {
  ODataQuery query(exact::resources::sales_invoices);
  query
      .select({"InvoiceID", "InvoiceNumber", "YourRef", "Description", "Type", "Status", "AmountFC", "AmountFCExclVat"})
      .filter(batch.by_reference());
  const auto found = co_await read_for(&batch, sources.client, &query);
  if (!found) co_return;
  LookUpBatch renumbered = batch.none_of_it();
  LookUpBatch amountless = batch.none_of_it();
  for (const std::size_t index : batch.indices) {
    const PostingRow& row = batch.row(index);
    batch.outcome(index) = outcome_by_reference(found->value, row, found->correlation_id);
    if (may_be_renumbered(row) && !is_certain(batch.outcome(index), found->value, row)) {
      renumbered.indices.push_back(index);
    } else if (batch.outcome(index).kind == LookUpOutcome::Kind::found && amount_tells_nothing(row)) {
      amountless.indices.push_back(index);
    }
  }
  if (!amountless.indices.empty()) co_await compare_whole(sources, std::move(amountless));
  if (!renumbered.indices.empty()) co_await look_up_renumbered(sources, std::move(renumbered));
}

}  // namespace connector::flows
