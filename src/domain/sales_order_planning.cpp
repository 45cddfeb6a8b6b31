#include "domain/sales_order_planning.h"

#include <algorithm>
#include <utility>

namespace connector::domain {
namespace {

bool same_charge(const DocumentLine& a, const DocumentLine& b) {
  return a.line_number == b.line_number && a.sku == b.sku && a.unit_price == b.unit_price;
}

Decimal units_of(const Document& document, const std::string& line_number) {
  Decimal sum;
  for (const CoveredUnits& units : document.covers) {
    if (units.line_number == line_number) sum += units.to - units.from;
  }
  return sum;
}

}  // namespace

std::string sales_order_key(const PurchaseOrder& order, const std::vector<PlannedLine>& lines,
                            const std::string& currency) {
  const std::string key = "order/" + order.purchase_order_id;
  return lines.empty() || lines.front().charges.currency() == currency ? key : key + "/" + currency;
}

void fill_sales_order(Document& document, const std::vector<PlannedLine>& lines) {
  for (const PlannedLine& planned : lines) {
    if (planned.charges.currency() != document.currency) continue;
    const Decimal remaining = planned.line->quantity - cancelled_quantity(*planned.line);
    if (remaining <= Decimal()) continue;
    document.covers.push_back({planned.line->line_number, Decimal(), remaining});
    for (DocumentLine& line : planned.charges.order_lines(Decimal(), remaining)) {
      document.lines.push_back(std::move(line));
    }
  }
}

std::optional<std::size_t> matching_line(const Document& sales_order, const DocumentLine& line) {
  std::vector<std::size_t> candidates;
  for (std::size_t index = 0; index < sales_order.lines.size(); ++index) {
    if (!same_charge(sales_order.lines[index], line)) continue;
    if (sales_order.lines[index].exact_item == line.exact_item) return index;
    candidates.push_back(index);
  }
  if (candidates.size() != 1) return std::nullopt;
  return candidates.front();
}

std::optional<std::vector<DocumentLine>> as_on_sales_order(const Document& sales_order,
                                                           std::vector<DocumentLine> lines) {
  for (DocumentLine& line : lines) {
    const auto index = matching_line(sales_order, line);
    if (!index) return std::nullopt;
    const Decimal quantity = line.quantity;
    const Decimal amount = line.amount;
    line = sales_order.lines[*index];
    line.quantity = quantity;
    line.amount = amount;
  }
  return lines;
}

SalesOrderChange change_of(const Document& sales_order, const std::vector<const Document*>& changes,
                           const std::vector<PlannedLine>& lines) {
  std::vector<Decimal> ordered;
  for (const DocumentLine& line : sales_order.lines) ordered.push_back(line.quantity);
  for (const Document* change : changes) {
    for (const DocumentLine& line : change->lines) {
      if (const auto index = matching_line(sales_order, line)) ordered[*index] -= line.quantity;
    }
  }

  SalesOrderChange result;
  for (const PlannedLine& planned : lines) {
    const std::string& number = planned.line->line_number;
    Decimal units = units_of(sales_order, number);
    for (const Document* change : changes) units -= units_of(*change, number);
    const Decimal remaining = planned.line->quantity - cancelled_quantity(*planned.line);
    if (remaining >= units) continue;

    result.covers.push_back({number, remaining, units});
    std::vector<Decimal> wanted(ordered.size());
    for (const DocumentLine& line : planned.charges.order_lines(Decimal(), remaining)) {
      const auto index = matching_line(sales_order, line);
      if (index) wanted[*index] += line.quantity;
      result.matches = result.matches && index.has_value();
    }
    for (std::size_t index = 0; index < ordered.size(); ++index) {
      if (sales_order.lines[index].line_number != number || wanted[index] == ordered[index]) continue;
      DocumentLine line = sales_order.lines[index];
      line.quantity = ordered[index] - wanted[index];
      line.amount = line.quantity * line.unit_price;
      result.lines.push_back(std::move(line));
    }
  }
  return result;
}

}  // namespace connector::domain
