#include "sandbox/exact/reference_data.h"

#include <algorithm>

namespace connector::sandbox::exact {
namespace {

void check_code(Call& call, RowNumber own) {
  if (!call.draft.has("Code") || trimmed(call.draft.get("Code").as_text()).empty()) {
    return call.problems.add(Complaint::mandatory, Term::code);
  }
  const RowNumber same = call.books.find_code(call.resource.table, call.draft.get("Code").as_text());
  if (same != no_row && same != own) call.problems.add(Complaint::already_exists, Term::code);
}

/// A property of set-up data that names another record, by GUID or by code.
struct Link {
  TableId of;
  std::string_view property;
  TableId to;
  Term term;
};
constexpr Link links[] = {
    {TableId::items, "GLRevenue", TableId::gl_accounts, Term::gl_account},
    {TableId::items, "GLCosts", TableId::gl_accounts, Term::gl_account},
    {TableId::items, "GLStock", TableId::gl_accounts, Term::gl_account},
    {TableId::items, "ItemGroup", TableId::item_groups, Term::item_group},
    {TableId::items, "SalesVatCode", TableId::vat_codes, Term::vat_code},
    {TableId::accounts, "GLAccountSales", TableId::gl_accounts, Term::gl_account},
    {TableId::accounts, "InvoiceAccount", TableId::accounts, Term::invoice_to},
    {TableId::accounts, "Parent", TableId::accounts, Term::account},
    {TableId::accounts, "SalesVATCode", TableId::vat_codes, Term::vat_code},
    {TableId::accounts, "PaymentConditionSales", TableId::payment_conditions, Term::payment_condition},
    {TableId::addresses, "Account", TableId::accounts, Term::account},
    {TableId::contacts, "Account", TableId::accounts, Term::account},
    {TableId::sales_item_prices, "Item", TableId::items, Term::item},
    {TableId::sales_item_prices, "Account", TableId::accounts, Term::account}};

/// What the body names must exist; what it does not name stays as it is.
void check_links(Call& call) {
  for (const Link& link : links) {
    if (link.of != call.resource.table || call.body[link.property].is_null()) continue;
    const Value& value = call.draft.get(link.property);
    const bool by_code = value.kind() == Value::Kind::text;
    const RowNumber found = by_code ? call.books.find_code(link.to, value.as_text()) : call.books.find(link.to, value);
    if (found == no_row) call.problems.add(Complaint::invalid_reference, link.term);
  }
}

void need_text(Call& call, std::string_view property, Term term) {
  if (!call.draft.has(property) || trimmed(call.draft.get(property).as_text()).empty()) {
    call.problems.add(Complaint::mandatory, term);
  }
}

Outcome insert(Call& call) {
  check_links(call);
  if (call.problems.any()) return {};
  return Outcome{Outcome::Kind::created, call.books.insert(call.resource.table, call.draft, call.now), {}};
}

/// True if any sales document or stock refers to the record.
bool in_use(const Administration& books, TableId table, RowNumber row) {
  const Value wanted = Value::reference(table, row);
  const auto used_in = [&](TableId where, std::string_view property) {
    const Table& records = books.table(where);
    const PropertyIndex index = records.type().index(property);
    for (RowNumber other = 0; other < records.size(); ++other) {
      if (records.is_live(other) && records.get(other, index).as_reference() == wanted.as_reference()) return true;
    }
    return false;
  };
  switch (table) {
    case TableId::items:
      return used_in(TableId::sales_invoice_lines, "Item") || used_in(TableId::sales_order_lines, "Item");
    case TableId::accounts:
      return used_in(TableId::sales_invoices, "OrderedBy") || used_in(TableId::sales_orders, "OrderedBy");
    case TableId::gl_accounts:
      return used_in(TableId::sales_invoice_lines, "GLAccount");
    case TableId::warehouses:
      return used_in(TableId::sales_orders, "WarehouseID");
    default:
      return false;
  }
}

}  // namespace

Outcome create_account(Call& call) {
  Draft& draft = call.draft;
  need_text(call, "Name", Term::name);
  if (draft.has("Code")) {
    draft.set("Code", draft.own_text(right_aligned(trimmed(draft.get("Code").as_text()), 18)));
    check_code(call, no_row);
  } else {
    // The next free number: codes that a person or a client chose are passed over.
    std::string code;
    do {
      code = right_aligned(std::to_string(call.books.next_number("account", 1000)), 18);
    } while (call.books.find_code(TableId::accounts, code) != no_row);
    draft.set("Code", draft.own_text(std::move(code)));
  }
  draft.set_if_absent("Status", Value::text("A"));
  draft.set_if_absent("Type", Value::text("A"));
  draft.set_if_absent("Blocked", Value::boolean(false));
  draft.set_if_absent("IsSupplier", Value::boolean(false));
  draft.set_if_absent("Country", Value::text("NL "));
  if (draft.get("Country").as_text().size() == 2) {
    draft.set("Country", draft.own_text(std::string(draft.get("Country").as_text()) + " "));
  }
  draft.set("IsSales", Value::boolean(trimmed(draft.get("Status").as_text()) == "C"));
  return insert(call);
}

Outcome create_address(Call& call) {
  if (!call.draft.has("Account")) call.problems.add(Complaint::mandatory, Term::account);
  if (!call.draft.has("Type")) call.problems.add(Complaint::mandatory, Term::type);
  return insert(call);
}

Outcome create_contact(Call& call) {
  Draft& draft = call.draft;
  if (!draft.has("Account")) call.problems.add(Complaint::mandatory, Term::account);
  std::string name;
  for (const char* const part : {"FirstName", "MiddleName", "LastName"}) {
    if (!draft.has(part)) continue;
    if (!name.empty()) name += ' ';
    name += draft.get(part).as_text();
  }
  if (name.empty()) call.problems.add(Complaint::mandatory, Term::name);
  draft.set("FullName", draft.own_text(std::move(name)));
  draft.set_if_absent("HID", Value::integer(call.books.next_number("contact", 1)));
  return insert(call);
}

Outcome create_item(Call& call) {
  check_code(call, no_row);
  need_text(call, "Description", Term::description);
  Draft& draft = call.draft;
  draft.set_if_absent("StartDate", Value::instant(std::chrono::floor<std::chrono::days>(call.now)));
  draft.set_if_absent("Unit", Value::text("pc"));
  for (const char* const flag : {"IsSalesItem", "IsStockItem", "IsPurchaseItem", "IsFractionAllowedItem"}) {
    draft.set_if_absent(flag, Value::boolean(false));
  }
  return insert(call);
}

Outcome create_coded(Call& call) {
  check_code(call, no_row);
  need_text(call, "Description", Term::description);
  return insert(call);
}

Outcome create_item_warehouse(Call& call) {
  const RowNumber item = call.books.find(TableId::items, call.draft.get("Item"));
  const RowNumber warehouse = call.books.find(TableId::warehouses, call.draft.get("Warehouse"));
  if (item == no_row) {
    call.problems.add(call.draft.has("Item") ? Complaint::invalid_reference : Complaint::mandatory, Term::item);
  }
  if (warehouse == no_row) {
    call.problems.add(call.draft.has("Warehouse") ? Complaint::invalid_reference : Complaint::mandatory,
                      Term::warehouse);
  }
  if (!call.problems.any() && call.books.find_stock_row(item, warehouse) != no_row) {
    call.problems.add(Complaint::already_exists, Term::item);
  }
  if (call.problems.any()) return {};
  const RowNumber row = call.books.stock_row(item, warehouse, call.now);
  Draft stored = call.books.table(TableId::item_warehouses).draft(row);
  for (PropertyIndex i = 0; i < stored.size(); ++i) {
    if (!call.draft[i].is_null()) stored[i] = call.draft[i];
  }
  call.books.update(TableId::item_warehouses, row, stored, call.now);
  return Outcome{Outcome::Kind::created, row, {}};
}

Outcome create_sales_item_price(Call& call) {
  Draft& draft = call.draft;
  const RowNumber item = call.books.find(TableId::items, draft.get("Item"));
  if (item == no_row) {
    call.problems.add(draft.has("Item") ? Complaint::invalid_reference : Complaint::mandatory, Term::item);
  }
  if (!draft.has("Price")) call.problems.add(Complaint::mandatory, Term::price);
  if (draft.has("Currency") && !call.books.rate(draft.get("Currency").as_text())) {
    call.problems.add(Complaint::invalid, Term::currency);
  }
  check_links(call);
  if (call.problems.any()) return {};
  draft.set_if_absent("Currency", Value::text(call.books.currency()));
  draft.set_if_absent("Quantity", Value::decimal(domain::Decimal::from_integer(1)));
  draft.set_if_absent("NumberOfItemsPerUnit", Value::decimal(domain::Decimal::from_integer(1)));
  draft.set_if_absent("Unit", call.books.table(TableId::items).get(item, "Unit"));
  draft.set_if_absent("StartDate", Value::instant(std::chrono::floor<std::chrono::days>(call.now)));
  return insert(call);
}

Outcome create_document(Call& call) {
  need_text(call, "Subject", Term::subject);
  if (!call.draft.has("Type")) call.problems.add(Complaint::mandatory, Term::type);
  call.draft.set_if_absent("HID", Value::integer(call.books.next_number("document", 1)));
  return insert(call);
}

Outcome update_record(Call& call) {
  if (call.resource.type->find("Code") != nullptr && call.draft.type().find("Code")->in_put) {
    if (call.resource.table == TableId::accounts && call.draft.has("Code")) {
      call.draft.set("Code", call.draft.own_text(right_aligned(trimmed(call.draft.get("Code").as_text()), 18)));
    }
    check_code(call, call.row);
  }
  if (call.resource.table == TableId::accounts) {
    call.draft.set("IsSales", Value::boolean(trimmed(call.draft.get("Status").as_text()) == "C"));
  }
  check_links(call);
  if (call.problems.any()) return {};
  call.books.update(call.resource.table, call.row, call.draft, call.now);
  return {};
}

Outcome delete_record(Call& call) {
  if (in_use(call.books, call.resource.table, call.row)) {
    switch (call.resource.table) {
      case TableId::items:
        call.problems.add(Complaint::in_use, Term::item);
        break;
      case TableId::accounts:
        call.problems.add(Complaint::in_use, Term::account);
        break;
      case TableId::gl_accounts:
        call.problems.add(Complaint::in_use, Term::gl_account);
        break;
      default:
        call.problems.add(Complaint::in_use, Term::warehouse);
        break;
    }
    return {};
  }
  call.books.erase(call.resource.table, call.row, call.now);
  return {};
}

}  // namespace connector::sandbox::exact
