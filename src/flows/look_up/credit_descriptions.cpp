#include "flows/look_up/credit_descriptions.h"

#include "domain/credit_matching.h"
#include "flows/document_json.h"

namespace connector::flows {

using json::Value;
using store::PostingRow;

namespace {

std::string planned_description(const PostingRow& row) {
  const auto document = document_of(row);
  return document ? document->description : std::string();
}

}  // namespace

bool has_description_of(const Value& held, const PostingRow& row) {
  const std::string planned = planned_description(row);
  const std::string described = held["Description"].text_or("");
  // What follows tells a date that was moved out of a closed period.
  return !planned.empty() && (described == planned || described.starts_with(planned + " ("));
}

bool names_another_return(const Value& held, const PostingRow& row) {
  const auto planned = domain::return_in_subject(planned_description(row));
  const auto described = domain::return_in_subject(held["Description"].text_or(""));
  return planned && described && *planned != *described;
}

bool have_one_description(const PostingRow& row, const PostingRow& other) {
  return planned_description(row) == planned_description(other);
}

}  // namespace connector::flows
