#include "walmart/prices.h"

namespace connector::walmart {

using domain::Cause;
using domain::fail;
using domain::Result;
using json::Array;
using json::Object;
using json::Value;

namespace {

Value entry(const NewPrice& price) {
  const Value amount = Object{{"currency", price.price.currency}, {"amount", price.price.amount}};
  Value pricing = Array();
  pricing.push_back(Object{{"currentPriceType", "BASE"}, {"currentPrice", amount}});
  return Object{{"sku", price.sku}, {"pricing", std::move(pricing)}};
}

}  // namespace

Result<PriceAnswer> read_price_answer(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  const Value& answer = (*document)["ItemPriceResponse"];
  if (!answer.is_object()) return fail(Cause::malformed_response, "Walmart's answer holds no ItemPriceResponse");
  return PriceAnswer{answer["sku"].text_or(""), answer["message"].text_or("")};
}

std::string price_body(const NewPrice& price) { return json::write(entry(price)); }

std::string price_feed(const std::vector<NewPrice>& prices) {
  Value list = Array();
  for (const NewPrice& price : prices) list.push_back(entry(price));
  const Value header = Object{{"version", "1.7"}};
  return json::write(Object{{"PriceHeader", header}, {"Price", std::move(list)}});
}

}  // namespace connector::walmart
