#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/document.h"
#include "domain/order.h"
#include "flows/connection_service.h"
#include "server/metrics.h"
#include "store/store.h"

namespace connector::app {

/// Flows, budgets, calls, tokens and posting work of one connection in this process.
std::vector<server::MetricSample> connection_metrics(flows::ConnectionService& service, domain::UtcTime now);

/// Postings by state and cause, notices that wait and what all processes have left of the budgets, of all connections
/// in the store.
domain::Result<std::vector<server::MetricSample>> stored_metrics(store::Reader& reader, domain::UtcTime now);

/// When the fact happened that a posting of this kind, planned at `planned`, comes from: the order, its latest shipment
/// or its latest refund until then. nullopt if the order does not say.
std::optional<domain::UtcTime> fact_time(const domain::PurchaseOrder& order, domain::PostingKind kind,
                                         domain::UtcTime planned);

}  // namespace connector::app
