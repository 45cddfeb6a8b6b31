#pragma once

#include <string>
#include <vector>

#include "flows/connection_service.h"
#include "server/metrics.h"
#include "store/store.h"

namespace connector::app {

/// Flows, budgets, calls, tokens and posting work of one connection in this process.
std::vector<server::MetricSample> connection_metrics(flows::ConnectionService& service, domain::UtcTime now);

/// Postings by state and cause, and notices that wait, of one connection in the store.
domain::Result<std::vector<server::MetricSample>> stored_metrics(store::Reader& reader,
                                                                 const store::ConnectionRow& connection);

/// How long after its source fact a posting's document came, if its document says when that was.
std::optional<domain::Milliseconds> since_fact(const store::PostingRow& row, domain::UtcTime now);

}  // namespace connector::app
