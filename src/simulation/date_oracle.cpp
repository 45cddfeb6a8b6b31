#include "simulation/date_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "sandbox/exact/sales_invoices.h"
#include "sandbox/walmart/seller.h"
#include "simulation/exact_documents.h"
#include "simulation/wire_oracles.h"

namespace connector::simulation {

using sandbox::exact::Administration;
using sandbox::exact::no_row;
using sandbox::exact::RowNumber;
using sandbox::exact::TableId;

namespace {

using Days = std::set<std::string>;  ///< "2026-11-29"

/// What Walmart tells of one order, as days of the booking zone.
struct OrderDays {
  std::string ordered;
  std::map<std::string, Days> shipped;  ///< by SKU
  Days any_shipped;
  Days refunded;
};

struct DateFinding {
  std::string message;
  std::string about;
};

std::string show(const Days& days) {
  std::string text;
  for (const std::string& day : days) text += (text.empty() ? "" : ", ") + day;
  return text.empty() ? "no day" : text;
}

/// "2026-12" of "2027-01" and of any day in it.
std::string month_before(const std::string& day) {
  const auto date = domain::parse_date(day.substr(0, 7) + "-01");
  return domain::to_iso8601(domain::Date{std::chrono::sys_days{*date} - std::chrono::days{1}}).substr(0, 7);
}

class DateCheck {
 public:
  DateCheck(sandbox::walmart::Marketplace& walmart, const Administration& exact, const BooksPolicy& policy)
      : exact_(exact), policy_(policy) {
    auto& seller = walmart.seller();
    for (std::size_t number = 0; number < seller.orders.size(); ++number) {
      const auto index = static_cast<sandbox::walmart::OrderNumber>(number);
      if (seller.orders.record(index).node_type != sandbox::walmart::NodeType::seller) continue;
      add(seller.orders.order(index, seller.catalogue));
    }
  }

  std::optional<DateFinding> run() {
    const auto& invoices = exact_.table(TableId::sales_invoices);
    for (RowNumber row = 0; row < invoices.size() && !finding_; ++row) {
      if (invoices.is_live(row)) check_invoice(row);
    }
    const auto& orders = exact_.table(TableId::sales_orders);
    for (RowNumber row = 0; row < orders.size() && !finding_; ++row) {
      if (orders.is_live(row)) check_sales_order(row);
    }
    const auto& deliveries = exact_.table(TableId::goods_deliveries);
    for (RowNumber row = 0; row < deliveries.size() && !finding_; ++row) {
      if (deliveries.is_live(row)) check_delivery(row);
    }
    return finding_;
  }

 private:
  std::string day_of(domain::UtcTime time) const {
    const auto date = domain::date_in_zone(time, policy_.settings.booking_zone);
    return date ? domain::to_iso8601(*date) : std::string();
  }

  void add(const sandbox::walmart::Order& order) {
    OrderDays& days = orders_[order.purchase_order_id];
    days.ordered = day_of(order.created);
    for (const auto& line : order.lines) {
      for (const auto& portion : line.portions) {
        if (!portion.tracking) continue;
        days.shipped[line.sku].insert(day_of(portion.tracking->ship_time));
        days.any_shipped.insert(day_of(portion.tracking->ship_time));
      }
      for (const auto& refund : line.refunds) days.refunded.insert(day_of(refund.time));
    }
  }

  /// The order's days; nullptr if it is none of Walmart's, or its documents are what a person made of them.
  const OrderDays* days_of(const std::string& number) const {
    const auto found = orders_.find(number);
    return found == orders_.end() || policy_.is_a_persons(number) ? nullptr : &found->second;
  }

  /// Whether a document whose own day is one from `first` to `last` may be of the first open day because all periods
  /// from its own to that day were closed and known to be so by `then`. A day in the middle of a month is none.
  bool is_put_off(const std::string& first, const std::string& last, const std::string& date,
                  domain::UtcTime then) const {
    if (policy_.settings.closed_period != domain::ClosedPeriodPolicy::first_open_day) return false;
    if (!date.ends_with("-01")) return false;
    for (std::string month = month_before(date); month >= first.substr(0, 7); month = month_before(month)) {
      const auto refused = policy_.refused_months.find(month);
      if (refused == policy_.refused_months.end() || then < refused->second) return false;
      if (month <= last.substr(0, 7)) return true;
    }
    return false;
  }

  bool is_put_off(const Days& own, const std::string& date, domain::UtcTime then) const {
    return std::any_of(own.begin(), own.end(),
                       [&](const std::string& day) { return is_put_off(day, day, date, then); });
  }

  std::string date_in(TableId table, RowNumber row, const char* property) const {
    return domain::to_iso8601(exact_.table(table).get(row, property).as_instant()).substr(0, 10);
  }

  void complain(std::string message, const std::string& about) {
    finding_ = DateFinding{std::move(message) + " in " + policy_.settings.booking_zone, about};
  }

  void check_invoice(RowNumber row) {
    check_order_date(row);
    if (!finding_ && policy_.settings.invoice_completion == domain::InvoiceCompletion::process_with_ship_date) {
      check_processing(row);
    }
  }

  /// Processed under the date that it bears; made of a sales order, it bears that order's instead.
  void check_processing(RowNumber row) {
    const auto& invoices = exact_.table(TableId::sales_invoices);
    const std::string reference = text_of(invoices.get(row, "YourRef"));
    const std::string about = subject_of(reference);
    const OrderDays* days = days_of(about);
    if (policy_.printed_by_person.contains(to_string(exact_.guid({TableId::sales_invoices, row})))) return;
    if (invoices.get(row, "Status").as_integer() < sandbox::exact::invoice_processed) {
      const auto members = listed_orders(text_of(invoices.get(row, "Remarks")));
      const bool is_a_persons = policy_.is_a_persons(about) ||
                                std::any_of(members.begin(), members.end(),
                                            [this](const auto& member) { return policy_.is_a_persons(member.first); });
      if (is_a_persons || invoices.created(row) >= policy_.settled_before) return;
      if (days == nullptr && members.empty()) return;
      return complain(fmt::format("invoice {} is not processed", reference), about);
    }
    const std::string date = date_in(TableId::sales_invoices, row, "InvoiceDate");
    const bool by_sales_order = policy_.settings.document_mode == domain::DocumentMode::sales_order_and_invoice &&
                                !sandbox::exact::is_credit_note(invoices.get(row, "Type").as_integer()) &&
                                !takes_a_credit_back(reference);
    // A processed invoice does not change any more.
    const domain::UtcTime then = invoices.modified(row);
    const std::string stated = date_in(TableId::sales_invoices, row, "OrderDate");
    if (by_sales_order
            ? days == nullptr || days->any_shipped.contains(date) || is_put_off(days->any_shipped, date, then)
            : date == stated || is_put_off(stated, stated, date, then)) {
      return;
    }
    // A store that was put back hears of a refund anew, and believes it to be of that day.
    const bool is_credit = sandbox::exact::is_credit_note(invoices.get(row, "Type").as_integer());
    if (is_credit && policy_.restored_at && invoices.created(row) < *policy_.restored_at && date >= stated) return;
    complain(fmt::format("invoice {} is processed under {}", reference, date), about);
  }

  void check_order_date(RowNumber row) {
    const auto& invoices = exact_.table(TableId::sales_invoices);
    const std::string reference = text_of(invoices.get(row, "YourRef"));
    const std::string date = date_in(TableId::sales_invoices, row, "OrderDate");
    const domain::UtcTime made = invoices.created(row);
    const auto members = listed_orders(text_of(invoices.get(row, "Remarks")));
    for (const auto& [number, amount] : members) {
      const OrderDays* days = days_of(number);
      if (days == nullptr || days->any_shipped.contains(date) || is_put_off(days->any_shipped, date, made)) continue;
      return complain(fmt::format("{}, which lists order {}, is of {}, but that shipped on {}", reference, number, date,
                                  show(days->any_shipped)),
                      number);
    }
    if (!members.empty()) return;
    const std::string number = order_number_in(reference);
    const OrderDays* days = days_of(number);
    if (days == nullptr) return;
    const bool is_credit = sandbox::exact::is_credit_note(invoices.get(row, "Type").as_integer());
    if (is_credit || takes_a_credit_back(reference)) return check_credit(row, *days, reference, date);
    // Made by Exact of a sales order, it bears that order's date.
    if (policy_.settings.document_mode == domain::DocumentMode::sales_order_and_invoice) return;
    const auto& lines = exact_.table(TableId::sales_invoice_lines);
    for (RowNumber line = invoices.first_child(row); line != no_row; line = lines.next_sibling(line)) {
      const std::string item = item_of(exact_, lines, line);
      if (!is_product(item) || !days->shipped.contains(item)) continue;
      const Days& shipped = days->shipped.at(item);
      if (shipped.contains(date) || is_put_off(shipped, date, made)) continue;
      return complain(fmt::format("invoice {} is of {}, but {} shipped on {}", reference, date, item, show(shipped)),
                      number);
    }
  }

  /// When a refund was first seen is the connector's own knowledge, and no credit is dated before what it corrects.
  void check_credit(RowNumber row, const OrderDays& days, const std::string& reference, const std::string& date) {
    const domain::UtcTime made = exact_.table(TableId::sales_invoices).created(row);
    std::string last = day_of(made);
    if (!days.any_shipped.empty()) last = std::max(last, *days.any_shipped.rbegin());
    // A refund that was taken back is told no more.
    const std::string first = days.refunded.empty() ? days.ordered : *days.refunded.begin();
    if ((first <= date && date <= last) || is_put_off(first, last, date, made)) return;
    complain(fmt::format("{} is of {}, but refunds came on {} and it was made by {}", reference, date,
                         show(days.refunded), last),
             order_number_in(reference));
  }

  void check_sales_order(RowNumber row) {
    const std::string reference = text_of(exact_.table(TableId::sales_orders).get(row, "YourRef"));
    const OrderDays* days = days_of(order_number_in(reference));
    const std::string date = date_in(TableId::sales_orders, row, "OrderDate");
    if (days == nullptr || days->ordered == date) return;
    complain(fmt::format("sales order {} is of {}, but was ordered on {}", reference, date, days->ordered),
             order_number_in(reference));
  }

  void check_delivery(RowNumber row) {
    const auto& deliveries = exact_.table(TableId::goods_deliveries);
    const std::string reference = text_of(deliveries.get(row, "Description"));
    const OrderDays* days = days_of(order_number_in(reference));
    const std::string date = date_in(TableId::goods_deliveries, row, "DeliveryDate");
    if (days == nullptr || days->any_shipped.contains(date)) return;
    if (is_put_off(days->any_shipped, date, deliveries.created(row))) return;
    complain(fmt::format("delivery {} is of {}, but the order shipped on {}", reference, date, show(days->any_shipped)),
             order_number_in(reference));
  }

  const Administration& exact_;
  const BooksPolicy& policy_;
  std::map<std::string, OrderDays> orders_;
  std::optional<DateFinding> finding_;
};

}  // namespace

void check_dates(sandbox::walmart::Marketplace& walmart, const Administration& exact, const BooksPolicy& policy,
                 domain::UtcTime now, Verdicts& verdicts) {
  if (auto finding = DateCheck(walmart, exact, policy).run()) {
    verdicts.complain("dated", std::move(finding->message), finding->about, now);
  }
}

}  // namespace connector::simulation
