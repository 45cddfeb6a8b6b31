#pragma once

namespace connector::engine {

/// The action of the audit record that tells that a person has a posting tried again. In a store that was put back from
/// a backup it is that person's word that the posting may be sent (PostingWorker).
inline constexpr const char* kRetryRequested = "posting.retry_requested";

}  // namespace connector::engine
