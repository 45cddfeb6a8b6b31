#include "flows/settlement_comparison.h"

#include <fmt/format.h>

#include <algorithm>

namespace connector::flows {

using json::Value;
using Verdict = SettledComparison::Verdict;

namespace {

constexpr std::size_t kMostListed = 1000;

/// What a person looks at first.
int urgency(Verdict verdict) {
  switch (verdict) {
    case Verdict::settled_more:
      return 0;
    case Verdict::not_booked_yet:
      return 1;
    default:
      return 2;
  }
}

}  // namespace

Value comparison_json(std::size_t orders, std::vector<SettledComparison> compared, std::size_t others) {
  std::erase_if(compared, [](const auto& each) { return each.verdict == Verdict::agrees; });
  std::stable_sort(compared.begin(), compared.end(),
                   [](const auto& a, const auto& b) { return urgency(a.verdict) < urgency(b.verdict); });
  const std::size_t open = compared.size() + others;
  Value value{json::Object{}};
  value.set("orders", orders);
  value.set("agree", orders - std::min(open, orders));
  value.set("open_in_all", open);
  Value list{json::Array{}};
  for (std::size_t i = 0; i < std::min(compared.size(), kMostListed); ++i) list.push_back(to_json(compared[i]));
  value.set("open", std::move(list));
  return value;
}

std::vector<std::string> open_orders(const Value& comparison) {
  std::vector<std::string> orders;
  for (const Value& order : comparison["open"].array()) orders.push_back(order["purchase_order_id"].text_or(""));
  return orders;
}

std::vector<std::string> open_orders(const Value& comparison, Verdict verdict) {
  std::vector<std::string> orders;
  for (const Value& order : comparison["open"].array()) {
    if (order["verdict"].text_or("") == to_string(verdict)) orders.push_back(order["purchase_order_id"].text_or(""));
  }
  return orders;
}

std::size_t unlisted_orders(const Value& comparison) {
  const auto all = static_cast<std::size_t>(std::max<std::int64_t>(0, comparison["open_in_all"].integer().value_or(0)));
  return all - std::min(all, comparison["open"].size());
}

std::string comparison_text(const domain::Settlement& settlement, const Value& comparison) {
  std::string text = fmt::format("payout of {}: {} {}", domain::to_iso8601(settlement.payout_date),
                                 settlement.total_payable.to_fixed(2), settlement.currency);
  if (comparison["orders"].integer().value_or(0) == 0) return text;
  text += fmt::format(", {} orders, {} as booked", comparison["orders"].text_or("0"), comparison["agree"].text_or("0"));
  const auto tell = [&](Verdict verdict, std::string_view words) {
    if (const std::size_t count = open_orders(comparison, verdict).size(); count > 0) {
      text += fmt::format(", {} {}", count, words);
    }
  };
  tell(Verdict::settled_more, "settled with more than was booked");
  tell(Verdict::not_booked_yet, "not booked yet");
  tell(Verdict::settled_less, "not settled whole yet");
  tell(Verdict::unknown_order, "unknown here");
  if (const std::size_t more = unlisted_orders(comparison); more > 0) text += fmt::format(", {} more", more);
  return text;
}

std::vector<std::pair<std::string, std::string>> settled_more_texts(const Value& comparison) {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const Value& order : comparison["open"].array()) {
    if (order["verdict"].text_or("") != to_string(Verdict::settled_more)) continue;
    const std::string id = order["purchase_order_id"].text_or("");
    texts.emplace_back(id, fmt::format("order {}: {} settled and {} invoiced, {} taken back and {} credited", id,
                                       order["settled_sales"].text_or(""), order["invoiced"].text_or(""),
                                       order["settled_refunds"].text_or(""), order["credited"].text_or("")));
  }
  return texts;
}

}  // namespace connector::flows
