#pragma once

#include "domain/mapping.h"
#include "domain/order.h"
#include "domain/period_calendar.h"
#include "domain/settings.h"
#include "store/store.h"

namespace connector::flows {

/// What planning needs to know of a connection, read once per transaction.
struct PlanningContext {
  store::ConnectionId connection = 0;
  std::int64_t mapping_version = 0;
  domain::ConnectionSettings settings;
  domain::Mapping mapping;
  int priority = store::posting_priority::orders;  ///< of the postings to be planned
  domain::PeriodCalendar calendar;                 ///< empty while no period was found closed
  bool operator==(const PlanningContext&) const = default;
};

/// Reads the context of a connection from the store. Error: bad_input if the connection is gone.
domain::Result<PlanningContext> read_planning_context(store::Reader& reader, store::ConnectionId connection);

/// The books begin with the orders of the go-live date.
bool is_before_go_live(const PlanningContext& context, const domain::PurchaseOrder& order);

}  // namespace connector::flows
