#include "flows/freezing/sales_order_steps.h"

#include <map>
#include <utility>

#include "domain/period_calendar.h"
#include "flows/document_json.h"
#include "flows/freezing/exact_date.h"
#include "flows/order_invoice.h"
#include "flows/placed_order.h"

namespace connector::flows {

using domain::Cause;
using domain::Decimal;
using domain::Document;
using domain::DocumentLine;
using domain::PostingKind;
using domain::Result;
using json::Value;
using store::PostingRow;
using store::PostingState;
using store::Reader;

namespace {

Result<PostingRow> posted_order(Reader& reader, store::ConnectionId connection, const std::string& order_key) {
  auto order = reader.posting(connection, order_key);
  if (!order) return domain::fail(order.error());
  if (!*order || (*order)->state != PostingState::posted) {
    return domain::fail(Cause::waiting_for_dependency, "the sales order " + order_key + " is not posted yet");
  }
  return std::move(**order);
}

/// planning.h: deliveries and changes name a line of the sales order by these four.
bool same_order_line(const DocumentLine& ordered, const DocumentLine& named) {
  return ordered.line_number == named.line_number && ordered.sku == named.sku &&
         ordered.exact_item == named.exact_item && ordered.unit_price == named.unit_price;
}

}  // namespace

Result<Value> delivery_body(Reader& reader, const PostingRow& row, const Document& document) {
  auto order = posted_order(reader, row.connection, document.depends_on);
  if (!order) return domain::fail(order.error());
  auto order_document = document_of(*order);
  if (!order_document) return domain::fail(order_document.error());
  const auto placed = placed_order_lines(order->target_data);
  if (placed.size() != order_document->lines.size()) {
    return domain::fail(
        Cause::changed_by_person,
        "the sales order " + order->target_number +
            " in Exact has other lines than were posted; deliver it there by hand and skip this posting");
  }
  std::map<std::string, Decimal> taken;
  auto siblings = reader.postings_of(row.connection, row.source_id);
  if (!siblings) return domain::fail(siblings.error());
  for (const PostingRow& sibling : *siblings) {
    if (sibling.kind != PostingKind::goods_delivery || sibling.key == row.key || sibling.body.empty()) continue;
    if (sibling.state != PostingState::posted && !sibling.in_doubt) continue;
    auto body = json::parse(sibling.body);
    if (!body) return domain::fail(body.error());
    for (const Value& line : (*body)["GoodsDeliveryLines"].array()) {
      taken[line["SalesOrderLineID"].text_or("")] += line["QuantityDelivered"].decimal().value_or(Decimal());
    }
  }
  Value lines{json::Array{}};
  for (const DocumentLine& wanted : document.lines) {
    Decimal left = wanted.quantity;
    for (std::size_t i = 0; i < placed.size() && !left.is_zero(); ++i) {
      const DocumentLine& ordered = order_document->lines[i];
      if (!same_order_line(ordered, wanted)) continue;
      const Decimal room = placed[i].quantity - taken[placed[i].id];
      if (room <= Decimal()) continue;
      const Decimal part = std::min(room, left);
      Value line{json::Object{}};
      line.set("SalesOrderLineID", placed[i].id);
      line.set("QuantityDelivered", part);
      if (!document.tracking_number.empty()) line.set("TrackingNumber", document.tracking_number);
      lines.push_back(std::move(line));
      taken[placed[i].id] += part;
      left -= part;
    }
    if (!left.is_zero()) {
      return domain::fail(Cause::changed_by_person,
                          "SKU \"" + wanted.sku + "\": more was shipped than the sales order in Exact has left");
    }
  }
  Value body{json::Object{}};
  if (const auto date = domain::date_in_exact(document)) body.set("DeliveryDate", exact_date(*date));
  body.set("Description", document.reference);
  if (!document.tracking_number.empty()) body.set("TrackingNumber", document.tracking_number);
  body.set("GoodsDeliveryLines", std::move(lines));
  return body;
}

Result<Value> order_change_body(Reader& reader, const PostingRow& row, const Document& document) {
  auto order = posted_order(reader, row.connection, document.depends_on);
  if (!order) return domain::fail(order.error());
  auto order_document = document_of(*order);
  if (!order_document) return domain::fail(order_document.error());
  auto placed = placed_order_lines(order->target_data);
  if (placed.size() != order_document->lines.size()) {
    return domain::fail(Cause::changed_by_person,
                        "the sales order " + order->target_number + " in Exact has other lines than were posted");
  }
  std::vector<DocumentLine> cancelled_lines = document.lines;
  auto siblings = reader.postings_of(row.connection, row.source_id);
  if (!siblings) return domain::fail(siblings.error());
  for (const PostingRow& sibling : *siblings) {
    if (sibling.kind != PostingKind::sales_order_change || sibling.key == row.key) continue;
    const bool is_unclear = sibling.in_doubt || sibling.state == PostingState::sending;
    if (sibling.state != PostingState::posted && !is_unclear) continue;
    auto earlier = document_of(sibling);
    if (!earlier) return domain::fail(earlier.error());
    if (earlier->depends_on != document.depends_on) continue;
    if (is_unclear) {
      // Each states the quantities of all lines: one that is sent again after another would undo it.
      return domain::fail(Cause::waiting_for_dependency,
                          "waits until it is known what became of " + sibling.key + ", which changes the same order");
    }
    cancelled_lines.insert(cancelled_lines.end(), earlier->lines.begin(), earlier->lines.end());
  }
  for (const DocumentLine& cancelled : cancelled_lines) {
    Decimal left = cancelled.quantity.abs();
    // From the last line backwards: deliveries take from the front.
    for (std::size_t i = placed.size(); i-- > 0 && !left.is_zero();) {
      const DocumentLine& ordered = order_document->lines[i];
      if (!same_order_line(ordered, cancelled)) continue;
      const Decimal part = std::min(placed[i].quantity, left);
      placed[i].quantity -= part;
      left -= part;
    }
  }
  Value body{json::Object{}};
  body.set("OrderID", order->target_id);
  body.set("Lines", to_json(placed));
  return body;
}

Result<Value> invoicing_body(Reader& reader, KnownCodes& codes, const PostingRow& row,
                             const domain::ConnectionSettings& settings) {
  auto delivery = reader.posting(row.connection, row.depends_on);
  if (!delivery) return domain::fail(delivery.error());
  if (!*delivery)
    return domain::fail(Cause::waiting_for_dependency, "the delivery " + row.depends_on + " is not posted yet");
  auto delivered = document_of(**delivery);
  if (!delivered) return domain::fail(delivered.error());
  auto order = posted_order(reader, row.connection, delivered->depends_on);
  if (!order) return domain::fail(order.error());
  auto journal = codes.sales_journal(settings);
  if (!journal) return domain::fail(journal.error());
  Value body{json::Object{}};
  body.set("CreateMode", 1);   // per order
  body.set("InvoiceMode", 0);  // by quantity delivered
  body.set("Mode", 1);         // in the background: the only mode since October 2026 (exact.md 4.6)
  if (!journal->empty()) body.set("JournalCode", *journal);
  // Exact calls it "Stock entries entry number" and may mean another (exact.md 4.6). Where it came to nothing with the
  // number, it is asked for without: no other delivery of the order waits for its invoice (apply_plan).
  const auto number = entry_number_of((*delivery)->target_data);
  if (number && row.cause != Cause::business_refusal) body.set("DeliveryNumber", *number);
  Value id{json::Object{}};
  id.set("ID", order->target_id);
  Value ids{json::Array{}};
  ids.push_back(std::move(id));
  body.set("SalesOrderIDs", std::move(ids));
  return body;
}

}  // namespace connector::flows
