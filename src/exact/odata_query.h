#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/decimal.h"
#include "domain/time.h"

namespace connector::exact {

/// A $filter expression that cannot be malformed: built from typed literals only (exact.md 3.1).
class ODataFilter {
 public:
  static ODataFilter equals(std::string_view property, std::string_view text);
  static ODataFilter equals_guid(std::string_view property, std::string_view guid);
  static ODataFilter equals_number(std::string_view property, std::int64_t value);
  static ODataFilter between(std::string_view property, std::int64_t first, std::int64_t last);  ///< both within
  static ODataFilter at_least(std::string_view property, domain::UtcTime time);
  static ODataFilter greater_than_timestamp(std::string_view property, std::int64_t timestamp);  ///< "Timestamp gt 12L"
  static ODataFilter starts_with(std::string_view property, std::string_view text);
  ODataFilter operator&&(const ODataFilter& other) const;
  ODataFilter operator||(const ODataFilter& other) const;
  /// True where one of `terms` is; at least one, and at most `most_terms`.
  static ODataFilter any_of(const std::vector<ODataFilter>& terms);
  /// A filter with more terms makes the address too long for some proxies (exact.md 4.3 names 25 as used).
  static constexpr std::size_t most_terms = 20;
  const std::string& text() const { return text_; }

 private:
  explicit ODataFilter(std::string text, bool compound = false) : text_(std::move(text)), compound_(compound) {}
  std::string text_;
  bool compound_ = false;
};

/// A GET on a resource path such as "salesinvoice/SalesInvoices"; `path_and_query` percent-encodes.
class ODataQuery {
 public:
  explicit ODataQuery(std::string_view resource) : resource_(resource) {}
  ODataQuery& select(std::vector<std::string> properties);
  ODataQuery& filter(const ODataFilter& filter);
  ODataQuery& expand(std::string_view collection);
  ODataQuery& order_by(std::string_view property, bool descending = false);
  ODataQuery& top(int rows);
  ODataQuery& skip(int rows);
  /// A function-style parameter such as ProcessID=guid'..' (exact.md 4.6).
  ODataQuery& guid_parameter(std::string_view name, std::string_view guid);
  const std::string& resource() const { return resource_; }
  std::string path_and_query() const;

 private:
  std::string resource_;
  std::vector<std::pair<std::string, std::string>> options_;
};

/// The address of one entity: "salesorder/SalesOrders(guid'..')".
std::string entity_address(std::string_view resource, std::string_view guid);

}  // namespace connector::exact
