#pragma once

#include "domain/period_calendar.h"
#include "engine/target.h"
#include "ports/clock.h"
#include "store/store.h"

namespace connector::flows {

/// All financial periods known and those found closed.
domain::Result<domain::PeriodCalendar> read_period_calendar(store::Reader& reader, store::ConnectionId connection);

/// The same, but empty while no period was found closed, which costs one look into the store.
domain::Result<domain::PeriodCalendar> read_closed_periods(store::Reader& reader, store::ConnectionId connection);

/// Remembers from a posting that Exact held for closed_period that its period is closed. Raises the mapping version
/// where that changes what is planned, so that documents of the period are moved or held without another request.
ports::Task<void> learn_closed_period(store::Store& store, ports::Clock& clock, store::PostingRow row);

/// A person says that periods were reopened: all are tried again.
domain::Result<void> forget_closed_periods(store::Transaction& transaction, store::ConnectionId connection);

/// Error closed_period for a document that Exact is known to refuse; it needs no request.
domain::Result<void> check_period(const domain::PeriodCalendar& calendar, const domain::Document& document);

/// Tells the trail that a document was dated on another day.
store::AuditRecord moved_date_audit(const store::PostingRow& row, const domain::Document& document,
                                    domain::UtcTime now);

}  // namespace connector::flows
