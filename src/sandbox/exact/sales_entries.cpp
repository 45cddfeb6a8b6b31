#include "sandbox/exact/sales_entries.h"

#include "sandbox/exact/sales_documents.h"

namespace connector::sandbox::exact {
namespace {

using domain::Decimal;

void complete_line(const Administration& books, Problems& problems, Draft& line) {
  if (!line.has("AmountFC")) problems.add(Complaint::mandatory, Term::amount);
  if (!line.has("GLAccount")) return problems.add(Complaint::mandatory, Term::gl_account);
  const RowNumber account = books.find(TableId::gl_accounts, line.get("GLAccount"));
  if (account == no_row) return problems.add(Complaint::invalid_reference, Term::gl_account);
  const Table& accounts = books.table(TableId::gl_accounts);
  if (accounts.get(account, "IsBlocked").as_boolean()) problems.add(Complaint::blocked, Term::gl_account);
  const std::int64_t type = accounts.get(account, "Type").as_integer();
  if (type == 20 || type == 22 || type == 24) problems.add(Complaint::invalid, Term::gl_account_type);
  check_cost_center(books, problems, line, account);
  line.set_if_absent("VATCode", accounts.get(account, "VATCode"));
  Decimal percentage;
  std::string_view vat_type = "N";
  if (line.has("VATCode")) {
    const RowNumber code = check_vat_code(books, problems, line.get("VATCode").as_text());
    if (code == no_row) return;
    percentage = books.table(TableId::vat_codes).get(code, "Percentage").as_decimal();
    vat_type = books.table(TableId::vat_codes).get(code, "Type").as_text();
  }
  line.set_if_absent("VATPercentage", Value::decimal(percentage));
  const VatSplit split = split_vat(line.get("AmountFC").as_decimal().rounded(2), vat_type, percentage);
  line.set_amount("AmountFC", split.without_vat);
  line.set_if_absent("VATAmountFC", Value::decimal(split.vat));
}

void check_header(const Administration& books, Problems& problems, Draft& header) {
  const Table& journals = books.table(TableId::journals);
  if (!header.has("Journal")) {
    problems.add(Complaint::mandatory, Term::journal);
  } else {
    const RowNumber journal = books.find_code(TableId::journals, header.get("Journal").as_text());
    if (journal == no_row) {
      problems.add(Complaint::invalid, Term::journal);
    } else if (journals.get(journal, "Type").as_integer() != 20) {
      problems.add(Complaint::invalid, Term::journal_type);
    }
  }
  if (!header.has("Customer")) {
    problems.add(Complaint::mandatory, Term::customer);
  } else {
    const RowNumber customer = books.find(TableId::accounts, header.get("Customer"));
    if (customer == no_row) {
      problems.add(Complaint::invalid_reference, Term::customer);
    } else if (trimmed(books.table(TableId::accounts).get(customer, "Status").as_text()) != "C") {
      problems.add(Complaint::invalid, Term::customer_type);
    } else if (books.table(TableId::accounts).get(customer, "Blocked").as_boolean()) {
      problems.add(Complaint::blocked, Term::customer);
    }
  }
  header.set_if_absent("Currency", Value::text(books.currency()));
  if (!books.rate(header.get("Currency").as_text())) problems.add(Complaint::invalid, Term::currency);
}

void check_period(const Administration& books, Problems& problems, Draft& header) {
  auto period = books.period_of(header.get("EntryDate").as_instant());
  if (header.has("ReportingYear") && header.has("ReportingPeriod")) {
    period = {static_cast<int>(header.get("ReportingYear").as_integer()),
              static_cast<int>(header.get("ReportingPeriod").as_integer())};
  }
  if (!period || !books.has_period(period->first, period->second)) return problems.add(unknown_financial_year());
  if (books.is_closed(period->first, period->second)) {
    problems.add(period_is_closed(problems.language(), period->first, period->second));
  }
  header.set("ReportingYear", Value::integer(period->first));
  header.set("ReportingPeriod", Value::integer(period->second));
}

void check_number(const Administration& books, Problems& problems, const Draft& header) {
  if (!header.has("EntryNumber")) return;
  const Table& entries = books.table(TableId::sales_entries);
  const PropertyIndex number = entries.type().index("EntryNumber");
  std::vector<RowNumber> rows;
  entries.candidates(number, header.get("EntryNumber"), rows);
  for (const RowNumber row : rows) {
    if (entries.get(row, number).as_integer() == header.get("EntryNumber").as_integer() &&
        entries.get(row, "Journal").as_text() == header.get("Journal").as_text()) {
      return problems.add(Complaint::already_exists, Term::entry_number);
    }
  }
}

}  // namespace

Outcome create_sales_entry(Call& call) {
  Administration& books = call.books;
  Draft& header = call.draft;
  header.set_if_absent("EntryDate", Value::instant(std::chrono::floor<std::chrono::days>(call.now)));
  check_header(books, call.problems, header);
  check_period(books, call.problems, header);
  check_number(books, call.problems, header);
  if (call.lines.empty()) call.problems.add(Complaint::mandatory, Term::lines);
  for (Draft& line : call.lines) complete_line(books, call.problems, line);
  if (call.problems.any()) return {};
  Decimal without_vat;
  Decimal vat;
  for (const Draft& line : call.lines) {
    without_vat += line.get("AmountFC").as_decimal();
    vat += line.get("VATAmountFC").as_decimal();
  }
  header.set_amount("AmountFC", without_vat + vat);
  header.set_if_absent("VATAmountFC", Value::decimal(vat));
  header.set("Type", Value::integer((without_vat + vat).is_negative() ? 21 : 20));
  header.set("Status", Value::integer(20));
  if (!header.has("EntryNumber"))
    header.set("EntryNumber", Value::integer(books.next_number("sales entry", 90'000'001)));
  header.set_if_absent("InvoiceNumber", header.get("EntryNumber"));
  header.set_if_absent("DueDate", Value::instant(header.get("EntryDate").as_instant() + std::chrono::days{30}));
  const RowNumber entry = books.insert(TableId::sales_entries, header, call.now);
  std::int64_t number = 0;
  for (Draft& line : call.lines) {
    line.set("LineNumber", Value::integer(++number));
    books.insert(TableId::sales_entry_lines, line, call.now, entry);
  }
  return Outcome{Outcome::Kind::created, entry, {}};
}

Outcome update_sales_entry(Call& call) {
  if (call.draft.get("Status").as_integer() == 50) {
    call.problems.add(already_processed(call.problems.language()));
    return {};
  }
  check_header(call.books, call.problems, call.draft);
  check_period(call.books, call.problems, call.draft);
  if (call.problems.any()) return {};
  call.books.update(TableId::sales_entries, call.row, call.draft, call.now);
  return {};
}

Outcome delete_sales_entry(Call& call) {
  if (call.draft.get("Status").as_integer() == 50) {
    call.problems.add(already_processed(call.problems.language()));
    return {};
  }
  call.books.erase(TableId::sales_entries, call.row, call.now);
  return {};
}

}  // namespace connector::sandbox::exact
