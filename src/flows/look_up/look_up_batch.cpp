#include "flows/look_up/look_up_batch.h"

#include "flows/call_outcomes.h"
#include "flows/placed_order.h"

namespace connector::flows {

using domain::Cause;
using engine::LookUpOutcome;
using exact::ODataFilter;
using store::PostingRow;

ODataFilter LookUpBatch::by_reference() const {
  return any_of([this](std::size_t index) { return ODataFilter::equals("YourRef", row(index).reference); });
}

void LookUpBatch::fail(const ports::CallFailure& failure) const {
  for (const std::size_t index : indices) outcome(index) = look_up_failure(failure);
}

void LookUpBatch::fail(const domain::Error& error) const {
  for (const std::size_t index : indices) {
    ports::CallFailure failure;
    failure.error = error;
    outcome(index) = look_up_failure(failure);
  }
}

std::string body_text(const PostingRow& row, std::string_view member) {
  const auto body = json::parse(row.body.empty() ? "{}" : row.body);
  return body ? (*body)[member].text_or("") : std::string();
}

LookUpOutcome found_in_exact(std::string id, const json::Value& number, std::string correlation_id) {
  LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, std::move(correlation_id));
  hit.target_id = std::move(id);
  hit.target_number = number_text(number);
  return hit;
}

LookUpOutcome no_longer_there(std::string message, std::string correlation_id) {
  LookUpOutcome outcome = look_up_outcome(LookUpOutcome::Kind::differs, std::move(correlation_id));
  outcome.error = {Cause::changed_by_person, std::move(message)};
  return outcome;
}

}  // namespace connector::flows
