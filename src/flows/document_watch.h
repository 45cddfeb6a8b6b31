#pragma once

#include <string>

#include "engine/target.h"
#include "ports/clock.h"
#include "store/store.h"

namespace connector::flows {

/// Notices what persons do in Exact to documents that the connector made: a posting stays posted, because making the
/// document again is a person's decision, and carries the cause changed_by_person with what was found. A document that
/// is again as planned loses it. Executor thread only.
class DocumentWatch {
 public:
  DocumentWatch(engine::Target& target, store::Store& store, ports::Clock& clock, store::ConnectionId connection)
      : target_(target), store_(store), clock_(clock), connection_(connection) {}

  /// Looks at the document a notice names. The connector's own doings are told too: what was made or processed within
  /// minutes before costs no call. Error: Exact could not be asked.
  ports::Task<domain::Result<void>> look_at(store::NoticeRow notice);

 private:
  ports::Task<domain::Result<void>> note(std::int64_t posting, std::string key, std::string finding);

  engine::Target& target_;
  store::Store& store_;
  ports::Clock& clock_;
  store::ConnectionId connection_;
};

}  // namespace connector::flows
