#include "walmart/settlement_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "csv/csv.h"
#include "domain/letter_case.h"
#include "walmart/payload_fields.h"

namespace connector::walmart {

using domain::Cause;
using domain::Decimal;
using domain::Result;
using domain::Settlement;

namespace {

/// Far above any seller's; sums of what is below can be reckoned with.
const Decimal kMostInAll = Decimal::from_integer(1'000'000'000'000);

enum Column : std::size_t {
  transaction_type,
  amount,
  amount_type,
  purchase_order,
  total_payable,
  description,
  period_start,
  period_end,
  currency
};

const std::vector<std::string> kRequired = {"transaction type", "amount", "amount type", "purchase order #",
                                            "total payable"};
const std::vector<std::string> kOptional = {"transaction description", "period start date", "period end date",
                                            "currency"};

/// The header in small letters and without the row that counts the file's lines.
std::string with_plain_header(std::string_view text) {
  const auto end_of_header = std::min(text.find('\n'), text.size());
  std::string result = domain::lower_case(text.substr(0, end_of_header));
  std::string_view rest = text.substr(end_of_header);
  const auto end_of_second = rest.find('\n', 1);
  if (rest.substr(0, end_of_second).find("Number of Lines in file") != std::string_view::npos) {
    rest = end_of_second == std::string_view::npos ? std::string_view() : rest.substr(end_of_second);
  }
  return result.append(rest);
}

/// Without blanks at the ends, stray quotes, and blanks doubled inside: descriptions are seen with all of them.
std::string plain_words(std::string_view text) {
  std::string words;
  for (const char character : trimmed(text)) {
    if (character == '"' || (character == ' ' && words.ends_with(' '))) continue;
    words += character;
  }
  return trimmed(words);
}

/// "07/25/2026", perhaps with a time of day behind it.
std::optional<domain::Date> slashed_date(std::string_view cell) {
  const std::string text = trimmed(cell).substr(0, 10);
  if (text.size() != 10 || text[2] != '/' || text[5] != '/') return std::nullopt;
  const auto date = domain::parse_date(fmt::format("{}-{}-{}", text.substr(6), text.substr(0, 2), text.substr(3, 2)));
  return date ? std::optional(*date) : std::nullopt;
}

tl::unexpected<domain::Error> unreadable_file(std::string_view what) {
  return domain::fail(Cause::unexpected_source_data,
                      fmt::format("Walmart's settlement file cannot be read: {}; look at it in Seller Center", what));
}

tl::unexpected<domain::Error> unreadable_file(const csv::Record& record, std::string_view column) {
  return unreadable_file(fmt::format("row {}, column {}: not a value of that column", record.row, column));
}

bool is_blank(const csv::Record& record) {
  return std::all_of(record.cells.begin(), record.cells.end(), [](const auto& cell) { return trimmed(cell).empty(); });
}

Result<void> read_summary(const csv::Record& record, Settlement& settlement) {
  const auto payable = Decimal::parse(trimmed(record.cells[total_payable]));
  if (!payable || payable->abs() > kMostInAll) return unreadable_file(record, "Total Payable");
  settlement.total_payable = *payable;
  settlement.currency = trimmed(record.cells[currency]);
  settlement.period_start = slashed_date(record.cells[period_start]);
  settlement.period_end = slashed_date(record.cells[period_end]);
  return {};
}

}  // namespace

Result<Settlement> read_settlement(std::string_view csv_text, domain::Date payout_date) {
  const csv::File file = csv::read_foreign_file(with_plain_header(csv_text), kRequired, kOptional);
  if (!file.bad_rows.empty()) return unreadable_file(csv::to_string(file.bad_rows.front()));
  Settlement settlement;
  settlement.payout_date = payout_date;
  bool has_summary = false;
  Decimal in_all;
  for (const csv::Record& record : file.records) {
    if (is_blank(record)) continue;
    const std::string type = plain_words(record.cells[transaction_type]);
    if (domain::lower_case(type) == "paymentsummary") {
      if (has_summary) return unreadable_file("it has more than one PaymentSummary");
      has_summary = true;
      if (auto read = read_summary(record, settlement); !read) return domain::fail(read.error());
      continue;
    }
    const auto value = Decimal::parse(trimmed(record.cells[amount]));
    if (!value || value->abs() > kMostInAll) return unreadable_file(record, "Amount");
    in_all += value->abs();
    if (in_all > kMostInAll) return unreadable_file("its amounts are absurdly large");
    domain::SettlementAmount row;
    row.item = {type, plain_words(record.cells[description]), plain_words(record.cells[amount_type])};
    row.purchase_order_id = trimmed(record.cells[purchase_order]);
    row.amount = *value;
    settlement.amounts.push_back(std::move(row));
  }
  if (!has_summary) return unreadable_file("it has no PaymentSummary, which tells what is paid");
  return settlement;
}

}  // namespace connector::walmart
