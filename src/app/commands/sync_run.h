#pragma once

#include <string>

#include "app/commands/work_left.h"
#include "domain/time.h"
#include "flows/connection_runtime.h"
#include "flows/flow.h"
#include "json/value.h"

namespace connector::app {

/// How long one run of `sync` waits for what must be retried, and goes on while every call fails; the rest is due at
/// the next run.
inline constexpr domain::Milliseconds sync_patience{90'000};
/// How old Exact's lists may be that a run plans by.
inline constexpr domain::Milliseconds sync_references_age = std::chrono::minutes(15);

/// What a run did and left, as an object for --output json: what the flow counted, what the worker made of it, what is
/// left, and the calls it took.
json::Value run_json(const flows::FlowReport& report, flows::ConnectionRuntime& runtime, const WorkLeft& left);

/// "3 posted, 0 found posted already, 1 held, 0 waiting"
std::string run_text(flows::ConnectionRuntime& runtime, const WorkLeft& left);

}  // namespace connector::app
