#include "exact/answers.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace connector::exact {

using domain::Cause;
using domain::fail;
using domain::Result;
using json::Value;

namespace {

/// Members that hold guids in every entity; a code or reference of a person's own may look like one.
constexpr std::array<std::string_view, 17> kGuids{
    "ID",          "Item",      "ItemId",    "InvoiceID",        "OrderID",    "EntryID",        "StockCountID",
    "Account",     "OrderedBy", "GLAccount", "SalesOrderLineID", "SalesOrder", "SalesOrderLine", "Warehouse",
    "WarehouseID", "EntityKey", "ProcessID"};

bool is_upper(char c) { return c >= 'A' && c <= 'F'; }

bool is_guid_in_upper_case(std::string_view text) {
  if (text.size() != 36 || std::none_of(text.begin(), text.end(), is_upper)) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || is_upper(c);
    if (dash ? c != '-' : !digit) return false;
  }
  return true;
}

/// Exact writes guids in lower case (exact.md 3.1); so that one is known again whatever its case, all are read as that.
void lower_guids(Value& value) {
  if (json::Array* rows = value.mutable_array()) {
    for (Value& row : *rows) lower_guids(row);
    return;
  }
  json::Object* members = value.mutable_object();
  if (members == nullptr) return;
  for (auto& [name, member] : *members) {
    if (!member.is_string()) {
      lower_guids(member);
    } else if (is_guid_in_upper_case(member.string()) &&
               std::find(kGuids.begin(), kGuids.end(), name) != kGuids.end()) {
      std::string text(member.string());
      std::transform(text.begin(), text.end(), text.begin(),
                     [](char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; });
      member = Value(std::move(text));
    }
  }
}

Result<Value> read_document(std::string_view body, std::span<const std::string_view> members) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  const auto first = body.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return fail(Cause::malformed_response, "Exact's answer is empty");
  if (body[first] == '<') {
    return fail(Cause::malformed_response, "Exact answered with a page of HTML or XML instead of JSON");
  }
  auto document = members.empty() ? json::parse(body) : json::parse_members(body, members);
  if (!document) return fail(Cause::malformed_response, "Exact's answer: " + document.error().message);
  if (!document->contains("d")) return fail(Cause::malformed_response, "Exact's answer holds no data");
  return document;
}

Result<Page> page_of(Result<Value> document) {
  if (!document) return fail(document.error());
  Value& data = *document->find("d");
  lower_guids(data);
  Page page;
  if (json::Array* rows = data.mutable_array()) {
    page.rows = std::move(*rows);
    return page;
  }
  if (!data.is_object()) return fail(Cause::malformed_response, "Exact's answer holds no rows");
  page.next = data["__next"].text_or("");
  Value* results = data.find("results");
  if (results == nullptr) {
    page.next.clear();
    page.rows.push_back(std::move(data));
    return page;
  }
  json::Array* rows = results->mutable_array();
  if (rows == nullptr) return fail(Cause::malformed_response, "Exact's answer holds no rows");
  page.rows = std::move(*rows);
  return page;
}

std::optional<domain::UtcTime> within_calendar(std::int64_t milliseconds) {
  // Years 1 to 9999, as far as Exact's own type reaches.
  if (milliseconds < -62'135'596'800'000 || milliseconds > 253'402'300'799'999) return std::nullopt;
  return domain::from_epoch_milliseconds(milliseconds);
}

}  // namespace

Result<Page> read_page(std::string_view body) { return page_of(read_document(body, {})); }

Result<Value> read_entity(std::string_view body, std::span<const std::string_view> members) {
  std::vector<std::string_view> kept;
  if (!members.empty()) {
    kept = {"d", "results", "__next"};
    kept.insert(kept.end(), members.begin(), members.end());
  }
  auto page = page_of(read_document(body, kept));
  if (!page) return fail(page.error());
  if (page->rows.size() != 1 || !page->rows.front().is_object()) {
    return fail(Cause::malformed_response, "Exact's answer holds no single entity");
  }
  return std::move(page->rows.front());
}

const json::Array* expanded_rows(const Value& collection) {
  if (collection.is_array()) return &collection.array();
  if (!collection["results"].is_array() || collection.contains("__next")) return nullptr;
  return &collection["results"].array();
}

std::optional<domain::UtcTime> read_time(const Value& value) {
  std::string_view text = value.string();
  if (text.starts_with("/Date(") && text.ends_with(")/")) {
    text = text.substr(6, text.size() - 8);
    std::int64_t milliseconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
    const bool has_only_offset = end == text.data() + text.size() || *end == '+' || *end == '-';
    return error == std::errc() && has_only_offset ? within_calendar(milliseconds) : std::nullopt;
  }
  const auto time = domain::parse_iso8601(text);
  return time ? std::optional(*time) : std::nullopt;
}

std::optional<domain::Date> read_date(const Value& value) {
  const auto time = read_time(value);
  return time ? std::optional(domain::Date{std::chrono::floor<std::chrono::days>(*time)}) : std::nullopt;
}

std::string read_code(const Value& value) {
  const std::string text = value.text_or("");
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::optional<bool> read_flag(const Value& value) {
  if (const auto flag = value.boolean()) return flag;
  const auto number = value.is_number() ? value.integer() : std::nullopt;
  return number ? std::optional(*number != 0) : std::nullopt;
}

std::string date_text(domain::Date date) { return domain::to_iso8601(date) + "T00:00:00"; }

}  // namespace connector::exact
