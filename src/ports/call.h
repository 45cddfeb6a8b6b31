#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/result.h"
#include "domain/time.h"
#include "ports/http.h"
#include "ports/task.h"

namespace connector::ports {

/// In the order in which a scarce budget is spent (design.md 1.1, invariant 7).
enum class CallPriority { sign_in, person, orders, returns, inventory, prices, backfill };

/// Stands between a client and its remote: spends the remote's budget and learns from its answers.
/// `endpoint` is a stable name without ids: "salesinvoice/SalesInvoices", "GET /v3/orders".
class CallGate {
 public:
  virtual ~CallGate() = default;
  /// Waits until the call may be made. Errors: budget_spent or rate_limited when that is further away than
  /// the caller should wait (the message says until when), cancelled at shutdown; fenced when it would be admitted only
  /// after `not_after`.
  virtual Task<domain::Result<void>> admit(std::string endpoint, CallPriority priority,
                                           std::optional<domain::UtcTime> not_after) = 0;
  /// Until when no call to the endpoint is admitted, whatever its priority; nullopt if none is kept back like this.
  virtual std::optional<domain::UtcTime> rested_until(std::string_view /*endpoint*/) const { return std::nullopt; }
  /// Until when no call of this priority is admitted, whatever its endpoint; nullopt if that is soon or not known.
  virtual std::optional<domain::UtcTime> spent_until(CallPriority /*priority*/) const { return std::nullopt; }
  /// Whether the remote has said, perhaps since the call was admitted, that none to the endpoint may come now.
  virtual bool must_wait(std::string_view /*endpoint*/) const { return false; }
  /// Tells what came of an admitted call (headers, status, failure).
  virtual void completed(std::string_view endpoint, const HttpOutcome& outcome) = 0;
  /// Tells that an admitted call was not made after all.
  void not_made(std::string_view endpoint) {
    completed(endpoint,
              tl::unexpected(TransportFailure{TransportFailure::Kind::cancelled, "admitted and not made", false}));
  }
  /// The same of a call with a token that the remote may refuse: whatever hides its answer may hide a refusal.
  virtual void completed_in_doubt(std::string_view endpoint, const HttpOutcome& outcome) {
    completed(endpoint, outcome);
  }
};

/// Why a call to a remote brought no usable answer.
struct CallFailure {
  domain::Error error;
  int status = 0;                    ///< HTTP status; 0 without an answer
  std::string correlation_id;        ///< as sent (Walmart) or made for the audit trail (Exact)
  bool may_have_had_effect = false;  ///< true: a write must be looked up before it may be repeated
  std::string remote_text;           ///< the remote's own words, shortened, free of customer data
  std::string remote_reason = {};    ///< the remote's one word for it, where it has one beside its text
  /// Not admitted: asking again before this is useless; nullopt if that is not known.
  std::optional<domain::UtcTime> not_before = {};
};

template <class T>
struct Answer {
  T value;
  std::string correlation_id;
};

template <class T>
using CallResult = tl::expected<Answer<T>, CallFailure>;

}  // namespace connector::ports
