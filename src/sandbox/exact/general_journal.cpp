#include "sandbox/exact/general_journal.h"

#include "sandbox/exact/sales_documents.h"

namespace connector::sandbox::exact {
namespace {

using domain::Decimal;

constexpr std::int64_t general_journal = 90;

/// Completes a line and gives what it adds to the balance.
Decimal complete_journal_line(const Administration& books, Problems& problems, Draft& line) {
  if (!line.has("AmountFC")) problems.add(Complaint::mandatory, Term::amount);
  const RowNumber account = books.find(TableId::gl_accounts, line.get("GLAccount"));
  if (account == no_row) {
    problems.add(line.has("GLAccount") ? Complaint::invalid_reference : Complaint::mandatory, Term::gl_account);
    return {};
  }
  const Table& accounts = books.table(TableId::gl_accounts);
  if (accounts.get(account, "IsBlocked").as_boolean()) problems.add(Complaint::blocked, Term::gl_account);
  const std::int64_t type = accounts.get(account, "Type").as_integer();
  const bool needs_party = type == 20 || type == 22;
  if (line.has("Account") ? books.find(TableId::accounts, line.get("Account")) == no_row : needs_party) {
    problems.add(line.has("Account") ? Complaint::invalid_reference : Complaint::mandatory, Term::account);
  }
  check_cost_center(books, problems, line, account);
  line.set_amount("AmountFC", line.get("AmountFC").as_decimal().rounded(2));
  if (line.has("VATCode")) {
    const RowNumber code = books.find_code(TableId::vat_codes, line.get("VATCode").as_text());
    if (code == no_row) {
      problems.add(Complaint::invalid_reference, Term::vat_code);
      return {};
    }
    const Table& codes = books.table(TableId::vat_codes);
    const Decimal percentage = codes.get(code, "Percentage").as_decimal();
    line.set_if_absent("VATPercentage", Value::decimal(percentage));
    const VatSplit split = split_vat(line.get("AmountFC").as_decimal(), codes.get(code, "Type").as_text(), percentage);
    line.set_amount("AmountFC", split.without_vat);
    line.set_if_absent("AmountVATFC", Value::decimal(split.vat));
  }
  return line.get("AmountFC").as_decimal() + line.get("AmountVATFC").as_decimal();
}

void check_journal_header(const Administration& books, Problems& problems, Draft& header) {
  if (!header.has("JournalCode")) return problems.add(Complaint::mandatory, Term::journal);
  const RowNumber journal = books.find_code(TableId::journals, header.get("JournalCode").as_text());
  if (journal == no_row || books.table(TableId::journals).get(journal, "Type").as_integer() != general_journal) {
    problems.add(Complaint::invalid, Term::journal);
  }
  header.set_if_absent("Currency", Value::text(books.currency()));
  if (!books.rate(header.get("Currency").as_text())) problems.add(Complaint::invalid, Term::currency);
}

void check_journal_period(const Administration& books, Problems& problems, Draft& header, domain::UtcTime date) {
  auto period = books.period_of(date);
  if (header.has("FinancialYear") && header.has("FinancialPeriod")) {
    period = {static_cast<int>(header.get("FinancialYear").as_integer()),
              static_cast<int>(header.get("FinancialPeriod").as_integer())};
  }
  if (!period || !books.has_period(period->first, period->second)) return problems.add(unknown_financial_year());
  if (books.is_closed(period->first, period->second)) {
    problems.add(period_is_closed(problems.language(), period->first, period->second));
  }
  header.set("FinancialYear", Value::integer(period->first));
  header.set("FinancialPeriod", Value::integer(period->second));
}

}  // namespace

Outcome create_general_journal_entry(Call& call) {
  Administration& books = call.books;
  Draft& header = call.draft;
  check_journal_header(books, call.problems, header);
  if (call.lines.empty()) call.problems.add(Complaint::mandatory, Term::lines);
  Decimal balance;
  domain::UtcTime date = day_of(call.now);
  for (Draft& line : call.lines) {
    line.set_if_absent("Date", Value::instant(day_of(call.now)));
    if (&line == &call.lines.front()) date = line.get("Date").as_instant();
    balance += complete_journal_line(books, call.problems, line);
  }
  check_journal_period(books, call.problems, header, date);
  if (!call.problems.any() && !balance.is_zero()) call.problems.add(Complaint::invalid, Term::balance);
  if (call.problems.any()) return {};
  header.set("Type", Value::integer(general_journal));
  header.set("Status", Value::integer(20));
  header.set_if_absent("Reversal", Value::boolean(false));
  if (!header.has("EntryNumber")) {
    header.set("EntryNumber", Value::integer(books.next_number("general journal", 95'000'001)));
  }
  const RowNumber entry = books.insert(TableId::general_journal_entries, header, call.now);
  std::int64_t number = 0;
  for (Draft& line : call.lines) {
    line.set("LineNumber", Value::integer(++number));
    line.set("EntryNumber", header.get("EntryNumber"));
    books.insert(TableId::general_journal_entry_lines, line, call.now, entry);
  }
  return Outcome{Outcome::Kind::created, entry, {}};
}

Outcome delete_general_journal_entry(Call& call) {
  if (call.draft.get("Status").as_integer() == 50) {
    call.problems.add(already_processed(call.problems.language()));
    return {};
  }
  call.books.erase(TableId::general_journal_entries, call.row, call.now);
  return {};
}

}  // namespace connector::sandbox::exact
