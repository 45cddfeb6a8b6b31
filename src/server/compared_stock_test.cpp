#include "server/compared_stock.h"

#include "flows/flow_report.h"
#include "flows/inventory_flow.h"
#include "store/store_testing.h"

namespace connector::server {
namespace compared_stock_test {

using domain::StockPlace;
using store::PostingState;
using store::testing::at;
using store::testing::value_of;
using Places = std::set<StockPlace>;

class ComparedStockTest : public store::testing::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    connection_ = value_of(write(
        [](store::Transaction& transaction) { return transaction.add_connection(store::testing::seller("shop")); }));
  }
  /// A comparison of warehouse 1 that read Exact at this moment, found MUG different and named this count.
  static json::Value report(std::int64_t read_at, const std::string& count) {
    json::Value value = *json::parse(R"({"warehouses":[{"warehouse":"1","lines":[{"item":"MUG","difference":-182}]}],)"
                                     R"("left_to_the_next_run":[{"item":"CUP","warehouse":"1"}]})");
    value.set("exact_read_at", domain::to_iso8601(at(read_at)));
    (*value.find("warehouses")->mutable_array())[0].set("posting", count.empty() ? json::Value() : json::Value(count));
    return value;
  }
  void put_count(const std::string& key, PostingState state, std::int64_t updated_at, const std::string& item) {
    store::PostingRow row;
    row.connection = connection_;
    row.key = key;
    row.source_id = "1";
    row.kind = domain::PostingKind::stock_count;
    row.state = state;
    row.updated_at = at(updated_at);
    row.document = R"({"warehouse":"1","comparison":{"lines":[{"item":")" + item + R"("}]}})";
    value_of(write([row](store::Transaction& transaction) { return transaction.insert_posting(row); }));
  }
  Places counted(const json::Value& compared) {
    return value_of(read([&](store::Reader& reader) { return counted_since(reader, connection_, compared); }));
  }
  store::ConnectionId connection_ = 0;
};

TEST_F(ComparedStockTest, DifferencesAndWhatMovesAreFoundByPlace) {
  const json::Value found = report(1'000, "");
  const ComparedStock compared = compared_stock(found);
  ASSERT_EQ(compared.different.size(), 1U);
  EXPECT_EQ((*compared.different.at({"MUG", "1"}))["difference"].integer(), -182);
  EXPECT_EQ(compared.moving, (Places{{"CUP", "1"}}));
}

TEST_F(ComparedStockTest, ACountThatWasPostedSinceTakesItsDifferencesAway) {
  put_count("stock-count/1/planned", PostingState::planned, 3'000, "MUG");
  put_count("stock-count/1/posted", PostingState::posted, 3'000, "MUG");
  EXPECT_EQ(counted(report(2'000, "")), Places{});
  EXPECT_EQ(counted(report(2'000, "stock-count/1/planned")), Places{});
  EXPECT_EQ(counted(report(2'000, "stock-count/1/posted")), (Places{{"MUG", "1"}}));
  EXPECT_EQ(counted(report(4'000, "stock-count/1/posted")), Places{}) << "it was posted before both sides were read";
}

TEST_F(ComparedStockTest, ACountAfterANoticeIsOneSince) {
  put_count("stock-count/1/noticed", PostingState::posted, 3'000, "CUP");
  value_of(write([&](store::Transaction& transaction) {
    return flows::put_report(transaction, connection_, flows::kNoticedStock, at(2'900),
                             report(2'900, "stock-count/1/noticed"));
  }));
  EXPECT_EQ(counted(report(2'000, "")), (Places{{"CUP", "1"}}));
  EXPECT_EQ(counted(report(4'000, "")), Places{});
}

}  // namespace compared_stock_test
}  // namespace connector::server
