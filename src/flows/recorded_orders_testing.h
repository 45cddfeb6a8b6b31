#pragma once

#include <string>

#include "flows/record_order.h"
#include "store/store_testing.h"

namespace connector::flows::recorded_orders_testing {

inline constexpr domain::UtcTime now{domain::Milliseconds{1'795'000'000'000}};

/// Orders taken into a store as the flows do, all `now` and of connection 1.
class RecordedOrdersTest : public store::testing::StoreTest {
 protected:
  void settings(const std::string& text) {
    store::testing::value_of(write([text](store::Transaction& transaction) -> store::Result<void> {
      auto row = store::testing::value_of(transaction.connection(1));
      row->settings = text;
      return transaction.update_connection(*row);
    }));
  }
  void take_in(const domain::PurchaseOrder& told) {
    store::testing::value_of(write([told](store::Transaction& transaction) -> store::Result<void> {
      auto context = read_planning_context(transaction, 1);
      auto recorded = record_order(transaction, *context, told, now);
      if (!recorded) return domain::fail(recorded.error());
      return {};
    }));
  }
  void replan(const std::string& purchase_order_id) {
    store::testing::value_of(write([purchase_order_id](store::Transaction& transaction) -> store::Result<void> {
      auto context = read_planning_context(transaction, 1);
      auto replanned = replan_order(transaction, *context, purchase_order_id, now);
      if (!replanned) return domain::fail(replanned.error());
      return {};
    }));
  }
  void become(const std::string& key, store::PostingState state) {
    store::testing::value_of(write([key, state](store::Transaction& transaction) -> store::Result<void> {
      auto row = store::testing::value_of(transaction.posting(1, key));
      if (!row) return domain::fail(domain::Cause::bad_input, "no posting " + key);
      row->state = state;
      row->cause.reset();
      row->cause_detail.clear();
      return transaction.update_posting(*row);
    }));
  }
  void post(const std::string& key) { become(key, store::PostingState::posted); }
};

}  // namespace connector::flows::recorded_orders_testing
