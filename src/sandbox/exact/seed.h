#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "domain/decimal.h"
#include "domain/time.h"
#include "sandbox/exact/administration.h"

namespace connector::sandbox::exact {

/// The set-up data of one simulated division. Empty references fall back to the first of their kind.
struct Seed {
  struct GlAccount {
    std::string code;
    std::string description;
    std::int64_t type = 110;           ///< 110 revenue, 20 receivable, 24 VAT, ...
    std::int64_t use_cost_center = 0;  ///< 0 optional, 1 mandatory, 2 no
    bool blocked = false;
    std::string vat_code;
  };
  struct Item {
    std::string code;
    std::string description;
    std::string barcode;
    bool sales_item = true;
    bool stock_item = true;
    std::string revenue_account;  ///< G/L code
    domain::Decimal price;
    domain::Decimal stock;  ///< in the main warehouse
    bool fractions = false;
  };
  struct Coded {
    std::string code;
    std::string description;
  };
  struct VatCode {
    std::string code;
    std::string description;
    domain::Decimal percentage;  ///< a fraction
    std::string type = "E";      ///< E excluding, I including, N none, B base only
    std::string transaction = "S";
    bool blocked = false;
  };
  struct Customer {
    std::string code;
    std::string name;
    std::string status = "C";
    std::string country = "US";
    bool blocked = false;
    std::string currency;
  };
  struct Journal {
    std::string code;
    std::string description;
    std::int64_t type = 20;
  };

  std::uint64_t seed = 1;
  std::int64_t division = 499'156;
  std::string division_name = "Simulated Seller B.V.";
  domain::UtcTime founded = domain::start_of_day(std::chrono::year{2024} / 1 / 1);
  std::vector<GlAccount> gl_accounts;
  std::vector<Item> items;
  std::vector<Coded> cost_centers;
  std::vector<Coded> cost_units;
  std::vector<VatCode> vat_codes;
  std::vector<Coded> warehouses;  ///< the first is the main one
  std::vector<Customer> customers;
  std::vector<Journal> journals;
  std::vector<std::pair<std::string, std::int64_t>> payment_conditions;  ///< code, days
  std::vector<std::pair<std::string, domain::Decimal>> rates;            ///< currency, worth in EUR
  int first_year = 2024;                                                 ///< financial years with twelve months each
  int last_year = 2030;
};

/// A plausible administration: items WM-0001 to WM-0050 and the services SHIPPING, DISCOUNT, FEE, TAX, revenue and
/// other ledger accounts (8500 needs a cost center, 8999 is blocked), VAT codes, two warehouses, "Walmart.com" as
/// customer.
Seed default_administration(std::uint64_t seed = 1);

/// Writes the seed's records into empty books.
void plant(Administration& books, const Seed& seed);

/// Adds one sales item with stock, as a person would; the row of an existing item with this code otherwise.
RowNumber add_item(Administration& books, const Seed::Item& item, domain::UtcTime now);

}  // namespace connector::sandbox::exact
