#include "simulation/exact_documents.h"

namespace connector::simulation {

using domain::Decimal;
using sandbox::exact::Administration;
using sandbox::exact::no_row;
using sandbox::exact::RowNumber;
using sandbox::exact::TableId;

std::string text_of(const sandbox::exact::Value& value) {
  return std::string(sandbox::exact::trimmed(value.as_text()));
}

std::string item_of(const Administration& books, const sandbox::exact::Table& lines, RowNumber line) {
  const RowNumber item = books.find(TableId::items, lines.get(line, "Item"));
  return item == no_row ? "?" : text_of(books.table(TableId::items).get(item, "Code"));
}

bool is_product(const std::string& item) {
  return item != "SHIPPING" && item != "DISCOUNT" && item != "FEE" && item != "TAX";
}

bool takes_a_credit_back(std::string_view reference) {
  const auto dash = reference.rfind('-');
  return dash != std::string_view::npos && reference.substr(dash).starts_with("-R");
}

std::vector<std::pair<std::string, Decimal>> listed_orders(std::string_view remarks) {
  std::vector<std::pair<std::string, Decimal>> result;
  constexpr std::string_view kBegin = "Orders: ";
  if (!remarks.starts_with(kBegin)) return result;
  remarks.remove_prefix(kBegin.size());
  while (!remarks.empty()) {
    const auto end = remarks.find(", ");
    const std::string_view one = remarks.substr(0, end);
    remarks = end == std::string_view::npos ? std::string_view{} : remarks.substr(end + 2);
    const auto space = one.find(' ');
    if (space == std::string_view::npos) continue;
    const auto amount = Decimal::parse(one.substr(space + 1));
    result.emplace_back(one.substr(0, space), amount ? *amount : Decimal());
  }
  return result;
}

}  // namespace connector::simulation
