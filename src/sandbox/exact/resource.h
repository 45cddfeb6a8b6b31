#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "sandbox/exact/administration.h"
#include "sandbox/exact/messages.h"

namespace connector::sandbox::exact {

struct Resource;

/// One POST, PUT or DELETE on its way through the business rules.
struct Call {
  Administration& books;
  const Resource& resource;
  const json::Value& body;
  domain::UtcTime now;
  RowNumber row;  ///< the addressed record of PUT and DELETE
  Draft& draft;   ///< POST: the accepted properties; PUT: the record with the changes
  Problems problems;
  std::vector<Draft> lines;  ///< POST of a document: its lines, accepted properties only
};

/// What a business rule did. Refusals are in `Call::problems`.
struct Outcome {
  enum class Kind { created, created_elsewhere, done };
  Kind kind = Kind::done;
  RowNumber row = no_row;  ///< created: the new record
  json::Value answer;      ///< created_elsewhere: the entity that the answer shows (not kept as a record)
};

using Action = Outcome (*)(Call& call);

/// One addressable collection of the API.
struct Resource {
  enum class Kind { plain, bulk, sync };

  std::string path;  ///< "salesinvoice/SalesInvoices"
  std::string area;  ///< "salesinvoice"; read/, sync/ and bulk/ paths have that of their data
  Kind kind = Kind::plain;
  TableId table = TableId::none;  ///< none: POST-only, keeps nothing
  const EntityType* type = nullptr;
  bool readable = true;
  bool needs_select = false;  ///< documented: `$select` or `$top=1`
  bool needs_filter = false;  ///< documented: mandatory filtering
  bool has_sync_twin = false;
  bool outside_division = false;         ///< current/Me
  Edition edition = Edition::invoicing;  ///< the smallest that has it
  Action create = nullptr;
  Action update = nullptr;
  Action remove = nullptr;

  std::size_t page_size() const { return kind == Kind::plain ? 60 : 1'000; }
};

/// The resource at a path below the division, the area in any case; nullptr if there is none.
const Resource* find_resource(std::string_view path);
/// The plain resource that shows a table's records.
const Resource& resource_of(TableId table);

}  // namespace connector::sandbox::exact
