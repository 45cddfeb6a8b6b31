#pragma once

#include <vector>

#include "flows/flow.h"
#include "flows/record_settlement.h"

namespace connector::flows {

/// One payout of a dry run: what it would become, or why its file cannot be read.
struct SettlementPreview {
  domain::Date payout_date{};
  std::optional<domain::Settlement> settlement;  ///< summed
  domain::Plan plan;
  std::string unreadable;
};

/// For a person and as JSON.
FlowPreview show_settlement_previews(const std::vector<SettlementPreview>& previews);

}  // namespace connector::flows
