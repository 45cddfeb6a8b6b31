#include "flows/call_outcomes.h"

#include "domain/mutation.h"

namespace connector::flows {

using domain::Cause;
using engine::LookUpOutcome;
using engine::SendOutcome;

SendOutcome send_failure(const ports::CallFailure& failure) {
  SendOutcome outcome;
  outcome.error = failure.error;
  outcome.correlation_id = failure.correlation_id;
  if (failure.may_have_had_effect && !mutated(domain::Mutation::unclear_taken_for_refusal)) {
    outcome.kind = SendOutcome::Kind::unclear;
  } else if (domain::is_transient(failure.error.cause) || failure.error.cause == Cause::authentication_failed) {
    outcome.kind = SendOutcome::Kind::not_sent;
    outcome.not_before = failure.not_before;
    outcome.others_may_go = failure.not_before.has_value();  // it is of one endpoint or priority
  } else {
    outcome.kind = SendOutcome::Kind::refused;
  }
  return outcome;
}

domain::Error with_context(const ports::CallFailure& failure, std::string_view what) {
  return {failure.error.cause, std::string(what) + ": " + failure.error.message};
}

std::string wordless_note() {
  return "Walmart answered 404 or 204 without a word, which is taken for nothing found; the same days are read again "
         "by the next run";
}

LookUpOutcome look_up_failure(const ports::CallFailure& failure) {
  LookUpOutcome outcome;
  if (failure.error.cause == Cause::fenced) outcome.kind = LookUpOutcome::Kind::put_off;
  outcome.not_before = failure.not_before;
  outcome.error = failure.error;
  outcome.correlation_id = failure.correlation_id;
  return outcome;
}

LookUpOutcome look_up_outcome(LookUpOutcome::Kind kind, std::string correlation_id) {
  LookUpOutcome outcome;
  outcome.kind = kind;
  outcome.correlation_id = std::move(correlation_id);
  return outcome;
}

LookUpOutcome look_up_difference(std::string message, std::string correlation_id) {
  LookUpOutcome outcome = look_up_outcome(LookUpOutcome::Kind::differs, std::move(correlation_id));
  outcome.error = {Cause::amount_difference, std::move(message)};
  return outcome;
}

}  // namespace connector::flows
