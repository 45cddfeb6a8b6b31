#include "flows/exact_look_up.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "domain/credit_planning.h"
#include "exact/answers.h"
#include "exact/refusals.h"
#include "flows/call_outcomes.h"
#include "flows/day_share.h"
#include "flows/document_comparison.h"
#include "flows/order_invoice.h"
#include "flows/placed_order.h"

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
using ports::CallResult;
using ports::Task;
using store::PostingRow;

namespace {

std::string body_text(const PostingRow& row, std::string_view member) {
  const auto body = json::parse(row.body.empty() ? "{}" : row.body);
  return body ? (*body)[member].text_or("") : std::string();
}

LookUpOutcome gone(std::string message, std::string correlation_id) {
  LookUpOutcome outcome = look_up_outcome(LookUpOutcome::Kind::differs, std::move(correlation_id));
  outcome.error = {Cause::changed_by_person, std::move(message)};
  return outcome;
}

/// Units by sales order line.
using DeliveredLines = std::map<std::string, Decimal>;

/// So many credit memos of an order are sought after a backup was put back.
constexpr int most_numbers = 6;

/// A reference without the number at its end: what the credit memos of an order share ("...-C"), or its reversals.
std::string_view without_number(std::string_view reference) {
  return reference.substr(0, reference.find_last_not_of("0123456789") + 1);
}

/// Whether it may stand in Exact under another number of its order: a store that was put back from a backup does not
/// know any more in which order refunds were heard of, which is how they are numbered.
bool may_be_renumbered(const PostingRow& row) { return domain::is_credit_key(row.key) && !row.last_sent_at; }

bool is_credit_note(const Value& invoice) {
  const auto type = invoice["Type"].integer().value_or(8020);
  return type == 8021 || type == 8024;
}

bool shares_a_line(const DeliveredLines& delivered, const DeliveredLines& wanted) {
  return std::any_of(wanted.begin(), wanted.end(), [&](const auto& line) { return delivered.contains(line.first); });
}

bool holds_all(const DeliveredLines& delivered, const DeliveredLines& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& line) {
    const auto found = delivered.find(line.first);
    return found != delivered.end() && found->second == line.second;
  });
}

}  // namespace

/// What is known of an invoice that Exact makes of a sales order.
struct ExactLookUp::OrderInvoice {
  std::string order_number;
  std::string order_reference;
  std::set<std::string> taken;  ///< invoices of the order's other deliveries
  bool beside_skipped = false;
  std::map<std::string, Decimal> delivered;  ///< as delivered_by

  std::optional<std::int64_t> number() const { return Value(json::Number{order_number}).integer(); }
  ODataFilter filter() const {
    const auto known = number();
    return known ? ODataFilter::equals_number("OrderNumber", *known) : ODataFilter::equals("YourRef", order_reference);
  }
  bool is_of_order(const Value& invoice) const {
    const auto known = number();
    return known ? invoice["OrderNumber"].integer() == known : invoice["YourRef"].text_or("") == order_reference;
  }
};

template <class Term>
ODataFilter ExactLookUp::Batch::any_of(Term term) const {
  std::vector<ODataFilter> terms;
  terms.reserve(indices.size());
  for (const std::size_t index : indices) terms.push_back(term(index));
  return ODataFilter::any_of(terms);
}

ODataFilter ExactLookUp::Batch::by_reference() const {
  return any_of([this](std::size_t index) { return ODataFilter::equals("YourRef", row(index).reference); });
}

void ExactLookUp::Batch::fail(const ports::CallFailure& failure) const {
  for (const std::size_t index : indices) outcome(index) = look_up_failure(failure);
}

void ExactLookUp::Batch::fail(const domain::Error& error) const {
  for (const std::size_t index : indices) {
    outcome(index) = LookUpOutcome{};
    outcome(index).error = error;
  }
}

ExactLookUp::Method ExactLookUp::method_for(const PostingRow& row) {
  switch (row.kind) {
    case PostingKind::sales_order:
      return read_placed_order(row.target_data).id.empty() ? &ExactLookUp::look_up_orders
                                                           : &ExactLookUp::look_up_placed_orders;
    case PostingKind::sales_order_change:
      return &ExactLookUp::look_up_order_changes;
    case PostingKind::goods_delivery:
      return &ExactLookUp::look_up_deliveries;
    case PostingKind::invoice_processing:
      return &ExactLookUp::look_up_processings;
    case PostingKind::customer_account:
      return &ExactLookUp::look_up_accounts;
    default:
      if (is_share(row)) return &ExactLookUp::look_up_shares;
      return is_order_invoice(row) ? &ExactLookUp::look_up_order_invoices : &ExactLookUp::look_up_by_reference;
  }
}

Task<std::vector<LookUpOutcome>> ExactLookUp::look_up(std::vector<PostingRow> rows) {
  std::vector<LookUpOutcome> outcomes(rows.size());
  std::vector<std::pair<Method, std::vector<std::size_t>>> batches;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Method method = method_for(rows[i]);
    const auto open = std::find_if(batches.begin(), batches.end(), [method](const auto& batch) {
      return batch.first == method && batch.second.size() < rows_per_call;
    });
    if (open == batches.end()) {
      batches.emplace_back(method, std::vector<std::size_t>{i});
    } else {
      open->second.push_back(i);
    }
  }
  for (auto& [method, indices] : batches) {
    Batch batch{&rows, std::move(indices), &outcomes};
    auto task = (this->*method)(std::move(batch));
    co_await std::move(task);
  }
  co_return outcomes;
}

Task<std::optional<ExactLookUp::Rows>> ExactLookUp::read(const ODataQuery* query, const Batch* batch) {
  auto found = co_await client_.get_all(*query, CallPriority::orders);
  if (found) co_return std::move(*found);
  batch->fail(found.error());
  co_return std::nullopt;
}

Task<void> ExactLookUp::look_up_shares(Batch batch) {
  for (const std::size_t index : batch.indices) {
    batch.outcome(index) = posted_with_its_day<LookUpOutcome>(batch.row(index), LookUpOutcome::Kind::found);
  }
  co_return;
}

Task<Result<std::set<std::string>>> ExactLookUp::spoken_for(const Batch* batch, const std::vector<Value>* invoices) {
  std::set<std::string> sources;
  for (const std::size_t index : batch->indices) sources.insert(batch->row(index).source_id);
  std::vector<std::string> ids;
  for (const Value& invoice : *invoices) ids.push_back(invoice["InvoiceID"].text_or(""));
  auto query = [connection = batch->row(batch->indices.front()).connection, sources = std::move(sources),
                ids = std::move(ids)](store::Reader& reader) -> Result<std::set<std::string>> {
    std::set<std::string> taken;
    for (const std::string& source : sources) {
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
  co_return co_await store_.read(std::move(query));
}

Task<void> ExactLookUp::look_up_renumbered(Batch batch) {
  std::set<std::string> references;
  for (const std::size_t index : batch.indices) {
    const std::string stem(without_number(batch.row(index).reference));
    for (int number = 1; number <= most_numbers; ++number) references.insert(stem + std::to_string(number));
  }
  std::vector<ODataFilter> wanted;
  wanted.reserve(references.size());
  for (const std::string& reference : references) wanted.push_back(ODataFilter::equals("YourRef", reference));
  std::vector<std::string> columns{"InvoiceID", "InvoiceNumber", "YourRef", "Type", "AmountFC", "AmountFCExclVat"};
  auto found = co_await read_any_of("salesinvoice/SalesInvoices", columns, wanted);
  if (!found) {
    batch.fail(found.error());
    co_return;
  }
  auto taken = co_await spoken_for(&batch, &found->value);
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

Task<void> ExactLookUp::look_up_by_reference(Batch batch) {
  ODataQuery query("salesinvoice/SalesInvoices");
  query.select({"InvoiceID", "InvoiceNumber", "YourRef", "Type", "Status", "AmountFC", "AmountFCExclVat"})
      .filter(batch.by_reference());
  const auto found = co_await read(&query, &batch);
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
  Batch renumbered{batch.rows, {}, batch.outcomes};
  for (const std::size_t index : batch.indices) {
    const PostingRow& row = batch.row(index);
    const bool is_absent = batch.outcome(index).kind == LookUpOutcome::Kind::absent;
    if (is_absent && may_be_renumbered(row)) renumbered.indices.push_back(index);
  }
  if (!renumbered.indices.empty()) co_await look_up_renumbered(std::move(renumbered));
}

Task<void> ExactLookUp::look_up_orders(Batch batch) {
  ODataQuery query("salesorder/SalesOrders");
  query.select({"OrderID", "OrderNumber", "YourRef", "Status"}).filter(batch.by_reference());
  const auto found = co_await read(&query, &batch);
  if (!found) co_return;
  Batch standing{batch.rows, {}, batch.outcomes};
  for (const std::size_t index : batch.indices) {
    const std::string& reference = batch.row(index).reference;
    std::vector<const Value*> matches;
    for (const Value& candidate : found->value) {
      if (candidate["YourRef"].text_or("") == reference) matches.push_back(&candidate);
    }
    if (matches.empty()) {
      batch.outcome(index) = look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
    } else if (matches.size() > 1) {
      batch.outcome(index) = look_up_difference(
          "Exact holds several sales orders with reference " + reference + "; delete all but one there, then retry",
          found->correlation_id);
    } else {
      LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, found->correlation_id);
      hit.target_id = (*matches.front())["OrderID"].text_or("");
      hit.target_number = number_text((*matches.front())["OrderNumber"]);
      batch.outcome(index) = std::move(hit);
      standing.indices.push_back(index);
    }
  }
  if (!standing.indices.empty()) co_await read_order_lines(std::move(standing));
}

Task<void> ExactLookUp::look_up_placed_orders(Batch batch) {
  for (const std::size_t index : batch.indices) {
    PlacedOrder order = read_placed_order(batch.row(index).target_data);
    LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, {});
    hit.target_id = std::move(order.id);
    hit.target_number = std::move(order.number);
    batch.outcome(index) = std::move(hit);
  }
  co_await read_order_lines(std::move(batch));
}

Task<void> ExactLookUp::read_order_lines(Batch batch) {
  const auto filter = batch.any_of(
      [&batch](std::size_t index) { return ODataFilter::equals_guid("OrderID", batch.outcome(index).target_id); });
  ODataQuery query("salesorder/SalesOrderLines");
  query.select({"ID", "OrderID", "LineNumber", "Quantity", "NetPrice"}).filter(filter);
  auto rows = co_await client_.get_all(query, CallPriority::orders);
  if (!rows) {
    // What is known of an order stays; a later look-up reads its lines.
    for (const std::size_t index : batch.indices) {
      LookUpOutcome failed = look_up_failure(rows.error());
      failed.target_data = to_target_data({batch.outcome(index).target_id, batch.outcome(index).target_number});
      batch.outcome(index) = std::move(failed);
    }
    co_return;
  }
  std::map<std::string, std::vector<Value>> by_order;
  for (Value& line : rows->value) by_order[line["OrderID"].text_or("")].push_back(std::move(line));
  for (const std::size_t index : batch.indices) {
    LookUpOutcome& hit = batch.outcome(index);
    const auto lines = by_order.find(hit.target_id);
    if (lines == by_order.end()) {
      hit = gone("the sales order that Exact made is no longer there", rows->correlation_id);
      continue;
    }
    hit.target_data = placed_lines_data(std::move(lines->second));
    hit.correlation_id = rows->correlation_id;
  }
}

Task<void> ExactLookUp::look_up_order_changes(Batch batch) {
  const auto filter = batch.any_of([&batch](std::size_t index) {
    return ODataFilter::equals_guid("OrderID", body_text(batch.row(index), "OrderID"));
  });
  ODataQuery query("salesorder/SalesOrderLines");
  query.select({"ID", "Quantity"}).filter(filter);
  const auto found = co_await read(&query, &batch);
  if (!found) co_return;
  std::map<std::string, Decimal> quantities;
  for (const Value& line : found->value) {
    quantities[line["ID"].text_or("")] = line["Quantity"].decimal().value_or(Decimal());
  }
  for (const std::size_t index : batch.indices) {
    const auto body = json::parse(batch.row(index).body);
    if (!body) {
      batch.outcome(index).error = body.error();
      continue;
    }
    const auto& lines = (*body)["Lines"].array();
    const bool is_done = std::all_of(lines.begin(), lines.end(), [&quantities](const Value& line) {
      return quantities[line["id"].text_or("")] == line["quantity"].decimal().value_or(Decimal());
    });
    LookUpOutcome outcome =
        look_up_outcome(is_done ? LookUpOutcome::Kind::found : LookUpOutcome::Kind::absent, found->correlation_id);
    if (is_done) outcome.target_id = (*body)["OrderID"].text_or("");
    batch.outcome(index) = std::move(outcome);
  }
}

Task<CallResult<std::vector<Value>>> ExactLookUp::read_any_of(std::string resource, std::vector<std::string> columns,
                                                              std::vector<ODataFilter> wanted) {
  ports::Answer<std::vector<Value>> all;
  for (std::size_t begin = 0; begin < wanted.size(); begin += ODataFilter::most_terms) {
    const auto first = wanted.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto count = std::min(ODataFilter::most_terms, wanted.size() - begin);
    const std::vector<ODataFilter> terms(first, first + static_cast<std::ptrdiff_t>(count));
    ODataQuery query(resource);
    query.select(columns).filter(ODataFilter::any_of(terms));
    auto page = co_await client_.get_all(query, CallPriority::orders);
    if (!page) co_return tl::unexpected(std::move(page.error()));
    all.correlation_id = std::move(page->correlation_id);
    std::move(page->value.begin(), page->value.end(), std::back_inserter(all.value));
  }
  co_return all;
}

/// A delivery carries no YourRef: it is found by its lines' sales order lines and its description. One line tells what
/// was sent; of what was never sent, as after a backup was put back, any line may stand on one of that description.
Task<void> ExactLookUp::look_up_deliveries(Batch batch) {
  std::map<std::size_t, DeliveredLines> wanted;
  std::map<std::size_t, std::string> descriptions;
  std::set<std::string> order_lines;
  for (const std::size_t index : batch.indices) {
    const PostingRow& row = batch.row(index);
    auto body = json::parse(row.body);
    if (!body) {
      batch.outcome(index).error = body.error();
      continue;
    }
    DeliveredLines lines = delivered_by(*body);
    if (lines.empty()) {
      batch.outcome(index) = look_up_outcome(LookUpOutcome::Kind::absent, {});
      continue;
    }
    if (row.last_sent_at) lines.erase(std::next(lines.begin()), lines.end());
    for (const auto& [line, units] : lines) order_lines.insert(line);
    wanted.emplace(index, std::move(lines));
    descriptions.emplace(index, (*body)["Description"].text_or(""));
  }
  if (wanted.empty()) co_return;
  Batch readable{batch.rows, {}, batch.outcomes};
  for (const auto& [index, lines] : wanted) readable.indices.push_back(index);
  std::vector<ODataFilter> of_lines;
  of_lines.reserve(order_lines.size());
  for (const std::string& line : order_lines) of_lines.push_back(ODataFilter::equals_guid("SalesOrderLineID", line));
  std::vector<std::string> columns{"ID", "EntryID", "SalesOrderLineID", "QuantityDelivered"};
  auto lines = co_await read_any_of("salesorder/GoodsDeliveryLines", columns, of_lines);
  if (!lines) {
    readable.fail(lines.error());
    co_return;
  }
  std::map<std::string, DeliveredLines> delivered;  // by delivery
  for (const Value& line : lines->value) {
    delivered[line["EntryID"].text_or("")][line["SalesOrderLineID"].text_or("")] +=
        line["QuantityDelivered"].decimal().value_or(Decimal());
  }
  std::vector<ODataFilter> of_entries;
  of_entries.reserve(delivered.size());
  for (const auto& [entry, units] : delivered) of_entries.push_back(ODataFilter::equals_guid("EntryID", entry));
  columns = {"EntryID", "DeliveryNumber", "Description"};
  auto deliveries = co_await read_any_of("salesorder/GoodsDeliveries", columns, of_entries);
  if (!deliveries) {
    readable.fail(deliveries.error());
    co_return;
  }
  const std::string& correlation_id = of_entries.empty() ? lines->correlation_id : deliveries->correlation_id;
  for (const auto& [index, units] : wanted) {
    batch.outcome(index) = look_up_outcome(LookUpOutcome::Kind::absent, correlation_id);
    for (const Value& delivery : deliveries->value) {
      const std::string entry = delivery["EntryID"].text_or("");
      if (delivery["Description"].text_or("") != descriptions[index] || !shares_a_line(delivered[entry], units))
        continue;
      if (!batch.row(index).last_sent_at && !holds_all(delivered[entry], units)) {
        batch.outcome(index) = look_up_difference(
            "the delivery " + descriptions[index] + " in Exact holds other units than planned", correlation_id);
        break;
      }
      LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, correlation_id);
      hit.target_id = entry;
      hit.target_number = number_text(delivery["DeliveryNumber"]);
      batch.outcome(index) = std::move(hit);
      break;
    }
  }
}

Task<Result<std::vector<ExactLookUp::OrderInvoice>>> ExactLookUp::order_invoices_of(const Batch* batch) {
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
  co_return co_await store_.read(std::move(work));
}

Task<void> ExactLookUp::look_up_order_invoices(Batch batch) { co_await find_order_invoices(std::move(batch), false); }

/// The invoice that the background process made of a delivery: one of the order's, not yet taken by another posting,
/// with the delivered amount.
Task<void> ExactLookUp::find_order_invoices(Batch batch, bool is_made) {
  const auto invoices = co_await order_invoices_of(&batch);
  if (!invoices) {
    batch.fail(invoices.error());
    co_return;
  }
  std::vector<ODataFilter> terms;
  terms.reserve(invoices->size());
  for (const OrderInvoice& invoice : *invoices) terms.push_back(invoice.filter());
  ODataQuery query("salesinvoice/SalesInvoices");
  query
      .select({"InvoiceID", "InvoiceNumber", "OrderNumber", "Type", "Status", "YourRef", "AmountFC", "AmountFCExclVat",
               "Created"})
      .filter(ODataFilter::any_of(terms));
  const auto found = co_await read(&query, &batch);
  if (!found) co_return;
  std::set<std::string> taken_now;  // by others that are looked up together
  for (const LookUpOutcome& outcome : *batch.outcomes) {
    if (outcome.kind == LookUpOutcome::Kind::found && !outcome.target_id.empty()) taken_now.insert(outcome.target_id);
  }
  Batch made{batch.rows, {}, batch.outcomes};
  for (std::size_t i = 0; i < batch.indices.size(); ++i) {
    const std::size_t index = batch.indices[i];
    const PostingRow& row = batch.row(index);
    const OrderInvoice& invoice = (*invoices)[i];
    std::vector<const Value*> free;
    for (const Value& candidate : found->value) {
      const std::string id = candidate["InvoiceID"].text_or("");
      if (invoice.is_of_order(candidate) && !invoice.taken.contains(id) && !taken_now.contains(id)) {
        free.push_back(&candidate);
      }
    }
    if (invoice.beside_skipped && !free.empty()) {
      const auto failure = co_await choose_beside_skipped(&row, &invoice, &free);
      if (failure) {
        batch.outcome(index) = look_up_failure(*failure);
        continue;
      }
    }
    const auto fit = std::find_if(free.begin(), free.end(),
                                  [&row](const Value* candidate) { return amounts_agree(*candidate, row.total); });
    if (fit != free.end()) {
      LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, found->correlation_id);
      hit.target_id = (**fit)["InvoiceID"].text_or("");
      hit.target_number = number_text((**fit)["InvoiceNumber"]);
      hit.target_data = row.target_data;
      taken_now.insert(hit.target_id);
      batch.outcome(index) = std::move(hit);
    } else if (!free.empty()) {
      batch.outcome(index) =
          look_up_difference("the invoice made of sales order " + invoice.order_number + " amounts to " +
                                 (*free.front())["AmountFC"].text_or("?") + " instead of " + row.total.to_string(),
                             found->correlation_id);
    } else if (is_made) {
      batch.outcome(index) =
          gone("the invoice that Exact made of sales order " + invoice.order_number + " is no longer there",
               found->correlation_id);
    } else {
      batch.outcome(index) = co_await background_work_of(&row, &invoice);
      // It may have been made since the list was read.
      if (batch.outcome(index).kind == LookUpOutcome::Kind::found) made.indices.push_back(index);
    }
  }
  if (made.indices.empty()) co_return;
  auto again = find_order_invoices(std::move(made), true);
  co_await std::move(again);
}

Task<std::optional<ports::CallFailure>> ExactLookUp::choose_beside_skipped(const PostingRow* row,
                                                                           const OrderInvoice* order_invoice,
                                                                           std::vector<const Value*>* free) {
  // A person may have invoiced the other delivery from the same sales order, with the same amount.
  const ODataQuery query = invoiced_lines_of(invoiced_order_of(*row));
  auto lines = co_await client_.get_all(query, CallPriority::orders);
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

Task<LookUpOutcome> ExactLookUp::background_work_of(const PostingRow* row, const OrderInvoice* order_invoice) {
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
  ODataQuery query("read/salesinvoice/InvoiceSalesOrderResult");
  query.guid_parameter("ProcessID", process);
  auto results = co_await client_.get(query, CallPriority::orders);
  if (!results) co_return look_up_failure(results.error());
  const std::string& id = results->correlation_id;
  if (results->value.rows.empty()) co_return look_up_outcome(LookUpOutcome::Kind::pending, id);
  const Value& state = results->value.rows.front();
  if (state["Status"].text_or("") != "Processed") co_return look_up_outcome(LookUpOutcome::Kind::pending, id);
  if (state["NumberOfFailedInvoices"].integer().value_or(0) > 0) {
    LookUpOutcome refused = look_up_outcome(LookUpOutcome::Kind::refused, id);
    const std::string reason = state["Errors"].text_or("no reason given");
    refused.error = {exact::refusal_cause(reason).value_or(Cause::business_refusal),
                     "Exact could not invoice sales order " + order_invoice->order_number + ": " + reason};
    co_return refused;
  }
  const bool made = state["NumberOfCreatedInvoices"].integer().value_or(0) > 0;
  co_return look_up_outcome(made ? LookUpOutcome::Kind::found : LookUpOutcome::Kind::absent, id);
}

Task<void> ExactLookUp::look_up_processings(Batch batch) {
  const auto filter = batch.any_of([&batch](std::size_t index) {
    return ODataFilter::equals_guid("InvoiceID", body_text(batch.row(index), "InvoiceID"));
  });
  ODataQuery query("salesinvoice/SalesInvoices");
  query.select({"InvoiceID", "InvoiceNumber", "Status"}).filter(filter);
  const auto found = co_await read(&query, &batch);
  if (!found) co_return;
  for (const std::size_t index : batch.indices) {
    const std::string invoice = body_text(batch.row(index), "InvoiceID");
    const auto standing = std::find_if(found->value.begin(), found->value.end(), [&invoice](const Value& candidate) {
      return candidate["InvoiceID"].text_or("") == invoice;
    });
    if (standing == found->value.end()) {
      batch.outcome(index) = gone("the invoice to be processed no longer exists in Exact", found->correlation_id);
    } else if ((*standing)["Status"].integer() != std::optional<std::int64_t>(50)) {
      batch.outcome(index) = look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
    } else {
      LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, found->correlation_id);
      hit.target_id = invoice;
      hit.target_number = number_text((*standing)["InvoiceNumber"]);
      batch.outcome(index) = std::move(hit);
    }
  }
}

Task<void> ExactLookUp::look_up_accounts(Batch batch) {
  for (const std::size_t index : batch.indices) {
    ODataQuery query("crm/Accounts");
    query.select({"ID", "Code", "Name", "Status"})
        .filter(ODataFilter::equals("Name", body_text(batch.row(index), "Name")));
    auto found = co_await client_.get_all(query, CallPriority::orders);
    if (!found) {
      batch.outcome(index) = look_up_failure(found.error());
    } else if (found->value.empty()) {
      batch.outcome(index) = look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
    } else {
      LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, found->correlation_id);
      hit.target_id = found->value.front()["ID"].text_or("");
      hit.target_number = number_text(found->value.front()["Code"]);
      batch.outcome(index) = std::move(hit);
    }
  }
}

}  // namespace connector::flows
