#include "flows/look_up/credit_descriptions.h"

#include <algorithm>

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

/// Whether the posting's body says of every line one unit, and nothing of goods that come back.
bool is_money_alone(const Value& held, const PostingRow& row) {
  const auto body = json::parse(row.body);
  if (!body || (*body)["Type"].integer() != held["Type"].integer()) return false;
  const auto& lines = (*body)["SalesInvoiceLines"].array();
  return std::all_of(lines.begin(), lines.end(), [](const Value& line) {
    return line["Quantity"].decimal().value_or(domain::Decimal()).abs() == domain::Decimal::from_integer(1);
  });
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

bool may_differ_in_units(const Value& held, const PostingRow& row) {
  const std::string told_by_order = domain::credit_subject(row.source_id, "");
  const std::string planned = planned_description(row);
  const std::string described = held["Description"].text_or("");
  if (domain::return_in_subject(planned) && described.starts_with(told_by_order)) return !is_money_alone(held, row);
  return planned.starts_with(told_by_order) && domain::return_in_subject(described).has_value();
}

bool have_one_description(const PostingRow& row, const PostingRow& other) {
  return planned_description(row) == planned_description(other);
}

}  // namespace connector::flows
