#include "sandbox/walmart/prices.h"

#include <fmt/format.h>

#include "sandbox/walmart/errors.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {

void set_price(Seller& seller, const std::string& sku, const std::string& currency, domain::Decimal amount,
               domain::UtcTime now) {
  Prices& prices = seller.prices;
  prices.waiting.push_back({seller.catalogue.index_of(sku), currency, amount});
  const auto number = static_cast<std::uint32_t>(prices.waiting.size() - 1);
  const Agenda::Entry entry{now + std::chrono::seconds(seller.switches.price_delay_seconds), number, 0,
                            Agenda::Kind::price};
  if (seller.switches.price_delay_seconds == 0) return run_price_entry(seller, entry);
  seller.agenda.add(entry);
}

void run_price_entry(Seller& seller, const Agenda::Entry& entry) {
  const Prices::Waiting& waiting = seller.prices.waiting[entry.subject];
  Item& item = seller.catalogue.item(waiting.item);
  item.price = waiting.amount;
  item.currency = waiting.currency;
}

std::string price_fault(const json::Value& amount) {
  const auto price = amount.is_number() ? amount.decimal() : std::nullopt;
  if (!price) return "The price must be a number";
  if (price->is_negative() || price->is_zero()) return "The price must be greater than zero";
  if (price->rounded(2) != *price) return "The price can have at most two decimals";
  return "";
}

ports::HttpResponse put_price(Seller& seller, const Request& request, domain::UtcTime now) {
  const auto body = json::parse(request.source.body);
  if (!body || !body->is_object()) return malformed_body(seller.switches, Origin::price, "The body must be JSON");
  const std::string sku = (*body)["sku"].text_or("");
  if (sku.empty()) return bad_parameter(seller.switches, Origin::price, "sku", "It is required.");
  if (seller.catalogue.find(sku) == nullptr) {
    return not_found(seller.switches, Origin::price, fmt::format("SKU {} not found", sku));
  }
  const json::Value& pricing = (*body)["pricing"].at(0);
  const auto bad = [&seller](std::string field, std::string description) {
    return refuse(seller.switches, Origin::price, 400,
                  Fault{"INVALID_REQUEST_CONTENT", std::move(field), std::move(description)});
  };
  if (!pricing.is_object()) return bad("pricing", "pricing is required");
  const std::string type = pricing["currentPriceType"].text_or("BASE");
  if (type != "BASE" && type != "REDUCED" && type != "CLEARANCE") return bad("currentPriceType", "It is not supported");
  if (const auto fault = price_fault(pricing["currentPrice"]["amount"]); !fault.empty())
    return bad("currentPrice", fault);
  const std::string currency = pricing["currentPrice"]["currency"].text_or("");
  if (currency.size() != 3) return bad("currency", "Currency is required");
  set_price(seller, sku, currency, *pricing["currentPrice"]["amount"].decimal(), now);
  json::Value reply;
  reply.set("mart", "WALMART_US");
  reply.set("message",
            "Thank you. Your price has been updated. Please allow up to five minutes for this change to be reflected "
            "on the site.");
  reply.set("sku", sku);
  return json_reply(json::Object{{"ItemPriceResponse", std::move(reply)}});
}

}  // namespace connector::sandbox::walmart
