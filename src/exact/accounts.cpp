#include "exact/accounts.h"

#include "exact/answers.h"
#include "exact/resources.h"

namespace connector::exact {

namespace {

constexpr std::size_t code_width = 18;

ODataQuery selected() {
  ODataQuery query(resources::accounts);
  query.select({"ID", "Code", "Name", "Status", "Blocked"});
  return query;
}

}  // namespace

std::string padded_account_code(std::string_view code) {
  const std::string trimmed = read_code(json::Value(code));
  return trimmed.size() < code_width ? std::string(code_width - trimmed.size(), ' ') + trimmed : trimmed;
}

ODataQuery accounts_by_code(std::string_view code) {
  ODataQuery query = selected();
  return query.filter(ODataFilter::equals("Code", padded_account_code(code)));
}

ODataQuery accounts_by_name(std::string_view name) {
  ODataQuery query = selected();
  return query.filter(ODataFilter::equals("Name", name));
}

}  // namespace connector::exact
