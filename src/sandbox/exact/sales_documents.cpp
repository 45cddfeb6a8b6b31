#include "sandbox/exact/sales_documents.h"

namespace connector::sandbox::exact {
namespace {

using domain::Decimal;

bool is_customer(const Administration& books, RowNumber account) {
  return trimmed(books.table(TableId::accounts).get(account, "Status").as_text()) == "C";
}

/// The price list's price for a quantity on a day, the item's standard price if there is none.
Decimal sales_price(const Administration& books, RowNumber item, RowNumber customer, Decimal quantity) {
  const Table& prices = books.table(TableId::sales_item_prices);
  std::vector<RowNumber> rows;
  prices.candidates(prices.type().index("Item"), Value::reference(TableId::items, item), rows);
  std::optional<Decimal> best;
  bool best_is_own = false;
  Decimal best_quantity;
  for (const RowNumber row : rows) {
    if (prices.get(row, "Item").as_reference().row != item) continue;
    const Value account = prices.get(row, "Account");
    const bool own = !account.is_null() && account.as_reference().row == customer;
    const Decimal from = prices.get(row, "Quantity").as_decimal();
    if ((!account.is_null() && !own) || from > quantity.abs()) continue;
    if (!best || (own && !best_is_own) || (own == best_is_own && from >= best_quantity)) {
      best = prices.get(row, "Price").as_decimal();
      best_is_own = own;
      best_quantity = from;
    }
  }
  return best.value_or(books.table(TableId::items).get(item, "StandardSalesPrice").as_decimal());
}

void complete_price(const Administration& books, Draft& line, RowNumber item, RowNumber customer) {
  line.set_if_absent("Quantity", Value::decimal(Decimal::from_integer(1)));
  const Decimal quantity = line.get("Quantity").as_decimal();
  if (!line.has("NetPrice")) {
    if (line.has("UnitPrice")) {
      const Decimal discount = line.get("Discount").as_decimal();
      line.set_amount("NetPrice", line.get("UnitPrice").as_decimal() * (Decimal::from_integer(1) - discount));
    } else if (line.has("AmountFC") && !quantity.is_zero()) {
      line.set_amount("NetPrice", line.get("AmountFC").as_decimal() / quantity);
    } else {
      line.set_amount("NetPrice", item == no_row ? Decimal{} : sales_price(books, item, customer, quantity));
    }
  }
  const Decimal net_price = line.get("NetPrice").as_decimal();
  line.set_if_absent("UnitPrice", Value::decimal(net_price));
  const Decimal unit_price = line.get("UnitPrice").as_decimal();
  line.set_amount("Discount", unit_price.is_zero() ? Decimal{} : (unit_price - net_price) / unit_price);
}

void complete_vat(const Administration& books, Problems& problems, Draft& line, RowNumber item, RowNumber customer,
                  RowNumber gl_account, std::string_view vat_property, bool amount_given) {
  if (!line.has("VATCode")) {
    Value code = customer == no_row ? Value{} : books.table(TableId::accounts).get(customer, "SalesVATCode");
    if (code.is_null() && item != no_row) code = books.table(TableId::items).get(item, "SalesVatCode");
    if (code.is_null() && gl_account != no_row) code = books.table(TableId::gl_accounts).get(gl_account, "VATCode");
    line.set("VATCode", code);
  }
  Decimal percentage;
  std::string_view type = "N";
  if (line.has("VATCode")) {
    const RowNumber code = check_vat_code(books, problems, line.get("VATCode").as_text());
    if (code == no_row) return;
    const Table& codes = books.table(TableId::vat_codes);
    line.set("VATCode", codes.get(code, "Code"));
    type = codes.get(code, "Type").as_text();
    percentage = codes.get(code, "Percentage").as_decimal();
    if (line.has("VATPercentage") && line.get("VATPercentage").as_decimal() != percentage) {
      problems.add(Complaint::invalid, Term::vat_percentage);
    }
  }
  line.set_amount("VATPercentage", percentage);
  const Decimal gross = (line.get("Quantity").as_decimal() * line.get("NetPrice").as_decimal()).rounded(2);
  // An amount given instead of a price is without VAT whatever the code says.
  const VatSplit split = amount_given ? split_vat(line.get("AmountFC").as_decimal().rounded(2), "E", percentage)
                                      : split_vat(gross, type, percentage);
  line.set_amount("AmountFC", split.without_vat);
  if (line.has(vat_property)) {
    line.set_amount(vat_property, line.get(vat_property).as_decimal().rounded(2));
  } else {
    line.set_amount(vat_property, split.vat);
  }
}

RowNumber check_gl_account(const Administration& books, Problems& problems, Draft& line, RowNumber item) {
  if (!line.has("GLAccount") && item != no_row) {
    Value revenue = books.table(TableId::items).get(item, "GLRevenue");
    const RowNumber group = books.find(TableId::item_groups, books.table(TableId::items).get(item, "ItemGroup"));
    if (revenue.is_null() && group != no_row) revenue = books.table(TableId::item_groups).get(group, "GLRevenue");
    line.set("GLAccount", revenue);
  }
  if (!line.has("GLAccount")) {
    problems.add(Complaint::mandatory, Term::gl_account);
    return no_row;
  }
  const RowNumber gl_account = books.find(TableId::gl_accounts, line.get("GLAccount"));
  if (gl_account == no_row) {
    problems.add(Complaint::invalid_reference, Term::gl_account);
    return no_row;
  }
  const Table& accounts = books.table(TableId::gl_accounts);
  if (accounts.get(gl_account, "IsBlocked").as_boolean()) problems.add(Complaint::blocked, Term::gl_account);
  const std::int64_t type = accounts.get(gl_account, "Type").as_integer();
  if (type == 20 || type == 22 || type == 24) problems.add(Complaint::invalid, Term::gl_account_type);
  return gl_account;
}

RowNumber check_item(const Administration& books, Problems& problems, const Draft& line) {
  if (!line.has("Item")) {
    const bool account_only = books.switches().lines_without_item && line.has("GLAccount");
    if (!account_only) problems.add(Complaint::mandatory, Term::item);
    return no_row;
  }
  const RowNumber item = books.find(TableId::items, line.get("Item"));
  if (item == no_row) {
    problems.add(Complaint::invalid_reference, Term::item);
    return no_row;
  }
  const Table& items = books.table(TableId::items);
  if (!items.get(item, "IsSalesItem").as_boolean()) problems.add(Complaint::not_allowed, Term::item_sales);
  if (line.has("Quantity") && !line.get("Quantity").as_decimal().is_integer() &&
      !items.get(item, "IsFractionAllowedItem").as_boolean()) {
    problems.add(Complaint::invalid, Term::quantity);
  }
  return item;
}

}  // namespace

VatSplit split_vat(Decimal amount, std::string_view vat_type, Decimal percentage) {
  if (vat_type == "E") return VatSplit{amount, (amount * percentage).rounded(2)};
  if (vat_type == "I") {
    const Decimal vat = (amount * percentage / (Decimal::from_integer(1) + percentage)).rounded(2);
    return VatSplit{amount - vat, vat};
  }
  return VatSplit{amount, {}};
}

void complete_parties(const Administration& books, Problems& problems, Draft& header) {
  const bool ordered = header.has("OrderedBy");
  if (!ordered && !header.has("InvoiceTo")) problems.add(Complaint::mandatory, Term::invoice_to);
  if (!ordered) problems.add(Complaint::mandatory, Term::ordered_by);
  const Value customer = header.get("OrderedBy");
  const RowNumber account = books.find(TableId::accounts, customer);
  if (!header.has("InvoiceTo") && account != no_row) {
    header.set("InvoiceTo", books.table(TableId::accounts).get(account, "InvoiceAccount"));
  }
  header.set_if_absent("InvoiceTo", customer);
  header.set_if_absent("DeliverTo", customer);
  const RowNumber deliver_to = books.find(TableId::accounts, header.get("DeliverTo"));
  const RowNumber invoice_to = books.find(TableId::accounts, header.get("InvoiceTo"));
  if (header.has("DeliverTo") && deliver_to == no_row) problems.add(Complaint::invalid_reference, Term::deliver_to);
  if (ordered && account == no_row) problems.add(Complaint::invalid_reference, Term::ordered_by);
  if (header.has("InvoiceTo") && invoice_to == no_row) problems.add(Complaint::invalid_reference, Term::invoice_to);
  if (invoice_to != no_row && !is_customer(books, invoice_to)) problems.add(Complaint::invalid, Term::invoice_to_type);
  for (const RowNumber party : {account, invoice_to}) {
    if (party != no_row && books.table(TableId::accounts).get(party, "Blocked").as_boolean()) {
      problems.add(Complaint::blocked, Term::customer);
    }
  }

  if (!header.has("Currency") && account != no_row) {
    header.set("Currency", books.table(TableId::accounts).get(account, "SalesCurrency"));
  }
  header.set_if_absent("Currency", Value::text(books.currency()));
  if (!books.rate(header.get("Currency").as_text())) problems.add(Complaint::invalid, Term::currency);
  if (header.has("PaymentCondition")) {
    const RowNumber condition = books.find_code(TableId::payment_conditions, header.get("PaymentCondition").as_text());
    if (condition == no_row) problems.add(Complaint::invalid_reference, Term::payment_condition);
  } else {
    if (account != no_row) {
      header.set("PaymentCondition", books.table(TableId::accounts).get(account, "PaymentConditionSales"));
    }
    header.set_if_absent("PaymentCondition", Value::text("30"));
  }
}

RowNumber check_vat_code(const Administration& books, Problems& problems, std::string_view code) {
  const RowNumber row = books.find_code(TableId::vat_codes, code);
  if (row == no_row) {
    problems.add(Complaint::invalid_reference, Term::vat_code);
    return no_row;
  }
  const Table& codes = books.table(TableId::vat_codes);
  if (codes.get(row, "IsBlocked").as_boolean() || codes.get(row, "VATTransactionType").as_text() == "P") {
    problems.add(Complaint::not_allowed, Term::vat_code);
  }
  return row;
}

void check_cost_center(const Administration& books, Problems& problems, const Draft& line, RowNumber gl_account) {
  const Table& accounts = books.table(TableId::gl_accounts);
  const auto check = [&](std::string_view property, std::string_view use, TableId table, Term term) {
    const std::int64_t demand = gl_account == no_row ? 0 : accounts.get(gl_account, use).as_integer();
    if (!line.has(property) || trimmed(line.get(property).as_text()).empty()) {
      if (demand == 1) problems.add(Complaint::mandatory, term);
      return;
    }
    if (books.find_code(table, line.get(property).as_text()) == no_row) {
      problems.add(Complaint::invalid_reference, term);
    } else if (demand == 2) {
      problems.add(Complaint::invalid, Term::cost_center_link);
    }
  };
  check("CostCenter", "UseCostcenter", TableId::cost_centers, Term::cost_center);
  check("CostUnit", "UseCostunit", TableId::cost_units, Term::cost_unit);
}

void complete_line(const Administration& books, Problems& problems, const Draft& header, Draft& line,
                   SalesDocument document) {
  const RowNumber customer = books.find(TableId::accounts, header.get("OrderedBy"));
  const RowNumber item = check_item(books, problems, line);
  // Keeps sums and stock far from overflow.
  const Decimal most = Decimal::from_integer(1'000'000'000);
  for (const char* const property : {"Quantity", "NetPrice", "UnitPrice", "AmountFC"}) {
    if (line.get(property).as_decimal().abs() > most) return problems.add(Complaint::invalid, Term::amount);
  }
  const bool amount_given = line.has("AmountFC") && !line.has("NetPrice") && !line.has("UnitPrice");
  complete_price(books, line, item, customer);
  RowNumber gl_account = no_row;
  if (document == SalesDocument::invoice) {
    gl_account = check_gl_account(books, problems, line, item);
    check_cost_center(books, problems, line, gl_account);
    complete_vat(books, problems, line, item, customer, gl_account, "VATAmountFC", amount_given);
  } else {
    check_cost_center(books, problems, line, no_row);
    complete_vat(books, problems, line, item, customer, no_row, "VATAmount", amount_given);
  }
  if (item != no_row) {
    line.set_if_absent("Description", books.table(TableId::items).get(item, "Description"));
    line.set_if_absent("UnitCode", books.table(TableId::items).get(item, "Unit"));
  }
}

void complete_totals(Draft& header, const std::vector<Draft>& lines, std::string_view line_vat_property) {
  Decimal without_vat;
  Decimal vat;
  for (const Draft& line : lines) {
    without_vat += line.get("AmountFC").as_decimal();
    vat += line.get(line_vat_property).as_decimal();
  }
  const Decimal with_vat = without_vat + vat;
  Decimal off;
  Decimal off_without_vat;
  if (header.has("AmountDiscount") && !with_vat.is_zero()) {
    off = header.get("AmountDiscount").as_decimal();
    off_without_vat = domain::proportion(without_vat, off, with_vat, 2);
  } else if (header.has("AmountDiscountExclVat") && !without_vat.is_zero()) {
    off_without_vat = header.get("AmountDiscountExclVat").as_decimal();
    off = domain::proportion(with_vat, off_without_vat, without_vat, 2);
  } else if (header.has("Discount")) {
    off = (with_vat * header.get("Discount").as_decimal()).rounded(2);
    off_without_vat = (without_vat * header.get("Discount").as_decimal()).rounded(2);
  }
  header.set_amount("AmountFC", with_vat - off);
  header.set_amount("AmountFCExclVat", without_vat - off_without_vat);
  if (header.type().find("VATAmountFC") != nullptr) {
    header.set_amount("VATAmountFC", (with_vat - off) - (without_vat - off_without_vat));
  }
}

std::vector<Draft> stored_lines(const Administration& books, TableId document, RowNumber row) {
  const TableId lines = table_definition(document).lines;
  std::vector<Draft> result;
  for (RowNumber line = books.table(document).first_child(row); line != no_row;
       line = books.table(lines).next_sibling(line)) {
    result.push_back(books.table(lines).draft(line));
  }
  return result;
}

}  // namespace connector::sandbox::exact
