#include "domain/daily_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "domain/allocation.h"

namespace connector::domain {
namespace {

/// What is booked alike; charges of one item stay apart from products of it.
using Account = std::tuple<std::string, std::string, std::string, std::string, std::string, bool>;

struct Sum {
  std::string sku;  ///< the first in alphabetical order; the line stands for all of the item
  std::string description;
  Decimal quantity;
  Decimal amount;
};

bool is_charge_line(const DocumentLine& line) { return line.sku.starts_with('@'); }

Account account_of(const DocumentLine& line) {
  return {line.gl_account, line.cost_center, line.cost_unit, line.vat_code, line.exact_item, is_charge_line(line)};
}

DocumentLine line_of(const Account& account, const Sum& sum, Decimal quantity, Decimal unit_price) {
  DocumentLine line;
  line.sku = sum.sku;
  line.description = sum.description;
  line.gl_account = std::get<0>(account);
  line.cost_center = std::get<1>(account);
  line.cost_unit = std::get<2>(account);
  line.vat_code = std::get<3>(account);
  line.exact_item = std::get<4>(account);
  line.quantity = quantity;
  line.unit_price = unit_price;
  line.amount = quantity * unit_price;
  return line;
}

}  // namespace

std::vector<DocumentLine> summary_lines(const std::vector<SummaryShare>& shares, std::string_view currency) {
  std::map<Account, Sum> sums;
  for (const SummaryShare& share : shares) {
    for (const DocumentLine& line : share.document.lines) {
      Sum& sum = sums[account_of(line)];
      if (sum.sku.empty() || line.sku < sum.sku) {
        sum.sku = line.sku;
        sum.description = line.description;
      }
      sum.quantity += line.quantity;
      sum.amount += line.amount;
    }
  }
  std::vector<DocumentLine> lines;
  for (const auto& [account, sum] : sums) {
    const bool charge = std::get<5>(account);
    if (charge || sum.quantity <= Decimal() || sum.amount.is_negative()) {
      if (!sum.amount.is_zero()) lines.push_back(line_of(account, sum, Decimal::from_integer(1), sum.amount));
      continue;
    }
    for (const auto& [quantity, price] : priced_units(sum.amount, sum.quantity, minor_digits(currency))) {
      lines.push_back(line_of(account, sum, quantity, price));
    }
  }
  return lines;
}

Document summarized(Document empty, std::vector<SummaryShare> shares) {
  std::sort(shares.begin(), shares.end(), [](const SummaryShare& a, const SummaryShare& b) { return a.key < b.key; });
  Document summary = std::move(empty);
  summary.kind = PostingKind::daily_invoice;
  summary.lines = summary_lines(shares, summary.currency);
  summary.total = Decimal();
  for (const DocumentLine& line : summary.lines) summary.total += line.amount;
  summary.members.clear();
  for (const SummaryShare& share : shares) {
    summary.members.push_back({share.key, share.document.purchase_order_id, share.document.total});
  }
  return summary;
}

std::string order_list(const Document& summary) {
  std::string text;
  for (const SummaryMember& member : summary.members) {
    if (!text.empty()) text += ", ";
    text += member.purchase_order_id + " " + member.total.to_fixed(minor_digits(summary.currency));
  }
  return text;
}

std::string daily_key(Date day, std::string_view currency, int ordinal) {
  return fmt::format("daily/{}/{}/{}", to_iso8601(day), currency, ordinal);
}

std::string daily_reference(std::string_view prefix, Date day, std::string_view currency, int ordinal) {
  std::string digits = to_iso8601(day);
  std::erase(digits, '-');
  const std::string first = fmt::format("{}D{}-{}", prefix, digits, currency);
  return ordinal == 1 ? first : fmt::format("{}-{}", first, ordinal);
}

std::optional<Date> day_of(std::string_view reference, std::string_view prefix) {
  if (!reference.starts_with(prefix)) return std::nullopt;
  const std::string_view rest = reference.substr(prefix.size());
  if (rest.size() < 9 || rest[0] != 'D' || (rest.size() > 9 && rest[9] != '-')) return std::nullopt;
  const auto day = parse_date(fmt::format("{}-{}-{}", rest.substr(1, 4), rest.substr(5, 2), rest.substr(7, 2)));
  return day ? std::optional(*day) : std::nullopt;
}

}  // namespace connector::domain
