#pragma once

#include <memory>

#include "domain/settings.h"
#include "engine/exact_budget.h"
#include "engine/target.h"
#include "exact/client.h"
#include "flows/freezing/exact_freezer.h"
#include "flows/look_up/exact_look_up.h"
#include "flows/order_invoice.h"

namespace connector::flows {

/// Brings documents about in one Exact division: which call each kind needs. Executor thread only.
class ExactTarget : public engine::Target {
 public:
  ExactTarget(exact::Client& client, engine::ExactBudget& budget, store::Store& store,
              std::shared_ptr<const domain::ConnectionSettings> settings);

  engine::Freezer freezer() const override { return exact_freezer(settings_); }
  ports::Task<engine::SendOutcome> send(store::PostingRow row, domain::UtcTime not_after) override;
  ports::Task<std::vector<engine::LookUpOutcome>> look_up(std::vector<store::PostingRow> rows,
                                                          domain::UtcTime not_after) override {
    return look_up_.look_up(std::move(rows), not_after);
  }
  /// After a backup was put back a credit memo is sought under other numbers as well.
  bool may_find_anothers(const store::PostingRow& row) const override {
    return is_order_invoice(row) || row.kind == domain::PostingKind::credit_memo;
  }
  engine::LookUpsPerCall look_ups_per_call() const override {
    return {.unclear = ExactLookUp::unclear_per_call, .accepted = ExactLookUp::accepted_per_call};
  }
  std::size_t allowance() const override { return budget_.allowance(ports::CallPriority::orders); }
  domain::Milliseconds allowance_returns_in() const override { return budget_.returns_in(ports::CallPriority::orders); }

 private:
  ports::Task<engine::SendOutcome> send_order_change(store::PostingRow row, domain::UtcTime not_after);
  ports::Task<std::optional<engine::SendOutcome>> tell_other_date(store::PostingRow row, domain::UtcTime not_after);
  ports::Task<std::optional<engine::SendOutcome>> hold_with_other_deliveries(store::PostingRow row);

  exact::Client& client_;
  engine::ExactBudget& budget_;
  store::Store& store_;
  std::shared_ptr<const domain::ConnectionSettings> settings_;
  ExactLookUp look_up_;
};

}  // namespace connector::flows
