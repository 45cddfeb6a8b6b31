#include "exact/reference_data.h"

#include <algorithm>

#include "exact/answers.h"

namespace connector::exact {

using domain::Cause;
using json::Value;
using ports::CallPriority;
using ports::CallResult;
using ports::Task;

namespace {

/// The first run of a sync asks for everything (exact.md 3.4).
constexpr std::int64_t before_all_timestamps = 1;

struct ReferenceKind {
  std::string_view name;
  std::string_view sync_resource;  ///< empty if there is none
  std::string_view plain_resource;
  std::vector<std::string> properties;
  std::int64_t deleted_entity_type = 0;  ///< in sync/Deleted
};

const std::vector<ReferenceKind>& kinds() {
  static const std::vector<ReferenceKind> table = {
      {"item",
       "sync/Logistics/Items",
       "logistics/Items",
       {"ID", "Code", "Description", "Barcode", "IsSalesItem", "IsStockItem", "EndDate", "GLRevenueCode",
        "SalesVatCode"},
       9},
      {"gl_account",
       "sync/Financial/GLAccounts",
       "financial/GLAccounts",
       {"ID", "Code", "Description", "Type", "UseCostcenter", "UseCostunit", "IsBlocked"},
       7},
      {"cost_center", "", "hrm/Costcenters", {"ID", "Code", "Description"}, 0},
      {"cost_unit", "", "hrm/Costunits", {"ID", "Code", "Description"}, 0},
      {"vat_code", "", "vat/VATCodes", {"ID", "Code", "Description", "Percentage", "Type"}, 0},
      {"warehouse", "", "inventory/Warehouses", {"ID", "Code", "Description"}, 0},
      {"journal", "", "financial/Journals", {"ID", "Code", "Description", "Type"}, 0},
      {"period", "", "financial/FinancialPeriods", {"ID", "FinYear", "FinPeriod", "StartDate", "EndDate"}, 0},
  };
  return table;
}

ReferenceUpdate read_rows(const ReferenceKind& kind, const std::vector<Value>& rows, std::int64_t after) {
  ReferenceUpdate update;
  update.timestamp = after;
  for (const Value& row : rows) {
    update.timestamp = std::max(update.timestamp, row["Timestamp"].integer().value_or(0));
    store::ReferenceRow made;
    made.kind = kind.name;
    made.code = kind.name == "period" ? row["FinYear"].text_or("") + "-" + row["FinPeriod"].text_or("")
                                      : read_code(row["Code"]);
    made.id = row["ID"].text_or("");
    if (made.code.empty()) continue;
    Value data{json::Object{}};
    for (const std::string& property : kind.properties) {
      const Value& value = row[property];
      if (!value.is_null() && !value.is_object()) data.set(property, value);
    }
    made.data = json::write(data);
    update.rows.push_back(std::move(made));
  }
  return update;
}

/// The endpoint is not there for this user, app or edition.
bool is_unavailable(const ports::CallFailure& failure) { return failure.status == 403 || failure.status == 404; }

}  // namespace

std::string revenue_account_of(const Value& item_data) { return read_code(item_data["GLRevenueCode"]); }

std::string sales_vat_code_of(const Value& item_data) { return read_code(item_data["SalesVatCode"]); }

bool adds_vat(const Value& vat_code_data) {
  const auto percentage = vat_code_data["Percentage"].decimal();
  return read_code(vat_code_data["Type"]) == "E" && percentage && !percentage->is_zero();
}

Task<CallResult<ReferenceUpdate>> load_reference(Client& client, std::string kind_name, std::int64_t after_timestamp) {
  const auto kind = std::find_if(kinds().begin(), kinds().end(),
                                 [&kind_name](const ReferenceKind& entry) { return entry.name == kind_name; });
  if (kind == kinds().end()) {
    ports::CallFailure failure;
    failure.error = {Cause::bad_input, "there is no reference data of kind " + kind_name};
    co_return tl::unexpected(std::move(failure));
  }
  if (!kind->sync_resource.empty()) {
    const std::int64_t after = std::max(after_timestamp, before_all_timestamps);
    std::vector<std::string> properties = kind->properties;
    properties.emplace_back("Timestamp");
    ODataQuery query(kind->sync_resource);
    query.select(properties).filter(ODataFilter::greater_than_timestamp("Timestamp", after));
    auto rows = co_await client.get_all(query, CallPriority::orders);
    if (rows) {
      ReferenceUpdate update = read_rows(*kind, rows->value, after);
      update.is_complete = after_timestamp < before_all_timestamps;
      co_return ports::Answer<ReferenceUpdate>{std::move(update), std::move(rows->correlation_id)};
    }
    if (!is_unavailable(rows.error())) co_return tl::unexpected(std::move(rows.error()));
  }
  ODataQuery query(kind->plain_resource);
  query.select(kind->properties);
  if (!kind->sync_resource.empty()) {
    // Endpoints with a sync twin demand a filter; this one lets every row through (exact.md 3.3).
    const domain::Date long_ago{std::chrono::year{1990}, std::chrono::month{1}, std::chrono::day{1}};
    query.filter(ODataFilter::at_least("Modified", domain::start_of_day(long_ago)));
  }
  auto rows = co_await client.get_all(query, CallPriority::orders);
  if (!rows) co_return tl::unexpected(std::move(rows.error()));
  ReferenceUpdate update = read_rows(*kind, rows->value, 0);
  update.timestamp = 0;
  update.is_complete = true;
  co_return ports::Answer<ReferenceUpdate>{std::move(update), std::move(rows->correlation_id)};
}

Task<CallResult<DeletedReferences>> load_deleted_references(Client& client, std::int64_t after_timestamp) {
  ODataQuery query("sync/Deleted");
  query.select({"EntityKey", "EntityType", "Timestamp"})
      .filter(ODataFilter::greater_than_timestamp("Timestamp", std::max(after_timestamp, before_all_timestamps)));
  auto rows = co_await client.get_all(query, CallPriority::orders);
  if (!rows) co_return tl::unexpected(std::move(rows.error()));
  DeletedReferences deleted;
  deleted.timestamp = after_timestamp;
  for (const Value& row : rows->value) {
    deleted.timestamp = std::max(deleted.timestamp, row["Timestamp"].integer().value_or(0));
    const auto type = row["EntityType"].integer();
    const auto kind = std::find_if(kinds().begin(), kinds().end(), [&type](const ReferenceKind& entry) {
      return entry.deleted_entity_type != 0 && type == std::optional(entry.deleted_entity_type);
    });
    if (kind != kinds().end()) deleted.rows.push_back({std::string(kind->name), row["EntityKey"].text_or("")});
  }
  co_return ports::Answer<DeletedReferences>{std::move(deleted), std::move(rows->correlation_id)};
}

}  // namespace connector::exact
