#include "flows/order_invoice.h"

#include <algorithm>

#include "exact/resources.h"

namespace connector::flows {

using domain::Decimal;
using exact::ODataFilter;
using exact::ODataQuery;
using json::Value;
using store::PostingRow;

bool is_order_invoice(const PostingRow& row) {
  return row.kind == domain::PostingKind::sales_invoice && row.depends_on.starts_with("delivery/");
}

std::string invoiced_order_of(const PostingRow& row) {
  auto body = json::parse(row.body.empty() ? "{}" : row.body);
  return body ? (*body)["SalesOrderIDs"].at(0)["ID"].text_or("") : std::string();
}

const PostingRow* skipped_order_invoice(const std::vector<PostingRow>& siblings) {
  const auto found = std::find_if(siblings.begin(), siblings.end(), [](const PostingRow& sibling) {
    return is_order_invoice(sibling) && sibling.state == store::PostingState::skipped;
  });
  return found == siblings.end() ? nullptr : &*found;
}

std::map<std::string, Decimal> delivered_by(const Value& body) {
  std::map<std::string, Decimal> quantities;
  for (const Value& line : body["GoodsDeliveryLines"].array()) {
    quantities[line["SalesOrderLineID"].text_or("")] += line["QuantityDelivered"].decimal().value_or(Decimal());
  }
  quantities.erase("");
  return quantities;
}

std::map<std::string, Decimal> delivered_by(const std::string& body) {
  const auto parsed = json::parse(body.empty() ? "{}" : body);
  return parsed ? delivered_by(*parsed) : std::map<std::string, Decimal>();
}

std::string delivery_data(const Value& entry_number) {
  if (!entry_number.integer()) return "";
  Value data{json::Object{}};
  data.set("entry_number", *entry_number.integer());
  return json::write(data);
}

std::optional<std::int64_t> entry_number_of(const std::string& target_data) {
  const auto data = json::parse(target_data.empty() ? "{}" : target_data);
  return data ? (*data)["entry_number"].integer() : std::nullopt;
}

ODataQuery invoiced_lines_of(const std::string& order_id) {
  ODataQuery query(exact::resources::sales_order_lines);
  query.select({"ID", "QuantityDelivered", "QuantityInvoiced"}).filter(ODataFilter::equals_guid("OrderID", order_id));
  return query;
}

Decimal to_invoice(const Value& order_line) {
  return order_line["QuantityDelivered"].decimal().value_or(Decimal()) -
         order_line["QuantityInvoiced"].decimal().value_or(Decimal());
}

}  // namespace connector::flows
