#pragma once

#include <string>
#include <string_view>

#include "sandbox/exact/query_execution.h"

namespace connector::sandbox::exact {

/// Appends `text` as a quoted JSON string.
void append_json_text(std::string& out, std::string_view text);
/// {"error":{"code":"","message":{"lang":"","value":"…"}}}
std::string error_body(std::string_view text);

/// Writes records as verbose JSON of OData v3 (exact.md 3.1).
class EntityWriter {
 public:
  /// `base` is the site, e.g. "https://start.exactonline.nl"; `division` is that of the request's address. References
  /// must outlive the writer.
  EntityWriter(const Administration& books, std::string base, std::int64_t division)
      : books_(books), base_(std::move(base)), division_(division) {}

  /// One record; `options` choose the properties.
  void write(std::string& out, const Resource& resource, RowNumber row, const QueryOptions& options);
  /// The record as a POST answers: all properties; those that the server computes only if `computed`.
  void write_created(std::string& out, const Resource& resource, RowNumber row, bool computed, bool expand_lines);
  /// {"d":{"results":[…],"__count":"…","__next":"…"}}
  std::string feed(const Resource& resource, const Page& page, const QueryOptions& options, std::string_view path,
                   std::string_view query);

  /// …/api/v1/{division}/{path}
  std::string collection_uri(const Resource& resource) const;
  /// …/api/v1/{division}/{path}(guid'…')
  std::string entity_uri(const Resource& resource, RowNumber row) const;

 private:
  void write_members(std::string& out, const Resource& resource, RowNumber row,
                     const std::vector<const Property*>* chosen, bool expand_lines,
                     const std::vector<const Property*>& line_select, bool computed);
  void write_value(std::string& out, const Property& property, const Value& value);
  void write_lines(std::string& out, RowNumber row, const TableDefinition& document, const Resource& resource,
                   const std::vector<const Property*>& line_select);

  const Administration& books_;
  std::string base_;
  std::int64_t division_;
  std::int64_t expanded_parents_ = 0;
};

}  // namespace connector::sandbox::exact
