#include "flows/exact_target.h"

#include <algorithm>
#include <map>

#include "domain/period_calendar.h"
#include "exact/answers.h"
#include "exact/resources.h"
#include "flows/call_outcomes.h"
#include "flows/day_share.h"
#include "flows/document_comparison.h"
#include "flows/document_json.h"
#include "flows/order_invoice.h"
#include "flows/placed_order.h"

namespace connector::flows {

using domain::Cause;
using domain::Decimal;
using domain::PostingKind;
using domain::Result;
using domain::UtcTime;
using engine::SendOutcome;
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
      return {exact::resources::accounts, "ID", "Code"};
    case PostingKind::sales_order:
      return {exact::resources::sales_orders, "OrderID", "OrderNumber"};
    case PostingKind::goods_delivery:
      return {exact::resources::goods_deliveries, "EntryID", "DeliveryNumber"};
    case PostingKind::journal_entry:
      return {exact::resources::general_journal_entries, "EntryID", "EntryNumber"};
    case PostingKind::invoice_processing:
      return {exact::resources::printed_sales_invoices, "InvoiceID", ""};
    default:
      return {exact::resources::sales_invoices, "InvoiceID", "InvoiceNumber"};
  }
}

/// What the last calls of the day are kept for is a question of the posting, not of its kind.
CallPriority priority_of(const PostingRow& row) {
  if (row.priority <= store::posting_priority::orders) return CallPriority::orders;
  return row.priority == store::posting_priority::returns ? CallPriority::returns : CallPriority::backfill;
}

SendOutcome failure_of(const PostingRow& row, const ports::CallFailure& failure) {
  SendOutcome outcome = send_failure(failure);
  // That less urgent postings have no calls left says nothing of the orders.
  outcome.others_may_go = failure.error.cause == Cause::budget_spent && priority_of(row) != CallPriority::orders;
  return outcome;
}

/// Whether Exact answers its POST with what the document amounts to (exact.md 3.2).
bool states_its_amount(const PostingRow& row) {
  const bool is_invoice = row.kind == PostingKind::sales_invoice || row.kind == PostingKind::daily_invoice;
  return (is_invoice && !is_order_invoice(row)) || row.kind == PostingKind::credit_memo;
}

/// What Exact made of it, if that is another amount: a discount of the customer's account, a line that it dropped, or
/// VAT.
domain::Error amount_finding(const PostingRow& row, const Value& entity) {
  const auto amount = entity["AmountFC"].decimal();
  if (!amount || amount->is_zero()) return {};
  if (amounts_agree(entity, row.total)) return added_vat(entity, row.total);
  return {Cause::amount_difference, "Exact made it amount to " + amount->to_string() + " instead of " +
                                        row.total.to_string() + ": compare its lines and the customer's discounts"};
}

}  // namespace

ExactTarget::ExactTarget(exact::Client& client, engine::ExactBudget& budget, store::Store& store,
                         std::shared_ptr<const domain::ConnectionSettings> settings)
    : client_(client), budget_(budget), store_(store), settings_(std::move(settings)), look_up_(client, store) {}

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
  const std::string resource = is_order_invoice(row) ? exact::resources::invoice_sales_orders : address.resource;
  // Exact answers with the whole document; only what is read below is kept of it.
  std::vector<std::string_view> members = {address.id, "ProcessID"};
  if (*address.number != '\0') members.emplace_back(address.number);
  if (row.kind == PostingKind::goods_delivery) members.emplace_back("EntryNumber");
  if (states_its_amount(row)) members.insert(members.end(), {"AmountFC", "AmountFCExclVat"});
  if (row.kind == PostingKind::sales_order) {
    members.insert(members.end(), {"SalesOrderLines", "ID", "LineNumber", "Quantity", "NetPrice"});
  }
  auto created = co_await client_.create(resource, row.body, priority, not_after, std::move(members));
  if (!created) co_return failure_of(row, created.error());
  const Value& entity = created->value;
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
    // Of more than a page of lines Exact tells the first page alone (exact.md 3.1).
    const json::Array* lines = exact::expanded_rows(entity["SalesOrderLines"]);
    if (lines == nullptr || lines->empty() || !lines->front().contains("ID")) {
      // A look-up reads the lines of many orders with one call.
      result.kind = SendOutcome::Kind::accepted;
      result.target_data = to_target_data(PlacedOrder{result.target_id, result.target_number});
      co_return result;
    }
    result.target_data = placed_lines_data(*lines);
  }
  if (row.kind == PostingKind::goods_delivery) result.target_data = delivery_data(entity["EntryNumber"]);
  if (states_its_amount(row)) result.error = amount_finding(row, entity);
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
      co_await client_.update(exact::resources::sales_invoices, invoice, std::move(text), priority_of(row), not_after);
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
    auto removed = co_await client_.remove(exact::resources::sales_orders, order_id, priority, not_after);
    if (!removed && removed.error().error.cause != Cause::not_found) co_return failure_of(row, removed.error());
  } else {
    for (const Value& line : lines) {
      const std::string id = line["id"].text_or("");
      const Decimal quantity = line["quantity"].decimal().value_or(Decimal());
      if (quantity.is_zero()) {
        auto removed = co_await client_.remove(exact::resources::sales_order_lines, id, priority, not_after);
        if (!removed && removed.error().error.cause != Cause::not_found) co_return failure_of(row, removed.error());
        continue;
      }
      Value change{json::Object{}};
      change.set("Quantity", quantity);
      std::string text = json::write(change);
      auto updated =
          co_await client_.update(exact::resources::sales_order_lines, id, std::move(text), priority, not_after);
      if (!updated) co_return failure_of(row, updated.error());
    }
  }
  result.kind = SendOutcome::Kind::posted;
  result.target_id = order_id;
  co_return result;
}

}  // namespace connector::flows
