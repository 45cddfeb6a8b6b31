#include "flows/freezing/known_codes.h"

#include <vector>

#include "flows/closed_periods.h"

namespace connector::flows {

using domain::Cause;
using domain::Document;
using domain::DocumentLine;
using domain::Result;

namespace {

/// Type of general journals, for what no other journal takes (exact.md 4.1).
constexpr std::int64_t kGeneralJournal = 90;

Result<void> check_use(const std::string& account, const std::string& what, std::int64_t demand,
                       const std::string& code, const DocumentLine& line) {
  if (demand == exact::kUseMandatory && code.empty()) {
    return domain::fail(Cause::missing_cost_center, account + " demands a " + what + ", and none is mapped for \"" +
                                                        line.sku +
                                                        "\"; map one, or make it optional on the account in Exact");
  }
  if (demand == exact::kUseForbidden && !code.empty()) {
    return domain::fail(Cause::missing_cost_center,
                        account + " forbids a " + what + ", and \"" + code + "\" is mapped for \"" + line.sku +
                            "\"; map another account or no " + what + ", or make it optional on the account in Exact");
  }
  return {};
}

}  // namespace

std::string customer_code(const domain::ConnectionSettings& settings) {
  return settings.customer_account.empty() ? std::string(kDefaultCustomerName) : settings.customer_account;
}

Result<std::string> KnownCodes::item(const DocumentLine& line) {
  const auto known = look_up("item", line.exact_item);
  if (!known) return domain::fail(known.error());
  if (!(*known)->exists) {
    return domain::fail(Cause::missing_item,
                        "SKU \"" + line.sku + "\" is mapped to Exact item \"" + line.exact_item +
                            "\", which does not exist; map the SKU to an existing item or create it in Exact");
  }
  if (!(*known)->is_sales_item) {
    return domain::fail(Cause::missing_item, "Exact item \"" + line.exact_item + "\" (SKU \"" + line.sku +
                                                 "\") is not marked as a sales item");
  }
  return (*known)->id;
}

Result<std::string> KnownCodes::gl_account(const std::string& code, const DocumentLine& line) {
  const auto known = look_up("gl_account", code);
  if (!known) return domain::fail(known.error());
  if (!(*known)->exists) {
    return domain::fail(Cause::missing_gl_account,
                        "G/L account \"" + code + "\" mapped for \"" + line.sku + "\" does not exist in Exact");
  }
  if ((*known)->is_blocked) {
    return domain::fail(Cause::missing_gl_account, "G/L account \"" + code + "\" is blocked in Exact");
  }
  return (*known)->id;
}

Result<std::string> KnownCodes::warehouse(const std::string& code) {
  const auto known = look_up("warehouse", code);
  if (!known) return domain::fail(known.error());
  if (!(*known)->exists)
    return domain::fail(Cause::missing_warehouse, "warehouse \"" + code + "\" does not exist in Exact");
  return (*known)->id;
}

Result<std::string> KnownCodes::customer(const domain::ConnectionSettings& settings) {
  const std::string code = customer_code(settings);
  const auto known = look_up("customer", code);
  if (!known) return domain::fail(known.error());
  if (!(*known)->exists) {
    return domain::fail(Cause::missing_customer, "customer account \"" + code + "\" was not found in Exact");
  }
  return (*known)->id;
}

Result<std::string> KnownCodes::sales_journal(const domain::ConnectionSettings& settings) {
  if (!settings.sales_journal.empty()) return settings.sales_journal;
  const auto chosen = watermark("reference/default_sales_journal");
  if (!chosen) return domain::fail(chosen.error());
  return (*chosen)->value_or("");
}

Result<std::string> KnownCodes::general_journal(const domain::ConnectionSettings& settings) {
  const std::string& chosen = settings.settlement_journal;
  if (!chosen.empty()) {
    const auto known = look_up("journal", chosen);
    if (!known) return domain::fail(known.error());
    if ((*known)->exists && (*known)->type == kGeneralJournal) return chosen;
    return domain::fail(Cause::missing_journal, "settlement_journal \"" + chosen + "\" " +
                                                    ((*known)->exists ? "is no general journal" : "does not exist") +
                                                    " in Exact: choose a journal of type general there");
  }
  auto journals = reader_.references(connection_, "journal");
  if (!journals) return domain::fail(journals.error());
  std::vector<std::string> found;
  for (const store::ReferenceRow& row : *journals) {
    if (known_code(row).type == kGeneralJournal) found.push_back(row.code);
  }
  if (found.size() == 1) return found.front();
  return domain::fail(Cause::missing_journal, found.empty()
                                                  ? "Exact has no general journal: create one for settlements there"
                                                  : "Exact has more than one general journal: choose the one for "
                                                    "settlements with the setting settlement_journal");
}

Result<std::int64_t> KnownCodes::gl_account_type(const std::string& code) {
  const auto known = look_up("gl_account", code);
  if (!known) return domain::fail(known.error());
  return (*known)->type;
}

Result<void> KnownCodes::account_use(const DocumentLine& line, bool sends_account) {
  std::string code = sends_account ? line.gl_account : std::string();
  std::string name = "G/L account \"" + code + "\"";
  if (code.empty()) {
    const auto item = look_up("item", line.exact_item);
    if (!item) return domain::fail(item.error());
    code = (*item)->revenue_account;
    if (code.empty()) return {};
    name = "G/L account \"" + code + "\" of Exact item \"" + line.exact_item + "\"";
  }
  const auto account = look_up("gl_account", code);
  if (!account) return domain::fail(account.error());
  if (auto fits = check_use(name, "cost center", (*account)->use_cost_center, line.cost_center, line); !fits)
    return fits;
  return check_use(name, "cost unit", (*account)->use_cost_unit, line.cost_unit, line);
}

Result<void> KnownCodes::code(const char* kind, const std::string& code, Cause cause, const char* name,
                              const DocumentLine& line) {
  if (code.empty()) return {};
  const auto loaded = watermark(std::string("reference/") + kind);
  if (!loaded) return domain::fail(loaded.error());
  if (!**loaded) return {};
  const auto known = look_up(kind, code);
  if (!known) return domain::fail(known.error());
  if (!(*known)->exists) {
    return domain::fail(
        cause, std::string(name) + " \"" + code + "\" mapped for \"" + line.sku + "\" does not exist in Exact");
  }
  return {};
}

Result<const domain::PeriodCalendar*> KnownCodes::calendar() {
  if (!calendar_) {
    auto calendar = read_period_calendar(reader_, connection_);
    if (!calendar) return domain::fail(calendar.error());
    calendar_ = std::move(*calendar);
  }
  return &*calendar_;
}

Result<void> KnownCodes::period(const Document& document) {
  if (!closed_periods_) {
    auto closed = read_closed_periods(reader_, connection_);
    if (!closed) return domain::fail(closed.error());
    closed_periods_ = std::move(*closed);
  }
  return check_period(*closed_periods_, document);
}

Result<const KnownCodes::KnownCode*> KnownCodes::look_up(const char* kind, const std::string& code) {
  auto key = std::make_pair(std::string_view(kind), code);
  if (const auto known = codes_.find(key); known != codes_.end()) return &known->second;
  auto row = reader_.reference(connection_, kind, code);
  if (!row) return domain::fail(row.error());
  return &codes_.emplace(std::move(key), *row ? known_code(**row) : KnownCode{}).first->second;
}

KnownCodes::KnownCode KnownCodes::known_code(const store::ReferenceRow& row) {
  KnownCode known;
  known.exists = true;
  known.id = row.id;
  if (const auto data = json::parse(row.data.empty() ? "{}" : row.data)) {
    known.is_sales_item = (*data)["IsSalesItem"].boolean() != std::optional(false);
    known.revenue_account = exact::revenue_account_of(*data);
    known.type = (*data)["Type"].integer().value_or(0);
    known.is_blocked = (*data)["IsBlocked"].boolean() == std::optional(true);
    known.use_cost_center = (*data)["UseCostcenter"].integer().value_or(exact::kUseOptional);
    known.use_cost_unit = (*data)["UseCostunit"].integer().value_or(exact::kUseOptional);
  }
  return known;
}

Result<const std::optional<std::string>*> KnownCodes::watermark(const std::string& name) {
  if (const auto known = watermarks_.find(name); known != watermarks_.end()) return &known->second;
  auto found = reader_.watermark(connection_, name);
  if (!found) return domain::fail(found.error());
  return &watermarks_.emplace(name, std::move(*found)).first->second;
}

}  // namespace connector::flows
