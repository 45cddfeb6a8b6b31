#include "sandbox/exact/seed.h"

#include <cstdio>

#include "sandbox/faults/seeded_stream.h"

namespace connector::sandbox::exact {
namespace {

using domain::Decimal;

Decimal cents(std::int64_t count) { return Decimal::from_units(count * (Decimal::one / 100)); }

/// A valid EAN-13 from twelve digits.
std::string ean13(std::int64_t number) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%012lld", static_cast<long long>(number % 1'000'000'000'000));
  int sum = 0;
  for (int i = 0; i < 12; ++i) sum += (digits[i] - '0') * (i % 2 == 0 ? 1 : 3);
  return std::string(digits, 12) + static_cast<char>('0' + (10 - sum % 10) % 10);
}

class Planter {
 public:
  Planter(Administration& books, const Seed& seed) : books_(books), seed_(seed), now_(seed.founded) {}

  void run() {
    for (const auto& [currency, rate] : seed_.rates) books_.set_rate(currency, rate);
    coded(TableId::units, {"pc", "Piece"});
    coded(TableId::units, {"kg", "Kilogram"});
    for (const auto& [code, days] : seed_.payment_conditions) payment_condition(code, days);
    for (const Seed::VatCode& code : seed_.vat_codes) vat_code(code);
    for (const Seed::GlAccount& account : seed_.gl_accounts) gl_account(account);
    item_group();
    for (const Seed::Coded& center : seed_.cost_centers) coded(TableId::cost_centers, center);
    for (const Seed::Coded& unit : seed_.cost_units) coded(TableId::cost_units, unit);
    for (const Seed::Journal& entry : seed_.journals) journal(entry);
    warehouses();
    for (const Seed::Customer& entry : seed_.customers) customer(entry);
    for (const Seed::Item& item : seed_.items) add_item(books_, item, now_);
    for (int year = seed_.first_year; year <= seed_.last_year; ++year) periods(year);
    Draft layout = start(TableId::layouts);
    layout.set("Subject", Value::text("Sales invoice"));
    layout.set("Type", Value::integer(1));
    books_.insert(TableId::layouts, layout, now_);
    coded(TableId::shipping_methods, {"UPS", "UPS Ground"});
    coded(TableId::sales_channels, {"WM", "Walmart"});
    currency(books_.currency());
    for (const auto& [code, rate] : seed_.rates) currency(code);
  }

 private:
  static Draft start(TableId table) { return Draft(table_definition(table).type); }

  RowNumber coded(TableId table, const Seed::Coded& entry) {
    Draft draft = start(table);
    draft.set("Code", Value::text(entry.code));
    draft.set("Description", Value::text(entry.description));
    if (table == TableId::cost_centers) draft.set("Active", Value::boolean(true));
    return books_.insert(table, draft, now_);
  }

  void currency(const std::string& code) {
    Draft draft = start(TableId::currencies);
    draft.set("Code", Value::text(code));
    draft.set("Description", Value::text(code));
    draft.set_amount("AmountPrecision", cents(1));
    draft.set_amount("PricePrecision", cents(1));
    books_.insert(TableId::currencies, draft, now_);
  }

  void payment_condition(const std::string& code, std::int64_t days) {
    Draft draft = start(TableId::payment_conditions);
    draft.set("Code", Value::text(code));
    draft.set("Description", draft.own_text(std::to_string(days) + " days"));
    draft.set("PaymentDays", Value::integer(days));
    draft.set("PaymentMethod", Value::text("B"));
    books_.insert(TableId::payment_conditions, draft, now_);
  }

  void vat_code(const Seed::VatCode& entry) {
    Draft draft = start(TableId::vat_codes);
    // Codes come padded to three characters from the real service.
    draft.set("Code", draft.own_text(entry.code + std::string(entry.code.size() < 3 ? 3 - entry.code.size() : 0, ' ')));
    draft.set("Description", Value::text(entry.description));
    draft.set_amount("Percentage", entry.percentage);
    draft.set("Type", Value::text(entry.type));
    draft.set("VATTransactionType", Value::text(entry.transaction));
    draft.set("IsBlocked", Value::boolean(entry.blocked));
    draft.set("Country", Value::text("NL "));
    books_.insert(TableId::vat_codes, draft, now_);
  }

  void gl_account(const Seed::GlAccount& entry) {
    Draft draft = start(TableId::gl_accounts);
    draft.set("Code", Value::text(entry.code));
    draft.set("Description", Value::text(entry.description));
    draft.set("Type", Value::integer(entry.type));
    draft.set("UseCostcenter", Value::integer(entry.use_cost_center));
    draft.set("UseCostunit", Value::integer(0));
    draft.set("IsBlocked", Value::boolean(entry.blocked));
    draft.set("BalanceSide", Value::text(entry.type >= 110 ? "C" : "D"));
    draft.set("BalanceType", Value::text(entry.type >= 110 ? "W" : "B"));
    if (!entry.vat_code.empty()) draft.set("VATCode", Value::text(entry.vat_code));
    books_.insert(TableId::gl_accounts, draft, now_);
  }

  void item_group() {
    Draft draft = start(TableId::item_groups);
    draft.set("Code", Value::text("1"));
    draft.set("Description", Value::text("General"));
    if (!seed_.gl_accounts.empty()) {
      const RowNumber account = books_.find_code(TableId::gl_accounts, seed_.gl_accounts.front().code);
      draft.set("GLRevenue", Value::reference(TableId::gl_accounts, account));
    }
    draft.set("IsDefault", Value::integer(1));
    books_.insert(TableId::item_groups, draft, now_);
  }

  void journal(const Seed::Journal& entry) {
    Draft draft = start(TableId::journals);
    draft.set("Code", Value::text(entry.code));
    draft.set("Description", Value::text(entry.description));
    draft.set("Type", Value::integer(entry.type));
    draft.set("Currency", Value::text(books_.currency()));
    draft.set("AllowVAT", Value::boolean(true));
    draft.set("AllowVariableCurrency", Value::boolean(true));
    draft.set("IsBlocked", Value::boolean(false));
    books_.insert(TableId::journals, draft, now_);
  }

  void warehouses() {
    bool first = true;
    for (const Seed::Coded& entry : seed_.warehouses) {
      Draft draft = start(TableId::warehouses);
      draft.set("Code", Value::text(entry.code));
      draft.set("Description", Value::text(entry.description));
      draft.set("Main", Value::integer(first ? 1 : 0));
      draft.set("UseStorageLocations", Value::integer(0));
      books_.insert(TableId::warehouses, draft, now_);
      first = false;
    }
  }

  void customer(const Seed::Customer& entry) {
    Draft draft = start(TableId::accounts);
    draft.set("Code", draft.own_text(right_aligned(entry.code, 18)));
    draft.set("Name", Value::text(entry.name));
    draft.set("SearchCode", Value::text(entry.name));
    draft.set("Status", Value::text(entry.status));
    draft.set("Type", Value::text("A"));
    draft.set("Country", draft.own_text(entry.country + " "));
    draft.set("Blocked", Value::boolean(entry.blocked));
    draft.set("IsSales", Value::boolean(entry.status == "C"));
    draft.set("IsSupplier", Value::boolean(false));
    if (!entry.currency.empty()) draft.set("SalesCurrency", Value::text(entry.currency));
    books_.insert(TableId::accounts, draft, now_);
  }

  void periods(int year) {
    using namespace std::chrono;
    for (unsigned month = 1; month <= 12; ++month) {
      const year_month current = std::chrono::year{year} / std::chrono::month{month};
      Draft draft = start(TableId::financial_periods);
      draft.set("FinYear", Value::integer(year));
      draft.set("FinPeriod", Value::integer(month));
      draft.set("StartDate", Value::instant(domain::start_of_day(current / 1)));
      draft.set("EndDate", Value::instant(domain::start_of_day(year_month_day{current / last})));
      books_.insert(TableId::financial_periods, draft, now_);
    }
  }

  Administration& books_;
  const Seed& seed_;
  domain::UtcTime now_;
};

}  // namespace

Seed default_administration(std::uint64_t seed) {
  Seed result;
  result.seed = seed;
  result.gl_accounts = {{"8000", "Revenue", 110, 0, false, ""},
                        {"8100", "Revenue abroad", 110, 0, false, ""},
                        {"8200", "Shipping income", 110, 0, false, ""},
                        {"8300", "Discounts given", 110, 0, false, ""},
                        {"8500", "Revenue by cost center", 110, 1, false, ""},
                        {"8600", "Revenue without cost center", 110, 2, false, ""},
                        {"8999", "Old revenue", 110, 0, true, ""},
                        {"1300", "Accounts receivable", 20, 0, false, ""},
                        {"1500", "VAT to pay", 24, 0, false, ""},
                        {"1600", "Accounts payable", 22, 0, false, ""},
                        {"1900", "Marketplace tax clearing", 32, 0, false, ""},
                        {"3000", "Inventory", 40, 0, false, ""},
                        {"4500", "Marketplace fees", 121, 0, false, ""},
                        {"7000", "Cost of goods", 111, 0, false, ""},
                        {"1290", "Payouts on their way", 32, 0, false, ""},
                        {"1295", "Reserved by marketplaces", 32, 0, false, ""},
                        {"2990", "Suspense account", 32, 0, false, ""}};
  result.vat_codes = {{"0", "No VAT", {}, "N", "S", false},
                      {"1", "VAT low, excluding", cents(9), "E", "S", false},
                      {"2", "VAT high, excluding", cents(21), "E", "S", false},
                      {"4", "VAT high, including", cents(21), "I", "S", false},
                      {"5", "Export outside EU", {}, "B", "S", false},
                      {"7", "Old rate", cents(19), "E", "S", true},
                      {"9", "VAT on purchases", cents(21), "E", "P", false}};
  result.cost_centers = {{"WM", "Walmart"}, {"ADM", "Administration"}};
  result.cost_units = {{"US", "United States"}, {"CA", "Canada"}};
  result.warehouses = {{"1", "Main warehouse"}, {"2", "Second warehouse"}};
  result.customers = {{"1001", "Walmart.com", "C", "US", false, ""},
                      {"1002", "Walmart.ca", "C", "CA", false, ""},
                      {"1003", "Someday Customer Inc.", "P", "US", false, ""},
                      {"1004", "Blocked Customer Inc.", "C", "US", true, ""}};
  result.journals = {{"70", "Sales", 20}, {"71", "Sales returns", 21}, {"60", "Purchase", 22},
                     {"20", "Bank", 12},  {"10", "Cash", 10},          {"90", "General", 90}};
  result.payment_conditions = {{"30", 30}, {"14", 14}, {"00", 0}};
  result.rates = {{"USD", cents(92)}, {"CAD", cents(67)}, {"GBP", cents(117)}, {"MXN", cents(5)}};
  SeededStream chance(SeededStream::mix(seed) ^ 0x5eedULL);
  static constexpr const char* things[] = {"Mug",    "Lamp",   "Blanket",  "Charger",
                                           "Puzzle", "Bottle", "Notebook", "Towel"};
  static constexpr const char* colours[] = {"white", "black", "blue", "green", "red", "grey"};
  for (int i = 1; i <= 50; ++i) {
    char code[16];
    std::snprintf(code, sizeof code, "WM-%04d", i);
    Seed::Item item;
    item.code = code;
    item.description = std::string(things[chance.below(8)]) + ", " + colours[chance.below(6)];
    item.barcode = ean13(871'000'000'000 + i);
    item.revenue_account = "8000";
    item.price = cents(500 + static_cast<std::int64_t>(chance.below(9'500)));
    item.stock = Decimal::from_integer(1'000);
    result.items.push_back(std::move(item));
  }
  const auto service = [&result](const char* code, const char* description, const char* account) {
    Seed::Item item;
    item.code = code;
    item.description = description;
    item.stock_item = false;
    item.fractions = true;
    item.revenue_account = account;
    result.items.push_back(std::move(item));
  };
  service("SHIPPING", "Shipping", "8200");
  service("DISCOUNT", "Discount", "8300");
  service("FEE", "Fee", "4500");
  service("TAX", "Sales tax collected", "1900");
  Seed::Item purchase_only;
  purchase_only.code = "BOX-01";
  purchase_only.description = "Packing box (not for sale)";
  purchase_only.sales_item = false;
  result.items.push_back(std::move(purchase_only));
  return result;
}

void plant(Administration& books, const Seed& seed) { Planter(books, seed).run(); }

RowNumber add_item(Administration& books, const Seed::Item& item, domain::UtcTime now) {
  const RowNumber existing = books.find_code(TableId::items, item.code);
  if (existing != no_row) return existing;
  Draft draft(table_definition(TableId::items).type);
  draft.set("Code", Value::text(item.code));
  draft.set("Description", Value::text(item.description));
  draft.set("SearchCode", Value::text(item.code));
  if (!item.barcode.empty()) draft.set("Barcode", Value::text(item.barcode));
  draft.set("IsSalesItem", Value::boolean(item.sales_item));
  draft.set("IsStockItem", Value::boolean(item.stock_item));
  draft.set("IsPurchaseItem", Value::boolean(true));
  draft.set("IsFractionAllowedItem", Value::boolean(item.fractions));
  draft.set("IsTaxableItem", Value::integer(1));
  draft.set("StartDate", Value::instant(std::chrono::floor<std::chrono::days>(now)));
  draft.set("Unit", Value::text("pc"));
  draft.set_amount("StandardSalesPrice", item.price);
  const RowNumber group = books.find_code(TableId::item_groups, "1");
  if (group != no_row) draft.set("ItemGroup", Value::reference(TableId::item_groups, group));
  if (!item.revenue_account.empty()) {
    const RowNumber account = books.find_code(TableId::gl_accounts, item.revenue_account);
    if (account != no_row) draft.set("GLRevenue", Value::reference(TableId::gl_accounts, account));
  }
  const RowNumber row = books.insert(TableId::items, draft, now);
  const RowNumber warehouse = books.main_warehouse();
  if (item.stock_item && warehouse != no_row) {
    books.stock_row(row, warehouse, now);
    books.move_stock(row, warehouse, item.stock, now);
  }
  return row;
}

}  // namespace connector::sandbox::exact
