#include "flows/reconciliation_reader.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "domain/booked_orders.h"
#include "domain/daily_summary.h"
#include "exact/answers.h"
#include "exact/resources.h"
#include "flows/call_outcomes.h"
#include "flows/document_comparison.h"
#include "flows/document_json.h"
#include "flows/order_facts.h"
#include "flows/order_json.h"
#include "flows/posting_states.h"
#include "flows/record_order.h"
#include "flows/record_return.h"
#include "flows/unread_refunds.h"
#include "flows/walmart_horizon.h"
#include "flows/walmart_period.h"

namespace connector::flows {

using domain::Cause;
using domain::Decimal;
using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;
using exact::ODataFilter;
using exact::ODataQuery;
using json::Value;
using ports::CallPriority;
using ports::Task;

namespace {

/// Time zones, and remotes whose stamps are in local time, make a day of a period at most this much longer.
constexpr Milliseconds kMargin = std::chrono::hours(48);

const std::vector<std::string>& line_properties() {
  static const std::vector<std::string> names{"ID",       "InvoiceID", "LineNumber", "Item",
                                              "ItemCode", "Quantity",  "NetPrice",   "AmountFC"};
  return names;
}

using ItemCodes = std::map<std::string, std::string>;
using ReturnedLines = std::map<std::string, std::vector<domain::ReturnedLine>>;  ///< by purchase order

BookedLine line_of(const Value& row, const ItemCodes& items) {
  BookedLine line;
  line.item = exact::read_code(row["ItemCode"]);
  if (line.item.empty()) {
    const auto known = items.find(row["Item"].text_or(""));
    line.item = known == items.end() ? row["Item"].text_or("") : known->second;
  }
  line.quantity = row["Quantity"].decimal().value_or(Decimal());
  const auto price = row["NetPrice"].decimal();
  line.amount = price ? (line.quantity * *price).rounded(2) : row["AmountFC"].decimal().value_or(Decimal()).rounded(2);
  return line;
}

BookedDocument booked_document(const Value& row) {
  BookedDocument document;
  document.id = row["InvoiceID"].text_or("");
  document.number = row["InvoiceNumber"].text_or("");
  if (document.number.empty() || document.number == "0") document.number = "order " + row["OrderNumber"].text_or("?");
  document.reference = row["YourRef"].text_or("");
  document.currency = exact::read_code(row["Currency"]);
  document.remarks = row["Remarks"].text_or("");
  document.credit = is_credit_note(row);
  document.processed = row["Status"].integer() == static_cast<std::int64_t>(exact::SalesInvoiceStatus::processed);
  document.order_date = exact::read_date(row["OrderDate"]);
  document.invoice_date = exact::read_date(row["InvoiceDate"]);
  return document;
}

Task<Result<void>> read_lines(exact::Client* exact, std::string invoice_id, const ItemCodes* items,
                              std::vector<BookedLine>* lines) {
  ODataQuery query(exact::resources::sales_invoice_lines);
  query.select(line_properties()).filter(ODataFilter::equals_guid("InvoiceID", invoice_id));
  auto rows = co_await exact->get_all(query, CallPriority::person);
  if (!rows) co_return domain::fail(rows.error().error);
  for (const Value& row : rows->value) lines->push_back(line_of(row, *items));
  co_return Result<void>{};
}

Task<Result<std::vector<BookedDocument>>> read_documents(exact::Client* exact, std::string prefix, UtcTime from,
                                                         const ItemCodes* items) {
  ODataQuery query(exact::resources::sales_invoices);
  query
      .select({"InvoiceID", "InvoiceNumber", "OrderNumber", "YourRef", "Currency", "Type", "Status", "OrderDate",
               "InvoiceDate", "Remarks", "SalesInvoiceLines"})
      .filter(ODataFilter::at_least("Modified", from))
      .expand("SalesInvoiceLines");
  auto rows = co_await exact->get_all(query, CallPriority::person);
  if (!rows) {
    co_return domain::fail(rows.error().error.cause, "reading Exact's invoices: " + rows.error().error.message);
  }
  std::vector<BookedDocument> documents;
  for (const Value& row : rows->value) {
    BookedDocument document = booked_document(row);
    if (!document.reference.starts_with(prefix)) continue;
    if (const json::Array* lines = exact::expanded_rows(row["SalesInvoiceLines"])) {
      for (const Value& line : *lines) document.lines.push_back(line_of(line, *items));
    } else {
      auto read = co_await read_lines(exact, document.id, items, &document.lines);
      if (!read) co_return domain::fail(read.error());
    }
    documents.push_back(std::move(document));
  }
  co_return documents;
}

struct OwnBooks {
  domain::ConnectionSettings settings;
  domain::Mapping mapping;
  ItemCodes items;
};

Result<OwnBooks> read_settings(store::Reader& reader, store::ConnectionId connection) {
  auto context = read_planning_context(reader, connection);
  if (!context) return domain::fail(context.error());
  OwnBooks books{std::move(context->settings), std::move(context->mapping), {}};
  auto items = reader.references(connection, "item");
  if (!items) return domain::fail(items.error());
  for (const auto& row : *items) books.items.emplace(row.id, row.code);
  return books;
}

std::string without_prefix(const std::string& reference, const std::string& prefix) {
  const std::string rest = reference.substr(std::min(prefix.size(), reference.size()));
  return rest.substr(0, rest.find('-'));
}

/// Orders of which something went back in these days and that neither Walmart's list of them nor the store knows.
Task<Result<std::vector<domain::PurchaseOrder>>> fetch_orders_of_returns(walmart::Client* walmart, store::Store* store,
                                                                         store::ConnectionId connection,
                                                                         const WalmartPeriod* told,
                                                                         domain::ConnectionSettings settings) {
  std::set<std::string> wanted;
  for (const auto& [purchase_order_id, lines] : told->returned) {
    if (!purchase_order_id.empty() && !told->orders.contains(purchase_order_id)) wanted.insert(purchase_order_id);
  }
  auto query = [connection, wanted](store::Reader& reader) -> Result<std::set<std::string>> {
    std::set<std::string> unknown;
    for (const std::string& purchase_order_id : wanted) {
      auto known = known_order(reader, connection, purchase_order_id);
      if (!known) return domain::fail(known.error());
      if (!*known) unknown.insert(purchase_order_id);
    }
    return unknown;
  };
  auto unknown = co_await store->read(std::move(query));
  if (!unknown) co_return domain::fail(unknown.error());
  std::vector<domain::PurchaseOrder> fetched;
  for (const std::string& purchase_order_id : *unknown) {
    auto read = co_await walmart->order(purchase_order_id, CallPriority::person);
    // Returns whose order Walmart does not show stand held in the work list (flows/record_return.h).
    if (!read && read.error().error.cause == Cause::not_found) continue;
    if (!read) co_return domain::fail(with_context(read.error(), "reading the Walmart order of a return"));
    const auto& order = read->value.order;
    if (order && domain::books_orders_of(settings, order->ship_node_type)) fetched.push_back(*order);
  }
  co_return fetched;
}

/// Orders that Walmart does not tell among those of these days, but of which something went back in them.
Result<void> add_orders_of_refunds(store::Reader& reader, store::ConnectionId connection, const ReturnedLines& returned,
                                   ReconciliationInput& input) {
  std::set<std::string> wanted;
  for (const auto& [purchase_order_id, lines] : returned) wanted.insert(purchase_order_id);
  for (const BookedDocument& document : input.documents) {
    if (document.credit) wanted.insert(without_prefix(document.reference, input.settings.reference_prefix));
  }
  for (const domain::PurchaseOrder& order : input.orders) wanted.erase(order.purchase_order_id);
  for (const std::string& purchase_order_id : wanted) {
    auto row = reader.order(connection, purchase_order_id);
    if (!row) return domain::fail(row.error());
    auto known = facts_of(*row);
    if (!known) return domain::fail(known.error());
    if (*known) input.orders.push_back(std::move(**known));
  }
  return {};
}

/// What was placed before the connector's time is none of its books, unless it was begun before go_live was moved.
Result<void> leave_others_orders(store::Reader& reader, store::ConnectionId connection, ReconciliationInput& input) {
  std::vector<domain::PurchaseOrder> booked;
  booked.reserve(input.orders.size());
  for (domain::PurchaseOrder& order : input.orders) {
    if (domain::is_before_go_live(order, input.settings)) {
      auto rows = reader.postings_of(connection, order.purchase_order_id);
      if (!rows) return domain::fail(rows.error());
      if (!has_begun(*rows)) continue;
    }
    booked.push_back(std::move(order));
  }
  input.orders = std::move(booked);
  return {};
}

/// Postings and states of every order met, `orders_of_returns` among them; Walmart's facts are joined with those known,
/// which Walmart may have zeroed since (walmart.md 2.3: charges of cancelled lines).
Result<ReconciliationInput> with_own_books(store::Reader& reader, store::ConnectionId connection,
                                           ReconciliationInput input, const ReturnedLines& returned,
                                           std::vector<domain::PurchaseOrder> orders_of_returns, UtcTime now) {
  if (auto left = leave_others_orders(reader, connection, input); !left) return domain::fail(left.error());
  std::move(orders_of_returns.begin(), orders_of_returns.end(), std::back_inserter(input.orders));
  if (auto added = add_orders_of_refunds(reader, connection, returned, input); !added) {
    return domain::fail(added.error());
  }
  std::set<std::string> sources;
  for (domain::PurchaseOrder& order : input.orders) {
    sources.insert(order.purchase_order_id);
    if (const auto told = returned.find(order.purchase_order_id); told != returned.end()) {
      order = with_returns(std::move(order), told->second);
    }
    auto row = reader.order(connection, order.purchase_order_id);
    if (!row) return domain::fail(row.error());
    if (*row) input.order_states.emplace(order.purchase_order_id, (*row)->state);
    auto known = facts_of(*row);
    if (!known) return domain::fail(known.error());
    if (*known) order = domain::merge(**known, order);
    if (date_unread_refunds(order, input.settings, *known, now)) input.unread_refunds.insert(order.purchase_order_id);
  }
  for (const BookedDocument& document : input.documents) {
    // A day's invoice stands under its day.
    const auto day = domain::day_of(document.reference, input.settings.reference_prefix);
    sources.insert(day ? domain::to_iso8601(*day)
                       : without_prefix(document.reference, input.settings.reference_prefix));
  }
  for (std::chrono::sys_days day{input.period.first}; day <= std::chrono::sys_days{input.period.last};
       day += std::chrono::days{1}) {
    sources.insert(domain::to_iso8601(domain::Date{day}));
  }
  std::vector<std::string> unread(sources.begin(), sources.end());
  while (!unread.empty()) {
    const std::string source = std::move(unread.back());
    unread.pop_back();
    auto rows = reader.postings_of(connection, source);
    if (!rows) return domain::fail(rows.error());
    // Orders in a day's invoice may have left in an earlier period, of which Walmart was not asked.
    for (const store::PostingRow& row : *rows) {
      if (row.kind != domain::PostingKind::daily_invoice) continue;
      auto invoice = document_of(row);
      if (!invoice) return domain::fail(invoice.error());
      for (const domain::SummaryMember& member : invoice->members) {
        if (sources.insert(member.purchase_order_id).second) unread.push_back(member.purchase_order_id);
      }
    }
    if (!rows->empty()) input.postings.emplace(source, std::move(*rows));
  }
  return input;
}

}  // namespace

Task<Result<ReconciliationInput>> read_for_reconciliation(walmart::Client& walmart, exact::Client& exact,
                                                          store::Store& store, ports::Clock& clock,
                                                          ports::Executor& executor, store::ConnectionId connection,
                                                          domain::DateRange period) {
  auto settings_query = [connection](store::Reader& reader) { return read_settings(reader, connection); };
  auto books = co_await store.read(std::move(settings_query));
  if (!books) co_return domain::fail(books.error());
  ReconciliationInput input;
  input.period = period;
  input.settings = books->settings;
  input.mapping = books->mapping;
  const UtcTime now = clock.now();
  const UtcTime from = std::min(domain::start_of_day(period.first), now) - kMargin;
  if (from < now - walmart_horizon) {
    co_return domain::fail(Cause::bad_input,
                           "Walmart lists orders of the last 180 days only: choose a later first day");
  }
  auto told = co_await read_walmart_period(walmart, executor, input.settings.ship_node_types, from, now);
  if (!told) co_return domain::fail(told.error());
  for (const auto& [id, order] : told->orders) input.orders.push_back(order);
  auto fetched = co_await fetch_orders_of_returns(&walmart, &store, connection, &*told, input.settings);
  if (!fetched) co_return domain::fail(fetched.error());
  input.unreadable = std::move(told->unreadable);
  input.notes = std::move(told->notes);
  auto documents = co_await read_documents(&exact, input.settings.reference_prefix, from, &books->items);
  if (!documents) co_return domain::fail(documents.error());
  input.documents = std::move(*documents);
  auto own = [connection, input = std::move(input), returned = std::move(told->returned), fetched = std::move(*fetched),
              now](store::Reader& reader) mutable {
    return with_own_books(reader, connection, std::move(input), returned, std::move(fetched), now);
  };
  co_return co_await store.read(std::move(own));
}

}  // namespace connector::flows
