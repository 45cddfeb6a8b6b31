#include "flows/exact_bodies.h"

#include "flows/document_json.h"
#include "store/sqlite/store_testing.h"

namespace connector::flows {
namespace exact_bodies_test {

using domain::Cause;
using store::testing::value_of;

class CheckCodesTest : public store::testing::StoreTest {
 protected:
  void read_lists() {
    value_of(write([](store::Transaction& transaction) -> domain::Result<void> {
      const store::ReferenceRow rows[] = {{"item", "MUG", "id-1", "{}"},
                                          {"item", "BOX", "id-2", R"({"IsSalesItem":false})"},
                                          {"gl_account", "8000", "id-3", "{}"},
                                          {"gl_account", "8001", "id-4", R"({"IsBlocked":true})"}};
      for (const auto& row : rows) {
        if (auto done = transaction.put_reference(1, row); !done) return done;
      }
      return transaction.put_watermark(1, "reference/item", "read");
    }));
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

}  // namespace exact_bodies_test
}  // namespace connector::flows
