#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/decimal.h"
#include "json/value.h"
#include "ports/http.h"
#include "sandbox/walmart/agenda.h"
#include "sandbox/walmart/request.h"

namespace connector::sandbox::walmart {

struct Seller;

/// Accepted prices that do not show yet.
struct Prices {
  struct Waiting {
    std::uint32_t item = 0;
    std::string currency;
    domain::Decimal amount;
  };
  std::vector<Waiting> waiting;
};

/// Sets a price now, or after the switch's delay.
void set_price(Seller& seller, const std::string& sku, const std::string& currency, domain::Decimal amount,
               domain::UtcTime now);
/// Runs an agenda entry of kind price.
void run_price_entry(Seller& seller, const Agenda::Entry& entry);
/// Why a price amount is refused; empty when it is good (more than two decimals are not).
std::string price_fault(const json::Value& amount);

/// PUT /v3/price (walmart.md 5).
ports::HttpResponse put_price(Seller& seller, const Request& request, domain::UtcTime now);

}  // namespace connector::sandbox::walmart
