#include "exact/accounts.h"

#include "exact/entity_text.h"

namespace connector::exact {

namespace {

constexpr std::size_t code_width = 18;

ODataQuery selected() {
  ODataQuery query(accounts_resource);
  query.select({"ID", "Code", "Name", "Status", "Blocked"});
  return query;
}

}  // namespace

std::string padded_account_code(std::string_view code) {
  const std::string trimmed = read_code(json::Value(code));
  return trimmed.size() < code_width ? std::string(code_width - trimmed.size(), ' ') + trimmed : trimmed;
}

std::string account_body(const NewAccount& account) {
  EntityText text;
  text.text("Name", account.name);
  if (!account.code.empty()) text.text("Code", padded_account_code(account.code));
  return text.text("Status", "C").text("Country", account.country).body();
}

domain::Result<AccountRecord> read_account(const json::Value& row) {
  AccountRecord record;
  record.id = row["ID"].text_or("");
  if (record.id.empty()) return domain::fail(domain::Cause::malformed_response, "an account of Exact's has no id");
  record.code = read_code(row["Code"]);
  record.name = row["Name"].text_or("");
  record.status = read_code(row["Status"]);
  record.is_blocked = read_flag(row["Blocked"]).value_or(false);
  return record;
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
