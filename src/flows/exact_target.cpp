#include "flows/exact_target.h"

#include <algorithm>
#include <map>
#include <set>

#include "domain/period_calendar.h"
#include "exact/answers.h"
#include "exact/refusals.h"
#include "flows/call_outcomes.h"
#include "flows/document_comparison.h"
#include "flows/document_json.h"

namespace connector::flows {

using domain::Cause;
using domain::Decimal;
using domain::PostingKind;
using domain::Result;
using domain::UtcTime;
using engine::LookUpOutcome;
using engine::SendOutcome;
using exact::ODataFilter;
using exact::ODataQuery;
using json::Value;
using ports::CallPriority;
using ports::Task;
using store::PostingRow;

namespace {

struct Address {
  const char* resource;
  const char* id;
  const char* number;
};

Address address_of(PostingKind kind) {
  switch (kind) {
    case PostingKind::customer_account:
      return {"crm/Accounts", "ID", "Code"};
    case PostingKind::sales_order:
      return {"salesorder/SalesOrders", "OrderID", "OrderNumber"};
    case PostingKind::goods_delivery:
      return {"salesorder/GoodsDeliveries", "EntryID", "DeliveryNumber"};
    case PostingKind::invoice_processing:
      return {"salesinvoice/PrintedSalesInvoices", "InvoiceID", ""};
    default:
      return {"salesinvoice/SalesInvoices", "InvoiceID", "InvoiceNumber"};
  }
}

bool is_order_invoice(const PostingRow& row) {
  return row.kind == PostingKind::sales_invoice && row.depends_on.starts_with("delivery/");
}

/// The invoice of an earlier delivery that a person skipped: whether that delivery is invoiced only Exact can tell.
const PostingRow* skipped_order_invoice(const std::vector<PostingRow>& siblings) {
  const auto found = std::find_if(siblings.begin(), siblings.end(), [](const PostingRow& sibling) {
    return is_order_invoice(sibling) && sibling.state == store::PostingState::skipped;
  });
  return found == siblings.end() ? nullptr : &*found;
}

/// By the id of its sales order line, what a delivery's body delivers.
std::map<std::string, Decimal> delivered_by(const std::string& body) {
  std::map<std::string, Decimal> quantities;
  auto parsed = json::parse(body.empty() ? "{}" : body);
  if (!parsed) return quantities;
  for (const Value& line : (*parsed)["GoodsDeliveryLines"].array()) {
    quantities[line["SalesOrderLineID"].text_or("")] += line["QuantityDelivered"].decimal().value_or(Decimal());
  }
  return quantities;
}

/// What of a line of a sales order Exact would invoice next.
Decimal to_invoice(const Value& order_line) {
  return order_line["QuantityDelivered"].decimal().value_or(Decimal()) -
         order_line["QuantityInvoiced"].decimal().value_or(Decimal());
}

ODataQuery invoiced_lines_of(const std::string& order_id) {
  ODataQuery query("salesorder/SalesOrderLines");
  query.select({"ID", "QuantityDelivered", "QuantityInvoiced"}).filter(ODataFilter::equals_guid("OrderID", order_id));
  return query;
}

std::string invoiced_order_of(const PostingRow& row) {
  auto body = json::parse(row.body.empty() ? "{}" : row.body);
  return body ? (*body)["SalesOrderIDs"].at(0)["ID"].text_or("") : std::string();
}

/// Posted with the invoice of its day, which its body names; there is nothing to send.
bool is_share(const PostingRow& row) {
  return row.kind == PostingKind::sales_invoice && row.depends_on.starts_with("daily/");
}

template <class Outcome>
Outcome posted_with_its_day(const PostingRow& row, typename Outcome::Kind kind) {
  Outcome outcome;
  outcome.kind = kind;
  if (auto body = json::parse(row.body)) {
    outcome.target_id = (*body)["InvoiceID"].text_or("");
    outcome.target_number = (*body)["InvoiceNumber"].text_or("");
  }
  return outcome;
}

/// What the last calls of the day are kept for is a question of the posting, not of its kind.
CallPriority priority_of(const PostingRow& row) {
  if (row.priority <= 0) return CallPriority::orders;
  return row.priority == 1 ? CallPriority::returns : CallPriority::backfill;
}

SendOutcome failure_of(const PostingRow& row, const ports::CallFailure& failure) {
  SendOutcome outcome = send_failure(failure);
  // That less urgent postings have no calls left says nothing of the orders.
  outcome.others_may_go = failure.error.cause == Cause::budget_spent && priority_of(row) != CallPriority::orders;
  return outcome;
}

std::string number_text(const Value& value) {
  std::string text = value.text_or("");
  if (const auto first = text.find_first_not_of(' '); first != std::string::npos) text.erase(0, first);
  return text == "0" ? std::string() : text;
}

/// Order lines in Exact's own order, as target_data.
std::string order_data(const std::vector<Value>& rows) {
  std::vector<Value> sorted(rows.begin(), rows.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const Value& a, const Value& b) {
    return a["LineNumber"].integer().value_or(0) < b["LineNumber"].integer().value_or(0);
  });
  std::vector<PlacedOrderLine> lines;
  lines.reserve(sorted.size());
  for (const Value& row : sorted) {
    lines.push_back({row["ID"].text_or(""), row["Quantity"].decimal().value_or(Decimal()),
                     row["NetPrice"].decimal().value_or(Decimal())});
  }
  Value data{json::Object{}};
  data.set("lines", to_json(lines));
  return json::write(data);
}

}  // namespace

ExactTarget::ExactTarget(exact::Client& client, engine::ExactBudget& budget, store::Store& store,
                         std::shared_ptr<const domain::ConnectionSettings> settings)
    : client_(client), budget_(budget), store_(store), settings_(std::move(settings)) {}

Task<Result<std::string>> ExactTarget::order_lines_of(std::string order_id) {
  ODataQuery query("salesorder/SalesOrderLines");
  query.select({"ID", "LineNumber", "Quantity", "NetPrice"}).filter(ODataFilter::equals_guid("OrderID", order_id));
  auto rows = co_await client_.get_all(query, CallPriority::orders);
  if (!rows) co_return domain::fail(rows.error().error);
  co_return order_data(rows->value);
}

Task<SendOutcome> ExactTarget::send(PostingRow row, UtcTime not_after) {
  if (is_share(row)) co_return posted_with_its_day<SendOutcome>(row, SendOutcome::Kind::posted);
  if (row.kind == PostingKind::sales_order_change) co_return co_await send_order_change(std::move(row), not_after);
  if (row.kind == PostingKind::invoice_processing) {
    auto told = co_await tell_other_date(row, not_after);
    if (told) co_return std::move(*told);
  }
  if (is_order_invoice(row)) {
    auto held = co_await hold_with_other_deliveries(row);
    if (held) co_return std::move(*held);
  }
  const CallPriority priority = priority_of(row);
  const Address address = address_of(row.kind);
  const std::string resource = is_order_invoice(row) ? "salesinvoice/InvoiceSalesOrders" : address.resource;
  // Exact answers with the whole document; only what is read below is kept of it.
  std::vector<std::string_view> members = {address.id, "ProcessID"};
  if (*address.number != '\0') members.emplace_back(address.number);
  if (row.kind == PostingKind::sales_order) {
    members.insert(members.end(), {"SalesOrderLines", "ID", "LineNumber", "Quantity", "NetPrice"});
  }
  auto created = co_await client_.create(resource, row.body, priority, not_after, std::move(members));
  if (!created) co_return failure_of(row, created.error());
  const Value& entity = created->value.entity;
  SendOutcome result;
  result.correlation_id = created->correlation_id;
  if (is_order_invoice(row)) {
    result.kind = SendOutcome::Kind::accepted;
    Value data{json::Object{}};
    data.set("process_id", entity["ProcessID"]);
    result.target_data = json::write(data);
    co_return result;
  }
  result.target_id = entity[address.id].text_or("");
  result.target_number = number_text(entity[address.number]);
  if (row.kind == PostingKind::invoice_processing) {
    auto body = json::parse(row.body);
    if (body) result.target_id = (*body)["InvoiceID"].text_or("");
  }
  if (result.target_id.empty()) {
    result.kind = SendOutcome::Kind::unclear;
    result.error = {Cause::malformed_response, std::string("Exact answered a POST on ") + resource + " without an id"};
    co_return result;
  }
  if (row.kind == PostingKind::sales_order) {
    const Value& lines = entity["SalesOrderLines"]["results"];
    if (lines.size() > 0 && lines.at(0).contains("ID")) {
      result.target_data = order_data(lines.array());
    } else {
      auto data = co_await order_lines_of(result.target_id);
      if (!data) {
        // The order stands; a later look-up finds it and reads its lines.
        result.kind = SendOutcome::Kind::unclear;
        result.error = data.error();
        co_return result;
      }
      result.target_data = std::move(*data);
    }
  }
  result.kind = SendOutcome::Kind::posted;
  co_return result;
}

/// An invoice that gets another date than its own says so before it is processed, after which it cannot change.
Task<std::optional<SendOutcome>> ExactTarget::tell_other_date(PostingRow row, UtcTime not_after) {
  auto parsed = json::parse(row.document.empty() ? "{}" : row.document);
  auto body = json::parse(row.body.empty() ? "{}" : row.body);
  if (!parsed || !body) co_return std::nullopt;
  auto document = document_from_json(*parsed);
  if (!document || !document->posting_date) co_return std::nullopt;
  Value change{json::Object{}};
  change.set("Description", domain::description_in_exact(*document));
  std::string text = json::write(change);
  const std::string invoice = (*body)["InvoiceID"].text_or("");
  auto updated =
      co_await client_.update("salesinvoice/SalesInvoices", invoice, std::move(text), priority_of(row), not_after);
  if (updated) co_return std::nullopt;
  // Repeating it is harmless: nothing was processed yet.
  SendOutcome outcome = failure_of(row, updated.error());
  if (outcome.kind == SendOutcome::Kind::unclear) outcome.kind = SendOutcome::Kind::not_sent;
  co_return outcome;
}

/// Exact invoices all that is delivered and not yet invoiced. Where the invoice of another delivery was skipped, that
/// must be this posting's delivery alone: what was booked by hand need not be known to the sales order.
Task<std::optional<SendOutcome>> ExactTarget::hold_with_other_deliveries(PostingRow row) {
  auto work = [row](store::Reader& reader) { return reader.postings_of(row.connection, row.source_id); };
  auto siblings = co_await store_.read(std::move(work));
  SendOutcome outcome;
  outcome.kind = SendOutcome::Kind::not_sent;
  if (!siblings) {
    outcome.error = siblings.error();
    co_return outcome;
  }
  const PostingRow* skipped = skipped_order_invoice(*siblings);
  if (skipped == nullptr) co_return std::nullopt;
  std::map<std::string, Decimal> delivered;
  for (const PostingRow& sibling : *siblings) {
    if (sibling.key == row.depends_on) delivered = delivered_by(sibling.body);
  }
  const ODataQuery query = invoiced_lines_of(invoiced_order_of(row));
  auto lines = co_await client_.get_all(query, priority_of(row));
  if (!lines) {
    outcome = failure_of(row, lines.error());
    if (outcome.kind == SendOutcome::Kind::unclear) outcome.kind = SendOutcome::Kind::not_sent;
    co_return outcome;
  }
  const bool alone = std::all_of(lines->value.begin(), lines->value.end(), [&delivered](const Value& line) {
    return to_invoice(line) == delivered[line["ID"].text_or("")];
  });
  if (alone) co_return std::nullopt;
  outcome.kind = SendOutcome::Kind::refused;
  outcome.correlation_id = lines->correlation_id;
  outcome.error = {Cause::changed_by_person,
                   skipped->key +
                       " was skipped, and by its sales order Exact would now invoice other quantities than " +
                       row.depends_on +
                       " has: invoice there from the sales order what else is delivered, then retry "
                       "this posting; or invoice all by hand and skip this one too"};
  co_return outcome;
}

Task<SendOutcome> ExactTarget::send_order_change(PostingRow row, UtcTime not_after) {
  const CallPriority priority = priority_of(row);
  SendOutcome result;
  auto body = json::parse(row.body);
  if (!body) {
    result.kind = SendOutcome::Kind::refused;
    result.error = body.error();
    co_return result;
  }
  const std::string order_id = (*body)["OrderID"].text_or("");
  const json::Array lines = (*body)["Lines"].array();
  if (leaves_nothing(lines)) {
    auto removed = co_await client_.remove("salesorder/SalesOrders", order_id, priority, not_after);
    if (!removed && removed.error().error.cause != Cause::not_found) co_return failure_of(row, removed.error());
  } else {
    for (const Value& line : lines) {
      const std::string id = line["id"].text_or("");
      const Decimal quantity = line["quantity"].decimal().value_or(Decimal());
      if (quantity.is_zero()) {
        auto removed = co_await client_.remove("salesorder/SalesOrderLines", id, priority, not_after);
        if (!removed && removed.error().error.cause != Cause::not_found) co_return failure_of(row, removed.error());
        continue;
      }
      Value change{json::Object{}};
      change.set("Quantity", quantity);
      std::string text = json::write(change);
      auto updated = co_await client_.update("salesorder/SalesOrderLines", id, std::move(text), priority, not_after);
      if (!updated) co_return failure_of(row, updated.error());
    }
  }
  result.kind = SendOutcome::Kind::posted;
  result.target_id = order_id;
  co_return result;
}

Task<std::vector<LookUpOutcome>> ExactTarget::look_up(std::vector<PostingRow> rows) {
  Outcomes outcomes(rows.size());
  std::vector<std::size_t> by_reference;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const PostingRow& row = rows[i];
    switch (row.kind) {
      case PostingKind::sales_order:
        outcomes[i] = co_await look_up_order(row);
        break;
      case PostingKind::sales_order_change:
        outcomes[i] = co_await look_up_order_change(row);
        break;
      case PostingKind::goods_delivery:
        outcomes[i] = co_await look_up_delivery(row);
        break;
      case PostingKind::invoice_processing:
        outcomes[i] = co_await look_up_processing(row);
        break;
      case PostingKind::customer_account:
        outcomes[i] = co_await look_up_account(row);
        break;
      default:
        if (is_share(row)) {
          outcomes[i] = posted_with_its_day<LookUpOutcome>(row, LookUpOutcome::Kind::found);
        } else if (is_order_invoice(row)) {
          outcomes[i] = co_await look_up_order_invoice(row);
        } else {
          by_reference.push_back(i);
        }
        break;
    }
  }
  for (std::size_t begin = 0; begin < by_reference.size(); begin += ODataFilter::most_terms) {
    const std::size_t end = std::min(begin + ODataFilter::most_terms, by_reference.size());
    std::vector<std::size_t> part(by_reference.begin() + static_cast<std::ptrdiff_t>(begin),
                                  by_reference.begin() + static_cast<std::ptrdiff_t>(end));
    co_await look_up_by_reference(&rows, std::move(part), &outcomes);
  }
  co_return outcomes;
}

Task<void> ExactTarget::look_up_by_reference(const std::vector<PostingRow>* rows, std::vector<std::size_t> indices,
                                             Outcomes* outcomes) {
  std::vector<ODataFilter> terms;
  terms.reserve(indices.size());
  for (const std::size_t index : indices) terms.push_back(ODataFilter::equals("YourRef", (*rows)[index].reference));
  ODataQuery query("salesinvoice/SalesInvoices");
  query.select({"InvoiceID", "InvoiceNumber", "YourRef", "Type", "Status", "AmountFC", "AmountFCExclVat"})
      .filter(ODataFilter::any_of(terms));
  auto found = co_await client_.get_all(query, CallPriority::orders);
  if (!found) {
    for (const std::size_t index : indices) (*outcomes)[index] = look_up_failure(found.error());
    co_return;
  }
  for (const std::size_t index : indices) {
    const PostingRow& row = (*rows)[index];
    const bool credit = row.kind == PostingKind::credit_memo;
    std::vector<const Value*> matches;
    for (const Value& candidate : found->value) {
      const auto type = candidate["Type"].integer().value_or(8020);
      const bool candidate_credit = type == 8021 || type == 8024;
      if (candidate["YourRef"].text_or("") == row.reference && candidate_credit == credit)
        matches.push_back(&candidate);
    }
    if (matches.empty()) {
      (*outcomes)[index] = look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
    } else if (matches.size() > 1) {
      (*outcomes)[index] =
          look_up_difference("Exact holds " + std::to_string(matches.size()) + " documents with reference " +
                                 row.reference + "; delete all but one there, then retry",
                             found->correlation_id);
    } else if (!amounts_agree(*matches.front(), row.total)) {
      (*outcomes)[index] =
          look_up_difference("the document with reference " + row.reference + " in Exact amounts to " +
                                 (*matches.front())["AmountFC"].text_or("?") + " instead of " + row.total.to_string(),
                             found->correlation_id);
    } else {
      LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, found->correlation_id);
      hit.target_id = (*matches.front())["InvoiceID"].text_or("");
      hit.target_number = number_text((*matches.front())["InvoiceNumber"]);
      (*outcomes)[index] = std::move(hit);
    }
  }
}

Task<LookUpOutcome> ExactTarget::look_up_order(PostingRow row) {
  ODataQuery query("salesorder/SalesOrders");
  query.select({"OrderID", "OrderNumber", "YourRef", "Status"}).filter(ODataFilter::equals("YourRef", row.reference));
  auto found = co_await client_.get_all(query, CallPriority::orders);
  if (!found) co_return look_up_failure(found.error());
  if (found->value.empty()) co_return look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
  if (found->value.size() > 1) {
    co_return look_up_difference(
        "Exact holds several sales orders with reference " + row.reference + "; delete all but one there, then retry",
        found->correlation_id);
  }
  LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, found->correlation_id);
  hit.target_id = found->value.front()["OrderID"].text_or("");
  hit.target_number = number_text(found->value.front()["OrderNumber"]);
  auto data = co_await order_lines_of(hit.target_id);
  if (!data) {
    hit.kind = LookUpOutcome::Kind::unknown;
    hit.error = data.error();
    co_return hit;
  }
  hit.target_data = std::move(*data);
  co_return hit;
}

Task<LookUpOutcome> ExactTarget::look_up_order_change(PostingRow row) {
  auto body = json::parse(row.body);
  if (!body) {
    LookUpOutcome result;
    result.error = body.error();
    co_return result;
  }
  ODataQuery query("salesorder/SalesOrderLines");
  query.select({"ID", "Quantity"}).filter(ODataFilter::equals_guid("OrderID", (*body)["OrderID"].text_or("")));
  auto found = co_await client_.get_all(query, CallPriority::orders);
  if (!found) co_return look_up_failure(found.error());
  std::map<std::string, Decimal> quantities;
  for (const Value& line : found->value)
    quantities[line["ID"].text_or("")] = line["Quantity"].decimal().value_or(Decimal());
  for (const Value& line : (*body)["Lines"].array()) {
    if (quantities[line["id"].text_or("")] != line["quantity"].decimal().value_or(Decimal())) {
      co_return look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
    }
  }
  LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, found->correlation_id);
  hit.target_id = (*body)["OrderID"].text_or("");
  co_return hit;
}

Task<LookUpOutcome> ExactTarget::look_up_delivery(PostingRow row) {
  // A delivery carries no YourRef: it is found by its lines' sales order line and its description.
  auto body = json::parse(row.body);
  if (!body) {
    LookUpOutcome result;
    result.error = body.error();
    co_return result;
  }
  std::optional<ODataFilter> filter;
  for (const Value& line : (*body)["GoodsDeliveryLines"].array()) {
    filter = ODataFilter::equals_guid("SalesOrderLineID", line["SalesOrderLineID"].text_or(""));
    break;
  }
  if (!filter) co_return look_up_outcome(LookUpOutcome::Kind::absent, {});
  ODataQuery lines_query("salesorder/GoodsDeliveryLines");
  lines_query.select({"ID", "EntryID", "SalesOrderLineID", "QuantityDelivered"}).filter(*filter);
  auto lines = co_await client_.get_all(lines_query, CallPriority::orders);
  if (!lines) co_return look_up_failure(lines.error());
  std::set<std::string> entries;
  for (const Value& line : lines->value) entries.insert(line["EntryID"].text_or(""));
  const std::string description = (*body)["Description"].text_or("");
  for (const std::string& entry : entries) {
    ODataQuery query("salesorder/GoodsDeliveries");
    query.select({"EntryID", "DeliveryNumber", "Description"}).filter(ODataFilter::equals_guid("EntryID", entry));
    auto found = co_await client_.get_all(query, CallPriority::orders);
    if (!found) co_return look_up_failure(found.error());
    for (const Value& delivery : found->value) {
      if (delivery["Description"].text_or("") != description) continue;
      LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, found->correlation_id);
      hit.target_id = entry;
      hit.target_number = number_text(delivery["DeliveryNumber"]);
      co_return hit;
    }
  }
  co_return look_up_outcome(LookUpOutcome::Kind::absent, lines->correlation_id);
}

/// The invoice that the background process made of a delivery: one of the order's, not yet taken by another posting,
/// with the delivered amount. `is_made`: the process has told that it made one.
Task<LookUpOutcome> ExactTarget::look_up_order_invoice(PostingRow row, bool is_made) {
  struct Facts {
    std::string order_number;
    std::string order_reference;
    std::set<std::string> taken;
    bool beside_skipped = false;
    std::map<std::string, Decimal> delivered;  ///< as delivered_by
  };
  auto work = [row](store::Reader& reader) -> Result<Facts> {
    Facts facts;
    auto body = json::parse(row.body);
    if (!body) return domain::fail(body.error());
    const std::string order_id = invoiced_order_of(row);
    auto siblings = reader.postings_of(row.connection, row.source_id);
    if (!siblings) return domain::fail(siblings.error());
    facts.beside_skipped = skipped_order_invoice(*siblings) != nullptr;
    for (const PostingRow& sibling : *siblings) {
      if (sibling.key == row.depends_on) facts.delivered = delivered_by(sibling.body);
      if (sibling.kind == PostingKind::sales_order && sibling.target_id == order_id) {
        facts.order_number = sibling.target_number;
        facts.order_reference = sibling.reference;
      } else if (sibling.kind == PostingKind::sales_invoice && sibling.key != row.key && !sibling.target_id.empty()) {
        facts.taken.insert(sibling.target_id);
      }
    }
    return facts;
  };
  auto facts = co_await store_.read(std::move(work));
  if (!facts) {
    LookUpOutcome result;
    result.error = facts.error();
    co_return result;
  }
  ODataQuery query("salesinvoice/SalesInvoices");
  query.select({"InvoiceID", "InvoiceNumber", "OrderNumber", "Type", "Status", "YourRef", "AmountFC", "AmountFCExclVat",
                "Created"});
  const auto order_number = Value(json::Number{facts->order_number}).integer();
  query.filter(order_number ? ODataFilter::equals_number("OrderNumber", *order_number)
                            : ODataFilter::equals("YourRef", facts->order_reference));
  auto found = co_await client_.get_all(query, CallPriority::orders);
  if (!found) co_return look_up_failure(found.error());
  std::vector<const Value*> free;
  for (const Value& candidate : found->value) {
    if (!facts->taken.contains(candidate["InvoiceID"].text_or(""))) free.push_back(&candidate);
  }
  if (facts->beside_skipped && !free.empty()) {
    // A person may have invoiced the other delivery from the same sales order, with the same amount.
    const ODataQuery lines_query = invoiced_lines_of(invoiced_order_of(row));
    auto lines = co_await client_.get_all(lines_query, CallPriority::orders);
    if (!lines) co_return look_up_failure(lines.error());
    const bool open = std::any_of(lines->value.begin(), lines->value.end(), [&facts](const Value& line) {
      return facts->delivered.contains(line["ID"].text_or("")) && to_invoice(line) > Decimal();
    });
    const Value* newest = *std::max_element(free.begin(), free.end(), [](const Value* a, const Value* b) {
      return exact::read_time((*a)["Created"]) < exact::read_time((*b)["Created"]);
    });
    free.clear();
    if (!open) free.push_back(newest);
  }
  for (const Value* candidate : free) {
    if (!amounts_agree(*candidate, row.total)) continue;
    LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, found->correlation_id);
    hit.target_id = (*candidate)["InvoiceID"].text_or("");
    hit.target_number = number_text((*candidate)["InvoiceNumber"]);
    hit.target_data = row.target_data;
    co_return hit;
  }
  if (!free.empty()) {
    co_return look_up_difference("the invoice made of sales order " + facts->order_number + " amounts to " +
                                     (*free.front())["AmountFC"].text_or("?") + " instead of " + row.total.to_string(),
                                 found->correlation_id);
  }
  auto data = json::parse(row.target_data.empty() ? "{}" : row.target_data);
  const std::string process = data ? (*data)["process_id"].text_or("") : std::string();
  if (process.empty()) co_return look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
  ODataQuery result_query("read/salesinvoice/InvoiceSalesOrderResult");
  result_query.guid_parameter("ProcessID", process);
  auto results = co_await client_.get(result_query, CallPriority::orders);
  if (!results) co_return look_up_failure(results.error());
  if (results->value.rows.empty()) co_return look_up_outcome(LookUpOutcome::Kind::pending, results->correlation_id);
  const Value& state = results->value.rows.front();
  if (state["Status"].text_or("") != "Processed")
    co_return look_up_outcome(LookUpOutcome::Kind::pending, results->correlation_id);
  if (state["NumberOfFailedInvoices"].integer().value_or(0) > 0) {
    LookUpOutcome refused = look_up_outcome(LookUpOutcome::Kind::refused, results->correlation_id);
    const std::string reason = state["Errors"].text_or("no reason given");
    refused.error = {exact::refusal_cause(reason).value_or(Cause::business_refusal),
                     "Exact could not invoice sales order " + facts->order_number + ": " + reason};
    co_return refused;
  }
  if (state["NumberOfCreatedInvoices"].integer().value_or(0) == 0) {
    co_return look_up_outcome(LookUpOutcome::Kind::absent, results->correlation_id);
  }
  if (!is_made) {
    // It may have been made since the list was read.
    auto again = look_up_order_invoice(std::move(row), true);
    co_return co_await std::move(again);
  }
  LookUpOutcome gone = look_up_outcome(LookUpOutcome::Kind::differs, results->correlation_id);
  gone.error = {Cause::changed_by_person,
                "the invoice that Exact made of sales order " + facts->order_number + " is no longer there"};
  co_return gone;
}

Task<LookUpOutcome> ExactTarget::look_up_processing(PostingRow row) {
  auto body = json::parse(row.body);
  const std::string invoice = body ? (*body)["InvoiceID"].text_or("") : std::string();
  ODataQuery query("salesinvoice/SalesInvoices");
  query.select({"InvoiceID", "InvoiceNumber", "Status"}).filter(ODataFilter::equals_guid("InvoiceID", invoice));
  auto found = co_await client_.get_all(query, CallPriority::orders);
  if (!found) co_return look_up_failure(found.error());
  if (found->value.empty()) {
    LookUpOutcome gone = look_up_outcome(LookUpOutcome::Kind::differs, found->correlation_id);
    gone.error = {Cause::changed_by_person, "the invoice to be processed no longer exists in Exact"};
    co_return gone;
  }
  const Value& invoice_row = found->value.front();
  if (invoice_row["Status"].integer() != std::optional<std::int64_t>(50)) {
    co_return look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
  }
  LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, found->correlation_id);
  hit.target_id = invoice;
  hit.target_number = number_text(invoice_row["InvoiceNumber"]);
  co_return hit;
}

Task<LookUpOutcome> ExactTarget::look_up_account(PostingRow row) {
  auto body = json::parse(row.body);
  ODataQuery query("crm/Accounts");
  query.select({"ID", "Code", "Name", "Status"})
      .filter(ODataFilter::equals("Name", body ? (*body)["Name"].text_or("") : ""));
  auto found = co_await client_.get_all(query, CallPriority::orders);
  if (!found) co_return look_up_failure(found.error());
  if (found->value.empty()) co_return look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
  LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, found->correlation_id);
  hit.target_id = found->value.front()["ID"].text_or("");
  hit.target_number = number_text(found->value.front()["Code"]);
  co_return hit;
}

}  // namespace connector::flows
