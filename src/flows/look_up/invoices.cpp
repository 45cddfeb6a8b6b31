#include "flows/look_up/invoices.h"

#include "flows/call_outcomes.h"
#include "flows/document_comparison.h"
#include "flows/look_up/exact_rows.h"
#include "flows/look_up/renumbered_credits.h"
#include "flows/placed_order.h"

namespace connector::flows {

using domain::PostingKind;
using engine::LookUpOutcome;
using exact::ODataQuery;
using json::Value;
using ports::Task;
using store::PostingRow;

Task<void> look_up_by_reference(LookUpSources sources, LookUpBatch batch) {
  ODataQuery query("salesinvoice/SalesInvoices");
  query.select({"InvoiceID", "InvoiceNumber", "YourRef", "Type", "Status", "AmountFC", "AmountFCExclVat"})
      .filter(batch.by_reference());
  const auto found = co_await read_for(&batch, sources.client, &query);
  if (!found) co_return;
  for (const std::size_t index : batch.indices) {
    const PostingRow& row = batch.row(index);
    const bool credit = row.kind == PostingKind::credit_memo;
    std::vector<const Value*> matches;
    for (const Value& candidate : found->value) {
      if (candidate["YourRef"].text_or("") == row.reference && is_credit_note(candidate) == credit)
        matches.push_back(&candidate);
    }
    if (matches.empty()) {
      batch.outcome(index) = look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
    } else if (matches.size() > 1) {
      batch.outcome(index) =
          look_up_difference("Exact holds " + std::to_string(matches.size()) + " documents with reference " +
                                 row.reference + "; delete all but one there, then retry",
                             found->correlation_id);
    } else if (!amounts_agree(*matches.front(), row.total)) {
      batch.outcome(index) =
          look_up_difference("the document with reference " + row.reference + " in Exact amounts to " +
                                 (*matches.front())["AmountFC"].text_or("?") + " instead of " + row.total.to_string(),
                             found->correlation_id);
    } else {
      LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, found->correlation_id);
      hit.target_id = (*matches.front())["InvoiceID"].text_or("");
      hit.target_number = number_text((*matches.front())["InvoiceNumber"]);
      batch.outcome(index) = std::move(hit);
    }
  }
  LookUpBatch renumbered = batch.none_of_it();
  for (const std::size_t index : batch.indices) {
    const PostingRow& row = batch.row(index);
    const bool is_absent = batch.outcome(index).kind == LookUpOutcome::Kind::absent;
    if (is_absent && may_be_renumbered(row)) renumbered.indices.push_back(index);
  }
  if (!renumbered.indices.empty()) co_await look_up_renumbered(sources, std::move(renumbered));
}

}  // namespace connector::flows
