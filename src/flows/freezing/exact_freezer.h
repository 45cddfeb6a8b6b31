#pragma once

#include <memory>

#include "domain/document.h"
#include "domain/settings.h"
#include "engine/target.h"
#include "store/store.h"

namespace connector::flows {

/// Builds Exact's request bodies from documents: codes become the ids cached in the store, and what is unknown,
/// blocked or missing becomes the cause that holds the posting (exact.md 4).
engine::Freezer exact_freezer(std::shared_ptr<const domain::ConnectionSettings> settings);

/// Whether Exact has and lets be used what a document's lines and warehouse name, by the lists last read of it; the
/// error is the cause that would hold it. Nothing is said before the items were read.
domain::Result<void> check_codes(store::Reader& reader, store::ConnectionId connection,
                                 const domain::Document& document);

}  // namespace connector::flows
