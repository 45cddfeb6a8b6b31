#include "flows/reconciliation_json.h"

#include <utility>

namespace connector::flows {

namespace {

json::Value reconciled_line_json(const ReconciledLine& line) {
  json::Value value{json::Object{}};
  value.set("source", line.source);
  value.set("currency", line.currency);
  value.set("item", line.item);
  value.set("sku", line.sku);
  value.set("walmart_quantity", line.walmart_quantity);
  value.set("walmart_amount", line.walmart_amount);
  value.set("exact_quantity", line.exact_quantity);
  value.set("exact_amount", line.exact_amount);
  value.set("difference", line.exact_amount - line.walmart_amount);
  value.set("exact_documents", line.documents);
  value.set("cause", line.cause.empty() ? json::Value() : json::Value(line.cause));
  value.set("explanation", line.explanation.empty() ? json::Value() : json::Value(line.explanation));
  return value;
}

json::Value reconciled_currency_json(const ReconciledCurrency& sums) {
  json::Value value{json::Object{}};
  value.set("currency", sums.currency);
  value.set("walmart_charged", sums.walmart_charged);
  value.set("tax_left_out", sums.tax_left_out);
  value.set("walmart", sums.walmart);
  value.set("exact", sums.exact);
  value.set("difference", sums.difference);
  json::Value explained{json::Object{}};
  for (const auto& [cause, amount] : sums.explained) explained.set(cause, amount);
  value.set("explained", std::move(explained));
  return value;
}

}  // namespace

json::Value to_json(const Reconciliation& result) {
  json::Value value{json::Object{}};
  value.set("from", domain::to_iso8601(result.period.first));
  value.set("to", domain::to_iso8601(result.period.last));
  value.set("balances", result.balances());
  value.set("orders", result.orders);
  value.set("exact_documents", result.documents);
  value.set("differences", result.differences);
  json::Value currencies{json::Array{}};
  for (const auto& sums : result.currencies) currencies.push_back(reconciled_currency_json(sums));
  value.set("currencies", std::move(currencies));
  json::Value lines{json::Array{}};
  for (const auto& line : result.lines) lines.push_back(reconciled_line_json(line));
  value.set("lines", std::move(lines));
  json::Value notes{json::Array{}};
  for (const auto& note : result.notes) notes.push_back(note);
  value.set("notes", std::move(notes));
  return value;
}

}  // namespace connector::flows
