#include "flows/walmart_stock.h"

#include <map>

namespace connector::flows {

using domain::Decimal;
using domain::NodeQuantity;
using domain::Result;

namespace {

constexpr const char* kWalmartStock = "walmart_stock";

std::string stock_code(const NodeQuantity& quantity) { return quantity.sku + "\n" + quantity.ship_node; }

}  // namespace

Result<void> remember_walmart_stock(store::Transaction& transaction, store::ConnectionId connection,
                                    const std::vector<NodeQuantity>& quantities, const std::set<std::string>& only) {
  auto rows = transaction.references(connection, kWalmartStock);
  if (!rows) return domain::fail(rows.error());
  std::map<std::string, std::string> known;
  for (auto& row : *rows) known.emplace(std::move(row.code), std::move(row.data));
  for (const NodeQuantity& quantity : quantities) {
    const std::string code = stock_code(quantity);
    const std::string data = quantity.in_hand ? json::write(*quantity.in_hand) : "null";
    const auto before = known.find(code);
    const bool same = before != known.end() && before->second == data;
    if (before != known.end()) known.erase(before);
    if (same) continue;
    if (auto put = transaction.put_reference(connection, {kWalmartStock, code, code, data}); !put) return put;
  }
  for (const auto& [code, data] : known) {
    if (!only.empty() && !only.contains(code.substr(0, code.find('\n')))) continue;
    if (auto gone = transaction.delete_reference(connection, kWalmartStock, code); !gone) return gone;
  }
  return {};
}

Result<std::vector<NodeQuantity>> walmart_stock(store::Reader& reader, store::ConnectionId connection) {
  auto rows = reader.references(connection, kWalmartStock);
  if (!rows) return domain::fail(rows.error());
  std::vector<NodeQuantity> quantities;
  quantities.reserve(rows->size());
  for (const auto& row : *rows) {
    const auto separator = row.code.find('\n');
    if (separator == std::string::npos) continue;
    NodeQuantity quantity{row.code.substr(0, separator), row.code.substr(separator + 1), std::nullopt};
    if (const auto in_hand = Decimal::parse(row.data)) quantity.in_hand = *in_hand;
    quantities.push_back(std::move(quantity));
  }
  return quantities;
}

}  // namespace connector::flows
