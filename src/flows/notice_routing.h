#pragma once

#include <string>
#include <vector>

#include "domain/result.h"
#include "domain/time.h"
#include "store/store.h"
#include "walmart/notification_reader.h"

namespace connector::flows {

/// Notices look at these besides flows: cached reference data, and documents that persons may have changed in Exact.
inline constexpr std::string_view kReferenceNotices = "references";
inline constexpr std::string_view kDocumentNotices = "documents";

/// What Walmart's notice asks to look at: one row per entity, without connection and time. Events that no flow looks at
/// give one row without a flow, so that their repetition is still known.
std::vector<store::NoticeRow> notices_of(const walmart::Notification& notification, const std::string& event_id);

/// What the signed content of an Exact notice says.
struct ExactNotice {
  std::string topic;
  std::string action;  ///< "create", "update", "delete": its case differs in the field
  std::string key;     ///< guid of the entity
  std::int64_t division = 0;
};
/// Error: malformed_response.
domain::Result<ExactNotice> read_exact_notice(std::string_view content);
store::NoticeRow notice_of(const ExactNotice& notice, const std::string& event_id);

/// Walmart's event types and Exact's topics that are subscribed to.
const std::vector<std::string>& walmart_events();
const std::vector<std::string>& exact_topics();

}  // namespace connector::flows
