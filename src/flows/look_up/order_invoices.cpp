#include "flows/look_up/order_invoices.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "exact/answers.h"
#include "exact/refusals.h"
#include "exact/resources.h"
#include "flows/call_outcomes.h"
#include "flows/document_comparison.h"
#include "flows/look_up/exact_rows.h"
#include "flows/order_invoice.h"

namespace connector::flows {

using domain::Cause;
using domain::Decimal;
using domain::PostingKind;
using domain::Result;
using engine::LookUpOutcome;
using exact::ODataFilter;
using exact::ODataQuery;
using json::Value;
using ports::CallPriority;
using ports::Task;
using store::PostingRow;

namespace {

/// What became of a background process is one call each: so many are asked for with one batch.
constexpr int most_processes = 20;
/// A process is done within seconds or minutes. What has not ended after so long a person looks after: which words
/// there are beside "Processed", and whether a result is forgotten in time, nobody tells (exact.md 4.6).
constexpr domain::Milliseconds longest_process = std::chrono::hours(12);

/// What the store knows of an invoice that Exact makes of a sales order.
struct OrderInvoice {
  std::string order_number;
  std::string order_reference;
  std::set<std::string> taken;  ///< invoices of the order's other deliveries
  bool beside_skipped = false;
  bool is_accepted = false;                  ///< Exact works on it, and will not be asked for it again
  std::map<std::string, Decimal> delivered;  ///< as delivered_by

  std::optional<std::int64_t> number() const { return json::parse_integer(order_number); }
  ODataFilter filter() const {
    const auto known = number();
    return known ? ODataFilter::equals_number("OrderNumber", *known) : ODataFilter::equals("YourRef", order_reference);
  }
};

/// Exact copies the order's reference (exact.md 4.6). Its number alone tells nothing: invoices are numbered by
/// themselves, and anybody may give one of his own any number (exact-properties.md).
bool is_made_of(const OrderInvoice& order, const Value& invoice) {
  return !is_credit_note(invoice) && !order.order_reference.empty() &&
         exact::read_code(invoice["YourRef"]) == order.order_reference;
}

/// Invoices that Exact holds, by the number and by the reference of their sales order.
class HeldInvoices {
 public:
  explicit HeldInvoices(const std::vector<Value>& invoices) {
    for (const Value& invoice : invoices) {
      if (const auto number = invoice["OrderNumber"].integer()) by_number_[*number].push_back(&invoice);
      by_reference_[invoice["YourRef"].text_or("")].push_back(&invoice);
    }
  }

  /// Those of the order that neither another posting nor `taken_now` has.
  std::vector<const Value*> free_of(const OrderInvoice& order, const std::set<std::string>& taken_now) const {
    std::vector<const Value*> free;
    const auto number = order.number();
    for (const Value* invoice : number ? found(by_number_, *number) : found(by_reference_, order.order_reference)) {
      const std::string id = (*invoice)["InvoiceID"].text_or("");
      if (!is_made_of(order, *invoice)) continue;
      if (!order.taken.contains(id) && !taken_now.contains(id)) free.push_back(invoice);
    }
    return free;
  }

 private:
  template <class Map, class Key>
  static std::vector<const Value*> found(const Map& map, const Key& key) {
    const auto entry = map.find(key);
    return entry == map.end() ? std::vector<const Value*>() : entry->second;
  }

  std::map<std::int64_t, std::vector<const Value*>> by_number_;
  std::map<std::string, std::vector<const Value*>> by_reference_;
};

/// Per row of the batch, in its order, what the store knows.
Task<Result<std::vector<OrderInvoice>>> order_invoices_of(store::Store* store, const LookUpBatch* batch) {
  std::vector<PostingRow> rows;
  rows.reserve(batch->indices.size());
  for (const std::size_t index : batch->indices) rows.push_back(batch->row(index));
  auto work = [rows = std::move(rows)](store::Reader& reader) -> Result<std::vector<OrderInvoice>> {
    std::vector<OrderInvoice> invoices;
    for (const PostingRow& row : rows) {
      OrderInvoice invoice;
      const std::string order_id = invoiced_order_of(row);
      auto siblings = reader.postings_of(row.connection, row.source_id);
      if (!siblings) return domain::fail(siblings.error());
      invoice.is_accepted = !row.target_data.empty();
      invoice.beside_skipped = skipped_order_invoice(*siblings) != nullptr;
      for (const PostingRow& sibling : *siblings) {
        if (sibling.key == row.depends_on) invoice.delivered = delivered_by(sibling.body);
        if (sibling.kind == PostingKind::sales_order && sibling.target_id == order_id) {
          invoice.order_number = sibling.target_number;
          invoice.order_reference = sibling.reference;
        } else if (sibling.kind == PostingKind::sales_invoice && sibling.key != row.key && !sibling.target_id.empty()) {
          invoice.taken.insert(sibling.target_id);
        }
      }
      invoices.push_back(std::move(invoice));
    }
    return invoices;
  };
  co_return co_await store->read(std::move(work));
}

/// The invoices of some sales orders, as far as they could be read.
struct ReadInvoices {
  std::vector<Value> rows;
  std::string correlation_id;
  std::vector<bool> was_read;                 ///< per order, in its order
  std::optional<ports::CallFailure> failure;  ///< of the others
};

/// From long lists only what is waited for (read_ranges), and `singly` none.
Task<ReadInvoices> read_invoices_of(exact::Client* client, const std::vector<OrderInvoice>* invoices, bool singly) {
  const std::vector<std::string> columns{"InvoiceID", "InvoiceNumber", "OrderNumber",     "Type",   "Status",
                                         "YourRef",   "AmountFC",      "AmountFCExclVat", "Created"};
  std::vector<std::int64_t> numbers;
  for (const OrderInvoice& invoice : *invoices) {
    const auto number = invoice.number();
    if (number && invoice.is_accepted && !singly) numbers.push_back(*number);
  }
  NumberedRows listed = co_await read_ranges(client, "bulk/SalesInvoice/SalesInvoices", columns, numbers);
  ReadInvoices read;
  std::vector<ODataFilter> rest;
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < invoices->size(); ++i) {
    const OrderInvoice& invoice = (*invoices)[i];
    const auto number = invoice.number();
    read.was_read.push_back(number && invoice.is_accepted && listed.covers(*number));
    if (read.was_read.back()) continue;
    rest.push_back(invoice.filter());
    asked.push_back(i);
  }
  FilteredRows found = co_await read_any_of(client, exact::resources::sales_invoices, columns, std::move(rest));
  for (std::size_t i = 0; i < found.answered; ++i) read.was_read[asked[i]] = true;
  read.correlation_id = found.correlation_id.empty() ? std::move(listed.correlation_id) : found.correlation_id;
  read.failure = std::move(found.failure);
  read.rows = std::move(found.rows);
  std::move(listed.rows.begin(), listed.rows.end(), std::back_inserter(read.rows));
  co_return read;
}

Task<std::optional<ports::CallFailure>> choose_beside_skipped(exact::Client* client, const PostingRow* row,
                                                              const OrderInvoice* order_invoice,
                                                              std::vector<const Value*>* free) {
  // A person may have invoiced the other delivery from the same sales order, with the same amount.
  const ODataQuery query = invoiced_lines_of(invoiced_order_of(*row));
  auto lines = co_await client->get_all(query, CallPriority::orders);
  if (!lines) co_return lines.error();
  const bool open = std::any_of(lines->value.begin(), lines->value.end(), [order_invoice](const Value& line) {
    return order_invoice->delivered.contains(line["ID"].text_or("")) && to_invoice(line) > Decimal();
  });
  const Value* newest = *std::max_element(free->begin(), free->end(), [](const Value* a, const Value* b) {
    return exact::read_time((*a)["Created"]) < exact::read_time((*b)["Created"]);
  });
  free->clear();
  if (!open) free->push_back(newest);
  co_return std::nullopt;
}

LookUpOutcome unended(const PostingRow& row, const OrderInvoice& invoice, const std::string& word,
                      const std::string& correlation_id, domain::UtcTime now) {
  if (!row.last_sent_at || now - *row.last_sent_at < longest_process) {
    return look_up_outcome(LookUpOutcome::Kind::pending, correlation_id);
  }
  LookUpOutcome outcome = look_up_outcome(LookUpOutcome::Kind::differs, correlation_id);
  outcome.error = {Cause::unclear_outcome, "Exact was asked half a day ago to invoice what sales order " +
                                               invoice.order_number + " delivered, and " +
                                               (word.empty() ? "tells nothing of it" : "says \"" + word + "\"") +
                                               ": see in Exact what became of it, then retry, or skip this one"};
  return outcome;
}

/// Exact says that it is done and has neither made an invoice nor failed.
Task<LookUpOutcome> nothing_made(exact::Client* client, const PostingRow* row, const OrderInvoice* order_invoice,
                                 const std::string* correlation_id) {
  const ODataQuery query = invoiced_lines_of(invoiced_order_of(*row));
  auto lines = co_await client->get_all(query, CallPriority::orders);
  if (!lines) co_return look_up_failure(lines.error());
  const auto& delivered = order_invoice->delivered;
  const bool is_open = std::any_of(lines->value.begin(), lines->value.end(), [&delivered](const Value& line) {
    return (delivered.empty() || delivered.contains(line["ID"].text_or(""))) && to_invoice(line) > Decimal();
  });
  if (is_open) {
    LookUpOutcome outcome = look_up_outcome(LookUpOutcome::Kind::unmade, *correlation_id);
    outcome.error = {Cause::business_refusal, "Exact made no invoice of sales order " + order_invoice->order_number +
                                                  " and gave no reason; it is asked again"};
    co_return outcome;
  }
  LookUpOutcome outcome = look_up_outcome(LookUpOutcome::Kind::differs, *correlation_id);
  outcome.error = {Cause::changed_by_person, "what sales order " + order_invoice->order_number +
                                                 " delivered is invoiced already, in an invoice that is not of this "
                                                 "order alone: compare it, then skip this one"};
  co_return outcome;
}

/// `calls_left` of this batch; without one it is asked for by a later look.
Task<LookUpOutcome> background_work_of(exact::Client* client, const PostingRow* row, const OrderInvoice* order_invoice,
                                       int* calls_left) {
  const auto data = json::parse(row->target_data.empty() ? "{}" : row->target_data);
  const std::string process = data ? (*data)["process_id"].text_or("") : std::string();
  if (process.empty()) co_return look_up_outcome(LookUpOutcome::Kind::absent, {});
  // One call a process: most are done by the second look, which they share with others.
  if (!(*data)["looked_up"].boolean().value_or(false)) {
    LookUpOutcome pending = look_up_outcome(LookUpOutcome::Kind::pending, {});
    Value noted = *data;
    noted.set("looked_up", true);
    pending.target_data = json::write(noted);
    co_return pending;
  }
  if ((*calls_left)-- <= 0) co_return look_up_outcome(LookUpOutcome::Kind::pending, {});
  ODataQuery query("read/salesinvoice/InvoiceSalesOrderResult");
  query.guid_parameter("ProcessID", process);
  auto results = co_await client->get(query, CallPriority::orders);
  if (!results) co_return look_up_failure(results.error());
  const std::string& id = results->correlation_id;
  if (results->value.rows.empty()) co_return unended(*row, *order_invoice, "", id, client->now());
  const Value& state = results->value.rows.front();
  const std::string word = state["Status"].text_or("");
  if (word != "Processed") co_return unended(*row, *order_invoice, word, id, client->now());
  if (state["NumberOfFailedInvoices"].integer().value_or(0) > 0) {
    LookUpOutcome refused = look_up_outcome(LookUpOutcome::Kind::refused, id);
    const std::string reason = state["Errors"].text_or("no reason given");
    refused.error = {exact::refusal_cause(reason).value_or(Cause::business_refusal),
                     "Exact could not invoice sales order " + order_invoice->order_number + ": " + reason};
    co_return refused;
  }
  if (state["NumberOfCreatedInvoices"].integer().value_or(0) > 0) {
    co_return look_up_outcome(LookUpOutcome::Kind::found, id);
  }
  auto judged = nothing_made(client, row, order_invoice, &id);
  co_return co_await std::move(judged);
}

/// What those invoices of the order tell of the posting; nullopt if there is none.
std::optional<LookUpOutcome> outcome_among(const std::vector<const Value*>& free, const PostingRow& row,
                                           const OrderInvoice& invoice, const std::string& correlation_id) {
  if (free.empty()) return std::nullopt;
  const auto fit = std::find_if(free.begin(), free.end(),
                                [&row](const Value* candidate) { return amounts_agree(*candidate, row.total); });
  if (fit == free.end()) {
    return look_up_difference("the invoice made of sales order " + invoice.order_number + " amounts to " +
                                  (*free.front())["AmountFC"].text_or("?") + " instead of " + row.total.to_string(),
                              correlation_id);
  }
  LookUpOutcome hit = found_in_exact((**fit)["InvoiceID"].text_or(""), (**fit)["InvoiceNumber"], correlation_id);
  hit.target_data = row.target_data;
  hit.error = added_vat(**fit, row.total);
  return hit;
}

/// The invoice that the background process made of a delivery: one of the order's, not yet taken by another posting,
/// with the delivered amount.
Task<void> find_order_invoices(LookUpSources sources, LookUpBatch batch, bool is_made) {
  const auto invoices = co_await order_invoices_of(sources.store, &batch);
  if (!invoices) {
    batch.fail(invoices.error());
    co_return;
  }
  const ReadInvoices found = co_await read_invoices_of(sources.client, &*invoices, is_made);
  const HeldInvoices held(found.rows);
  std::set<std::string> taken_now;  // by others that are looked up together
  for (const LookUpOutcome& outcome : *batch.outcomes) {
    if (outcome.kind == LookUpOutcome::Kind::found && !outcome.target_id.empty()) taken_now.insert(outcome.target_id);
  }
  LookUpBatch made = batch.none_of_it();
  int calls_left = most_processes;
  for (std::size_t i = 0; i < batch.indices.size(); ++i) {
    const std::size_t index = batch.indices[i];
    const PostingRow& row = batch.row(index);
    const OrderInvoice& invoice = (*invoices)[i];
    if (!found.was_read[i]) {
      batch.outcome(index) = look_up_failure(*found.failure);
      continue;
    }
    std::vector<const Value*> free = held.free_of(invoice, taken_now);
    if (invoice.beside_skipped && !free.empty()) {
      const auto failure = co_await choose_beside_skipped(sources.client, &row, &invoice, &free);
      if (failure) {
        batch.outcome(index) = look_up_failure(*failure);
        continue;
      }
    }
    if (auto outcome = outcome_among(free, row, invoice, found.correlation_id)) {
      if (outcome->kind == LookUpOutcome::Kind::found) taken_now.insert(outcome->target_id);
      batch.outcome(index) = std::move(*outcome);
    } else if (is_made) {
      batch.outcome(index) =
          no_longer_there("the invoice that Exact made of sales order " + invoice.order_number +
                              " is no longer there, or bears another reference than " + invoice.order_reference,
                          found.correlation_id);
    } else {
      batch.outcome(index) = co_await background_work_of(sources.client, &row, &invoice, &calls_left);
      // It may have been made since the list was read.
      if (batch.outcome(index).kind == LookUpOutcome::Kind::found) made.indices.push_back(index);
    }
  }
  if (made.indices.empty()) co_return;
  auto again = find_order_invoices(sources, std::move(made), true);
  co_await std::move(again);
}

}  // namespace

Task<void> look_up_order_invoices(LookUpSources sources, LookUpBatch batch) {
  co_await find_order_invoices(sources, std::move(batch), false);
}

}  // namespace connector::flows
