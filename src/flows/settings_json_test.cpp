#include "flows/settings_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connector::flows {
namespace settings_json_test {

using domain::Cause;
using domain::ConnectionSettings;
using testing::HasSubstr;

domain::Result<ConnectionSettings> read(std::string_view text) {
  auto value = json::parse(text);
  return value ? settings_from_json(*value) : domain::fail(value.error());
}

TEST(SettingsJson, DefaultsAreNamed) {
  EXPECT_EQ(json::write(to_json(ConnectionSettings())),
            R"({"document_mode":"invoice_only","tax_policy":"exclude","invoice_completion":"leave_open",)"
            R"("charge_reading":"line_total","closed_period":"hold","sales_order_moment":"acknowledged",)"
            R"("replacement_prices":"as_charged","returns_before_go_live":"hold","exact_sign_in_of":"",)"
            R"("customer_account":"","sales_journal":"","booking_zone":"UTC",)"
            R"("reference_prefix":"WM-","credit_note_quantities_negative":false,"acknowledge_orders":false,)"
            R"("ship_node_types":["SellerFulfilled"],"go_live":null,"stock_counts":"post",)"
            R"("stock_confirm_units":100,"prices_to_walmart":false,"prices_to_exact":false,)"
            R"("walmart_priced_skus":[],"price_currency":"USD","price_floor":null,"price_ceiling":null,)"
            R"("price_max_change_percent":30,"settlements":"post","settlement_journal":"","orders_schedule":"",)"
            R"("returns_schedule":"","inventory_schedule":"","prices_schedule":"","settlements_schedule":""})");
  EXPECT_EQ(*read("{}"), ConnectionSettings());
}

TEST(SettingsJson, EverySettingReadsBack) {
  ConnectionSettings settings;
  settings.document_mode = domain::DocumentMode::direct_invoice;
  settings.tax_policy = domain::TaxPolicy::clearing_account;
  settings.invoice_completion = domain::InvoiceCompletion::process_with_ship_date;
  settings.charge_reading = domain::ChargeReading::per_unit;
  settings.closed_period = domain::ClosedPeriodPolicy::first_open_day;
  settings.sales_order_moment = domain::SalesOrderMoment::created;
  settings.replacement_prices = domain::ReplacementPrices::zero;
  settings.exact_sign_in_of = "first";
  settings.customer_account = "1000";
  settings.sales_journal = "70";
  settings.settlements = domain::Settlements::report;
  settings.settlement_journal = "90";
  settings.booking_zone = "Europe/Amsterdam";
  settings.reference_prefix = "US1-";
  settings.credit_note_quantities_negative = true;
  settings.acknowledge_orders = true;
  settings.ship_node_types = {"SellerFulfilled", "3PLFulfilled"};
  settings.go_live = *domain::parse_iso8601("2026-11-23T00:00:00Z");
  const auto again = read(json::write(to_json(settings)));
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, settings);
  EXPECT_EQ(settings_from_json(json::Value(json::Object{}), settings)->customer_account, "1000");
}

TEST(SettingsJson, RefusesUnknownNamesAndValuesWithWhatIsAllowed) {
  const auto refusal = [](std::string_view text) {
    const auto settings = read(text);
    EXPECT_FALSE(settings) << text;
    EXPECT_EQ(settings.error().cause, Cause::bad_input);
    return settings.error().message;
  };
  EXPECT_THAT(refusal(R"({"documentmode":"invoice_only"})"),
              HasSubstr("unknown setting \"documentmode\"; there are: document_mode, "));
  EXPECT_THAT(refusal(R"({"tax_policy":"some"})"),
              HasSubstr("\"tax_policy\" cannot be \"some\"; allowed is one of exclude, clearing_account, include"));
  EXPECT_THAT(refusal(R"({"document_mode":3})"), HasSubstr("document_mode"));
  EXPECT_THAT(refusal(R"({"booking_zone":"Nowhere"})"), HasSubstr("IANA"));
  EXPECT_THAT(refusal(R"({"acknowledge_orders":"perhaps"})"), HasSubstr("true or false"));
  EXPECT_THAT(refusal(R"({"ship_node_types":["Mars"]})"), HasSubstr("SellerFulfilled, WFSFulfilled, 3PLFulfilled"));
  EXPECT_THAT(refusal(R"({"ship_node_types":[]})"), HasSubstr("ship_node_types"));
  EXPECT_THAT(refusal(R"({"go_live":"tomorrow"})"), HasSubstr("2026-11-23"));
  EXPECT_THAT(refusal(R"({"reference_prefix":"it's"})"), HasSubstr("reference_prefix"));
  EXPECT_THAT(refusal(R"([])"), HasSubstr("object"));
}

TEST(SettingsJson, AFloorAboveTheCeilingDoesNotFit) {
  domain::ConnectionSettings settings = *with_setting({}, "price_floor", "10");
  EXPECT_TRUE(fit_together(settings));
  settings = *with_setting(settings, "price_ceiling", "10.00");
  EXPECT_TRUE(fit_together(settings));
  const auto refused = fit_together(*with_setting(settings, "price_ceiling", "9.99"));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("price_floor 10 is above price_ceiling 9.99"), std::string::npos);
}

TEST(SettingsJson, SetsOneFromText) {
  EXPECT_EQ(with_setting({}, "document_mode", "direct_invoice")->document_mode, domain::DocumentMode::direct_invoice);
  EXPECT_TRUE(with_setting({}, "acknowledge_orders", "true")->acknowledge_orders);
  EXPECT_EQ(with_setting({}, "ship_node_types", "WFSFulfilled, SellerFulfilled")->ship_node_types,
            (std::vector<std::string>{"WFSFulfilled", "SellerFulfilled"}));
  ConnectionSettings live;
  live.go_live = domain::UtcTime{};
  EXPECT_FALSE(with_setting(live, "go_live", "")->go_live);
  EXPECT_EQ(with_setting({}, "customer_account", "007")->customer_account, "007");
  EXPECT_FALSE(with_setting({}, "nothing", "1"));
  EXPECT_FALSE(with_setting({}, "tax_policy", ""));
}

TEST(SettingsJson, StockAndPrices) {
  EXPECT_EQ(with_setting({}, "stock_counts", "report")->stock_counts, domain::StockCounts::report);
  EXPECT_EQ(with_setting({}, "stock_confirm_units", "0")->stock_confirm_units, domain::Decimal());
  EXPECT_FALSE(with_setting({}, "stock_confirm_units", "-1"));
  EXPECT_FALSE(with_setting({}, "stock_confirm_units", "many"));
  EXPECT_EQ(with_setting({}, "price_floor", "4.99")->price_floor, *domain::Decimal::parse("4.99"));
  EXPECT_FALSE(with_setting({}, "price_floor", "0"));
  EXPECT_FALSE(with_setting({}, "price_max_change_percent", "")->price_max_change_percent);
  EXPECT_FALSE(with_setting({}, "price_currency", "usd"));
  const auto both = with_setting({}, "walmart_priced_skus", "HOME-*, MUG");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->walmart_priced_skus, (std::vector<std::string>{"HOME-*", "MUG"}));
  EXPECT_TRUE(with_setting(*both, "walmart_priced_skus", "")->walmart_priced_skus.empty());
  const auto read = settings_from_json(to_json(*both));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, *both);
}

}  // namespace settings_json_test
}  // namespace connector::flows
