#include "flows/held_documents.h"

#include <algorithm>

#include "exact/answers.h"
#include "exact/resources.h"

namespace connector::flows {

using domain::Result;
using exact::ODataFilter;
using exact::ODataQuery;
using json::Value;
using ports::CallPriority;
using ports::Task;

namespace {

struct Names {
  const char* resource;
  const char* id;
  const char* lines;
  const char* line_resource;
  const char* amount_without_vat;
};

Names names_of(DocumentTable table) {
  if (table == DocumentTable::sales_orders) {
    return {exact::resources::sales_orders, "OrderID", "SalesOrderLines", exact::resources::sales_order_lines, nullptr};
  }
  return {exact::resources::sales_invoices, "InvoiceID", "SalesInvoiceLines", exact::resources::sales_invoice_lines,
          "AmountFCExclVat"};
}

std::vector<std::string> held_line_properties(DocumentTable table) {
  std::vector<std::string> names{"ID", "Item", "Quantity", "NetPrice", "CostCenter", "CostUnit", "VATCode"};
  if (table == DocumentTable::sales_invoices) names.emplace_back("GLAccount");
  return names;
}

}  // namespace

Task<Result<std::map<std::string, Value>>> ExactDocuments::read(DocumentTable table, std::vector<std::string> ids) {
  const Names names = names_of(table);
  std::map<std::string, Value> documents;
  for (std::size_t begin = 0; begin < ids.size(); begin += ODataFilter::most_terms) {
    std::vector<ODataFilter> terms;
    for (std::size_t i = begin; i < std::min(begin + ODataFilter::most_terms, ids.size()); ++i) {
      terms.push_back(ODataFilter::equals_guid(names.id, ids[i]));
    }
    ODataQuery query(names.resource);
    std::vector<std::string> properties{names.id,      "YourRef",  "Status",   "OrderedBy",
                                        "Description", "Currency", "AmountFC", names.lines};
    if (names.amount_without_vat != nullptr) properties.emplace_back(names.amount_without_vat);
    query.select(std::move(properties)).filter(ODataFilter::any_of(terms)).expand(names.lines);
    auto rows = co_await client_.get_all(query, CallPriority::inventory);
    if (!rows) co_return domain::fail(rows.error().error);
    for (Value& row : rows->value) {
      const std::string id = row[names.id].text_or("");
      Value lines{json::Array{}};
      if (const json::Array* expanded = exact::expanded_rows(row[names.lines])) {
        for (const Value& line : *expanded) lines.push_back(line);
      } else {
        // Of many lines, or of some parents, Exact tells only where they are (exact.md 3.1).
        ODataQuery line_query(names.line_resource);
        line_query.select(held_line_properties(table)).filter(ODataFilter::equals_guid(names.id, id));
        auto read = co_await client_.get_all(line_query, CallPriority::inventory);
        if (!read) co_return domain::fail(read.error().error);
        for (Value& line : read->value) lines.push_back(std::move(line));
      }
      row.set("Lines", std::move(lines));
      documents.insert_or_assign(id, std::move(row));
    }
  }
  co_return documents;
}

}  // namespace connector::flows
