#include "simulation/warehouse_oracle.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>

#include "sandbox/exact/sales_invoices.h"
#include "sandbox/walmart/seller.h"
#include "simulation/exact_documents.h"
#include "simulation/stock_oracle.h"
#include "simulation/wire_oracles.h"

namespace connector::simulation {

using sandbox::exact::Administration;
using sandbox::exact::no_row;
using sandbox::exact::RowNumber;
using sandbox::exact::TableId;

namespace {

/// A table of documents, and its names for what tells of the order and for the warehouse.
struct Register {
  TableId table;
  const char* reference;
  const char* warehouse;
};
constexpr Register kRegisters[] = {{TableId::sales_orders, "YourRef", "WarehouseID"},
                                   {TableId::goods_deliveries, "Description", "Warehouse"},
                                   {TableId::sales_invoices, "YourRef", "Warehouse"}};

struct WrongPlace {
  std::string message;
  std::string about;
};

/// Where each order leaves from, by its number.
std::map<std::string, std::string> warehouses_of_orders(sandbox::walmart::Seller& seller, const BooksPolicy& policy) {
  std::map<std::string, std::string> result;
  for (std::size_t number = 0; number < seller.orders.size(); ++number) {
    const auto index = static_cast<sandbox::walmart::OrderNumber>(number);
    if (seller.orders.record(index).node_type != sandbox::walmart::NodeType::seller) continue;
    const auto order = seller.orders.order(index, seller.catalogue);
    const std::size_t node = seller.catalogue.physical_node(order.node_id);
    result.emplace(order.purchase_order_id, policy.maps_ship_nodes ? warehouse_of_node(node) : kOnlyWarehouse);
  }
  return result;
}

/// Only invoices and credit notes that move stock by themselves have a warehouse.
bool names_a_warehouse(const Administration& books, TableId table, RowNumber row, const BooksPolicy& policy) {
  if (table != TableId::sales_invoices) return true;
  const auto& invoices = books.table(table);
  const auto type = invoices.get(row, "Type").as_integer();
  const bool of_what_left =
      !sandbox::exact::is_credit_note(type) && !takes_a_credit_back(text_of(invoices.get(row, "YourRef")));
  const bool moves_stock = policy.settings.document_mode == domain::DocumentMode::direct_invoice;
  return sandbox::exact::is_direct(type) || (of_what_left && moves_stock);
}

std::optional<WrongPlace> wrong_place(const Administration& books, const Register& where,
                                      const std::map<std::string, std::string>& expected, const BooksPolicy& policy) {
  const auto& documents = books.table(where.table);
  for (RowNumber row = 0; row < documents.size(); ++row) {
    if (!documents.is_live(row) || !names_a_warehouse(books, where.table, row, policy)) continue;
    const std::string reference = text_of(documents.get(row, where.reference));
    const auto order = expected.find(order_number_in(reference));
    if (order == expected.end()) continue;
    const RowNumber warehouse = books.find(TableId::warehouses, documents.get(row, where.warehouse));
    const std::string code =
        warehouse == no_row ? "none" : text_of(books.table(TableId::warehouses).get(warehouse, "Code"));
    if (code == order->second) continue;
    return WrongPlace{fmt::format("{} names warehouse {}, but its order leaves {}", reference, code, order->second),
                      order->first};
  }
  return std::nullopt;
}

}  // namespace

void check_warehouses(sandbox::walmart::Marketplace& walmart, const Administration& exact, const BooksPolicy& policy,
                      domain::UtcTime now, Verdicts& verdicts) {
  const auto expected = warehouses_of_orders(walmart.seller(), policy);
  for (const Register& each : kRegisters) {
    if (auto found = wrong_place(exact, each, expected, policy)) {
      return verdicts.complain("in its place", std::move(found->message), found->about, now);
    }
  }
}

}  // namespace connector::simulation
