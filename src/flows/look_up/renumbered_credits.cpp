#include "flows/look_up/renumbered_credits.h"

#include <algorithm>
#include <set>

#include "domain/credit_planning.h"
#include "exact/resources.h"
#include "flows/call_outcomes.h"
#include "flows/document_comparison.h"
#include "flows/look_up/credit_descriptions.h"
#include "flows/look_up/exact_rows.h"

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

/// What the store knows of the documents that Exact holds for the batch's orders.
struct Known {
  std::set<std::string> taken;        ///< ids of invoices that a posting has
  std::vector<PostingRow> by_number;  ///< the orders' postings that bear a reference

  const PostingRow* posting_with(const std::string& reference) const {
    const auto found = std::find_if(by_number.begin(), by_number.end(),
                                    [&](const PostingRow& row) { return row.reference == reference; });
    return found == by_number.end() ? nullptr : &*found;
  }
};

Task<Result<Known>> known_of(store::Store* store, const LookUpBatch* batch, const std::vector<Value>* invoices) {
  std::set<std::string> source_ids;
  for (const std::size_t index : batch->indices) source_ids.insert(batch->row(index).source_id);
  std::vector<std::string> ids;
  for (const Value& invoice : *invoices) ids.push_back(invoice["InvoiceID"].text_or(""));
  auto query = [connection = batch->row(batch->indices.front()).connection, source_ids = std::move(source_ids),
                ids = std::move(ids)](store::Reader& reader) -> Result<Known> {
    Known known;
    for (const std::string& source : source_ids) {
      auto rows = reader.postings_of(connection, source);
      if (!rows) return domain::fail(rows.error());
      for (PostingRow& row : *rows) {
        if (row.state != store::PostingState::withdrawn) known.by_number.push_back(std::move(row));
      }
    }
    for (const std::string& id : ids) {
      auto posting = reader.posting_of_target(connection, id);
      if (!posting) return domain::fail(posting.error());
      if (*posting) known.taken.insert(id);
    }
    return known;
  };
  co_return co_await store->read(std::move(query));
}

std::string id_of(const Value& invoice) { return invoice["InvoiceID"].text_or(""); }

/// The documents of its order and kind, under any number.
std::vector<const Value*> siblings_of(const PostingRow& row, const std::vector<Value>& invoices) {
  std::vector<const Value*> siblings;
  for (const Value& invoice : invoices) {
    const bool is_same_kind = is_credit_note(invoice) == (row.kind == PostingKind::credit_memo);
    const std::string reference = invoice["YourRef"].text_or("");
    if (is_same_kind && without_number(reference) == without_number(row.reference)) siblings.push_back(&invoice);
  }
  return siblings;
}

/// Whether the posting that bears the document's number gives back the same, so that it is that one's.
bool is_rather(const PostingRow* bearer, const PostingRow& row) {
  if (bearer == nullptr || bearer->key == row.key) return false;
  return bearer->last_sent_at || (have_one_description(*bearer, row) && bearer->total == row.total);
}

/// The document that says word for word that it is this one.
const Value* described_as(const PostingRow& row, const std::vector<const Value*>& siblings, const Known& known) {
  for (const Value* invoice : siblings) {
    if (known.taken.contains(id_of(*invoice)) || !has_description_of(*invoice, row)) continue;
    if (!amounts_agree(*invoice, row.total)) continue;
    if (!is_rather(known.posting_with((*invoice)["YourRef"].text_or("")), row)) return invoice;
  }
  return nullptr;
}

void adopt(LookUpOutcome* outcome, const PostingRow& row, const Value& invoice, const std::string& correlation_id,
           Known* known) {
  *outcome = found_in_exact(id_of(invoice), invoice["InvoiceNumber"], correlation_id);
  outcome->error = added_vat(invoice, row.total);
  known->taken.insert(outcome->target_id);
}

/// Absent under its number, it may be one that no posting bears the number of.
void seek_among_unknown(LookUpOutcome* outcome, const PostingRow& row, const std::vector<const Value*>& siblings,
                        const std::string& correlation_id, Known* known) {
  for (const Value* invoice : siblings) {
    const std::string reference = (*invoice)["YourRef"].text_or("");
    if (known->taken.contains(id_of(*invoice)) || known->posting_with(reference) != nullptr) continue;
    if (row.kind == PostingKind::credit_memo && names_another_return(*invoice, row)) continue;
    if (amounts_agree(*invoice, row.total) && !may_differ_in_units(*invoice, row)) {
      adopt(outcome, row, *invoice, correlation_id, known);
      return;
    }
    outcome->error = {Cause::confirmation_needed,
                      "the store was put back from a backup, and " + reference +
                          " in Exact, which it does not know, may hold what this one does: compare "
                          "them, then skip this one, or retry it to have it sent"};
  }
}

}  // namespace

bool may_be_renumbered(const PostingRow& row) { return domain::is_credit_key(row.key) && !row.last_sent_at; }

domain::Error number_is_anothers(const PostingRow& row) {
  return {Cause::confirmation_needed,
          "the store was put back from a backup, and " + row.reference +
              " in Exact is the credit memo of another return: if this one does not stand there under another number, "
              "retry it to have it sent, else skip it"};
}

Task<void> look_up_renumbered(LookUpSources sources, LookUpBatch batch) {
  std::set<std::string> references;
  for (const std::size_t index : batch.indices) {
    const std::string stem(without_number(batch.row(index).reference));
    for (int number = 1; number <= most_numbers; ++number) references.insert(stem + std::to_string(number));
  }
  std::vector<ODataFilter> wanted;
  wanted.reserve(references.size());
  for (const std::string& reference : references) wanted.push_back(ODataFilter::equals("YourRef", reference));
  std::vector<std::string> columns{"InvoiceID", "InvoiceNumber", "YourRef",        "Description",
                                   "Type",      "AmountFC",      "AmountFCExclVat"};
  const auto found = co_await read_all_of(&batch, sources.client, exact::resources::sales_invoices, columns, wanted);
  if (!found) co_return;
  auto known = co_await known_of(sources.store, &batch, &found->value);
  if (!known) {
    batch.fail(known.error());
    co_return;
  }
  LookUpBatch open = batch.none_of_it();
  for (const std::size_t index : batch.indices) {
    const PostingRow& row = batch.row(index);
    const auto siblings = siblings_of(row, found->value);
    if (const Value* described = described_as(row, siblings, *known)) {
      adopt(&batch.outcome(index), row, *described, found->correlation_id, &*known);
    } else {
      open.indices.push_back(index);
    }
  }
  for (const std::size_t index : open.indices) {
    LookUpOutcome& outcome = batch.outcome(index);
    const PostingRow& row = batch.row(index);
    if (outcome.kind == LookUpOutcome::Kind::found && !known->taken.insert(outcome.target_id).second) {
      outcome = look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
      outcome.error = number_is_anothers(row);
    }
    if (outcome.kind != LookUpOutcome::Kind::absent) continue;
    seek_among_unknown(&outcome, row, siblings_of(row, found->value), found->correlation_id, &*known);
  }
}

}  // namespace connector::flows
