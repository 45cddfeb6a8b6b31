#include "exact/accounts.h"

#include "exact/answers.h"
#include "exact/resources.h"

namespace connector::exact {

using domain::Cause;

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

bool is_customer(const json::Value& account) {
  const std::string status = read_code(account["Status"]);
  return status.empty() || status == "C";
}

domain::Result<const json::Value*> customer_among(const std::vector<json::Value>& accounts, const std::string& name,
                                                  const std::string& known) {
  std::vector<const json::Value*> customers;
  for (const json::Value& account : accounts) {
    if (is_customer(account)) customers.push_back(&account);
  }
  if (customers.empty()) {
    return domain::fail(Cause::missing_customer,
                        "the account \"" + name + "\" in Exact is no customer (its status is \"" +
                            read_code(accounts.front()["Status"]) +
                            "\"), so that it cannot be invoiced: make it a customer there, or choose another with the "
                            "setting customer_account");
  }
  std::vector<const json::Value*> open;
  for (const json::Value* account : customers) {
    if ((*account)["Blocked"].boolean() == std::optional(true)) continue;
    if (!known.empty() && (*account)["ID"].text_or("") == known) return account;
    open.push_back(account);
  }
  if (open.empty()) {
    return domain::fail(Cause::missing_customer, "the account \"" + name + "\" is blocked in Exact");
  }
  if (open.size() > 1) {
    return domain::fail(Cause::missing_customer, "Exact has " + std::to_string(open.size()) + " customers called \"" +
                                                     name + "\": choose one with the setting customer_account (\"" +
                                                     read_code((*open[0])["Code"]) + "\" or \"" +
                                                     read_code((*open[1])["Code"]) + "\", say)");
  }
  return open.front();
}

}  // namespace connector::exact
