#pragma once

#include "flows/acknowledgement_target.h"
#include "flows/exact_target.h"
#include "flows/price_target.h"
#include "flows/stock_count.h"
#include "ports/clock.h"

namespace connector::flows {

/// All that a connection's postings are sent to: each kind goes to the part that knows it. Executor thread only.
class ConnectionTarget : public engine::Target {
 public:
  /// What the clients of a connection reach, and the parts that know more than that.
  struct Parts {
    walmart::Client& walmart;
    exact::Client& exact;
    store::Store& store;
    ports::Clock& clock;
    ExactTarget& documents;
    AcknowledgementTarget& acknowledgements;
  };
  ConnectionTarget(Parts parts, store::ConnectionId connection)
      : parts_(parts),
        connection_(connection),
        stock_(parts.exact, parts.store, parts.clock, connection),
        prices_(parts.walmart, parts.exact, parts.store, parts.clock) {}

  engine::Freezer freezer() const override;
  engine::Planner planner() const override;
  ports::Task<engine::SendOutcome> send(store::PostingRow row, domain::UtcTime not_after) override;
  ports::Task<std::vector<engine::LookUpOutcome>> look_up(std::vector<store::PostingRow> rows,
                                                          domain::UtcTime not_after) override;
  bool may_find_anothers(const store::PostingRow& row) const override {
    return parts_.documents.may_find_anothers(row);
  }
  /// A price for Exact's list, which a person may have changed since both sides were compared.
  bool may_be_out_of_date(const store::PostingRow& row) const override {
    return row.kind == domain::PostingKind::item_price;
  }
  engine::LookUpsPerCall look_ups_per_call() const override { return parts_.documents.look_ups_per_call(); }
  std::size_t allowance() const override { return parts_.documents.allowance(); }
  domain::Milliseconds allowance_returns_in() const override { return parts_.documents.allowance_returns_in(); }

 private:
  Parts parts_;
  store::ConnectionId connection_;
  StockCountTarget stock_;
  PriceTarget prices_;
};

}  // namespace connector::flows
