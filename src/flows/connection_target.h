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
  ConnectionTarget(ExactTarget& documents, StockCountTarget& stock, PriceTarget& prices,
                   AcknowledgementTarget& acknowledgements, ports::Clock& clock)
      : documents_(documents), stock_(stock), prices_(prices), acknowledgements_(acknowledgements), clock_(clock) {}

  engine::Freezer freezer() const override;
  engine::Planner planner() const override;
  ports::Task<engine::SendOutcome> send(store::PostingRow row, domain::UtcTime not_after) override;
  ports::Task<std::vector<engine::LookUpOutcome>> look_up(std::vector<store::PostingRow> rows,
                                                          domain::UtcTime not_after) override;
  bool may_find_anothers(const store::PostingRow& row) const override { return documents_.may_find_anothers(row); }
  /// A price for Exact's list, which a person may have changed since both sides were compared.
  bool may_be_out_of_date(const store::PostingRow& row) const override {
    return row.kind == domain::PostingKind::item_price;
  }
  engine::LookUpsPerCall look_ups_per_call() const override { return documents_.look_ups_per_call(); }
  std::size_t allowance() const override { return documents_.allowance(); }
  domain::Milliseconds allowance_returns_in() const override { return documents_.allowance_returns_in(); }

 private:
  ExactTarget& documents_;
  StockCountTarget& stock_;
  PriceTarget& prices_;
  AcknowledgementTarget& acknowledgements_;
  ports::Clock& clock_;
};

}  // namespace connector::flows
