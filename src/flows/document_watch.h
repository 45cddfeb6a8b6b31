#pragma once

#include <string>
#include <vector>

#include "flows/document_comparison.h"
#include "flows/held_documents.h"
#include "ports/clock.h"
#include "store/store.h"

namespace connector::flows {

/// Notices what persons do in Exact to documents that the connector made: a posting stays posted, because making the
/// document again is a person's decision, and carries the cause changed_by_person with what was found. A document that
/// is again as it was made loses it. VAT that Exact puts on top of it is no change, and stands as amount_difference.
/// What the connector itself does is told by the same notices; it is known by its content: what Exact holds is compared
/// with what the connector made of it. Executor thread only.
class DocumentWatch {
 public:
  DocumentWatch(HeldDocuments& documents, store::Store& store, ports::Clock& clock, store::ConnectionId connection)
      : documents_(documents), store_(store), clock_(clock), connection_(connection) {}

  /// Looks at the documents that notices name. Those of documents that the connector just worked on, or may be at work
  /// on, are returned: they are to come again after `kPause`, so that one call looks at many. Error: Exact could not be
  /// asked.
  ports::Task<domain::Result<std::vector<store::NoticeRow>>> look_at(std::vector<store::NoticeRow> notices);

  static constexpr domain::Milliseconds kPause{30'000};

 private:
  struct Known {
    std::optional<MadeDocument> made;
    bool in_hand = false;  ///< a request that changes it may be under way
  };
  static domain::Result<Known> known_of(store::Reader& reader, store::ConnectionId connection, const std::string& id);
  ports::Task<domain::Result<void>> compare(DocumentTable table, std::vector<MadeDocument> made);
  ports::Task<domain::Result<void>> note(std::int64_t posting, std::string key, domain::Error finding);

  HeldDocuments& documents_;
  store::Store& store_;
  ports::Clock& clock_;
  store::ConnectionId connection_;
};

}  // namespace connector::flows
