// When the order flow lets a day's invoice leave, on a simulated marketplace.

#include <gtest/gtest.h>

#include "flows/daily_summary.h"
#include "flows/order_flow.h"
#include "flows/settings_json.h"
#include "store/test_store.h"
#include "walmart_fixture.h"

namespace connector::contract {
namespace closing_days_contract_test {

using domain::Result;
using domain::UtcTime;
using std::chrono::hours;
using std::chrono::minutes;

class ClosingDays : public WalmartContract {
 protected:
  ClosingDays() {
    store_ = store::testing::store_with_shop(time, time);
    flow.emplace(client, *store_, time, time, 1, minutes(10));
    domain::ConnectionSettings settings;
    settings.document_mode = domain::DocumentMode::daily_summary;
    EXPECT_TRUE(time.run(store_->write([settings](store::Transaction& transaction) -> Result<void> {
      auto row = transaction.connection(1);
      if (!row) return domain::fail(row.error());
      (*row)->settings = json::write(flows::to_json(settings));
      return transaction.update_connection(**row);
    })));
    const auto order = waiting_order();
    std::vector<walmart::ShipmentLine> lines;
    for (const auto& line : order.lines) lines.push_back(whole(line));
    value_of(time.run(client.ship(order.purchase_order_id, lines)));
  }

  void run(flows::FlowRequest request) {
    const auto report = time.run(flow->run(std::move(request)));
    ASSERT_TRUE(report) << report.error().message;
  }
  /// The days whose invoices may leave by now.
  std::size_t closed() {
    auto query = [](store::Reader& reader) { return reader.waiting_of_kind(1, domain::PostingKind::daily_invoice); };
    const auto rows = time.run(store_->read(std::move(query)));
    EXPECT_TRUE(rows);
    std::size_t count = 0;
    for (const auto& row : *rows) count += row.next_attempt_at && *row.next_attempt_at <= time.now() ? 1 : 0;
    EXPECT_EQ(rows->size(), 1U);
    return count;
  }

  std::unique_ptr<store::Store> store_;
  std::optional<flows::OrderFlow> flow;
};

TEST_F(ClosingDays, OnlyARunThatReadsAllOrdersClosesADay) {
  run({});
  time.pass(hours(17));
  EXPECT_EQ(closed(), 0U);
  flows::FlowRequest later;
  later.since = time.now() - hours(1);
  run(later);
  EXPECT_EQ(closed(), 0U) << "a run over a later part does not know what left before";
  flows::FlowRequest slice;
  slice.since = time.now() - hours(48);
  slice.until = time.now() - hours(24);
  run(slice);
  EXPECT_EQ(closed(), 0U) << "nor does a backfill";
  run({});
  EXPECT_EQ(closed(), 1U);
}

}  // namespace closing_days_contract_test
}  // namespace connector::contract
