#pragma once

#include <memory>

#include "domain/settings.h"
#include "engine/exact_budget.h"
#include "engine/target.h"
#include "exact/client.h"
#include "flows/exact_bodies.h"

namespace connector::flows {

/// Brings documents about in one Exact division: which call each kind needs, and how each is found again by its
/// reference after an unclear outcome. Executor thread only.
class ExactTarget : public engine::Target {
 public:
  ExactTarget(exact::Client& client, engine::ExactBudget& budget, store::Store& store,
              std::shared_ptr<const domain::ConnectionSettings> settings);

  void use_settings(std::shared_ptr<const domain::ConnectionSettings> settings) { settings_ = std::move(settings); }

  engine::Freezer freezer() const override { return exact_freezer(settings_); }
  ports::Task<engine::SendOutcome> send(store::PostingRow row, domain::UtcTime not_after) override;
  ports::Task<std::vector<engine::LookUpOutcome>> look_up(std::vector<store::PostingRow> rows) override;
  std::size_t allowance() const override { return budget_.allowance(ports::CallPriority::orders); }
  domain::Milliseconds allowance_returns_in() const override { return budget_.returns_in(ports::CallPriority::orders); }

 private:
  using Outcomes = std::vector<engine::LookUpOutcome>;
  ports::Task<engine::SendOutcome> send_order_change(store::PostingRow row, domain::UtcTime not_after);
  ports::Task<std::optional<engine::SendOutcome>> tell_other_date(store::PostingRow row, domain::UtcTime not_after);
  ports::Task<domain::Result<std::string>> order_lines_of(std::string order_id);
  ports::Task<void> look_up_by_reference(const std::vector<store::PostingRow>* rows, std::vector<std::size_t> indices,
                                         Outcomes* outcomes);
  ports::Task<std::optional<engine::SendOutcome>> hold_with_other_deliveries(store::PostingRow row);
  ports::Task<engine::LookUpOutcome> look_up_order(store::PostingRow row);
  ports::Task<engine::LookUpOutcome> look_up_order_change(store::PostingRow row);
  ports::Task<engine::LookUpOutcome> look_up_delivery(store::PostingRow row);
  ports::Task<engine::LookUpOutcome> look_up_order_invoice(store::PostingRow row, bool is_made = false);
  ports::Task<engine::LookUpOutcome> look_up_processing(store::PostingRow row);
  ports::Task<engine::LookUpOutcome> look_up_account(store::PostingRow row);

  exact::Client& client_;
  engine::ExactBudget& budget_;
  store::Store& store_;
  std::shared_ptr<const domain::ConnectionSettings> settings_;
};

}  // namespace connector::flows
