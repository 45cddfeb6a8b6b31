#include "flows/document_json.h"

#include <utility>

#include "flows/json_members.h"

namespace connector::flows {
namespace {

using domain::Document;
using domain::DocumentLine;
using domain::Error;
using json::Value;

Value part_json(const DocumentLine& line) {
  Value object;
  put(object, "line_number", line.line_number);
  put(object, "sku", line.sku);
  put(object, "description", line.description);
  put(object, "exact_item", line.exact_item);
  object.set("quantity", line.quantity);
  object.set("unit_price", line.unit_price);
  object.set("amount", line.amount);
  put(object, "gl_account", line.gl_account);
  put(object, "cost_center", line.cost_center);
  put(object, "cost_unit", line.cost_unit);
  put(object, "vat_code", line.vat_code);
  put(object, "warehouse", line.warehouse);
  return object;
}

DocumentLine line_from_json(const Value& object, Error& error) {
  const MemberReader member(object, error);
  DocumentLine line;
  line.line_number = member.text("line_number");
  line.sku = member.text("sku");
  line.description = member.text("description");
  line.exact_item = member.text("exact_item");
  line.quantity = member.decimal("quantity");
  line.unit_price = member.decimal("unit_price");
  line.amount = member.decimal("amount");
  line.gl_account = member.text("gl_account");
  line.cost_center = member.text("cost_center");
  line.cost_unit = member.text("cost_unit");
  line.vat_code = member.text("vat_code");
  line.warehouse = member.text("warehouse");
  return line;
}

Value part_json(const domain::CoveredUnits& units) {
  Value object;
  object.set("line_number", units.line_number);
  object.set("from", units.from);
  object.set("to", units.to);
  return object;
}

Value part_json(const domain::SummaryMember& member) {
  Value object;
  object.set("key", member.key);
  object.set("purchase_order_id", member.purchase_order_id);
  object.set("total", member.total);
  return object;
}

}  // namespace

Value to_json(const Document& document) {
  Value object;
  object.set("kind", domain::to_string(document.kind));
  object.set("key", document.key);
  put(object, "reference", document.reference);
  put(object, "purchase_order_id", document.purchase_order_id);
  put(object, "customer_order_id", document.customer_order_id);
  put(object, "depends_on", document.depends_on);
  put(object, "currency", document.currency);
  put(object, "date", document.date);
  put(object, "posting_date", document.posting_date);
  put(object, "warehouse", document.warehouse);
  if (document.direct) object.set("direct", true);
  put(object, "description", document.description);
  put(object, "tracking_number", document.tracking_number);
  json::Array lines;
  for (const DocumentLine& line : document.lines) lines.push_back(part_json(line));
  if (!lines.empty()) object.set("lines", std::move(lines));
  object.set("total", document.total);
  json::Array covers;
  for (const auto& units : document.covers) covers.push_back(part_json(units));
  if (!covers.empty()) object.set("covers", std::move(covers));
  if (document.in_summary) object.set("in_summary", true);
  json::Array members;
  for (const auto& member : document.members) members.push_back(part_json(member));
  if (!members.empty()) object.set("members", std::move(members));
  return object;
}

domain::Result<Document> document_from_json(const Value& value) {
  Error error{domain::Cause::store_failure, ""};
  if (!value.is_object()) return domain::fail(error.cause, "a stored document is no JSON object");
  const MemberReader member(value, error);
  Document document;
  document.key = member.text("key");
  const auto kind = domain::parse_posting_kind(member.text("kind"));
  if (!kind) {
    return domain::fail(error.cause, "stored document " + document.key + ": unknown kind " + member.text("kind"));
  }
  document.kind = *kind;
  document.reference = member.text("reference");
  document.purchase_order_id = member.text("purchase_order_id");
  document.customer_order_id = member.text("customer_order_id");
  document.depends_on = member.text("depends_on");
  document.currency = member.text("currency");
  document.date = member.date("date");
  document.posting_date = member.date("posting_date");
  document.warehouse = member.text("warehouse");
  document.direct = member.flag("direct");
  document.description = member.text("description");
  document.tracking_number = member.text("tracking_number");
  for (const Value& line : value["lines"].array()) document.lines.push_back(line_from_json(line, error));
  document.total = member.decimal("total");
  for (const Value& units : value["covers"].array()) {
    const MemberReader part(units, error);
    document.covers.push_back({part.text("line_number"), part.decimal("from"), part.decimal("to")});
  }
  document.in_summary = member.flag("in_summary");
  for (const Value& part : value["members"].array()) {
    const MemberReader read(part, error);
    document.members.push_back({read.text("key"), read.text("purchase_order_id"), read.decimal("total")});
  }
  if (!error.message.empty()) {
    return domain::fail(error.cause, "stored document " + document.key + ": " + error.message);
  }
  return document;
}

domain::Result<domain::Document> document_of(const store::PostingRow& row) {
  auto parsed = json::parse(row.document.empty() ? "{}" : row.document);
  if (!parsed) return domain::fail(parsed.error());
  return document_from_json(*parsed);
}

}  // namespace connector::flows
