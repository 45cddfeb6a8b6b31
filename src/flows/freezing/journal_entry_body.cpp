#include "flows/freezing/journal_entry_body.h"

#include "flows/freezing/exact_date.h"

namespace connector::flows {

using domain::Cause;
using domain::Document;
using domain::DocumentLine;
using domain::Result;
using json::Value;

namespace {

// Types of G/L accounts whose lines Exact takes with an account only (exact.md 4.8).
constexpr std::int64_t kReceivable = 20;
constexpr std::int64_t kPayable = 22;

Result<Value> journal_line(KnownCodes& codes, const DocumentLine& line, const domain::ConnectionSettings& settings) {
  auto account = codes.gl_account(line.gl_account, line);
  if (!account) return domain::fail(account.error());
  if (auto fits = codes.account_use(line, true); !fits) return domain::fail(fits.error());
  auto center = codes.code("cost_center", line.cost_center, Cause::missing_cost_center, "cost center", line);
  if (!center) return domain::fail(center.error());
  auto unit = codes.code("cost_unit", line.cost_unit, Cause::missing_cost_center, "cost unit", line);
  if (!unit) return domain::fail(unit.error());
  const auto type = codes.gl_account_type(line.gl_account);
  if (!type) return domain::fail(type.error());
  if (*type == kPayable) {
    return domain::fail(Cause::missing_gl_account, "G/L account \"" + line.gl_account + "\" mapped for \"" + line.sku +
                                                       "\" is for suppliers' accounts: map another one");
  }
  Value body{json::Object{}};
  body.set("GLAccount", *account);
  if (*type == kReceivable) {
    auto customer = codes.customer(settings);
    if (!customer) return domain::fail(customer.error());
    body.set("Account", *customer);
  }
  body.set("AmountFC", line.amount);
  if (!line.cost_center.empty()) body.set("CostCenter", line.cost_center);
  if (!line.cost_unit.empty()) body.set("CostUnit", line.cost_unit);
  return body;
}

}  // namespace

Result<Value> journal_entry_body(KnownCodes& codes, const Document& document,
                                 const domain::ConnectionSettings& settings) {
  auto journal = codes.general_journal(settings);
  if (!journal) return domain::fail(journal.error());
  const auto date = domain::date_in_exact(document);
  if (!date) return domain::fail(Cause::bad_input, "a journal entry without a date");
  Value body{json::Object{}};
  body.set("JournalCode", *journal);
  body.set("Currency", document.currency);
  const auto calendar = codes.calendar();
  if (!calendar) return domain::fail(calendar.error());
  if (const domain::FinancialPeriod* period = (*calendar)->period_of(*date)) {
    body.set("FinancialYear", period->year);
    body.set("FinancialPeriod", period->number);
  }
  Value lines{json::Array{}};
  for (const DocumentLine& line : document.lines) {
    auto built = journal_line(codes, line, settings);
    if (!built) return built;
    built->set("Date", exact_date(*date));
    const bool is_first = lines.size() == 0;
    built->set("Description",
               is_first ? document.reference : domain::description_in_exact(document) + ": " + line.description);
    lines.push_back(std::move(*built));
  }
  body.set("GeneralJournalEntryLines", std::move(lines));
  return body;
}

}  // namespace connector::flows
