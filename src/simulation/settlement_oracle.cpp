#include "simulation/settlement_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "sandbox/walmart/settlement_rows.h"
#include "simulation/exact_documents.h"

namespace connector::simulation {

using domain::Decimal;
using sandbox::exact::Administration;
using sandbox::exact::no_row;
using sandbox::exact::RowNumber;
using sandbox::exact::TableId;

namespace {

/// Walmart's files are asked for so often (scenario.cpp).
constexpr domain::Milliseconds kBetweenRuns = std::chrono::hours(6);

/// Debits are positive, by G/L account.
using Lines = std::map<std::string, Decimal>;

/// What a bookkeeper of the shop would say.
std::string account_of(const sandbox::walmart::SettlementRow& row, domain::TaxPolicy policy) {
  const bool states_tax = policy != domain::TaxPolicy::exclude;
  if (row.type == "Reserve" || row.type == "Release Reserve") return "1295";
  if (row.amount_type.starts_with("Commission") || row.type == "Service Fee") return "4500";
  if (row.amount_type.ends_with("withheld")) return "1900";
  const bool is_tax = row.amount_type.find("tax") != std::string_view::npos;
  return is_tax && !states_tax ? "1900" : "1300";
}

Lines lines_of_payout(const std::vector<sandbox::walmart::SettlementRow>& rows, domain::TaxPolicy policy) {
  Lines lines{{"1290", sandbox::walmart::total_payable(rows)}};
  for (const auto& row : rows) lines[account_of(row, policy)] -= row.amount;
  std::erase_if(lines, [](const auto& line) { return line.second.is_zero(); });
  return lines;
}

struct Entry {
  std::string name;
  Lines lines;
};

std::vector<Entry> entries_of(const Administration& books) {
  std::vector<Entry> entries;
  const auto& entry_table = books.table(TableId::general_journal_entries);
  const auto& line_table = books.table(TableId::general_journal_entry_lines);
  const auto& accounts = books.table(TableId::gl_accounts);
  for (RowNumber row = 0; row < entry_table.size(); ++row) {
    if (!entry_table.is_live(row)) continue;
    Entry entry;
    for (RowNumber line = entry_table.first_child(row); line != no_row; line = line_table.next_sibling(line)) {
      if (entry.name.empty()) entry.name = text_of(line_table.get(line, "Description"));
      const RowNumber account = books.find(TableId::gl_accounts, line_table.get(line, "GLAccount"));
      entry.lines[text_of(accounts.get(account, "Code"))] += line_table.get(line, "AmountFC").as_decimal();
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string show(const Lines& lines) {
  std::string text;
  for (const auto& [account, amount] : lines) text += fmt::format(" {} {}", account, amount.to_string());
  return text;
}

}  // namespace

void check_settlements(sandbox::walmart::Marketplace& walmart, const Administration& exact, const BooksPolicy& policy,
                       domain::UtcTime now, Verdicts& verdicts) {
  auto entries = entries_of(exact);
  auto& seller = walmart.seller();
  const auto& periods = seller.settlements.close(seller.orders, seller.switches, now);
  for (std::size_t index = 0; index < periods.size(); ++index) {
    const std::string day = domain::to_iso8601(periods[index].payout).substr(0, 10);
    const std::string name = policy.settings.reference_prefix + "payout-" + day;
    const Lines expected =
        lines_of_payout(sandbox::walmart::settlement_rows(seller, index), policy.settings.tax_policy);
    std::vector<Entry> found;
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(found),
                 [&name](const Entry& entry) { return entry.name == name; });
    std::erase_if(entries, [&name](const Entry& entry) { return entry.name == name; });
    if (found.size() > 1) {
      return verdicts.complain("settled", fmt::format("{} entries are named {}", found.size(), name), name, now);
    }
    if (found.size() == 1 && found.front().lines != expected) {
      return verdicts.complain(
          "settled", fmt::format("{} says{}, and Walmart settled{}", name, show(found.front().lines), show(expected)),
          name, now);
    }
    const bool may_wait = periods[index].payout + kBetweenRuns > policy.settled_before ||
                          policy.taken_over.contains(name) || policy.closed_months.contains(day.substr(0, 7));
    if (found.empty() && !expected.empty() && !may_wait) {
      return verdicts.complain("settled", name + " is not in Exact", name, now);
    }
  }
  if (!entries.empty()) {
    verdicts.complain("settled", "nobody settled " + entries.front().name, entries.front().name, now);
  }
}

}  // namespace connector::simulation
