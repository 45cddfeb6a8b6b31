#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/result.h"
#include "ports/task.h"
#include "store/store.h"

namespace connector::engine {

/// What came of one request that should bring a posting about.
struct SendOutcome {
  enum class Kind {
    posted,    ///< the document exists; ids below are set
    accepted,  ///< the remote works on it in the background: look it up later
    refused,   ///< certainly without effect, and repeating it unchanged is useless
    not_sent,  ///< certainly without effect, and may be repeated later
    unclear,   ///< may have had an effect: must be looked up first
  };
  Kind kind = Kind::unclear;
  std::string target_id;
  std::string target_number;
  std::string target_data;
  domain::Error error;  ///< for refused, not_sent, unclear; posted: what of it a person should look at, if anything
  std::string correlation_id;
  /// not_sent for a reason that says nothing of other postings: they go on.
  bool others_may_go = false;
  /// not_sent: before this it cannot be sent either; the worker's own back-off alone if absent.
  std::optional<domain::UtcTime> not_before;
  /// accepted: how long to wait before the first look-up; the worker's own pause if absent.
  std::optional<domain::Milliseconds> look_again_in;
};

/// What a look-up by reference found.
struct LookUpOutcome {
  enum class Kind {
    found,    ///< the document exists in the target with the planned amounts
    absent,   ///< the target answered and has no such document
    pending,  ///< the target still works on it
    refused,  ///< the target's background work failed; nothing was made
    unmade,  ///< the target's background work ended without it, for no reason that it tells: it may be sent again later
    differs,  ///< something with this reference exists but is not what was planned: a person must look
    put_off,  ///< there was no time left to ask: the next look asks
    unknown,  ///< the look-up itself failed
  };
  Kind kind = Kind::unknown;
  std::string target_id;
  std::string target_number;
  std::string target_data;
  /// For refused, unmade, differs, unknown; absent: why a person should say that it may be sent; found: what of it a
  /// person should look at, if anything.
  domain::Error error;
  std::string correlation_id;
  /// pending: how long to wait before the next look-up; the worker's own pause if absent.
  std::optional<domain::Milliseconds> look_again_in;
  /// unknown: before this it cannot be asked either; the worker's own back-off alone if absent.
  std::optional<domain::UtcTime> not_before;
  /// unknown for a reason that says nothing of other postings: they go on.
  bool others_may_go = false;
};

/// How many look-ups of one kind share a request.
struct LookUpsPerCall {
  std::size_t unclear = 1;   ///< of what was sent and left without an answer
  std::size_t accepted = 1;  ///< of what the target accepted and works on: its posting has target_data
};

/// Builds the request body of a posting from its document and the reference data in the store. Runs on the store's
/// thread inside the transaction that records the intent; must be a pure function of its arguments. One freezer serves
/// one transaction: it may remember what it has read there. It may complete the posting's document and total (a day's
/// invoice is known only when it leaves); both are stored with the body.
/// Error: the cause that holds the posting; waiting_for_dependency postpones it instead, until the next_attempt_at that
/// the freezer may have set.
using Freezer = std::function<domain::Result<std::string>(store::Reader&, store::PostingRow&)>;

/// Plans a posting that is not in doubt anew, with all that its source is made of, under the settings and the mapping
/// in force; kinds that no mapping has a part in stay as they are. Within the store's transaction, one planner for
/// each. Error: store_failure.
using Planner = std::function<domain::Result<void>(store::Transaction&, const store::PostingRow&)>;

/// The remote side of the posting protocol. Executor thread only.
class Target {
 public:
  virtual ~Target() = default;
  /// The freezer for the settings in force now.
  virtual Freezer freezer() const = 0;
  /// For what was planned under an older version of the connection's mapping; without one it is sent as it was planned.
  virtual Planner planner() const { return nullptr; }
  /// Sends `row.body` exactly as frozen; never after `not_after`.
  virtual ports::Task<SendOutcome> send(store::PostingRow row, domain::UtcTime not_after) = 0;
  /// Looks all rows up by their references, in as few calls as possible; one outcome per row, in order. What rows share
  /// is not asked for after `not_after`: what was found until then is told in time to be recorded, the rest put off.
  virtual ports::Task<std::vector<LookUpOutcome>> look_up(std::vector<store::PostingRow> rows,
                                                          domain::UtcTime not_after) = 0;
  /// Whether a document that a look-up finds for this posting may be another's of the same kind: who records it first
  /// has it, and the other is looked up again.
  virtual bool may_find_anothers(const store::PostingRow& /*row*/) const { return false; }
  /// Whether what was frozen may no longer hold when it is sent again: it is frozen anew then, and may have to wait.
  virtual bool may_be_out_of_date(const store::PostingRow& /*row*/) const { return false; }
  virtual LookUpsPerCall look_ups_per_call() const { return {}; }
  /// How many requests the target's budget lets leave right now; 0 = none but those of postings in haste (with a
  /// priority below 0), which spend another's.
  virtual std::size_t allowance() const = 0;
  /// Time until allowance() may grow again when it is 0.
  virtual domain::Milliseconds allowance_returns_in() const = 0;
};

}  // namespace connector::engine
