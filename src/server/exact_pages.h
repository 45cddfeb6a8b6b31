#pragma once

#include <string>

#include "json/value.h"
#include "store/store.h"

namespace connector::server {

/// Where Exact shows its documents to a person: below its address a page per kind, in which {division}, {id} (a GUID)
/// and {number} stand for those of the document. Exact publishes no such addresses, so an installation may name them.
struct ExactPages {
  std::string base_url;
  std::string order;
  std::string delivery;
  std::string invoice;
};

/// {"address", "shows": "document" or "division"} of a document that stands in Exact; null for all else.
json::Value page_in_exact(const ExactPages& pages, std::int64_t division, const store::PostingRow& posting);

}  // namespace connector::server
