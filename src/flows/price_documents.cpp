#include "flows/price_documents.h"

#include "engine/digest.h"
#include "exact/answers.h"
#include "flows/document_json.h"
#include "walmart/prices.h"

namespace connector::flows {

using domain::Cause;
using domain::Decimal;
using domain::Document;
using domain::DocumentLine;
using domain::PostingKind;
using domain::Result;
using json::Value;

namespace {

constexpr const char* kComparedAt = "compared_at";
constexpr domain::Milliseconds kLongestWait = std::chrono::minutes(30);

std::string short_digest(const std::string& text) { return engine::sha256_hex(text).substr(0, 16); }

DocumentLine price_line(const std::string& sku, const std::string& item, Decimal price) {
  DocumentLine line;
  line.sku = sku;
  line.exact_item = item;
  line.quantity = Decimal::from_integer(1);
  line.unit_price = price;
  line.amount = price;
  return line;
}

}  // namespace

Document price_feed_document(const std::vector<domain::PriceChange>& changes, const std::string& prefix) {
  Document document;
  document.kind = PostingKind::price_feed;
  std::string facts;
  for (const auto& change : changes) {
    facts += change.sku + "\t" + change.to.to_string() + "\t" + change.currency + "\t" + change.fact + "\t" +
             change.follows + "\n";
    document.currency = change.currency;
    document.lines.push_back(price_line(change.sku, change.item, change.to));
  }
  const std::string digest = short_digest(facts);
  document.key = "price-feed/" + std::string(kPriceFeedSource) + "/" + digest;
  document.reference = prefix + "PF-" + digest;
  document.description = std::to_string(changes.size()) + " prices of Exact's price list";
  return document;
}

Value item_price_document(const domain::ItemPriceChange& change, const std::string& prefix, domain::Date today,
                          domain::UtcTime compared_at) {
  const std::string replaced = change.row ? domain::price_fact(*change.row) : "new" + change.follows;
  const std::string digest =
      short_digest(change.item + "\t" + change.to.to_string() + "\t" + change.currency + "\t" + replaced);
  Document document;
  document.kind = PostingKind::item_price;
  document.key = "item-price/" + change.item + "/" + digest;
  document.reference = prefix + "IP-" + digest;
  document.currency = change.currency;
  document.date = today;
  document.description = "Price of item " + change.item + " as Walmart has it";
  document.lines.push_back(price_line(change.skus.empty() ? "" : change.skus.front(), change.item, change.to));
  Value object = to_json(document);
  if (change.row) object.set("list_price", change.row->id);
  object.set(kComparedAt, domain::to_iso8601_seconds(compared_at));
  return object;
}

std::string list_price_id(const Value& document) { return document["list_price"].text_or(""); }

Document urgent_price_document(const std::string& sku, const std::string& currency, Decimal amount, int ordinal,
                               const std::string& prefix) {
  Document document;
  document.kind = PostingKind::urgent_price;
  document.key = "urgent-price/" + sku + "/" + std::to_string(ordinal);
  document.reference = prefix + "UP-" + sku + "-" + std::to_string(ordinal);
  document.currency = currency;
  document.description = "Price of " + sku + " on a person's word";
  document.lines.push_back(price_line(sku, "", amount));
  return document;
}

Result<std::string> price_body_of(store::Reader& reader, const store::PostingRow& row, domain::UtcTime now) {
  auto parsed = json::parse(row.document);
  if (!parsed) return domain::fail(parsed.error());
  auto document = document_from_json(*parsed);
  if (!document) return domain::fail(document.error());
  if (document->lines.empty()) return domain::fail(Cause::store_failure, row.key + " holds no price");
  std::vector<walmart::NewPrice> prices;
  for (const DocumentLine& line : document->lines) {
    prices.push_back({line.sku, {document->currency, line.unit_price}});
  }
  if (row.kind == PostingKind::price_feed) return walmart::price_feed(prices);
  if (row.kind == PostingKind::urgent_price) return walmart::price_body(prices.front());
  const auto compared_at = domain::parse_iso8601((*parsed)[kComparedAt].text_or(""));
  if (!compared_at || now - *compared_at > kLongestWait) {
    return domain::fail(Cause::waiting_for_dependency,
                        "Exact's price list was compared too long ago; the next run of prices compares it anew");
  }
  const DocumentLine& line = document->lines.front();
  Value body{json::Object{}};
  if (list_price_id(*parsed).empty()) {
    auto item = reader.reference(row.connection, "item", line.exact_item);
    if (!item) return domain::fail(item.error());
    if (!*item) return domain::fail(Cause::missing_item, "item \"" + line.exact_item + "\" does not exist in Exact");
    body.set("Item", (*item)->id);
    body.set("Currency", document->currency);
    body.set("Quantity", 1);
    if (document->date) body.set("StartDate", exact::date_text(*document->date));
  }
  body.set("Price", line.unit_price);
  return json::write(body);
}

}  // namespace connector::flows
