#pragma once

#include "domain/document.h"

namespace connector::domain {

/// A posting that already stands for an order: what earlier plans have taken into account. Postings
/// that were withdrawn are left out; one that a person skipped counts as frozen.
struct PlannedPosting {
  Document document;
  bool frozen = false;   ///< its first request may have left: it can no longer be changed
  bool skipped = false;  ///< frozen because a person skipped it: the document is not in Exact
};

}  // namespace connector::domain
