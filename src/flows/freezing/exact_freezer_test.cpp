#include "flows/freezing/exact_freezer.h"
#include "flows/freezing/known_codes.h"

#include "flows/document_json.h"
#include "store/store_testing.h"

namespace connector::flows {
namespace exact_freezer_test {

using domain::Cause;
using store::testing::value_of;

class CheckCodesTest : public store::testing::StoreTest {
 protected:
  void read_lists() {
    value_of(write([](store::Transaction& transaction) -> domain::Result<void> {
      const store::ReferenceRow rows[] = {{"item", "MUG", "id-1", "{}"},
                                          {"item", "BOX", "id-2", R"({"IsSalesItem":false})"},
                                          {"gl_account", "8000", "id-3", "{}"},
                                          {"gl_account", "8001", "id-4", R"({"IsBlocked":true})"},
                                          {"gl_account", "8500", "id-5", R"({"UseCostcenter":1})"},
                                          {"gl_account", "8600", "id-6", R"({"UseCostcenter":2})"},
                                          {"gl_account", "8510", "id-7", R"({"UseCostunit":1})"},
                                          {"gl_account", "8610", "id-8", R"({"UseCostunit":2})"},
                                          {"item", "PLAIN", "id-9", R"({"GLRevenueCode":"8600"})"}};
      for (const auto& row : rows) {
        if (auto done = transaction.put_reference(1, row); !done) return done;
      }
      return transaction.put_watermark(1, "reference/item", "read");
    }));
  }
  /// Why a line with a cost center or unit would be held; empty if it would not.
  std::string refusal(const std::string& item, const std::string& account, const std::string& cost_center,
                      const std::string& cost_unit, domain::PostingKind kind = domain::PostingKind::sales_invoice) {
    domain::Document document;
    document.kind = kind;
    domain::DocumentLine line;
    line.sku = "MUG";
    line.exact_item = item;
    line.gl_account = account;
    line.cost_center = cost_center;
    line.cost_unit = cost_unit;
    document.lines.push_back(line);
    const auto checked =
        read([&](store::Reader& reader) -> domain::Result<void> { return check_codes(reader, 1, document); });
    if (checked) return {};
    EXPECT_EQ(checked.error().cause, Cause::missing_cost_center) << checked.error().message;
    return checked.error().message;
  }

  std::optional<Cause> cause(const std::string& item, const std::string& account, const std::string& warehouse = "") {
    domain::Document document;
    document.warehouse = warehouse;
    domain::DocumentLine line;
    line.sku = "MUG";
    line.exact_item = item;
    line.gl_account = account;
    document.lines.push_back(line);
    const auto checked =
        read([&](store::Reader& reader) -> domain::Result<void> { return check_codes(reader, 1, document); });
    return checked ? std::nullopt : std::optional(checked.error().cause);
  }
};

TEST_F(CheckCodesTest, NamesWhatExactWouldRefuse) {
  EXPECT_EQ(cause("GONE", ""), std::nullopt) << "nothing is known before the lists were read";
  read_lists();
  EXPECT_EQ(cause("MUG", "8000"), std::nullopt);
  EXPECT_EQ(cause("GONE", "8000"), Cause::missing_item);
  EXPECT_EQ(cause("BOX", "8000"), Cause::missing_item);
  EXPECT_EQ(cause("MUG", "8001"), Cause::missing_gl_account);
  EXPECT_EQ(cause("MUG", "8000", "9"), Cause::missing_warehouse);
}

TEST_F(CheckCodesTest, AProductNameIsCutWithoutBreakingACharacter) {
  read_lists();
  domain::ConnectionSettings settings;
  value_of(write([&settings](store::Transaction& transaction) {
    return transaction.put_reference(1, {"customer", customer_code(settings), "id-5", "{}"});
  }));
  domain::Document document;
  document.kind = domain::PostingKind::sales_invoice;
  document.key = "invoice/1/1";
  domain::DocumentLine line;
  line.sku = "MUG";
  line.exact_item = "MUG";
  line.description = std::string(99, 'a') + "\xE2\x84\xA2 Blue";
  document.lines.push_back(line);
  store::PostingRow row;
  row.connection = 1;
  row.key = document.key;
  row.kind = document.kind;
  row.document = json::write(to_json(document));
  const auto freeze = exact_freezer(std::make_shared<const domain::ConnectionSettings>(settings));
  const std::string body = value_of(read([&](store::Reader& reader) { return freeze(reader, row); }));
  const auto read_back = json::parse(body);
  ASSERT_TRUE(read_back) << read_back.error().message;
  EXPECT_EQ((*read_back)["SalesInvoiceLines"].array().front()["Description"].text_or(""),
            std::string(99, 'a') + "\xE2\x84\xA2");
}

/// What corrects a document that was sent to customer "id-old", frozen while the settings name "id-new".
class CorrectedCustomerTest : public CheckCodesTest {
 protected:
  void SetUp() override {
    CheckCodesTest::SetUp();
    read_lists();
    value_of(write([this](store::Transaction& transaction) {
      return transaction.put_reference(1, {"customer", customer_code(settings_), "id-new", "{}"});
    }));
  }
  void sent(const std::string& key, domain::PostingKind kind, const std::string& depends_on, const std::string& body) {
    store::PostingRow row = posting(key, kind, depends_on);
    row.state = store::PostingState::posted;
    row.body = body;
    add(row);
  }
  /// The customer in the body of a posting that corrects `corrected`.
  std::string customer_of(const std::string& key, domain::PostingKind kind, const std::string& corrected) {
    store::PostingRow row = posting(key, kind, corrected);
    const auto freeze = exact_freezer(std::make_shared<const domain::ConnectionSettings>(settings_));
    const auto body = json::parse(
        value_of(read([&](store::Reader& reader) -> domain::Result<std::string> { return freeze(reader, row); })));
    EXPECT_TRUE(body);
    EXPECT_EQ((*body)["InvoiceTo"].text_or(""), (*body)["OrderedBy"].text_or(""));
    return (*body)["OrderedBy"].text_or("");
  }
  std::string customer_of_credit(const std::string& corrected) {
    return customer_of("credit/1/1", domain::PostingKind::credit_memo, corrected);
  }

 private:
  static store::PostingRow posting(const std::string& key, domain::PostingKind kind, const std::string& depends_on) {
    domain::Document document;
    document.kind = kind;
    document.key = key;
    document.depends_on = depends_on;
    domain::DocumentLine line;
    line.sku = line.exact_item = "MUG";
    document.lines.push_back(line);
    store::PostingRow row;
    row.connection = 1;
    row.key = key;
    const auto source = key.find('/') + 1;
    row.source_id = key.substr(source, key.find('/', source) - source);
    row.kind = kind;
    row.depends_on = depends_on;
    row.document = json::write(to_json(document));
    return row;
  }

  domain::ConnectionSettings settings_;
};

TEST_F(CorrectedCustomerTest, ACreditMemoStandsOnTheCustomerOfItsInvoice) {
  EXPECT_EQ(customer_of_credit(""), "id-new") << "its invoice stands in other books";
  sent("invoice/1/1", domain::PostingKind::sales_invoice, "", R"({"OrderedBy":"id-old"})");
  EXPECT_EQ(customer_of_credit("invoice/1/1"), "id-old");
  sent("invoice/1/2", domain::PostingKind::sales_invoice, "", "");
  EXPECT_EQ(customer_of_credit("invoice/1/2"), "id-new") << "found in Exact, never sent from here";
}

TEST_F(CorrectedCustomerTest, AnInvoiceMadeByExactOrHeldByADayHasTheCustomerOfThat) {
  sent("order/1", domain::PostingKind::sales_order, "", R"({"OrderedBy":"id-old"})");
  sent("delivery/1/1", domain::PostingKind::goods_delivery, "order/1", R"({"Description":"WM-1"})");
  sent("invoice/1/1", domain::PostingKind::sales_invoice, "delivery/1/1", R"({"CreateMode":1})");
  EXPECT_EQ(customer_of_credit("invoice/1/1"), "id-old");
  sent("daily/2026-11-23/USD/1", domain::PostingKind::daily_invoice, "", R"({"OrderedBy":"id-older"})");
  sent("invoice/1/2", domain::PostingKind::sales_invoice, "daily/2026-11-23/USD/1", R"({"InvoiceID":"id"})");
  EXPECT_EQ(customer_of_credit("invoice/1/2"), "id-older");
}

TEST_F(CorrectedCustomerTest, AReversalStandsOnTheCustomerOfItsCreditMemo) {
  sent("credit/1/1", domain::PostingKind::credit_memo, "", R"({"OrderedBy":"id-old"})");
  EXPECT_EQ(customer_of("credit-reversal/1/1", domain::PostingKind::sales_invoice, "credit/1/1"), "id-old");
}

TEST_F(CheckCodesTest, AccountsDemandAndForbidCostCentersAndUnits) {
  read_lists();
  EXPECT_EQ(refusal("MUG", "8000", "WM", "US"), "");
  EXPECT_EQ(refusal("MUG", "8500", "WM", ""), "");
  EXPECT_EQ(refusal("MUG", "8600", "", "US"), "");
  EXPECT_EQ(
      refusal("MUG", "8500", "", ""),
      "G/L account \"8500\" demands a cost center, and none is mapped for \"MUG\"; map one, or make it optional on "
      "the account in Exact");
  EXPECT_EQ(refusal("MUG", "8600", "WM", ""),
            "G/L account \"8600\" forbids a cost center, and \"WM\" is mapped for \"MUG\"; map another account or no "
            "cost center, or make it optional on the account in Exact");
  EXPECT_NE(refusal("MUG", "8510", "WM", "").find("demands a cost unit"), std::string::npos);
  EXPECT_NE(refusal("MUG", "8610", "", "US").find("forbids a cost unit"), std::string::npos);
}

TEST_F(CheckCodesTest, WhereNoAccountIsSentThatOfTheItemCounts) {
  read_lists();
  const auto order = domain::PostingKind::sales_order;
  EXPECT_NE(refusal("PLAIN", "", "WM", "").find("\"8600\" of Exact item \"PLAIN\" forbids"), std::string::npos);
  EXPECT_NE(refusal("PLAIN", "8000", "WM", "", order).find("\"8600\" of Exact item"), std::string::npos);
  EXPECT_EQ(refusal("PLAIN", "8000", "WM", ""), "");
  EXPECT_EQ(refusal("MUG", "8600", "WM", "", order), "") << "the account of this item is not known";
}

}  // namespace exact_freezer_test
}  // namespace connector::flows
