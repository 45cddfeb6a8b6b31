#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/result.h"
#include "domain/time.h"
#include "json/value.h"
#include "ports/call.h"
#include "ports/task.h"

namespace connector::flows {

/// What one run of a flow shall cover.
struct FlowRequest {
  std::optional<domain::UtcTime> since;         ///< instead of the watermark
  std::optional<domain::UtcTime> until;         ///< with `since`: only facts made in [since, until); no watermark moves
  std::optional<ports::CallPriority> priority;  ///< of the calls; the flow's own if not given
  std::vector<std::string> entities{};  ///< not empty: only these, by their ids at the source (Flow::can_confine)
};

/// What one run did, for the log, the command line and the console.
struct FlowReport {
  std::vector<std::pair<std::string, std::int64_t>> counts;  ///< "orders" 12, "planned" 3, ... in a fixed order
  std::vector<std::string> notes;                            ///< for a person; no customer data
  bool changed = false;                                      ///< worth a line in the log
  std::vector<std::string> first_seen;  ///< sources met for the first time, to see whether notices had told of them
  std::vector<std::string> unknown{};   ///< of FlowRequest::entities: those that the source does not know
  std::vector<std::string> left{};      ///< of FlowRequest::entities: those that must be looked at again

  /// Whether there was nothing that it may do; `notes` say why.
  bool is_idle() const { return counts.empty() && !notes.empty(); }
};

/// What a run would do.
struct FlowPreview {
  json::Value json;       ///< an object, for --output json
  std::string text;       ///< the same for a person
  bool problems = false;  ///< some of it would be held
};

/// One kind of recurring work of a connection: reads facts, records them with the postings they want, moves its
/// watermark last. Runs may be repeated, cut off anywhere and started by anyone; whoever starts them (FlowRunner) sees
/// to it that two never run at once. Executor thread only.
class Flow {
 public:
  virtual ~Flow() = default;
  /// One of domain::flow_names.
  virtual std::string name() const = 0;
  /// Of its calls, and of its turn when many flows are due.
  virtual ports::CallPriority priority() const = 0;
  /// Error: what stopped it; what was stored before stays stored.
  virtual ports::Task<domain::Result<FlowReport>> run(FlowRequest request) = 0;
  /// Whether `until` is understood, so that a backfill can go in slices.
  virtual bool can_backfill() const { return false; }
  /// Whether one entity that a notice names can be taken in alone; otherwise a notice starts a run.
  virtual bool can_fetch() const { return false; }
  /// Takes in that entity, by its id at the source. May go on beside a run.
  virtual ports::Task<domain::Result<void>> fetch(std::string id) {
    co_return domain::fail(domain::Cause::bad_input, "the flow " + name() + " cannot take in " + id + " alone");
  }
  /// Not zero: notices are gathered, and what they name is looked at in one run confined to it, at most so often.
  virtual domain::Milliseconds gathers_notices() const { return domain::Milliseconds{0}; }
  /// Whether a run confined to these entities says of them what a run over all would, at less cost.
  virtual ports::Task<domain::Result<bool>> can_confine(std::vector<std::string> entities) {
    (void)entities;
    co_return false;
  }
  /// What a run would do now; reads from the remotes, writes nothing anywhere.
  virtual ports::Task<domain::Result<FlowPreview>> preview(FlowRequest request) {
    (void)request;
    co_return domain::fail(domain::Cause::bad_input, "the flow " + name() + " has no dry run");
  }
  /// Called when the postings of a run have been worked on: takes in what became of them.
  virtual ports::Task<domain::Result<void>> conclude() { co_return domain::Result<void>{}; }
  /// Called as a run goes on with (done, total; 0 = unknown).
  std::function<void(std::size_t, std::size_t)> on_progress;
};

}  // namespace connector::flows
