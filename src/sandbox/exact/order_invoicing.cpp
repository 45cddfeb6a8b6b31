#include "sandbox/exact/order_invoicing.h"

#include <map>
#include <optional>

#include "sandbox/exact/sales_invoices.h"
#include "sandbox/exact/sales_orders.h"

namespace connector::sandbox::exact {
namespace {

using domain::Decimal;

constexpr std::size_t most_lines = 500;

bool synchronous_allowed(SynchronousInvoicing rule, domain::UtcTime now) {
  using namespace std::chrono;
  switch (rule) {
    case SynchronousInvoicing::always:
      return true;
    case SynchronousInvoicing::never:
      return false;
    case SynchronousInvoicing::until_october_2026:
      return now < sys_days{October / 1 / 2026};
  }
  return false;
}

/// By order line, what may be invoiced of it at most.
using Limits = std::map<RowNumber, Decimal>;

/// What the deliveries of a number hold.
Limits delivered_with(const Administration& books, std::int64_t number) {
  const Table& deliveries = books.table(TableId::goods_deliveries);
  const Table& lines = books.table(TableId::goods_delivery_lines);
  const bool by_entry = books.switches().invoiced_delivery == InvoicedDelivery::entry_number;
  const PropertyIndex property = deliveries.type().index(by_entry ? "EntryNumber" : "DeliveryNumber");
  std::vector<RowNumber> rows;
  deliveries.candidates(property, Value::integer(number), rows);
  Limits delivered;
  for (const RowNumber row : rows) {
    if (deliveries.get(row, property).as_integer() != number) continue;
    for (RowNumber line = deliveries.first_child(row); line != no_row; line = lines.next_sibling(line)) {
      delivered[books.find(TableId::sales_order_lines, lines.get(line, "SalesOrderLineID"))] +=
          lines.get(line, "QuantityDelivered").as_decimal();
    }
  }
  return delivered;
}

/// What of an order line is to be invoiced.
Decimal to_invoice(const Table& lines, RowNumber line, std::int64_t mode) {
  const Decimal all = lines.get(line, mode == 1 ? "Quantity" : "QuantityDelivered").as_decimal();
  return all - lines.get(line, "QuantityInvoiced").as_decimal();
}

void add_lines(const Administration& books, RowNumber order, std::int64_t mode, const std::optional<Limits>& limits,
               std::vector<Draft>& lines, std::vector<RowNumber>& order_lines) {
  const Table& source = books.table(TableId::sales_order_lines);
  const Value number = books.table(TableId::sales_orders).get(order, "OrderNumber");
  for (RowNumber row = books.table(TableId::sales_orders).first_child(order); row != no_row;
       row = source.next_sibling(row)) {
    Decimal quantity = to_invoice(source, row, mode);
    if (limits) {
      const auto limit = limits->find(row);
      const Decimal most = limit == limits->end() ? Decimal() : limit->second;
      if (quantity.abs() > most.abs()) quantity = most;
    }
    if (quantity.is_zero()) continue;
    const Draft from = source.draft(row);
    Draft& line = lines.emplace_back(table_definition(TableId::sales_invoice_lines).type);
    for (const char* const same : {"Item", "Description", "NetPrice", "UnitPrice", "VATCode", "CostCenter", "CostUnit",
                                   "Notes", "UnitCode", "DeliveryDate", "Project"}) {
      line.set(same, from.get(same));
    }
    line.set_amount("Quantity", quantity);
    line.set("SalesOrder", Value::reference(TableId::sales_orders, order));
    line.set("SalesOrderLine", Value::reference(TableId::sales_order_lines, row));
    line.set("SalesOrderLineNumber", from.get("LineNumber"));
    line.set("SalesOrderNumber", number);
    order_lines.push_back(row);
  }
}

class JobRun {
 public:
  JobRun(Administration& books, InvoicingJob& job, domain::UtcTime now) : books_(books), job_(job), now_(now) {}

  void run() {
    std::map<std::pair<RowNumber, std::string>, std::vector<RowNumber>> groups;
    std::vector<std::vector<RowNumber>> invoices;
    for (const Guid& id : job_.orders) {
      const RowNumber order = books_.find(TableId::sales_orders, Value::guid(id));
      if (order == no_row || books_.table(TableId::sales_orders).get(order, "Status").as_integer() == order_cancelled) {
        fail(say(books_.switches().language, Complaint::invalid_reference, Term::sales_order));
      } else if (job_.create_mode == 1) {
        invoices.push_back({order});
      } else {
        const Draft header = books_.table(TableId::sales_orders).draft(order);
        groups[{header.get("InvoiceTo").as_reference().row, std::string(header.get("Currency").as_text())}].push_back(
            order);
      }
    }
    for (auto& [key, orders] : groups) invoices.push_back(std::move(orders));
    for (const std::vector<RowNumber>& orders : invoices) invoice(orders);
    job_.done = true;
  }

 private:
  void fail(const std::string& text) {
    ++job_.failed;
    if (!job_.errors.empty()) job_.errors += "\r\n";
    job_.errors += text;
  }

  void invoice(const std::vector<RowNumber>& orders) {
    const Draft from = books_.table(TableId::sales_orders).draft(orders.front());
    Draft header(table_definition(TableId::sales_invoices).type);
    for (const char* const same : {"OrderedBy", "InvoiceTo", "DeliverTo", "Currency", "PaymentCondition", "Description",
                                   "YourRef", "Remarks", "OrderDate", "PaymentReference", "SalesChannel"}) {
      header.set(same, from.get(same));
    }
    if (orders.size() == 1) header.set("OrderNumber", from.get("OrderNumber"));
    if (!job_.journal.empty()) header.set("Journal", Value::text(job_.journal));
    std::vector<Draft> lines;
    std::vector<RowNumber> order_lines;
    std::optional<Limits> limits;
    if (job_.delivery) limits = delivered_with(books_, *job_.delivery);
    // A stock entry that there is not is no failure: nothing is made.
    if (limits && limits->empty()) return;
    for (const RowNumber order : orders) add_lines(books_, order, job_.invoice_mode, limits, lines, order_lines);
    Problems problems(books_.switches().language);
    if (lines.empty()) problems.add(already_processed(problems.language()));
    if (!problems.any()) enter_invoice(books_, problems, header, lines, now_);
    if (problems.any()) return fail(problems.joined());
    for (std::size_t i = 0; i < order_lines.size(); ++i) {
      Draft changed = books_.table(TableId::sales_order_lines).draft(order_lines[i]);
      changed.set_amount("QuantityInvoiced",
                         changed.get("QuantityInvoiced").as_decimal() + lines[i].get("Quantity").as_decimal());
      books_.update(TableId::sales_order_lines, order_lines[i], changed, now_);
    }
    for (const RowNumber order : orders) refresh_order_status(books_, order, now_);
    ++job_.created;
  }

  Administration& books_;
  InvoicingJob& job_;
  domain::UtcTime now_;
};

}  // namespace

Outcome create_invoice_sales_orders(Call& call) {
  Administration& books = call.books;
  InvoicingJob job;
  std::size_t lines = 0;
  for (const json::Value& element : call.body["SalesOrderIDs"].array()) {
    const auto id = parse_guid(element["ID"].string());
    if (!id) {
      call.problems.add(Complaint::invalid_reference, Term::sales_order);
      continue;
    }
    job.orders.push_back(*id);
    const RowNumber order = books.find(TableId::sales_orders, Value::guid(*id));
    if (order == no_row) continue;
    for (RowNumber line = books.table(TableId::sales_orders).first_child(order); line != no_row;
         line = books.table(TableId::sales_order_lines).next_sibling(line)) {
      ++lines;
    }
  }
  if (job.orders.empty()) call.problems.add(Complaint::mandatory, Term::sales_order);
  if (job.orders.size() > 1 && lines > most_lines) call.problems.add(Complaint::not_allowed, Term::lines);
  if (call.draft.has("JournalCode")) {
    job.journal = std::string(call.draft.get("JournalCode").as_text());
    if (books.find_code(TableId::journals, job.journal) == no_row) call.problems.add(Complaint::invalid, Term::journal);
  }
  job.create_mode = call.draft.has("CreateMode") ? call.draft.get("CreateMode").as_integer() : 0;
  job.invoice_mode = call.draft.get("InvoiceMode").as_integer();
  if (call.draft.has("DeliveryNumber")) job.delivery = call.draft.get("DeliveryNumber").as_integer();
  const bool synchronous_ok = synchronous_allowed(books.switches().synchronous_invoicing, call.now);
  const std::int64_t mode = call.draft.has("Mode") ? call.draft.get("Mode").as_integer() : synchronous_ok ? 0 : 1;
  if (mode == 0 && !synchronous_ok) call.problems.add("Only the asynchronous mode is supported. Use Mode = 1.");
  if (mode != 0 && mode != 1) call.problems.add(Complaint::invalid, Term::type);
  if (call.problems.any()) return {};

  if (mode == 0) {
    JobRun(books, job, call.now).run();
    if (job.created == 0) {
      call.problems.add(job.errors);
      return {};
    }
  } else {
    job.due = call.now + domain::Milliseconds{books.switches().invoicing_delay_ms};
  }
  const std::size_t number = books.invoicing_jobs().size();
  Outcome outcome{Outcome::Kind::created_elsewhere, no_row, json::Value{json::Object{}}};
  outcome.answer.set("ID", to_string(books.job_guid(number)));
  outcome.answer.set("CreateMode", job.create_mode);
  outcome.answer.set("InvoiceMode", job.invoice_mode);
  outcome.answer.set("JournalCode", job.journal.empty() ? json::Value{} : json::Value{job.journal});
  outcome.answer.set("Mode", mode);
  outcome.answer.set("ProcessID", mode == 1 ? json::Value{to_string(books.job_guid(number))} : json::Value{});
  outcome.answer.set("NumberOfCreatedInvoices", mode == 1 ? json::Value{} : json::Value{job.created});
  outcome.answer.set("NumberOfFailedInvoices", mode == 1 ? json::Value{} : json::Value{job.failed});
  outcome.answer.set("Errors", mode == 1 ? json::Value{} : json::Value{job.errors});
  if (!job.done) books.open_jobs().push_back(number);
  books.invoicing_jobs().push_back(std::move(job));
  return outcome;
}

void run_invoicing_jobs(Administration& books, domain::UtcTime now) {
  std::erase_if(books.open_jobs(), [&](std::size_t number) {
    InvoicingJob& job = books.invoicing_jobs()[number];
    if (job.due > now) return false;
    const auto every = static_cast<std::size_t>(books.switches().invoicing_in_vain_every);
    if (every != 0 && number % every == every - 1) {
      job.done = true;
    } else {
      JobRun(books, job, job.due).run();
    }
    return true;
  });
}

json::Value invoicing_result(const Administration& books, std::size_t number) {
  const InvoicingJob& job = books.invoicing_jobs()[number];
  json::Value result{json::Object{}};
  result.set("ProcessID", to_string(books.job_guid(number)));
  result.set("Status", job.done ? "Processed" : "InProgress");
  result.set("NumberOfCreatedInvoices", job.created);
  result.set("NumberOfFailedInvoices", job.failed);
  result.set("Errors", job.errors);
  return result;
}

}  // namespace connector::sandbox::exact
