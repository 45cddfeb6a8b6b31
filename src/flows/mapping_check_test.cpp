#include "flows/mapping_check.h"

#include "flows/settings_json.h"
#include "flows/unused_gl_accounts.h"
#include "store/store_testing.h"

namespace connector::flows {
namespace mapping_check_test {

using domain::DocumentMode;
using domain::MappingRow;
using domain::Result;
using domain::TaxPolicy;
using store::testing::value_of;

class MappingCheckTest : public store::testing::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    value_of(write([](store::Transaction& transaction) -> Result<void> {
      const store::ReferenceRow rows[] = {{"item", "WM-0001", "i1", R"({"GLRevenueCode":"8000"})"},
                                          {"item", "WM-0002", "i2", R"({"GLRevenueCode":"8000"})"},
                                          {"item", "WM-0003", "i3", R"({"GLRevenueCode":"  8100"})"},
                                          {"item", "OLD-1", "i4", "{}"},
                                          {"item", "FIXED", "i5", R"({"GLRevenueCode":"8600"})"},
                                          {"item", "BOX", "i6", R"({"GLRevenueCode":"4000","IsSalesItem":false})"},
                                          {"item", "SHIPPING", "i7", R"({"GLRevenueCode":"8200"})"},
                                          {"item", "TAX", "i8", R"({"GLRevenueCode":"8000"})"},
                                          {"item", "FEE", "i9", R"({"GLRevenueCode":"4500"})"},
                                          {"gl_account", "8000", "a1", R"({"UseCostcenter":0,"UseCostunit":0})"},
                                          {"gl_account", "8100", "a2", "{}"},
                                          {"gl_account", "8200", "a3", "{}"},
                                          {"gl_account", "1900", "a4", "{}"},
                                          {"gl_account", "8500", "a5", R"({"UseCostcenter":1,"UseCostunit":0})"},
                                          {"gl_account", "8600", "a6", R"({"UseCostcenter":2,"UseCostunit":0})"},
                                          {"gl_account", "8510", "a7", R"({"UseCostcenter":0,"UseCostunit":1})"},
                                          {"gl_account", "8610", "a8", R"({"UseCostcenter":0,"UseCostunit":2})"},
                                          {"cost_center", "WM", "c1", "{}"},
                                          {"cost_unit", "US", "u1", "{}"}};
      for (const auto& row : rows) {
        if (auto done = transaction.put_reference(1, row); !done) return done;
      }
      for (const char* kind : {"item", "gl_account", "cost_center", "cost_unit"}) {
        if (auto done = transaction.put_watermark(1, std::string("reference/") + kind, "read"); !done) return done;
      }
      return {};
    }));
  }

  /// What is found, as "sku column code reason", with "?" behind remarks.
  std::vector<std::string> found(std::vector<MappingRow> rows, DocumentMode mode = DocumentMode::invoice_only,
                                 TaxPolicy tax = TaxPolicy::exclude) {
    findings_ = value_of(write([&](store::Transaction& transaction) -> Result<std::vector<MappingFinding>> {
      auto connection = transaction.connection(store::ConnectionId{1});
      if (!connection) return domain::fail(connection.error());
      domain::ConnectionSettings settings;
      settings.document_mode = mode;
      settings.tax_policy = tax;
      (*connection)->settings = json::write(to_json(settings));
      if (auto done = transaction.update_connection(**connection); !done) return domain::fail(done.error());
      const domain::Mapping mapping(rows, kits_, aliases_, {});
      if (auto done = transaction.replace_mapping(1, mapping); !done) return domain::fail(done.error());
      return check_mapping(transaction, 1);
    }));
    std::vector<std::string> words;
    for (const auto& finding : findings_) {
      words.push_back(finding.sku + " " + finding.column + " " + finding.code + " " + finding.reason +
                      (finding.is_remark ? "?" : ""));
    }
    return words;
  }

  using Words = std::vector<std::string>;
  std::vector<MappingFinding> findings_;
  std::map<std::string, std::vector<domain::KitComponent>> kits_;
  std::map<std::string, std::string> aliases_;
};

TEST_F(MappingCheckTest, ARowIsCheckedWithWhatItFallsBackTo) {
  EXPECT_EQ(found({{"*", "", "", "WM", "", "", ""}, {"WM-0001", "", "8500", "", "", "", ""}}), Words{});
  EXPECT_EQ(found({{"WM-00*", "", "", "WM", "", "", ""}, {"WM-0001", "", "8500", "", "", "", ""}}), Words{});
  EXPECT_EQ(found({{"@ship*", "", "", "WM", "", "", ""}, {"@Shipping", "SHIPPING", "8500", "", "", "", ""}}), Words{});
  EXPECT_EQ(found({{"WM-0001", "", "8500", "", "", "", ""}}), Words{"WM-0001 gl_account 8500 needs_cost_center"});
  EXPECT_EQ(found({{"*", "", "8500", "", "", "", ""}, {"WM-0001", "WM-0002", "", "", "", "", ""}}),
            Words{"* gl_account 8500 needs_cost_center"})
      << "a row that adds nothing is not named for the one it falls back to";
  EXPECT_EQ(found({{"*", "", "", "", "US", "", ""}, {"WM-0001", "", "8510", "", "", "", ""}}), Words{});
  EXPECT_EQ(found({{"WM-0001", "", "8510", "", "", "", ""}}), Words{"WM-0001 gl_account 8510 needs_cost_unit"});
}

TEST_F(MappingCheckTest, AnAccountMayForbidWhatARowNames) {
  EXPECT_EQ(found({{"*", "", "", "WM", "", "", ""}, {"WM-0002", "", "8600", "", "", "", ""}}),
            Words{"WM-0002 gl_account 8600 forbids_cost_center"});
  EXPECT_NE(findings_.at(0).problem.find("names WM; map another account"), std::string::npos);
  EXPECT_EQ(found({{"*", "", "8600", "", "", "", ""}, {"WM-0002", "", "", "WM", "", "", ""}}),
            Words{"WM-0002 gl_account 8600 forbids_cost_center"});
  EXPECT_EQ(found({{"*", "", "", "", "US", "", ""}, {"WM-0002", "", "8610", "", "", "", ""}}),
            Words{"WM-0002 gl_account 8610 forbids_cost_unit"});
  EXPECT_EQ(found({{"*", "", "8600", "", "US", "", ""}}), Words{});
  EXPECT_EQ(found({{"*", "", "", "WM", "", "", ""}, {"FIXED", "", "", "", "", "", ""}}),
            Words{"FIXED exact_item FIXED forbids_cost_center"})
      << "without a mapped account it is the item's";
}

TEST_F(MappingCheckTest, ARowBehindAnAliasIsNeverUsed) {
  aliases_ = {{"WM-0001", "WM-0002"}};
  EXPECT_EQ(found({{"WM-0001", "", "8500", "", "", "", ""}}), Words{});
  EXPECT_EQ(found({{"WM-0001", "", "8500", "", "", "", ""}}, DocumentMode::sales_order_and_invoice), Words{});
}

TEST_F(MappingCheckTest, SalesOrdersAreBookedOnTheAccountOfTheItem) {
  const auto orders = DocumentMode::sales_order_and_invoice;
  const std::vector<MappingRow> rows = {{"WM-0001", "", "8100", "", "", "", ""},
                                        {"WM-0002", "", "8000", "", "", "", ""},
                                        {"WM-0009", "OLD-1", "8100", "", "", "", ""},
                                        {"@shipping", "SHIPPING", "8100", "", "", "", ""}};
  EXPECT_EQ(found(rows), Words{});
  EXPECT_EQ(found(rows, orders),
            (Words{"WM-0001 gl_account 8100 other_account", "WM-0009 gl_account 8100 item_account?",
                   "@shipping gl_account 8100 other_account"}));
  EXPECT_EQ(findings_.at(0).account, "8000");
  EXPECT_NE(findings_.at(0).problem.find("revenue account of item WM-0001, which is 8000"), std::string::npos);
  EXPECT_NE(findings_.at(1).problem.find("Exact books on the item's own account"), std::string::npos);
  EXPECT_NE(describe_unused_gl_accounts(findings_).find("WM-0001 8100 (Exact: 8000), WM-0009 8100 (the item's own"),
            std::string::npos);
  EXPECT_EQ(describe_unused_gl_accounts({}), "");
}

TEST_F(MappingCheckTest, TheClearingAccountOfTaxIsTheItemsToo) {
  const auto orders = DocumentMode::sales_order_and_invoice;
  const std::vector<MappingRow> rows = {{"@Tax", "TAX", "1900", "", "", "", ""}};
  EXPECT_EQ(found(rows, orders), Words{}) << "no tax line is made";
  EXPECT_EQ(found(rows, orders, TaxPolicy::clearing_account), Words{"@Tax gl_account 1900 other_account"});
}

TEST_F(MappingCheckTest, FeesKeptBackNameTheirAccountInEveryMode) {
  EXPECT_EQ(found({{"@restocking_fee", "FEE", "8000", "", "", "", ""}}, DocumentMode::sales_order_and_invoice),
            Words{});
}

TEST_F(MappingCheckTest, RowsForManyItemsNameThoseThatDiffer) {
  const auto orders = DocumentMode::sales_order_and_invoice;
  EXPECT_EQ(found({{"WM-*", "", "8000", "", "", "", ""}}, orders), Words{"WM-* gl_account 8000 other_account"});
  EXPECT_EQ(findings_.at(0).account, "8100 for WM-0003");
  EXPECT_NE(findings_.at(0).problem.find("for all its items"), std::string::npos) << findings_.at(0).problem;
  EXPECT_EQ(found({{"*", "", "8000", "", "", "", ""}}, orders), Words{"* gl_account 8000 other_account?"})
      << "not every item need be sold at Walmart";
  EXPECT_EQ(found({{"*", "", "8700", "", "", "", ""}}, orders),
            (Words{"* gl_account 8700 absent", "* gl_account 8700 other_account"}));
  EXPECT_NE(findings_.at(1).account.find(" and 4 more"), std::string::npos) << findings_.at(1).account;
  EXPECT_EQ(found({{"*", "", "8000", "", "", "", ""},
                   {"WM-0003", "", "8100", "", "", "", ""},
                   {"FIXED", "", "8600", "", "", "", ""},
                   {"@shipping", "SHIPPING", "8200", "", "", "", ""},
                   {"@fee", "FEE", "4500", "", "", "", ""}},
                  orders),
            (Words{"@fee gl_account 4500 absent", "* gl_account 8000 item_account?"}))
      << "of what rows speak of, those rows tell";
}

TEST_F(MappingCheckTest, EachItemOfAKitIsLookedAt) {
  const domain::Decimal one = domain::Decimal::from_integer(1);
  kits_ = {{"SET", {{"WM-0001", one, one}, {"WM-0003", one, one}}}};
  EXPECT_EQ(found({{"SET", "", "8000", "", "", "", ""}}, DocumentMode::sales_order_and_invoice),
            Words{"SET gl_account 8000 other_account"});
  EXPECT_EQ(findings_.at(0).account, "8100 for WM-0003");
}

TEST_F(MappingCheckTest, SalesOrdersNeedWhatTheAccountOfTheItemNeeds) {
  const auto orders = DocumentMode::sales_order_and_invoice;
  EXPECT_EQ(found({{"*", "", "", "WM", "", "", ""}, {"FIXED", "", "8600", "", "", "", ""}}, orders),
            Words{"FIXED exact_item FIXED forbids_cost_center"});
  EXPECT_EQ(found({{"WM-0001", "", "8500", "", "", "", ""}}, orders), Words{"WM-0001 gl_account 8500 other_account"});
}

TEST_F(MappingCheckTest, AnItemsOwnVatCodeAppliesWhereNoneIsMapped) {
  value_of(write([](store::Transaction& transaction) -> Result<void> {
    const store::ReferenceRow rows[] = {
        {"vat_code", "0", "v0", R"({"Type":"N","Percentage":0})"},
        {"vat_code", "2", "v2", R"({"Type":"E","Percentage":0.21})"},
        {"vat_code", "4", "v4", R"({"Type":"I","Percentage":0.21})"},
        {"item", "WM-0001", "i1", R"({"GLRevenueCode":"8000","SalesVatCode":"2  "})"},
        {"item", "WM-0002", "i2", R"({"GLRevenueCode":"8000","SalesVatCode":"4"})"},
        {"item", "SHIPPING", "i7", R"({"GLRevenueCode":"8200","SalesVatCode":"2"})"},
        {"item", "TAX", "i8", R"({"GLRevenueCode":"8000","SalesVatCode":"2"})"},
        {"item", "BOX", "i6", R"({"GLRevenueCode":"4000","IsSalesItem":false,"SalesVatCode":"2"})"}};
    for (const auto& row : rows) {
      if (auto done = transaction.put_reference(1, row); !done) return done;
    }
    return transaction.put_watermark(1, "reference/vat_code", "read");
  }));
  EXPECT_EQ(found({{"WM-0001", "", "8000", "", "", "", ""}}), Words{"WM-0001 vat_code 2 adds_vat"});
  EXPECT_NE(findings_.at(0).problem.find("item WM-0001 has in Exact"), std::string::npos) << findings_.at(0).problem;
  EXPECT_EQ(found({{"WM-0002", "", "8000", "", "", "", ""}}), Words{});
  EXPECT_EQ(found({{"WM-0009", "WM-0001", "", "", "", "", ""}}), Words{"WM-0009 vat_code 2 adds_vat"});
  EXPECT_EQ(found({{"*", "", "", "", "", "0", ""}, {"WM-0001", "", "8000", "", "", "", ""}}), Words{});
  EXPECT_EQ(found({{"*", "", "8000", "", "", "", ""}}), Words{"* vat_code 2 adds_vat?"}) << "some have another code";
  EXPECT_EQ(found({{"WM-0001*", "", "8000", "", "", "", ""}}), Words{"WM-0001* vat_code 2 adds_vat"});
  EXPECT_EQ(found({{"@shipping", "SHIPPING", "8200", "", "", "", ""}, {"@tax", "TAX", "1900", "", "", "", ""}}),
            Words{"@shipping vat_code 2 adds_vat"})
      << "no tax line is made";
  const domain::Decimal one = domain::Decimal::from_integer(1);
  kits_ = {{"SET", {{"WM-0001", one, one}, {"WM-0002", one, one}}}};
  EXPECT_EQ(found({}), Words{"SET vat_code 2 adds_vat"});
}

TEST_F(MappingCheckTest, PartsOfPayoutsHaveNoVat) {
  EXPECT_EQ(found({{"@settlement/fee", "", "8000", "", "", "0", ""}}),
            (Words{"* vat_code  not_read", "@settlement/fee vat_code 0 unbalanced"}));
}

TEST_F(MappingCheckTest, WarehousesOfSalesOrdersNeedATradeEdition) {
  const auto in_edition = [this](DocumentMode mode, std::optional<bool> direct_invoices) {
    found({{"*", "", "8000", "", "", "", "1"}, {"WM-0001", "", "8100", "", "", "", ""}}, mode);
    exact::Edition edition{true, true, direct_invoices};
    return value_of(read([edition](store::Reader& reader) { return check_edition(reader, 1, edition); }));
  };
  const auto refused = in_edition(DocumentMode::sales_order_and_invoice, false);
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0].sku, "*");
  EXPECT_EQ(refused[0].column, "warehouse");
  EXPECT_TRUE(refused[0].is_remark) << "a right that is lacking looks the same";
  EXPECT_TRUE(in_edition(DocumentMode::sales_order_and_invoice, true).empty());
  EXPECT_TRUE(in_edition(DocumentMode::sales_order_and_invoice, std::nullopt).empty()) << "nobody knows";
  EXPECT_TRUE(in_edition(DocumentMode::invoice_only, false).empty()) << "its invoices name none";
}

}  // namespace mapping_check_test
}  // namespace connector::flows
