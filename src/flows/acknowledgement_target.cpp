#include "flows/acknowledgement_target.h"

#include <algorithm>
#include <utility>

#include "domain/acknowledgement_planning.h"
#include "domain/mutation.h"
#include "flows/call_outcomes.h"
#include "flows/settings_json.h"
#include "ports/counted.h"
#include "walmart/endpoints.h"

namespace connector::flows {

using domain::Cause;
using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;
using engine::LookUpOutcome;
using engine::SendOutcome;
using ports::CallPriority;
using ports::Task;
using store::PostingRow;

namespace {

constexpr std::int64_t kAtOnce = 16;
/// Walmart takes sixty a minute (walmart.md 1.5).
constexpr Milliseconds kTurn{1'000};
/// The next run of `orders` withdraws it.
constexpr Milliseconds kTurnedOff = std::chrono::minutes(15);

Result<bool> is_turned_on(store::Reader& reader, store::ConnectionId connection) {
  auto row = reader.connection(connection);
  if (!row) return domain::fail(row.error());
  if (!*row) return false;
  auto settings = settings_of(**row);
  if (!settings) return domain::fail(settings.error());
  return settings->acknowledge_orders || domain::mutated(domain::Mutation::acknowledged_unasked);
}

/// Later than the last turn given and than now.
UtcTime next_turn(std::atomic<std::int64_t>& last, UtcTime now) {
  const std::int64_t earliest = domain::to_epoch_milliseconds(now);
  std::int64_t known = last.load();
  std::int64_t turn = 0;
  do {
    turn = std::max(known, earliest) + kTurn.count();
  } while (!last.compare_exchange_weak(known, turn));
  return domain::from_epoch_milliseconds(turn);
}

SendOutcome acknowledged(const PostingRow& row, std::string correlation_id) {
  SendOutcome outcome;
  outcome.kind = SendOutcome::Kind::posted;
  outcome.target_id = row.source_id;
  outcome.correlation_id = std::move(correlation_id);
  return outcome;
}

}  // namespace

std::int64_t AcknowledgementTarget::room() const {
  const std::int64_t left = budget_.calls_left(walmart::endpoints::acknowledge);
  const std::int64_t at_once = left < 0 ? kAtOnce : std::min(left, kAtOnce);
  return std::max<std::int64_t>(0, at_once - on_their_way_);
}

engine::Freezer AcknowledgementTarget::freezer() const {
  auto left = std::make_shared<std::int64_t>(room());
  return [left, last_turn = last_turn_, now = clock_.now()](store::Reader& reader,
                                                            PostingRow& row) -> Result<std::string> {
    const auto on = is_turned_on(reader, row.connection);
    if (!on) return domain::fail(on.error());
    if (!*on) {
      row.next_attempt_at = now + kTurnedOff;
      return domain::fail(Cause::waiting_for_dependency, "acknowledge_orders was turned off");
    }
    if (*left == 0) {
      row.next_attempt_at = next_turn(*last_turn, now);
      return domain::fail(Cause::waiting_for_dependency,
                          "Walmart takes so many acknowledgements a minute: its turn comes");
    }
    --*left;
    return std::string();
  };
}

Task<SendOutcome> AcknowledgementTarget::send(PostingRow row, UtcTime not_after) {
  const ports::Counted counted(on_their_way_);
  auto answer = co_await walmart_.acknowledge(row.source_id, not_after);
  if (answer && answer->value.order && !domain::awaits_acknowledgement(*answer->value.order)) {
    co_return acknowledged(row, std::move(answer->correlation_id));
  }
  SendOutcome outcome;
  if (answer) {
    outcome.error = {Cause::unclear_outcome,
                     "Walmart took the acknowledgement, and did not answer with the order as "
                     "acknowledged: it is read again"};
    outcome.correlation_id = std::move(answer->correlation_id);
  } else {
    outcome = send_failure(answer.error());
  }
  // Walmart's troubles are no reason for Exact's postings to wait.
  outcome.others_may_go = true;
  if (outcome.kind != SendOutcome::Kind::refused) co_return outcome;
  // Refused, as Walmart does when another program was faster or the order is cancelled, or for a reason to be seen to.
  auto now_there = co_await walmart_.order(row.source_id, CallPriority::orders);
  if (!now_there || !now_there->value.order) {
    outcome.kind = SendOutcome::Kind::unclear;
  } else if (!domain::awaits_acknowledgement(*now_there->value.order)) {
    co_return acknowledged(row, std::move(now_there->correlation_id));
  }
  co_return outcome;
}

Task<LookUpOutcome> look_up_acknowledgement(walmart::Client* walmart, PostingRow row) {
  LookUpOutcome outcome;
  auto found = co_await walmart->order(row.source_id, CallPriority::orders);
  if (!found) {
    outcome = look_up_failure(found.error());
  } else if (!found->value.order) {
    outcome.error = found->value.order.error();
    outcome.correlation_id = std::move(found->correlation_id);
  } else {
    const bool waits = domain::awaits_acknowledgement(*found->value.order);
    outcome = look_up_outcome(waits ? LookUpOutcome::Kind::absent : LookUpOutcome::Kind::found,
                              std::move(found->correlation_id));
    if (!waits) outcome.target_id = row.source_id;
  }
  outcome.others_may_go = true;
  co_return outcome;
}

}  // namespace connector::flows
