#include "simulation/account_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "sandbox/exact/sales_invoices.h"
#include "sandbox/walmart/books.h"
#include "sandbox/walmart/seller.h"
#include "simulation/charges_to_book.h"
#include "simulation/exact_documents.h"
#include "simulation/wire_oracles.h"

namespace connector::simulation {

using domain::Decimal;
using sandbox::exact::Administration;
using sandbox::exact::no_row;
using sandbox::exact::RowNumber;
using sandbox::exact::TableId;

namespace {

using AmountsByItem = std::map<std::string, Decimal>;

struct MisplacedBooking {
  std::string message;
  std::string about;
};

std::string code_of(const Administration& books, TableId table, const sandbox::exact::Value& value) {
  const RowNumber row = books.find(table, value);
  return row == no_row ? std::string("none") : text_of(books.table(table).get(row, "Code"));
}

/// The customer account and the reference of a document; what is wrong with them, or nullopt.
std::optional<std::string> wrong_head(const Administration& books, TableId table, RowNumber row,
                                      const BooksPolicy& policy) {
  const auto& documents = books.table(table);
  const std::string reference = text_of(documents.get(row, "YourRef"));
  if (!reference.starts_with(policy.settings.reference_prefix)) {
    return fmt::format("{} does not begin with {}", reference, policy.settings.reference_prefix);
  }
  const RowNumber account = books.find(TableId::accounts, documents.get(row, "OrderedBy"));
  const std::string name =
      account == no_row ? std::string("nobody") : text_of(books.table(TableId::accounts).get(account, "Name"));
  if (name == "Walmart.com") return std::nullopt;
  return fmt::format("{} is on the account of {}", reference, name);
}

/// What was on its way when the mapping was put right, by whatever clock.
constexpr domain::Milliseconds kOnItsWay = std::chrono::minutes(10);

/// Whether a document may bear the account that its SKU was on by mistake. What was planned with it and left after the
/// mapping had been put right may not; a credit memo follows the invoice that it takes back.
bool may_be_mistyped(const BooksPolicy& policy, const std::string& item, domain::UtcTime created, bool is_credit) {
  return std::any_of(policy.mistyped.begin(), policy.mistyped.end(), [&](const MistypedAccount& mistyped) {
    return mistyped.sku == item && created >= mistyped.from &&
           (is_credit || !mistyped.until || created < *mistyped.until + kOnItsWay);
  });
}

/// Lines of sales orders, and so of invoices made of them, take the account of their item.
std::optional<std::string> wrong_lines(const Administration& books, TableId table, TableId line_table, RowNumber row,
                                       const BooksPolicy& policy) {
  const auto& documents = books.table(table);
  const auto& lines = books.table(line_table);
  const bool states_accounts = table == TableId::sales_invoices &&
                               policy.settings.document_mode != domain::DocumentMode::sales_order_and_invoice;
  for (RowNumber line = documents.first_child(row); line != no_row; line = lines.next_sibling(line)) {
    const std::string item = item_of(books, lines, line);
    const BookingPlace place = place_of(policy.mapping, item);
    const std::string cost_center = text_of(lines.get(line, "CostCenter"));
    const std::string account =
        states_accounts ? code_of(books, TableId::gl_accounts, lines.get(line, "GLAccount")) : place.gl_account;
    const bool is_credit =
        table == TableId::sales_invoices && sandbox::exact::is_credit_note(documents.get(row, "Type").as_integer());
    if (account == kMistypedAccount && may_be_mistyped(policy, item, documents.created(row), is_credit)) continue;
    const std::string vat_code = place.vat_code.empty() ? "" : text_of(lines.get(line, "VATCode"));
    if (account == place.gl_account && cost_center == place.cost_center && vat_code == place.vat_code) continue;
    return fmt::format("{} has {} on account {}, cost center \"{}\", VAT code \"{}\" instead of {}, \"{}\", \"{}\"",
                       text_of(documents.get(row, "YourRef")), item, account, cost_center, vat_code, place.gl_account,
                       place.cost_center, place.vat_code);
  }
  return std::nullopt;
}

/// What invoices hold of each order by item; of a day's invoices nothing can be said by order.
std::map<std::string, AmountsByItem> invoiced_by_item(const Administration& books) {
  std::map<std::string, AmountsByItem> result;
  const auto& invoices = books.table(TableId::sales_invoices);
  const auto& lines = books.table(TableId::sales_invoice_lines);
  for (RowNumber row = 0; row < invoices.size(); ++row) {
    if (!invoices.is_live(row) || !listed_orders(text_of(invoices.get(row, "Remarks"))).empty()) continue;
    AmountsByItem& order = result[order_number_in(text_of(invoices.get(row, "YourRef")))];
    for (RowNumber line = invoices.first_child(row); line != no_row; line = lines.next_sibling(line)) {
      order[item_of(books, lines, line)] +=
          sandbox::exact::booked(books, row, lines.get(line, "AmountFC").as_decimal());
    }
  }
  return result;
}

/// What Walmart charged for what shipped, by the item that it belongs on; nullopt where that cannot be told.
std::optional<AmountsByItem> charged_by_item(const sandbox::walmart::Order& order,
                                             const domain::ConnectionSettings& settings) {
  AmountsByItem result;
  for (const auto& line : order.lines) {
    if (!line.refunds.empty()) return std::nullopt;
    if (line.shipped() == 0) continue;
    const auto charged = charges_to_book(order, line, settings);
    result[line.sku] += charged.product;
    result["DISCOUNT"] += charged.discount;
    result["SHIPPING"] += charged.shipping;
    result["FEE"] += charged.fee;
    if (settings.tax_policy == domain::TaxPolicy::clearing_account) result["TAX"] += charged.tax;
  }
  return result;
}

std::optional<MisplacedBooking> wrong_amounts(sandbox::walmart::Seller& seller, const Administration& books,
                                              const BooksPolicy& policy) {
  // Included in the prices, a tax cannot be told from them any more.
  if (policy.settings.tax_policy == domain::TaxPolicy::include) return std::nullopt;
  auto invoiced = invoiced_by_item(books);
  for (std::size_t number = 0; number < seller.orders.size(); ++number) {
    const auto index = static_cast<sandbox::walmart::OrderNumber>(number);
    const auto order = seller.orders.order(index, seller.catalogue);
    const auto found = invoiced.find(order.purchase_order_id);
    if (found == invoiced.end() || policy.is_a_persons(order.purchase_order_id)) continue;
    if (seller.orders.record(index).modified >= policy.settled_before) continue;
    const auto charged = charged_by_item(order, policy.settings);
    if (!charged) continue;
    AmountsByItem difference = found->second;
    for (const auto& [item, amount] : *charged) difference[item] -= amount;
    for (const auto& [item, amount] : difference) {
      if (amount.is_zero()) continue;
      return MisplacedBooking{fmt::format("order {}: {} more on item {} than was charged for it",
                                          order.purchase_order_id, amount.to_string(), item),
                              order.purchase_order_id};
    }
  }
  return std::nullopt;
}

std::optional<MisplacedBooking> misplaced(sandbox::walmart::Seller& seller, const Administration& books,
                                          const BooksPolicy& policy) {
  for (const auto& [table, lines] : {std::pair{TableId::sales_invoices, TableId::sales_invoice_lines},
                                     std::pair{TableId::sales_orders, TableId::sales_order_lines}}) {
    const auto& documents = books.table(table);
    for (RowNumber row = 0; row < documents.size(); ++row) {
      if (!documents.is_live(row)) continue;
      auto wrong = wrong_head(books, table, row, policy);
      if (!wrong) wrong = wrong_lines(books, table, lines, row, policy);
      if (wrong) return MisplacedBooking{*wrong, order_number_in(text_of(documents.get(row, "YourRef")))};
    }
  }
  return wrong_amounts(seller, books, policy);
}

}  // namespace

void check_accounts(sandbox::walmart::Marketplace& walmart, const Administration& exact, const BooksPolicy& policy,
                    domain::UtcTime now, Verdicts& verdicts) {
  if (auto found = misplaced(walmart.seller(), exact, policy)) {
    verdicts.complain("in its place", std::move(found->message), found->about, now);
  }
}

}  // namespace connector::simulation
