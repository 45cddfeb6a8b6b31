#include "flows/placed_order.h"

#include <algorithm>

namespace connector::flows {

using domain::Decimal;
using json::Value;

std::string to_target_data(const PlacedOrder& order) {
  Value data{json::Object{}};
  data.set("order_id", order.id);
  data.set("order_number", order.number);
  return json::write(data);
}

PlacedOrder read_placed_order(const std::string& target_data) {
  const auto data = json::parse(target_data.empty() ? "{}" : target_data);
  if (!data) return {};
  return {(*data)["order_id"].text_or(""), (*data)["order_number"].text_or("")};
}

Value to_json(const std::vector<PlacedOrderLine>& lines) {
  Value list{json::Array{}};
  for (const auto& line : lines) {
    Value entry{json::Object{}};
    entry.set("id", line.id);
    entry.set("quantity", line.quantity);
    entry.set("net_price", line.net_price);
    list.push_back(std::move(entry));
  }
  return list;
}

std::vector<PlacedOrderLine> placed_order_lines(const std::string& target_data) {
  std::vector<PlacedOrderLine> lines;
  auto parsed = json::parse(target_data.empty() ? "{}" : target_data);
  if (!parsed) return lines;
  for (const Value& line : (*parsed)["lines"].array()) {
    lines.push_back({line["id"].text_or(""), line["quantity"].decimal().value_or(Decimal()),
                     line["net_price"].decimal().value_or(Decimal())});
  }
  return lines;
}

std::string placed_lines_data(std::vector<Value> rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const Value& a, const Value& b) {
    return a["LineNumber"].integer().value_or(0) < b["LineNumber"].integer().value_or(0);
  });
  std::vector<PlacedOrderLine> lines;
  lines.reserve(rows.size());
  for (const Value& row : rows) {
    lines.push_back({row["ID"].text_or(""), row["Quantity"].decimal().value_or(Decimal()),
                     row["NetPrice"].decimal().value_or(Decimal())});
  }
  Value data{json::Object{}};
  data.set("lines", to_json(lines));
  return json::write(data);
}

std::string number_text(const Value& value) {
  std::string text = value.text_or("");
  if (const auto first = text.find_first_not_of(' '); first != std::string::npos) text.erase(0, first);
  return text == "0" ? std::string() : text;
}

}  // namespace connector::flows
